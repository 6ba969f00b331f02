export interface AttemptLimits {
  /** So many failed attempts of one source in a window are answered as such; further ones are turned away. */
  attempts: number;
  windowMs: number;
  /** So many sources are remembered; of more, those that have been quiet for longest are forgotten. */
  sources: number;
}

export const ATTEMPT_LIMITS: AttemptLimits = { attempts: 30, windowMs: 60_000, sources: 10_000 };

interface Window {
  start: number;
  current: number;
  previous: number;
}

/**
 * Counts the failed attempts of each source address in a sliding window: those of the running window, and of
 * the one before it the share that still lies within the last `windowMs`. Good attempts are not counted and
 * never turned away, because a whole company may be behind one address.
 */
export class FailedAttempts {
  readonly #sources = new Map<string, Window>();

  constructor(private readonly limits: AttemptLimits = ATTEMPT_LIMITS) {}

  /**
   * Notes a failure.
   * @param now in milliseconds, of a clock that never goes back.
   * @returns 0, or for how many milliseconds to stay away when there were too many.
   */
  fail(address: string, now: number): number {
    const { windowMs, attempts, sources } = this.limits;
    const source = sourceOf(address);
    const window = this.#at(source, now);
    window.current++;
    // Behind the others: the first in the map is the one that has been quiet for longest.
    this.#sources.delete(source);
    this.#sources.set(source, window);
    if (this.#sources.size > sources) {
      const [oldest] = this.#sources.keys();
      if (oldest !== undefined) this.#sources.delete(oldest);
    }
    if (this.#weight(window, now) <= attempts) return 0;
    return Math.max(1000, window.start + windowMs - now);
  }

  /** Whether one more failure of this source would be one too many. Notes nothing. */
  isAway(address: string, now: number): boolean {
    const source = sourceOf(address);
    return this.#sources.has(source) && this.#weight(this.#at(source, now), now) >= this.limits.attempts;
  }

  /** How many sources are remembered. */
  get size(): number {
    return this.#sources.size;
  }

  #weight({ start, current, previous }: Window, now: number): number {
    return current + previous * (1 - (now - start) / this.limits.windowMs);
  }

  #at(source: string, now: number): Window {
    const { windowMs } = this.limits;
    const known = this.#sources.get(source);
    if (!known || now >= known.start + 2 * windowMs) return { start: now, current: 0, previous: 0 };
    if (now < known.start + windowMs) return known;
    return { start: known.start + windowMs, current: 0, previous: known.current };
  }
}

/** One subscriber has 2^64 addresses of IPv6 (RFC 6177), so those count as one. */
export function sourceOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  if (!address.includes(':')) return address;
  const [head = '', tail] = (address.toLowerCase().split('%')[0] ?? '').split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail ? tail.split(':') : [];
  const missing = tail === undefined ? [] : Array(Math.max(0, 8 - groups.length - after.length)).fill('0');
  const all = [...groups, ...missing, ...after].map((group) => group.replace(/^0+(?=.)/, ''));
  return `${all.slice(0, 4).join(':')}::/64`;
}
