import { createHash } from 'node:crypto';
import type { Database } from '../../database/database.js';
import { countEvents, oldestEvents } from '../../database/queries/audit/events.js';
import type { SealRow } from '../../database/queries/audit/seals.js';
import { prerequisiteProblem, usageProblem } from '../../problem.js';
import type { Core } from '../core.js';
import { eventDigest, packEntries } from './digests.js';
import type { KeptHead } from './evidence/trail-head.js';
import { Chain } from './verify/chain.js';
import { readSeals } from './verify/cursor.js';
import { Prunes } from './verify/prunes.js';
import { verifyTrail } from './verify/verify.js';
import { Voids } from './verify/voids.js';

/** So long, in milliseconds, every event is kept; the database refuses to remove it before. */
export const KEPT_MS = 90 * 86_400_000;

/** What a prune removes. */
export interface PrunePlan {
  before: Date;
  head: KeptHead;
  /** Number and digest of the prune seal before. */
  lastNo: number;
  previousDigest: Buffer | undefined;
  /** The seal up to which events are removed; none where there is nothing to remove. */
  seal: SealRow | undefined;
  /** Events that go, and the digest of the list of them. */
  events: number;
  eventsDigest: Buffer;
  /** Events that a prune seal covers already, and that are still there: removing them was interrupted. */
  left: number;
  /** The last event that a prune seal covers already. */
  leftUpTo: bigint;
}

export interface PruneWish {
  /** Events that were sealed before go. */
  before: Date;
  /** Kept elsewhere. Nothing behind it is removed. */
  head: KeptHead;
  onProgress?: (checked: number) => void;
}

/**
 * What can be removed: the events of the first seals, all of them sealed before the time and confirmed by the kept head,
 * with which the trail is verified first. Changes nothing.
 * @throws Problem `prune-too-recent`, `trail-tampered`.
 */
export async function planPrune(core: Core, { before, head, onProgress }: PruneWish): Promise<PrunePlan> {
  if (before.getTime() > core.clock().getTime() - KEPT_MS) throw pruneTooRecent();
  const { database } = core;
  const verified = await verifyTrail(core, { head, onProgress });
  if (verified.status === 'tampered') throw tampered();
  const prunes = await Prunes.read(database);
  const { upTo } = prunes;
  const seal = await lastSealBefore(core, before, head);
  const isNew = seal !== undefined && seal.lastSeq > upTo;
  const range = isNew ? { after: upTo, upTo: seal.lastSeq } : { after: upTo, upTo };
  return {
    before,
    head,
    lastNo: prunes.lastNo,
    previousDigest: prunes.last?.digest,
    seal: isNew ? seal : undefined,
    ...(await digestEvents(database, range)),
    left: upTo === 0n ? 0 : await database.read((session) => countEvents(session, { after: 0n, upTo })),
    leftUpTo: upTo,
  };
}

/**
 * The last seal of the chain that was written before a time. One that was written later than a recent seal is recent
 * itself, whatever time it states; a time that is still to come states nothing. So a login that writes seals can
 * neither have recent events removed nor keep old ones for ever.
 */
async function lastSealBefore(
  { database, clock }: Core,
  before: Date,
  head: KeptHead,
): Promise<SealRow | undefined> {
  const voids = await Voids.read(database);
  const chain = new Chain({ isVoid: (seal) => voids.isVoid(seal) });
  const now = clock().getTime();
  let [latest, found]: [number, SealRow | undefined] = [Number.NEGATIVE_INFINITY, undefined];
  for await (const seal of readSeals(database)) {
    const time = Number(seal.sealedAt);
    if (time <= now) latest = Math.max(latest, time);
    if (latest >= before.getTime() || seal.sealNo > head.sealNo) break;
    chain.judge(seal);
    if (chain.last?.sealNo === seal.sealNo && latest > Number.NEGATIVE_INFINITY) found = seal;
  }
  return found;
}

const AT_ONCE = 250;

async function digestEvents(
  database: Database,
  { after: from, upTo }: { after: bigint; upTo: bigint },
): Promise<Pick<PrunePlan, 'events' | 'eventsDigest'>> {
  const hash = createHash('sha256');
  let events = 0;
  for (let after = from; after < upTo; ) {
    const range = { after, upTo, limit: AT_ONCE };
    const page = await database.read((session) => oldestEvents(session, range));
    hash.update(packEntries(page.map((event) => ({ seq: event.seq, digest: eventDigest(event) }))));
    events += page.length;
    if (page.length < AT_ONCE) break;
    after = page.at(-1)?.seq ?? upTo;
  }
  return { events, eventsDigest: hash.digest() };
}

export const pruneTooRecent = (cause?: unknown) =>
  usageProblem('prune-too-recent', 'Events of the last 90 days cannot be pruned.', {
    hint: 'Name an earlier time with --before, such as 90d.',
    cause,
  });

const tampered = () =>
  prerequisiteProblem(
    'trail-tampered',
    'The audit trail was tampered with, or does not match the head. Nothing was pruned.',
    {
      hint: 'Run `scimctl audit verify --head FILE` to list the findings.',
    },
  );
