import { sourceOf } from './attempts.js';

/** A token that has been quiet for longer is known no more, in milliseconds. */
const KNOWN_MS = 60 * 60_000;
/** So many pairs are remembered; of more, those that have been quiet for longest are forgotten. */
const MOST = 10_000;

/** Remembers which tokens were good from which source addresses. It lets nobody in: it only tells whom to doubt. */
export class RecentPairs {
  readonly #seen = new Map<string, number>();

  constructor(private readonly most = MOST) {}

  /** @param now in milliseconds, of a clock that never goes back. */
  note(address: string, publicId: string, now: number): void {
    const pair = pairOf(address, publicId);
    // Behind the others: the first in the map is the one that has been quiet for longest.
    this.#seen.delete(pair);
    this.#seen.set(pair, now);
    if (this.#seen.size <= this.most) return;
    const [oldest] = this.#seen.keys();
    if (oldest !== undefined) this.#seen.delete(oldest);
  }

  has(address: string, publicId: string, now: number): boolean {
    const seen = this.#seen.get(pairOf(address, publicId));
    return seen !== undefined && now - seen < KNOWN_MS;
  }
}

const pairOf = (address: string, publicId: string) => `${sourceOf(address)} ${publicId}`;
