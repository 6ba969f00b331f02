/** Looked up to warm up, then to measure: the second measure is of eight times as many. */
const TRIALS = [250, 500, 4_000];

/** Looked up at a time where that takes long for each person, and not for each statement. */
const AT_A_TIME = 1_000;

/**
 * How many people to look up by one statement. Where the host application has an index over its names, a statement
 * takes as long as there are people in it; where it has none, all its users are read through each time, however few
 * are asked for. Eight times as many people take eight times as long, or hardly longer: that tells, on any machine.
 */
export class Pace {
  readonly #took: number[] = [];

  /** @param most how many fit into one statement. */
  constructor(private readonly most: number) {}

  /** Whether the next ones are still there to measure by. */
  get measures(): boolean {
    return this.most > AT_A_TIME && this.#took.length < TRIALS.length;
  }

  /** Whether as many as possible are to be gathered. */
  get gathers(): boolean {
    const [, few, many] = this.#took;
    return few !== undefined && many !== undefined && many < 3 * few;
  }

  get size(): number {
    const next = this.measures ? TRIALS[this.#took.length] : this.gathers ? this.most : AT_A_TIME;
    return Math.min(next ?? AT_A_TIME, this.most);
  }

  /** Looks up, and learns from how long that takes. */
  async measured<T>(lookUp: () => Promise<T>): Promise<T> {
    const begin = performance.now();
    const result = await lookUp();
    this.#took.push(performance.now() - begin);
    return result;
  }
}
