import type { Session, Shared } from '../../../database/database.js';
import { DatabaseFault, isFault, isPassing } from '../../../database/faults/fault.js';
import { eventExists } from '../../../database/queries/audit/events.js';
import { finish } from '../../audit/change.js';
import type { Done } from '../../audit/intent.js';
import { stillAsked } from '../../authentication/asker.js';
import type { Core, SharableChange, SharedChanges } from '../../core.js';
import { randomUuid } from '../../uuid.js';
import { locksOf } from './locks.js';

interface Waiting extends SharableChange<unknown> {
  eventId: string;
  resolve: (result: unknown) => void;
  reject: (error: unknown) => void;
}

/** Undefined where it has to be made by itself. */
type Outcome = { result: unknown } | undefined;

/** So many at most: everybody is answered when the last of them is, and all are undone if one cannot be written. */
const MOST_TOGETHER = 8;

/** How long somebody waits for company while others are under way, in milliseconds. */
const PATIENCE_MS = 5;

/** How long all of a group may wait, in milliseconds, for a lock that one of them needs. */
const LOCK_MS = 250;

/**
 * Makes changes of users of one IdP that come at the same time in one transaction: each with its own
 * decision and its own event, and with one BEGIN, one COMMIT and a few packets for all of them. None is worse off
 * for the company of another: whoever is refused, or needs more than it holds, leaves before anything is written,
 * and when the writing fails for one, or a lock is not to be had soon, each is made by itself as if there were no
 * others. Different IdPs share nothing: none waits for another's changes, or has its own undone by them.
 */
export class Sharing implements SharedChanges {
  /** By actor. */
  readonly #queues = new Map<string, Queue>();

  constructor(private readonly random: Core['random']) {}

  /** @throws what the change throws that is made by itself. */
  make<T>(member: SharableChange<T>): Promise<T> {
    if (member.held.claims === 'alone') return member.alone();
    const { actor } = member.core;
    const queue = this.#queues.get(actor) ?? new Queue(this.random);
    this.#queues.set(actor, queue);
    return queue.make(member);
  }
}

/** Changes that may share a transaction with each other. */
class Queue {
  #waiting: Waiting[] = [];
  #isGathering = false;
  /** Groups, and those who set off by themselves. */
  #underWay = 0;
  /** The names that those hold who have set off and have no answer yet. */
  readonly #held = new Set<string>();
  #patience: NodeJS.Timeout | undefined;
  /** Moves on, so that those who are under way at the same time keep out of each other's slots. */
  #slot: number;

  constructor(random: Core['random']) {
    this.#slot = random(1)[0] ?? 0;
  }

  make<T>(member: SharableChange<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const eventId = randomUuid(member.core.random);
      this.#waiting.push({ ...member, eventId, resolve: resolve as Waiting['resolve'], reject });
      if (this.#isGathering) return;
      this.#isGathering = true;
      setImmediate(() => {
        this.#isGathering = false;
        this.#gather();
      });
    }).finally(() => {
      for (const name of member.held.names) this.#held.delete(name);
      this.#gather();
    });
  }

  /**
   * Whoever comes while others are under way waits for company until these are back, so that the database works
   * on some while we work on others; a whole group, not that either, while there is but one before it. Whoever wants
   * what one of these holds waits for that one's answer, without a connection, and so in the order of arrival.
   */
  #gather(): void {
    while (this.#underWay === 0 || (this.#underWay === 1 && this.#waiting.length >= MOST_TOGETHER)) {
      if (!this.#setOff()) return;
    }
    if (firstGroupOf(this.#waiting, this.#held).length === 0) return;
    this.#patience ??= setTimeout(() => {
      this.#setOff();
      this.#gather();
    }, PATIENCE_MS);
  }

  /** False where nobody can set off yet. */
  #setOff(): boolean {
    clearTimeout(this.#patience);
    this.#patience = undefined;
    const group = firstGroupOf(this.#waiting, this.#held);
    const [first] = group;
    if (!first) return false;
    this.#waiting = this.#waiting.filter((one) => !group.includes(one));
    for (const { held } of group) for (const name of held.names) this.#held.add(name);
    this.#underWay++;
    const made = group.length === 1 ? makeAlone(first) : this.#makeAll(first, group);
    void made.finally(() => {
      this.#underWay--;
      this.#gather();
    });
    return true;
  }

  async #makeAll(first: Waiting, group: readonly Waiting[]): Promise<void> {
    const locks = locksOf(
      group.map(({ held }) => held),
      this.#slot,
    );
    this.#slot += group.length;
    // Of the last attempt that may have written; one tells of all, since they are committed together.
    let event: string | undefined;
    // In the IdP's share of the connections.
    const { database } = first.core;
    try {
      const outcomes = await database.transaction(
        async (session) => {
          const shared = together(session);
          const decided = await decideEach(shared, group, event !== undefined);
          event = group.find((_, n) => writes(decided[n]))?.eventId ?? event;
          return writeEach(shared, group, decided);
        },
        {
          locks,
          lockMs: LOCK_MS,
          arrived: async (session) => event === undefined || eventExists(session, event),
        },
      );
      for (const [n, one] of group.entries()) {
        const outcome = outcomes[n];
        if (outcome) one.resolve(outcome.result);
        else void makeAlone(one);
      }
    } catch (error) {
      for (const one of group) {
        if (isHopeless(error)) one.reject(error);
        else void makeAlone(one);
      }
    }
  }
}

/** Never fails itself. */
const makeAlone = ({ alone, resolve, reject }: Waiting): Promise<void> => alone().then(resolve, reject);

/**
 * Those who came first and want nothing that is held; no two hold the same thing, or one would have to see what the
 * other does. Whoever has to wait for that keeps the order among those who want it, and holds up nobody else.
 */
function firstGroupOf(waiting: readonly Waiting[], held: ReadonlySet<string>): Waiting[] {
  const taken = new Set(held);
  const group: Waiting[] = [];
  for (const one of waiting) {
    const { names } = one.held;
    if (!names.some((name) => taken.has(name))) group.push(one);
    if (group.length === MOST_TOGETHER) break;
    for (const name of names) taken.add(name);
  }
  return group;
}

/** COMMIT waits until everybody has written, unless all write by one statement. */
function together(session: Session): SharedSession {
  const shared: Shared = {
    writers: 0,
    // Without the rows it is not known what each has made: nobody has an outcome, and finds it there already.
    conclude: (statements) => session.conclude(NO_OUTCOMES, statements),
  };
  const conclude: Session['conclude'] = (_, statements) => session.series(statements);
  // Not copied, since a transaction makes its knex only when somebody looks at it.
  return Object.assign(Object.create(session) as Session, { conclude, shared });
}

type SharedSession = Session & { shared: Shared };
type Decision = PromiseSettledResult<Done<unknown>>;

const NO_OUTCOMES: readonly Outcome[] = [];

/**
 * Everybody decides before anybody writes.
 * @param again whether an attempt before may have written, so that a refusal may be a decision over what that one
 *   has made: then it is the failure of all, upon which it is asked whether that one has arrived.
 */
async function decideEach(
  session: SharedSession,
  group: readonly Waiting[],
  again: boolean,
): Promise<Decision[]> {
  const decided = await Promise.allSettled(
    group.map(({ core, work }) => stillAsked(core.asker, session, work)),
  );
  for (const one of decided) {
    if (one.status === 'rejected' && (again || isOfDatabase(session, one.reason))) throw one.reason;
  }
  session.shared.writers = decided.filter(writes).length;
  return decided;
}

const writes = (decision: Decision | undefined): boolean =>
  decision?.status === 'fulfilled' && decision.value.changed !== false;

async function writeEach(
  session: SharedSession,
  group: readonly Waiting[],
  decided: readonly Decision[],
): Promise<readonly Outcome[]> {
  const written = await Promise.allSettled(
    group.map(async ({ core, eventId, intent }, n): Promise<Outcome> => {
      const decision = decided[n];
      if (decision?.status !== 'fulfilled') return undefined;
      return { result: await finish(core, session, eventId, intent, decision.value) };
    }),
  );
  return written.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

/** Not a decision: the transaction has come to nothing. */
const isOfDatabase = (session: Session, reason: unknown): boolean =>
  reason instanceof DatabaseFault || session.dialect.classify(reason) !== 'other';

/** Nobody would fare better alone: the database cannot be asked, or what has become of the COMMIT is not known. */
const isHopeless = (error: unknown): boolean =>
  isPassing(error) && !isFault(error, 'deadlock', 'serialization', 'lock-timeout', 'statement-timeout');
