/** Milliseconds in which the same request again is a repetition. */
const SOON_MS = 1_000;
/** Users who are remembered; the one whose last change is the longest time ago is forgotten first. */
const REMEMBERED = 1_000;

/** Changes of one user over and over, as by a client that is caught in a loop. Of a group, many changes in a row are usual. */
export class Repeats {
  readonly #last = new Map<string, number>();

  /**
   * Takes note of a change.
   * @param key of the IdP, the method and the user.
   * @returns whether the same user was changed in the same way a moment ago.
   */
  note(key: string, now = performance.now()): boolean {
    const before = this.#last.get(key);
    this.#last.delete(key);
    this.#last.set(key, now);
    if (this.#last.size > REMEMBERED) this.#last.delete(this.#last.keys().next().value ?? '');
    return before !== undefined && now - before < SOON_MS;
  }
}
