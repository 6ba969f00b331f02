import type { Core } from '../../core.js';
import { type PendingUser, pendingUserPages } from '../pending.js';
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

/** What is counted of an account. */
type Counted = Pick<PendingUser, 'idp' | 'reason' | 'since' | 'days' | 'licenceType' | 'heldBack'>;

export function pendingFigures(users: readonly Counted[], now: Date, maxAgeMs?: number): PendingFigures {
  const tally = new PendingTally(now, maxAgeMs);
  for (const user of users) tally.add(user);
  return tally.figures();
}

/** The same of the whole list as it is now, of which no more than a page is held. */
export async function readPendingFigures(core: Core): Promise<PendingFigures> {
  const tally = new PendingTally(core.clock(), undefined);
  for await (const page of pendingUserPages(core)) for (const user of page) tally.add(user);
  return tally.figures();
}

/** Accounts that have something in common. */
interface Group {
  pending: number;
  late: number;
  longestDays: number;
  seatsHeld: number;
}

class PendingTally {
  readonly #all: Group = { pending: 0, late: 0, longestDays: 0, seatsHeld: 0 };
  readonly #byIdp = new Map<string, Group>();
  readonly #byReason = new Map<string, Group>();
  readonly #byPool = new Map<string, Group>();
  readonly #since: Date[] = [];
  #heldBack = 0;

  constructor(
    private readonly now: Date,
    private readonly maxAgeMs: number | undefined,
  ) {}

  add(user: Counted): void {
    const { idp, reason, since, days, licenceType, heldBack } = user;
    this.#since.push(since);
    if (heldBack) this.#heldBack++;
    const groups = [this.#all, groupIn(this.#byIdp, idp), groupIn(this.#byReason, reason)];
    if (licenceType !== null) groups.push(groupIn(this.#byPool, licenceType));
    for (const group of groups) {
      group.pending++;
      if (isLate(since, this.now, this.maxAgeMs)) group.late++;
      group.longestDays = Math.max(group.longestDays, days);
      if (licenceType !== null) group.seatsHeld++;
    }
  }

  figures(): PendingFigures {
    const { pending, late, longestDays, seatsHeld } = this.#all;
    return {
      ...{ pending, longestDays, seatsHeld, heldBack: this.#heldBack },
      late: this.maxAgeMs === undefined ? undefined : late,
      doubtful: this.#byReason.get('doubtful')?.pending ?? 0,
      ageing: ageBuckets(this.#since, this.now, this.maxAgeMs),
      byIdp: inOrder(this.#byIdp).map(([idp, group]) => ({ idp, ...group })),
      byReason: inOrder(this.#byReason).map(([reason, group]) => ({ reason, pending: group.pending })),
      byPool: inOrder(this.#byPool).map(([licenceType, group]) => ({
        licenceType,
        seatsHeld: group.seatsHeld,
      })),
    };
  }
}

function groupIn(groups: Map<string, Group>, key: string): Group {
  const known = groups.get(key);
  if (known) return known;
  const made = { pending: 0, late: 0, longestDays: 0, seatsHeld: 0 };
  groups.set(key, made);
  return made;
}

/** By key. */
const inOrder = (groups: Map<string, Group>): [string, Group][] =>
  [...groups].sort(([a], [b]) => a.localeCompare(b, 'en'));
