/** A request that takes this long or longer makes its kind dear, in milliseconds. */
const DEAR_MS = 1_000;
/** How long a kind is dear after the last such request, in milliseconds. What is fast or hangs up does not end it. */
const STAYS_MS = 10_000;

/** The maximum number of requests of a dear kind that one IdP has worked on at once, even if it is alone. */
export const MOST_DEAR = 2;

/**
 * Whether the time that a request takes is its cost. A change of users, alone or in bulk, may wait for the application's
 * triggers; a read and a change of a group cost what they read.
 * @param effect of the request, see `effectOf`.
 */
export const isCostTime = (effect: 'read' | 'change' | 'bulk', route: string): boolean =>
  effect === 'read' || route.includes('/Groups');

/**
 * The kinds of requests of each IdP that keep a processor of the database busy for long. Eight of them at once would take
 * all processors, also from the endpoint if it runs on the same machine, and none would be answered sooner. Instants are
 * milliseconds of a clock that never goes back.
 */
export class Cost {
  readonly #dearUntil = new Map<string, number>();

  /**
   * @param key an IdP and a kind of request.
   * @param tookMs how long the work on one took.
   */
  note(key: string, tookMs: number, now: number): void {
    if (tookMs >= DEAR_MS) this.#dearUntil.set(key, now + STAYS_MS);
  }

  isDear(key: string, now: number): boolean {
    return now < (this.#dearUntil.get(key) ?? now);
  }
}
