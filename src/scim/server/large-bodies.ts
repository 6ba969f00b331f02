import { setImmediate as others } from 'node:timers/promises';
import { Gate } from './gate.js';
import type { Limits } from './limits.js';

/** Characters of a body from which on it is large; an IdP's changes of single users and groups are far below. */
const LARGE = 65_536;
/** Of each IdP, so many requests with a large body are worked on at once. */
const AT_ONCE = 2;

/**
 * Lets few requests with large bodies in at once: what such a body becomes when it is parsed is twenty times as large,
 * and takes its time, in which nobody else is answered. Each IdP waits for itself.
 */
export class LargeBodies {
  readonly #gates = new Map<string, Gate>();

  constructor(private readonly limits: Pick<Limits, 'maxQueue' | 'handlerMs'>) {}

  /**
   * Does the work, which begins with parsing the body, in its turn if the body is large.
   * @throws Overloaded.
   */
  async inTurn<T>(idpId: string, text: string | undefined, work: () => Promise<T>): Promise<T> {
    if (text === undefined || text.length < LARGE) return work();
    const gate = this.#gateOf(idpId);
    await gate.enter();
    try {
      await others();
      return await work();
    } finally {
      gate.leave();
    }
  }

  #gateOf(idpId: string): Gate {
    const { maxQueue, handlerMs } = this.limits;
    const gate =
      this.#gates.get(idpId) ?? new Gate({ maxInside: AT_ONCE, maxWaiting: maxQueue, maxWaitMs: handlerMs });
    this.#gates.set(idpId, gate);
    return gate;
  }
}
