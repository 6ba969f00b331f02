import type { Database } from '../../../database/database.js';
import { isPruneTold, type PruneRow, prunesAfter } from '../../../database/queries/audit/prunes.js';
import { type SealRow, sealsAfter } from '../../../database/queries/audit/seals.js';
import { NO_DIGEST, pruneDigest } from '../digests.js';
import type { Findings } from './findings.js';

const PRUNES_AT_ONCE = 100;

/** What all prune seals say: up to which event some were removed on purpose. */
export class Prunes {
  /** Those that prove what they say, in their order. */
  readonly rows: PruneRow[] = [];
  /** Numbers of prune seals that are not what they were, or that stand for nothing in the trail. */
  readonly changed: number[] = [];

  static async read(database: Database): Promise<Prunes> {
    const prunes = new Prunes();
    let last: PruneRow | undefined;
    for (;;) {
      const after = last?.pruneNo ?? 0;
      const page = await database.read((session) => prunesAfter(session, after, PRUNES_AT_ONCE));
      for (const row of page) {
        if (prunes.changed.length === 0 && (await isSound(database, row, last))) prunes.rows.push(row);
        else prunes.changed.push(row.pruneNo);
        last = row;
      }
      if (page.length < PRUNES_AT_ONCE) break;
    }
    // Of those before it, the event that told may have been pruned since; each has the digest of the one before.
    const newest = prunes.rows.at(-1);
    if (newest && prunes.changed.length === 0 && !(await isTold(database, newest))) {
      prunes.rows.pop();
      prunes.changed.push(newest.pruneNo);
    }
    return prunes;
  }

  get last(): PruneRow | undefined {
    return this.rows.at(-1);
  }

  /** Events up to this one may be missing. */
  get upTo(): bigint {
    return this.last?.lastSeq ?? 0n;
  }

  /** The highest number of a prune seal, whatever it is worth. */
  get lastNo(): number {
    return this.changed.at(-1) ?? this.last?.pruneNo ?? 0;
  }

  addTo(findings: Findings): void {
    for (const sealNo of this.changed) findings.add({ kind: 'prune-changed', sealNo });
  }
}

async function isSound(database: Database, row: PruneRow, before: PruneRow | undefined): Promise<boolean> {
  if (!pruneDigest(row).equals(row.digest)) return false;
  if (row.pruneNo !== (before?.pruneNo ?? 0) + 1) return false;
  if (!row.previousDigest.equals(before?.digest ?? NO_DIGEST)) return false;
  if (row.lastSeq <= (before?.lastSeq ?? 0n)) return false;
  const [seal] = await database.read((session) => sealsAfter(session, row.sealNo - 1, 1));
  return seal !== undefined && isOf(row, seal);
}

/** Whether a prune seal goes up to this very seal. */
export const isOf = (row: PruneRow, seal: SealRow): boolean =>
  seal.sealNo === row.sealNo && seal.digest.equals(row.sealDigest) && seal.lastSeq === row.lastSeq;

const isTold = (database: Database, { digest, lastSeq }: PruneRow) =>
  database.read((session) => isPruneTold(session, digest.toString('hex'), lastSeq));
