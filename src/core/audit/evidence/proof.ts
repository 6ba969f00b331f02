import type { Database } from '../../../database/database.js';
import type { StoredEvent } from '../../../database/queries/audit/events.js';
import type { SealRow } from '../../../database/queries/audit/seals.js';
import { prerequisiteProblem } from '../../../problem.js';
import type { Core } from '../../core.js';
import { eventDigest, eventForm, SealEntries, type SealEntry, sealForm } from '../digests.js';
import { judgeChain } from '../verify/chain.js';
import { EventCursor, readSeals } from '../verify/cursor.js';
import { Prunes } from '../verify/prunes.js';
import { type ProofPlan, periodPruned } from './proof-plan.js';

/** Where a piece of a proof belongs: events, their seals, and the seals between these and the head. */
export type ProofPart = 'events' | 'seals' | 'laterSeals';

/** Whole lines: each is the text that is hashed of one event or seal. */
export interface ProofPiece {
  part: ProofPart;
  lines: readonly string[];
}

const LINES_AT_ONCE = 250;

/**
 * A proof, in pieces: of the seals from `firstNo` to `lastNo` the events and the seals, in their order, and all seals
 * from there to the head. What a third party would find wrong is found here first.
 * @throws Problem `proof-tampered`, `proof-void` or `proof-pruned`.
 */
export async function* proofPieces(core: Core, plan: ProofPlan): AsyncGenerator<ProofPiece> {
  const { database } = core;
  const { voids, firstNo, lastNo, head } = plan;
  const cursor = new EventCursor(database, plan.firstSeq - 1n);
  cursor.allow(plan.lastSeq);
  let previous: Buffer | undefined;
  let lines: string[] = [];
  for await (const link of judgeChain(readSeals(database), { isVoid: (seal) => voids.isVoid(seal) })) {
    const continues = link.kind === 'intact' || (link.kind === 'void' && link.continues);
    if (!continues || link.seal.sealNo < firstNo) continue;
    const { seal } = link;
    if (previous && !seal.previousDigest.equals(previous)) throw tampered(`seal ${seal.sealNo - 1}`);
    previous = seal.digest;
    const isCovered = seal.sealNo <= lastNo;
    if (isCovered && link.kind === 'void') throw declaredVoid(seal);
    if (isCovered) yield* eventsOf(seal, { cursor, plan, database });
    lines.push(sealForm(seal));
    const isLast = seal.sealNo === head.sealNo;
    if (lines.length >= LINES_AT_ONCE || seal.sealNo === lastNo || isLast) {
      yield { part: isCovered ? 'seals' : 'laterSeals', lines };
      lines = [];
    }
    if (isLast) return;
  }
  throw tampered(`seal ${head.sealNo}`);
}

/** The events of a seal: those that it lists, as it lists them, and no others. */
async function* eventsOf(
  { lastSeq, rowDigests }: SealRow,
  { cursor, plan, database }: { cursor: EventCursor; plan: ProofPlan; database: Database },
): AsyncGenerator<ProofPiece> {
  const entries = new SealEntries(rowDigests);
  let at = 0;
  let lines: string[] = [];
  for (let event = await cursor.take(lastSeq); event; event = await cursor.take(lastSeq)) {
    const entry = entries.at(at);
    if (entry && entry.seq < event.seq) throw await missing(entry, database);
    if (!isListed(event, entry)) {
      if (plan.voids.hasEvent(event)) continue;
      throw tampered(`event ${event.seq}`);
    }
    at++;
    lines.push(eventForm(event));
    if (lines.length < LINES_AT_ONCE) continue;
    yield { part: 'events', lines };
    lines = [];
  }
  const entry = entries.at(at);
  if (entry) throw await missing(entry, database);
  yield { part: 'events', lines };
}

const isListed = (event: StoredEvent, entry: SealEntry | undefined): boolean =>
  entry?.seq === event.seq && entry.digest === eventDigest(event);

/** It may have been pruned since the proof was planned. */
async function missing({ seq }: SealEntry, database: Database) {
  const { upTo } = await Prunes.read(database);
  return seq <= upTo ? periodPruned(upTo) : tampered(`event ${seq}`);
}

const tampered = (what: string) =>
  prerequisiteProblem('proof-tampered', `The audit trail was tampered with: ${what} cannot be proved.`, {
    hint: 'Run `scimctl audit verify` to list the findings.',
  });

const declaredVoid = ({ sealNo, firstSeq, lastSeq, sealedAt }: SealRow) =>
  prerequisiteProblem(
    'proof-void',
    `Seal ${sealNo} (events ${firstSeq} to ${lastSeq}) was declared void, so it proves no events.`,
    {
      hint: `Export a proof of the time before (--until) and another of the time after it (--since). The seal was written at ${sealedAt.toISOString()}.`,
    },
  );
