import type { Database } from '../../../database/database.js';
import { within } from '../../../within.js';
import { TooSlow } from '../http/faults.js';
import { Cost } from './cost.js';
import { Demand } from './demand.js';
import { Gate } from './gate.js';
import { type Limits, maxWaitMs } from './limits.js';

/** Connections that no IdP gets: for the check of tokens, look-ups by key, and what the endpoint does by itself. */
const RESERVED = 2;

/** What is done in a turn. */
export interface Work<T> {
  idp: string;
  /** Method and route: what one such request costs, the next one does as well. */
  kind: string;
  /** Whether the time that it takes is its cost, see `isCostTime`. */
  isMeasured?: boolean;
  /**
   * @param database what the IdP's share of connections is taken from.
   * @param giveWay for work that is long: waits while the requests of others go before it.
   */
  run: (database: Database, giveWay: () => Promise<void>) => Promise<T>;
  /** How large what it comes to is, in bytes. */
  bytesOf?: (result: T) => number;
  /** How long the IdP waits before the next request of the kind beside others, in milliseconds. Nothing came where it failed. */
  restOf?: (result: T | undefined) => number;
}

/**
 * The share of each IdP: of the requests that are worked on at once, and of the connections to the database. Neither is
 * all there is to share: the database has only so many processors, and JavaScript runs in one thread. So beside others,
 * an IdP has as many requests worked on at once as the one that asks for least, and one at least; it begins none while
 * one that asks for far less is being answered; and it rests after what costs much. Alone or not, it has few requests at
 * once of a kind that takes long, has large answers, or is not known yet.
 */
export class Turns {
  /** By IdP and kind. */
  readonly #kinds: Gate;
  readonly #slots: Gate;
  readonly #connections: Gate;
  readonly #demand = new Demand();
  readonly #cost = new Cost();

  constructor(
    private readonly database: Database,
    private readonly limits: Limits,
  ) {
    const { maxConcurrency, maxQueue, handlerMs } = limits;
    this.#kinds = new Gate({
      maxInside: Number.POSITIVE_INFINITY,
      maxWaiting: maxQueue,
      maxWaitMs: maxWaitMs(limits),
      mostOf: (key) => Math.min(this.#mostOf(idpOf(key)), this.#cost.mostOf(key, performance.now())),
    });
    this.#slots = new Gate({
      maxInside: maxConcurrency,
      maxWaiting: maxQueue,
      maxWaitMs: maxWaitMs(limits),
      mostOf: (idp) => this.#mostOf(idp),
      goesBefore: (one, other) => this.#demand.isFarLess(one, other),
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

  /** The maximum number of requests of an IdP in progress. */
  #mostOf(idp: string): number {
    const fewest = this.#demand.fewestBeside(idp, performance.now());
    return fewest === undefined ? Number.POSITIVE_INFINITY : Math.max(1, fewest);
  }

  get inside(): number {
    return this.#slots.inside;
  }

  get waiting(): number {
    return this.#kinds.waiting + this.#slots.waiting;
  }

  /**
   * Waits for a slot, and for the work, as long as the limits allow. At the end of the time the statements under way
   * are cancelled, and the work can begin no more; the slot is given back when it has ended.
   * @throws Overloaded, TooSlow, and what `run` throws.
   */
  async take<T>({ idp, kind, isMeasured, run, bytesOf, restOf }: Work<T>): Promise<T> {
    const end = this.#demand.begin(idp, performance.now());
    const entering = (gate: Gate, key: string) =>
      gate.enter(key).catch((error) => {
        end();
        throw error;
      });
    const key = keyOf(idp, kind);
    if (isMeasured) this.#cost.expect(key);
    const rested = await entering(this.#kinds, key);
    let result: T | undefined;
    try {
      const leave = await entering(this.#slots, idp);
      const begun = performance.now();
      const claim = this.database.claim(() => this.#connections.enter(idp));
      // Also after the time is over: what has not ended yet is still asked for, and takes a slot.
      const ended = (bytes: number) => {
        end();
        leave();
        const now = performance.now();
        this.#cost.note(key, { tookMs: now - begun, bytes }, now);
      };
      const working = run(claim.database, () => this.#slots.giveWay(idp));
      working.then(
        (answer) => ended(bytesOf?.(answer) ?? 0),
        () => ended(0),
      );
      result = await withinTime(working, this.limits, (late) => claim.end(late));
      return result;
    } finally {
      const restMs = restOf?.(result) ?? 0;
      if (restMs === 0 || !this.isBesideOthers(idp)) rested();
      else setTimeout(rested, restMs).unref();
    }
  }
}

/** Names of IdPs have no such character. */
const keyOf = (idp: string, kind: string) => `${idp} ${kind}`;
const idpOf = (key: string) => key.slice(0, key.indexOf(' '));

/**
 * What `working` comes to, if it does so in time.
 * @param onLate called when it does not; nobody waits for it any more.
 * @throws TooSlow.
 */
export const withinTime = <T>(
  working: Promise<T>,
  { handlerMs }: Pick<Limits, 'handlerMs'>,
  onLate: (late: TooSlow) => void = () => undefined,
): Promise<T> =>
  within(handlerMs, working, (): never => {
    const late = new TooSlow(`no answer in ${handlerMs} ms`);
    // Afterwards, so that what the end of the work makes of itself is not taken for the answer.
    setImmediate(() => onLate(late));
    throw late;
  });
