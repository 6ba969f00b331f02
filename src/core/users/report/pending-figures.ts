import type { PendingUser } from '../pending.js';
import { type AgeBucket, ageBuckets, isLate } from './ageing.js';

/** What the pending list comes to. */
export interface PendingFigures {
  pending: number;
  /** Longer than the policy allows; undefined without a policy. */
  late: number | undefined;
  longestDays: number;
  heldBack: number;
  doubtful: number;
  /** Accounts that have a seat while they wait. */
  seatsHeld: number;
  ageing: AgeBucket[];
  byIdp: { idp: string; pending: number; late: number; longestDays: number; seatsHeld: number }[];
  byReason: { reason: string; pending: number }[];
  byPool: { licenceType: string; seatsHeld: number }[];
}

export function pendingFigures(users: readonly PendingUser[], now: Date, maxAgeMs?: number): PendingFigures {
  const late = users.filter(({ since }) => isLate(since, now, maxAgeMs));
  const isSeated = ({ licenceType }: PendingUser) => licenceType !== null;
  const longest = (some: readonly PendingUser[]) => some.reduce((most, { days }) => Math.max(most, days), 0);
  return {
    pending: users.length,
    late: maxAgeMs === undefined ? undefined : late.length,
    longestDays: longest(users),
    heldBack: users.filter(({ heldBack }) => heldBack).length,
    doubtful: users.filter(({ reason }) => reason === 'doubtful').length,
    seatsHeld: users.filter(isSeated).length,
    ageing: ageBuckets(
      users.map(({ since }) => since),
      now,
      maxAgeMs,
    ),
    byIdp: groupsOf(users, ({ idp }) => idp).map(([idp, some]) => ({
      idp,
      pending: some.length,
      late: some.filter(({ since }) => isLate(since, now, maxAgeMs)).length,
      longestDays: longest(some),
      seatsHeld: some.filter(isSeated).length,
    })),
    byReason: groupsOf(users, ({ reason }) => reason).map(([reason, some]) => ({
      reason,
      pending: some.length,
    })),
    byPool: groupsOf(users.filter(isSeated), ({ licenceType }) => String(licenceType)).map(
      ([licenceType, some]) => ({
        licenceType,
        seatsHeld: some.length,
      }),
    ),
  };
}

/** By key, in its order. */
function groupsOf<Row>(rows: readonly Row[], keyOf: (row: Row) => string): [string, Row[]][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    group ? group.push(row) : groups.set(key, [row]);
  }
  return [...groups].sort(([a], [b]) => a.localeCompare(b, 'en'));
}
