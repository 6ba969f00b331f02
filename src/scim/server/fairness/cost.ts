/** A request that takes this long or longer makes its kind dear, in milliseconds. */
const DEAR_MS = 1_000;
/** Bytes of an answer from which on its kind is bulky: the endpoint itself is busy with it. */
const BULKY = 65_536;
/** How long a kind stays so after the last such request, in milliseconds. What is fast, small or hangs up does not end it. */
const STAYS_MS = 10_000;

/** The maximum number of requests of a kind that one IdP has worked on at once, even if it is alone. */
const MOST = { unknown: 2, dear: 2, bulky: 4 };

/**
 * Whether the time that a request takes is its cost. A change of users, alone or in bulk, may wait for the application's
 * triggers; a read and a change of a group cost what they read.
 * @param effect of the request, see `effectOf`.
 */
export const isCostTime = (effect: 'read' | 'change' | 'bulk', route: string): boolean =>
  effect === 'read' || route.includes('/Groups');

/** What is known of a kind of requests. */
interface Known {
  isAnswered: boolean;
  /** Instants, in milliseconds. */
  dearUntil: number;
  bulkyUntil: number;
}

/**
 * What the kinds of requests of each IdP cost. Some keep a processor of the database busy for long: eight of them at once
 * would take all processors, also from the endpoint if it runs on the same machine, and none would be answered sooner.
 * Some have large answers, of which the endpoint makes one after another. What a kind costs is not known before its first
 * answer. Instants are milliseconds of a clock that never goes back.
 */
export class Cost {
  readonly #kinds = new Map<string, Known>();

  /**
   * Called before a request whose time is its cost; no other kind is ever limited.
   * @param key an IdP and a kind of request.
   */
  expect(key: string): void {
    if (!this.#kinds.has(key)) this.#kinds.set(key, { isAnswered: false, dearUntil: 0, bulkyUntil: 0 });
  }

  /**
   * Called when the work on a request has ended; the time of one that was not expected is no cost.
   * @param spent how long it took, in milliseconds, and how large its answer is, in bytes.
   */
  note(key: string, spent: { tookMs: number; bytes: number }, now: number): void {
    const known = this.#kinds.get(key);
    if (!known) return;
    known.isAnswered = true;
    if (spent.tookMs >= DEAR_MS) known.dearUntil = now + STAYS_MS;
    if (spent.bytes >= BULKY) known.bulkyUntil = now + STAYS_MS;
  }

  /** The maximum number of requests of the kind at once. */
  mostOf(key: string, now: number): number {
    const known = this.#kinds.get(key);
    if (!known) return Number.POSITIVE_INFINITY;
    if (!known.isAnswered) return MOST.unknown;
    if (now < known.dearUntil) return MOST.dear;
    return now < known.bulkyUntil ? MOST.bulky : Number.POSITIVE_INFINITY;
  }
}
