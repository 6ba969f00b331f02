import type { Database } from '../../database/database.js';
import { Demand } from './demand.js';
import { TooSlow } from './faults.js';
import { Gate } from './gate.js';
import { type Limits, maxWaitMs } from './limits.js';

/** Connections that no IdP gets: for the check of tokens, look-ups by key, and what the endpoint does by itself. */
const RESERVED = 2;

/**
 * The share of each IdP: of the requests that are worked on at once, and of the connections to the database. Neither is
 * all there is to share: the database has only so many processors, and JavaScript runs in one thread. So beside others,
 * an IdP has as many requests worked on at once as the one that asks for least, and one at least.
 */
export class Turns {
  readonly #slots: Gate;
  readonly #connections: Gate;
  readonly #demand = new Demand();

  constructor(
    private readonly database: Database,
    private readonly limits: Limits,
  ) {
    const { maxConcurrency, maxQueue, handlerMs } = limits;
    this.#slots = new Gate({
      maxInside: maxConcurrency,
      maxWaiting: maxQueue,
      maxWaitMs: maxWaitMs(limits),
      mostOf: (idp) => {
        const fewest = this.#demand.fewestBeside(idp, performance.now());
        return fewest === undefined ? maxConcurrency : Math.max(1, fewest);
      },
    });
    this.#connections = new Gate({
      maxInside: Math.max(1, database.connections - RESERVED),
      // Those who wait have a slot, and the time of their request.
      maxWaiting: Number.POSITIVE_INFINITY,
      maxWaitMs: handlerMs,
    });
  }

  /** Whether another IdP is there. */
  isBesideOthers(idp: string): boolean {
    return this.#demand.fewestBeside(idp, performance.now()) !== undefined;
  }

  get inside(): number {
    return this.#slots.inside;
  }

  get waiting(): number {
    return this.#slots.waiting;
  }

  /**
   * Waits for a slot, and for the work, as long as the limits allow. At the end of the time the statements under way
   * are cancelled, and the work can begin no more; the slot is given back when it has ended.
   * @throws Overloaded, TooSlow, and what `work` throws.
   */
  async take<T>(idp: string, work: (database: Database) => Promise<T>): Promise<T> {
    const end = this.#demand.begin(idp, performance.now());
    const leave = await this.#slots.enter(idp).catch((error) => {
      end();
      throw error;
    });
    const claim = this.database.claim(() => this.#connections.enter(idp));
    const working = work(claim.database).finally(() => {
      end();
      leave();
    });
    return withinTime(working, this.limits, (late) => claim.end(late));
  }
}

/**
 * What `working` comes to, if it does so in time.
 * @param onLate called when it does not; nobody waits for it any more.
 * @throws TooSlow.
 */
export async function withinTime<T>(
  working: Promise<T>,
  { handlerMs }: Pick<Limits, 'handlerMs'>,
  onLate: (late: TooSlow) => void = () => undefined,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new TooSlow(`no answer in ${handlerMs} ms`);
      reject(error);
      onLate(error);
    }, handlerMs);
  });
  try {
    return await Promise.race([working, late]);
  } finally {
    clearTimeout(timer);
    working.catch(() => undefined);
  }
}
