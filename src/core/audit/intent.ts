import type { EventRow } from '../../database/queries/audit/events.js';
import type { Problem } from '../../problem.js';

export interface EventTarget {
  /** `idp`, `token`, `user`, `installation`. */
  type: string;
  id?: string;
  name?: string;
}

/** What is about to be tried. */
export interface Intent {
  /** `token.create`: noun and verb. */
  action: string;
  target: EventTarget;
}

export type Done<T> = ChangeOutcome &
  ({ result: T; write?: undefined } | { result?: undefined; write: Writer<T> });

/**
 * Makes the change and writes its event, in one round trip if possible. Nothing may be written
 * before it is called: other changes may share the transaction, and they go on if this one is refused.
 */
export type Writer<T> = (event: EventRow) => Promise<T>;

export interface ChangeOutcome {
  /** False where things already were as asked: no event is written. */
  changed?: boolean;
  /** What it turned out to be, where that is known only now: a create that matched, `user.match`. */
  action?: string;
  /** What is known only now, such as the new id. */
  target?: Partial<EventTarget>;
  /** Never a secret, never a digest. */
  details?: Record<string, unknown>;
}

/** Counts repeated refusals, instead of writing an event for each. */
export interface RefusalCounter {
  /**
   * Writes the first refusal of a kind, and counts the next ones.
   * @param write writes the event of this refusal. If it throws, the error is thrown and the next refusal is the first.
   */
  note(
    actor: string,
    intent: Intent,
    problem: Pick<Problem, 'code' | 'trail'>,
    write: () => Promise<void>,
  ): Promise<void>;
}
