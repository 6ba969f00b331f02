/** Milliseconds in which the same request again is a repetition. */
const SOON_MS = 1_000;
/** Resources that are remembered; the one that was changed last the longest time ago is forgotten first. */
const REMEMBERED = 1_000;

/** Changes of one resource over and over, as by a client that is caught in a loop. */
export class Repeats {
  readonly #last = new Map<string, number>();

  /**
   * Takes note of a change.
   * @param key of the IdP, the method and the resource.
   * @returns whether the same resource was changed in the same way a moment ago.
   */
  note(key: string, now = performance.now()): boolean {
    const before = this.#last.get(key);
    this.#last.delete(key);
    this.#last.set(key, now);
    if (this.#last.size > REMEMBERED) this.#last.delete(this.#last.keys().next().value ?? '');
    return before !== undefined && now - before < SOON_MS;
  }
}
