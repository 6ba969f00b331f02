/**
 * Looks things up by a key, once for all who ask within one turn of the event loop. The look-up begins when the
 * turn is over, so that nobody is answered with what was true before they asked. Nothing is kept.
 */
export class Gathered<T> {
  readonly #waiting = new Map<string, Promise<T>>();

  /** @param isSentLater whether the database sends a look-up only when the turn is over, by itself. */
  constructor(
    private readonly lookUp: (key: string) => Promise<T>,
    private readonly isSentLater = false,
  ) {}

  ask(key: string): Promise<T> {
    const known = this.#waiting.get(key);
    if (known) return known;
    const answer = this.isSentLater ? this.#now(key) : this.#later(key);
    this.#waiting.set(key, answer);
    return answer;
  }

  #now(key: string): Promise<T> {
    setImmediate(() => this.#waiting.delete(key));
    return this.lookUp(key);
  }

  async #later(key: string): Promise<T> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#waiting.delete(key);
    return this.lookUp(key);
  }
}
