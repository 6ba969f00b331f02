import { DatabaseFault, isPassing, problemOfFault } from '../../database/faults/fault.js';
import { Problem } from '../../problem.js';
import { type Withhold, withheldIn } from './withheld.js';

/** One file of a support bundle, before it is known what is in it. */
export interface SupportPart {
  /** `counts.json`, `plans/pending-users.sqlplan`. */
  file: string;
  /** What is in it, in one sentence without a full stop. */
  about: string;
  /** Whether it asks the database. */
  asksDatabase?: true;
  /** A document, or text as it is. */
  collect: () => Promise<unknown>;
}

export interface CollectedPart extends Omit<SupportPart, 'collect' | 'asksDatabase'> {
  /** Absent where it could not be had. */
  content?: unknown;
  /** Why it could not be had: the code of the problem. */
  missing?: string;
}

/** For a part that this installation does not have: the reason, in a sentence without names. */
export class NotAvailable extends Error {
  override readonly name = 'NotAvailable';
}

/**
 * Collects all parts. One that fails says why, and keeps no other from being collected; a database that no longer
 * answers is waited for only once.
 */
export async function collectParts(
  parts: readonly SupportPart[],
  withhold: () => Withhold,
): Promise<CollectedPart[]> {
  const collected: CollectedPart[] = [];
  let silence: string | undefined;
  for (const { collect, asksDatabase, ...part } of parts) {
    if (asksDatabase && silence !== undefined) {
      collected.push({ ...part, missing: silence });
      continue;
    }
    try {
      const content = await collect();
      collected.push({ ...part, content: withheldIn(content, withhold()) });
    } catch (error) {
      const missing = reasonOf(error);
      if (asksDatabase && isPassing(error)) silence = missing;
      collected.push({ ...part, missing });
    }
  }
  return collected;
}

/** Messages may quote names and values: only the code is kept. */
export function reasonOf(error: unknown): string {
  if (error instanceof NotAvailable) return error.message;
  const problem = error instanceof DatabaseFault ? problemOfFault(error) : error;
  if (problem instanceof Problem) return problem.code;
  return `internal-error (${error instanceof Error ? error.name : typeof error})`;
}
