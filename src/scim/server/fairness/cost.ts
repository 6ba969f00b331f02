/** A request that takes this long or longer makes its kind dear, in milliseconds. */
const DEAR_MS = 1_000;
/** The kind is cheap again when a request takes no longer than this, in milliseconds: with fewer at once, each is faster. */
const CHEAP_MS = 200;

/** The maximum number of requests of a dear kind that one IdP has worked on at once, even if it is alone. */
export const MOST_DEAR = 2;

/**
 * The kinds of requests of each IdP that cost most of a processor of the database for long. Eight of them at once would
 * take all processors, also from the endpoint if it runs on the same machine, and none would be answered sooner.
 */
export class Cost {
  readonly #dear = new Set<string>();

  /**
   * @param key an IdP and a kind of request.
   * @param tookMs how long the work on one took.
   */
  note(key: string, tookMs: number): void {
    if (tookMs >= DEAR_MS) this.#dear.add(key);
    else if (tookMs <= CHEAP_MS) this.#dear.delete(key);
  }

  isDear(key: string): boolean {
    return this.#dear.has(key);
  }
}
