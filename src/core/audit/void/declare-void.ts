import type { Session } from '../../../database/database.js';
import { insertVoid, type VoidRow } from '../../../database/queries/audit/voids.js';
import { slices } from '../../../database/sql/slices.js';
import type { Core } from '../../core.js';
import { withoutTokens } from '../../tokens/format.js';
import { type ChangeOptions, change } from '../change.js';
import { packEntries, packSealRows, voidDigest } from '../digests.js';
import type { VoidPlan } from './void-plan.js';

export interface Voiding {
  /** Void seals that were written. */
  voids: { voidNo: number; digest: string }[];
  /** How many rows of `event_seal` they declare void. */
  seals: number;
  /** How many events they declare void. */
  events: number;
  /** How many events of void seals were sealed anew, as they are now. */
  sealedAnew: number;
}

/** 400,000 bytes of lists are what the database takes; more than one event's details can name are never needed. */
const ROWS_IN_ONE = 9000;

/**
 * Writes void seals for the rows of a plan, and the event that tells of them, in one transaction. No row is changed or
 * deleted.
 */
export function declareVoid(
  core: Core,
  plan: VoidPlan,
  reason: string,
  options: ChangeOptions = {},
): Promise<Voiding> {
  const counts = {
    seals: plan.seals.length,
    events: plan.events.length,
    sealedAnew: plan.sealedAnew.length,
  };
  return change(
    core,
    { action: 'audit.void', target: { type: 'trail' } },
    async (session) => {
      const voids = await writeVoids(core, session, plan);
      const result = { voids, ...counts };
      return {
        result,
        changed: voids.length > 0,
        details: { reason: withoutTokens(reason).slice(0, 500), ...result },
      };
    },
    options,
  );
}

async function writeVoids(core: Core, session: Session, plan: VoidPlan): Promise<Voiding['voids']> {
  const written: Voiding['voids'] = [];
  for (const part of parts(plan)) {
    const content = {
      voidNo: plan.nextNo + written.length,
      ...part,
      sealedAt: core.clock(),
      sealedBy: Buffer.from(core.actor).toString(),
    };
    const row = { ...content, digest: voidDigest(content) };
    await insertVoid(session, row);
    written.push({ voidNo: row.voidNo, digest: row.digest.toString('hex') });
  }
  return written;
}

/** The rows of a plan, so many for each void seal. */
function* parts({ seals, events, sealedAnew }: VoidPlan): Generator<Pick<VoidRow, Lists>> {
  const none: Pick<VoidRow, Lists> = {
    voidSeals: Buffer.alloc(0),
    voidEvents: Buffer.alloc(0),
    rowDigests: Buffer.alloc(0),
  };
  const all = seals.length + events.length + sealedAnew.length;
  if (all === 0) return;
  if (all <= ROWS_IN_ONE) {
    yield {
      voidSeals: packSealRows(seals),
      voidEvents: packEntries(events),
      rowDigests: packEntries(sealedAnew),
    };
    return;
  }
  for (const some of slices(seals, ROWS_IN_ONE)) yield { ...none, voidSeals: packSealRows(some) };
  for (const some of slices(events, ROWS_IN_ONE)) yield { ...none, voidEvents: packEntries(some) };
  for (const some of slices(sealedAnew, ROWS_IN_ONE)) yield { ...none, rowDigests: packEntries(some) };
}

type Lists = 'voidSeals' | 'voidEvents' | 'rowDigests';
