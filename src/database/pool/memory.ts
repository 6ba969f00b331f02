/** Facts about a database that are dear to ask for at every request and seldom change. */
export class Memory {
  readonly #kept = new Map<string, { value: Promise<unknown>; since: number }>();
  readonly #once = new WeakMap<object, Map<string, unknown>>();
  readonly #learnt = new Map<string, { value: unknown; at: number }>();

  /**
   * What is remembered under this name, or else what `ask` finds out now; kept if it is `worth` that, for so many
   * milliseconds.
   */
  recall<T>(name: string, ask: () => Promise<T>, worth: (value: T) => boolean, keepMs = KEEP_MS): Promise<T> {
    const known = this.#kept.get(name);
    if (known && performance.now() - known.since < keepMs) return known.value as Promise<T>;
    const value = ask();
    const entry = { value, since: performance.now() };
    this.#kept.set(name, entry);
    const drop = () => this.#kept.get(name) === entry && this.#kept.delete(name);
    // Whoever asked hears of the error himself.
    value.then((found) => worth(found) || drop(), drop);
    return value;
  }

  /** What was learnt under this name, if it `holds`, for so many milliseconds, until now. */
  lately<T>(name: string, holds: (value: T) => number): T | undefined {
    const known = this.#learnt.get(name);
    if (!known) return undefined;
    const value = known.value as T;
    return performance.now() - known.at <= holds(value) ? value : undefined;
  }

  /** Makes what learns something that is about to be asked for: it counts as of now, not of when it is answered. */
  learner(name: string): (value: unknown) => void {
    const at = performance.now();
    return (value) => void this.#learnt.set(name, { value, at });
  }

  /** What `ask` finds out, asked once by all who share `whose`: a session, say. Kept as long as that is. */
  once<T>(whose: object, name: string, ask: () => T): T {
    const answers = this.#once.get(whose) ?? new Map<string, unknown>();
    this.#once.set(whose, answers);
    const answer = answers.get(name) ?? ask();
    answers.set(name, answer);
    return answer as T;
  }

  /** What was found last, to begin with what is likely; it decides nothing. */
  readonly hints = new Map<string, unknown>();

  /** Forgets all of it, since something turned out to have changed. @returns whether there was anything. */
  forget(): boolean {
    const some = this.#kept.size > 0;
    this.#kept.clear();
    this.#learnt.clear();
    return some;
  }
}

/** What a DBA adds to a host view is seen after so long; what is taken away, at the first error. */
const KEEP_MS = 30_000;
