/** An IdP that has asked for nothing for so long is not there, in milliseconds. */
const PRESENT_MS = 5_000;

/**
 * How many times fewer requests are far fewer. Among twenty IdPs at their usual rates, one always has slightly fewer than
 * another, and that is no reason to wait.
 */
const FAR = 4;

/** How many requests each IdP has here at this moment, those that wait included. */
export class Demand {
  readonly #all = new Map<string, { requests: number; lastAsked: number }>();

  /**
   * @param now in milliseconds, of a clock that never goes back.
   * @returns what is called when the request is over.
   */
  begin(idp: string, now: number): () => void {
    const demand = this.#all.get(idp) ?? { requests: 0, lastAsked: now };
    this.#all.set(idp, demand);
    demand.requests++;
    demand.lastAsked = now;
    return () => {
      demand.requests--;
    };
  }

  /** Whether one IdP has far fewer requests here than the other, so that it goes first. */
  isFarLess(one: string, other: string): boolean {
    return (this.#all.get(one)?.requests ?? 0) * FAR <= (this.#all.get(other)?.requests ?? 0);
  }

  /** The fewest that another has here, of those that are there; none where nobody is. */
  fewestBeside(idp: string, now: number): number | undefined {
    let fewest: number | undefined;
    for (const [name, { requests, lastAsked }] of this.#all) {
      const isThere = requests > 0 || now - lastAsked < PRESENT_MS;
      if (name !== idp && isThere) fewest = Math.min(requests, fewest ?? requests);
    }
    return fewest;
  }
}
