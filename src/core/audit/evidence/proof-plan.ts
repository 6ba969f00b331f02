import type { Database } from '../../../database/database.js';
import {
  countEvents,
  newestEvents,
  oldestEvents,
  readLastEventSeq,
} from '../../../database/queries/audit/events.js';
import type { SealRow } from '../../../database/queries/audit/seals.js';
import { prerequisiteProblem, usageProblem } from '../../../problem.js';
import type { Core } from '../../core.js';
import { Chain, type Link } from '../verify/chain.js';
import { readSeals } from '../verify/cursor.js';
import { Prunes } from '../verify/prunes.js';
import { Voids } from '../verify/voids.js';
import { headOf } from './head.js';
import type { Head } from './trail-head.js';

/** The time that a proof is to cover: from `since`, to before `until`; without them, from the beginning and to the end. */
export interface ProofPeriod {
  since?: Date;
  until?: Date;
}

/** Which seals a proof has. */
export interface ProofPlan {
  voids: Voids;
  /** The seals whose events the proof has: whole seals, both included. */
  firstNo: number;
  lastNo: number;
  /** The first and the last number of an event that these seals cover. */
  firstSeq: bigint;
  lastSeq: bigint;
  sealedFrom: Date;
  sealedTo: Date;
  /** The newest seal of the chain. The proof has all seals up to it, so that it confirms the others. */
  head: Head;
  /** Events of the period that are not sealed yet, so the proof cannot have them. */
  unsealed: number;
  /** Seals that were changed or planted, and were not declared void. */
  planted: number;
}

/**
 * Decides which seals prove a period. They begin with the last seal that was written before `since`, and end with the
 * first one that was written at or after `until`; so whoever reads only the times of these two seals sees that nothing
 * of the period lies outside. By the times of events too, which no clock keeps in the order of the numbers.
 * @throws Problem `proof-period-empty`, `proof-empty` or `proof-pruned`.
 */
export async function planProof({ database }: Core, { since, until }: ProofPeriod): Promise<ProofPlan> {
  if (since && until && until <= since) throw periodEmpty();
  const [prunes, voids] = [await Prunes.read(database), await Voids.read(database)];
  const upTo = await database.read(readLastEventSeq);
  const period = { ...(since && { since }), ...(until && { until }) };
  const { oldest, newest } = await bounds(database, period, upTo);
  const chain = new Chain({ isVoid: (seal) => voids.isVoid(seal) });
  let first: Bound | undefined;
  let last: Bound | undefined;
  let kept: Bound | undefined;
  let planted = 0;
  for await (const seal of readSeals(database)) {
    planted += chain.judge(seal).filter(({ kind }) => BESIDE.includes(kind)).length;
    if (chain.last !== seal) continue;
    const bound = boundOf(seal);
    const isBeforePeriod = since && isBefore(seal, since) && (oldest === undefined || seal.lastSeq < oldest);
    if (!first || isBeforePeriod) first = bound;
    const ends = last && until && !isBefore(last, until) && last.lastSeq >= newest;
    if (!ends || first === bound) last = bound;
    if (seal.lastSeq > prunes.upTo) kept ??= bound;
  }
  if (!first || !last || !kept) throw nothingSealed();
  if (first.lastSeq <= prunes.upTo) throw periodPruned(prunes.upTo, kept.sealedAt);
  const head = headOf(chain.last, chain.events);
  const open = { ...period, after: chain.last?.lastSeq ?? 0n, upTo };
  return {
    voids,
    firstNo: first.sealNo,
    lastNo: last.sealNo,
    firstSeq: first.firstSeq,
    lastSeq: last.lastSeq,
    sealedFrom: first.sealedAt,
    sealedTo: last.sealedAt,
    head,
    unsealed: await database.read((session) => countEvents(session, open)),
    planted,
  };
}

const BESIDE: readonly Link['kind'][] = ['changed', 'unlinked'];

/** A seal without its list. */
type Bound = Pick<SealRow, 'sealNo' | 'firstSeq' | 'lastSeq' | 'sealedAt'>;

const boundOf = ({ sealNo, firstSeq, lastSeq, sealedAt }: SealRow): Bound => ({
  sealNo,
  firstSeq,
  lastSeq,
  sealedAt,
});

const isBefore = ({ sealedAt }: Bound, instant: Date): boolean => sealedAt < instant;

/** The numbers of the first event since, and of the last one before; 0 where there is none before. */
async function bounds(
  database: Database,
  { since, until }: ProofPeriod,
  upTo: bigint,
): Promise<{ oldest: bigint | undefined; newest: bigint }> {
  const range = { after: 0n, upTo, limit: 1 };
  const [oldest] = since ? await database.read((session) => oldestEvents(session, { since, ...range })) : [];
  const [newest] = until ? await database.read((session) => newestEvents(session, { until, ...range })) : [];
  return { oldest: oldest?.seq, newest: newest?.seq ?? 0n };
}

const periodEmpty = () =>
  usageProblem('proof-period-empty', 'The period ends before it begins.', {
    hint: 'Name a time for --until that is after that of --since.',
  });

const nothingSealed = () =>
  prerequisiteProblem('proof-empty', 'No event is sealed, so there is nothing to prove.', {
    hint: 'Run `scimctl audit seal`, then export again.',
  });

/** @param keptAt when the first seal was written whose events are there. */
export const periodPruned = (upTo: bigint, keptAt?: Date) =>
  prerequisiteProblem('proof-pruned', `Events of the period were pruned, up to event ${upTo}.`, {
    hint: keptAt
      ? `Use --since ${secondAfter(keptAt)} or later. The removed events can only be proved with a proof from before.`
      : 'The trail was pruned meanwhile. Run the command again, with a later time for --since.',
  });

/** A seal that was written before it is there to begin with. */
const secondAfter = (instant: Date): string =>
  new Date((Math.floor(instant.getTime() / 1000) + 1) * 1000).toISOString().replace('.000Z', 'Z');
