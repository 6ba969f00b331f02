import type { FailedAttempts } from '../../../core/authentication/attempts.js';
import { RecentPairs } from '../../../core/authentication/recent-pairs.js';
import { Gate } from '../fairness/gate.js';
import { type Limits, maxWaitMs } from '../fairness/limits.js';

/** For sources that were refused too often: enough for a look-up by primary key, and no more. */
const NARROW = { maxInside: 2, maxWaiting: 64 };

/**
 * Where tokens are checked, before anybody knows whose they are. Each pair of address and public id has its share.
 * A source that was refused too often passes through a small gate of its own, except with a token that was let in
 * from there recently: another client behind the same address goes on as before.
 */
export class AccessDoor {
  readonly #wide: Gate;
  readonly #narrow: Gate;
  readonly #good = new RecentPairs();

  constructor(
    private readonly attempts: FailedAttempts,
    limits: Limits,
  ) {
    const { maxConcurrency: maxInside, maxQueue: maxWaiting } = limits;
    this.#wide = new Gate({ maxInside, maxWaiting, maxWaitMs: maxWaitMs(limits) });
    this.#narrow = new Gate({ ...NARROW, maxWaitMs: maxWaitMs(limits) });
  }

  get inside(): number {
    return this.#wide.inside + this.#narrow.inside;
  }

  get waiting(): number {
    return this.#wide.waiting + this.#narrow.waiting;
  }

  /** @throws Overloaded, and what `check` throws. */
  async through<T extends object>(source: string, publicId: string, check: () => Promise<T>): Promise<T> {
    const now = performance.now();
    const isSuspect = this.attempts.isAway(source, now) && !this.#good.has(source, publicId, now);
    const leave = await (isSuspect ? this.#narrow : this.#wide).enter(`${source} ${publicId}`);
    try {
      const found = await check();
      if ('credential' in found) this.#good.note(source, publicId, performance.now());
      return found;
    } finally {
      leave();
    }
  }
}
