import type { Session } from '../../database/database.js';
import { isFault } from '../../database/faults/fault.js';
import {
  deleteEventsUpTo,
  insertPrune,
  oldestSeqs,
  prunesAfter,
} from '../../database/queries/audit/prunes.js';
import { operationProblem } from '../../problem.js';
import type { Core } from '../core.js';
import { type ChangeOptions, change } from './change.js';
import { NO_DIGEST, pruneDigest } from './digests.js';
import { type ExactNumber, exactNumber } from './exact-number.js';
import { type PrunePlan, pruneTooRecent } from './prune-plan.js';

export interface Pruning {
  /** Events that this prune removed. */
  events: number;
  /** The last of them. */
  lastSeq: ExactNumber | null;
  /** The seal that they end with. */
  sealNo: number | null;
  /** Events of the prune before that were still there, because it was interrupted. */
  resumed: number;
  /** The prune seal that stands for them; none where there was nothing to remove. */
  prune: { pruneNo: number; digest: string } | null;
}

export interface PruneOptions extends Pick<ChangeOptions, 'dryRun'> {
  /** So many events are deleted in one transaction. */
  batch?: number;
  onProgress?: (deleted: number) => void;
}

/** SQL Server locks the whole table from 5000 rows on. */
const DELETED_AT_ONCE = 1000;

const LOCKS = [{ name: 'prune of the trail' }];

/**
 * Writes the prune seal and the event that tells of it in one transaction, and then deletes what it covers, some at a
 * time. Where that is interrupted, the trail is as good as before: what is left goes the next time. Several at once are
 * safe.
 * @throws Problem `prune-contended`, `prune-too-recent`.
 */
export async function pruneTrail(
  core: Core,
  plan: PrunePlan,
  { dryRun, batch = DELETED_AT_ONCE, onProgress }: PruneOptions = {},
): Promise<Pruning> {
  const pruning = await writePrune(core, plan, { dryRun });
  if (dryRun) return pruning;
  const upTo = plan.seal?.lastSeq ?? plan.leftUpTo;
  let deleted = 0;
  for (;;) {
    const some = await core.database.transaction((session) => deleteOldest(session, upTo, batch));
    deleted += some;
    onProgress?.(deleted);
    if (some < batch) return pruning;
  }
}

/** @returns how many were there. */
async function deleteOldest(session: Session, upTo: bigint, limit: number): Promise<number> {
  const oldest = await oldestSeqs(session, upTo, limit);
  const last = oldest.at(-1);
  if (last !== undefined) await deleteEventsUpTo(session, last);
  return oldest.length;
}

async function writePrune(core: Core, plan: PrunePlan, options: ChangeOptions): Promise<Pruning> {
  const { seal, events, left } = plan;
  const none: Pruning = { events: 0, lastSeq: null, sealNo: null, resumed: left, prune: null };
  if (!seal) return none;
  const content = {
    pruneNo: plan.lastNo + 1,
    sealNo: seal.sealNo,
    sealDigest: seal.digest,
    lastSeq: seal.lastSeq,
    eventCount: events,
    eventsDigest: plan.eventsDigest,
    previousDigest: plan.previousDigest ?? NO_DIGEST,
    sealedAt: core.clock(),
    sealedBy: Buffer.from(core.actor).toString(),
  };
  const row = { ...content, digest: pruneDigest(content) };
  const digest = row.digest.toString('hex');
  const result: Pruning = {
    events,
    lastSeq: exactNumber(seal.lastSeq),
    sealNo: seal.sealNo,
    resumed: left,
    prune: { pruneNo: row.pruneNo, digest },
  };
  const { sealNo, digest: headDigest } = plan.head;
  try {
    return await change(
      core,
      { action: 'audit.prune', target: { type: 'trail', id: digest } },
      async (session) => {
        if ((await prunesAfter(session, plan.lastNo, 1)).length > 0) throw contended();
        await insertPrune(session, row);
        const head = { sealNo, digest: headDigest };
        const { prune, events: removed, lastSeq, sealNo: upTo } = result;
        return {
          result,
          details: { before: plan.before, events: removed, lastSeq, sealNo: upTo, prune, head },
        };
      },
      { ...options, locks: LOCKS },
    );
  } catch (error) {
    // By the database's clock it is not 90 days.
    if (isFault(error, 'check-violation', 'value-refused')) throw pruneTooRecent(error);
    throw error;
  }
}

const contended = () =>
  operationProblem('prune-contended', 'Another process pruned the trail at the same time.', {
    hint: 'Run the command again: it continues after the other prune.',
  });
