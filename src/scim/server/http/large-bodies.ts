import { setImmediate as others } from 'node:timers/promises';
import { Gate, type Leave } from '../fairness/gate.js';
import type { Limits } from '../fairness/limits.js';
import type { OnGrowth } from './body.js';

/** Bytes of a body from which on it is large; an IdP's changes of single users and groups are far below. */
const LARGE = 65_536;
/** Of each IdP, so many requests with a large body are worked on at once. */
const AT_ONCE = 2;
/** How long an IdP waits before the next one beside others, in milliseconds for each KiB: a hundred times its parsing. */
const REST_MS = 4;

/**
 * Lets few requests with large bodies in at once: to read them takes its time, in which nobody else is answered, and
 * what such a body becomes when it is parsed is twenty times as large. Each IdP waits for itself.
 * Beside others, it waits also after a large body, so that few requests of others meet one that is being parsed.
 */
export class LargeBodies {
  readonly #gates = new Map<string, Gate>();

  constructor(
    private readonly limits: Pick<Limits, 'maxQueue' | 'handlerMs'>,
    private readonly isBesideOthers: (idp: string) => boolean,
  ) {}

  /**
   * Does the work, which reads and parses the body, in its turn if the body is large.
   * @param size in bytes, as far as it is known.
   * @param work is given what to ask whenever it has read more: it waits for the turn of a body that turns out large.
   * @throws Overloaded.
   */
  async inTurn<T>(idp: string, size: number, work: (onGrowth: OnGrowth) => Promise<T>): Promise<T> {
    let most = size;
    let turn: Promise<Leave> | undefined;
    const onGrowth = (bytes: number) => {
      most = Math.max(most, bytes);
      if (most < LARGE || turn) return undefined;
      turn = this.#gateOf(idp).enter(idp);
      return turn.then(() => others());
    };
    try {
      await onGrowth(size);
      return await work(onGrowth);
    } finally {
      const rest = (most / 1024) * REST_MS;
      // Also where the turn comes only when nobody is there any more.
      void turn?.then(
        (leave) => (this.isBesideOthers(idp) ? setTimeout(leave, rest).unref() : leave()),
        () => undefined,
      );
    }
  }

  #gateOf(idp: string): Gate {
    const { maxQueue, handlerMs } = this.limits;
    const gate =
      this.#gates.get(idp) ?? new Gate({ maxInside: AT_ONCE, maxWaiting: maxQueue, maxWaitMs: handlerMs });
    this.#gates.set(idp, gate);
    return gate;
  }
}
