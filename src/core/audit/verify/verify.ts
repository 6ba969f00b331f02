import type { Database } from '../../../database/database.js';
import type { SealRow } from '../../../database/queries/audit/seals.js';
import type { Core } from '../../core.js';
import type { KeptHead } from '../evidence/trail-head.js';
import { judgeChain } from './chain.js';
import { readSeals } from './cursor.js';
import { Prunes } from './prunes.js';
import { Voids } from './voids.js';
import { Vouched } from './vouched.js';
import { type TrailVerification, Walk } from './walk.js';

export interface VerifyOptions {
  /** Kept elsewhere: tells a tail that was cut off, and a chain that was rewritten as a whole. */
  head?: KeptHead;
  onProgress?: (checked: number) => void;
}

/**
 * Holds every sealed event against its seal and the seals against one another. Only reads; in memory are
 * never more than some pages of events and seals, whatever the length of the trail.
 */
export async function verifyTrail(core: Core, options: VerifyOptions = {}): Promise<TrailVerification> {
  const { database } = core;
  for (;;) {
    const prunes = await Prunes.read(database);
    const found = await walkAll(database, prunes, options);
    if (found.status === 'intact') return found;
    // Events that were pruned meanwhile were looked for in vain.
    if ((await Prunes.read(database)).lastNo === prunes.lastNo) return found;
  }
}

async function walkAll(
  database: Database,
  prunes: Prunes,
  { head, onProgress }: VerifyOptions,
): Promise<TrailVerification> {
  const voids = await Voids.read(database);
  const vouched = head && (await Vouched.by(head, database));
  const walk = new Walk({ database, voids, prunes, vouched, head, onProgress });
  const seals = readSeals(database, ({ lastSeq, handedOut }) => {
    if (lastSeq <= handedOut) walk.cursor.allow(lastSeq);
  });
  const trust = { isVoid: (seal: SealRow) => voids.isVoid(seal), vouched };
  for await (const link of judgeChain(seals, trust)) await walk.take(link);
  return walk.finish();
}
