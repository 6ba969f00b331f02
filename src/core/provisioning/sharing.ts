import type { Database, Session } from '../../database/database.js';
import { DatabaseFault, isFault, isPassing } from '../../database/fault.js';
import { eventExists } from '../../database/queries/events.js';
import { type Done, finish, type Intent } from '../audit/change.js';
import type { Core } from '../core.js';
import { randomUuid } from '../uuid.js';
import { type Held, locksOf } from './locks.js';

/** A change of a user that may share a transaction with others. */
export interface Member<T> {
  core: Core;
  intent: Intent;
  held: Held;
  /** Decides, and writes nothing yet. May be run again. What it throws concerns this change alone. */
  work: (session: Session) => Promise<Done<T>>;
}

interface Waiting extends Member<unknown> {
  eventId: string;
  settle: (outcome: Outcome) => void;
  fail: (error: unknown) => void;
}

/** Undefined where it has to be made by itself. */
type Outcome = { result: unknown } | undefined;

/** So many at most: everybody is answered when the last of them is, and all are undone if one cannot be written. */
const MOST_TOGETHER = 8;

/** How long all of them may wait, in milliseconds, for a lock that one of them needs. */
const LOCK_MS = 250;

/**
 * Makes changes of users that come in the same turn of the event loop in one transaction: each with its own
 * decision and its own event, and with one BEGIN, one COMMIT and a few packets for all of them. None is worse off
 * for the company of another: whoever is refused, or needs more than it holds, leaves before anything is written,
 * and when the writing fails for one, or a lock is not to be had soon, each is made by itself as if there were no
 * others.
 */
export class Sharing {
  #waiting: Waiting[] = [];
  /** Moves on, so that those who are under way at the same time keep out of each other's slots. */
  #slot: number;

  constructor(
    private readonly database: Database,
    random: Core['random'],
  ) {
    this.#slot = random(1)[0] ?? 0;
  }

  /** @returns nothing where it was not made, and is to be made alone. */
  async make<T>(member: Member<T>): Promise<{ result: T } | undefined> {
    if (member.held.claims === 'alone') return undefined;
    const made = new Promise<Outcome>((settle, fail) => {
      if (this.#waiting.length === 0) setImmediate(() => this.#begin());
      this.#waiting.push({ ...member, eventId: randomUuid(member.core.random), settle, fail });
    });
    return (await made) as { result: T } | undefined;
  }

  #begin(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const group of groupsOf(waiting)) {
      if (group.length === 1) group[0]?.settle(undefined);
      else void this.#makeAll(group);
    }
  }

  async #makeAll(group: readonly Waiting[]): Promise<void> {
    const locks = locksOf(
      group.map(({ held }) => held),
      this.#slot,
    );
    this.#slot += group.length;
    // Of the last attempt that wrote anything; one tells of all, since they were committed together.
    let event: string | undefined;
    try {
      const outcomes = await this.database.transaction(
        async (session) => {
          const written = await makeEach(together(session), group, event !== undefined);
          event = group.find((_, n) => written[n] !== undefined)?.eventId ?? event;
          return written;
        },
        {
          locks,
          lockMs: LOCK_MS,
          arrived: async (session) => event === undefined || eventExists(session, event),
        },
      );
      for (const [n, { settle }] of group.entries()) settle(outcomes[n]);
    } catch (error) {
      for (const { settle, fail } of group) {
        if (isHopeless(error)) fail(error);
        else settle(undefined);
      }
    }
  }
}

/** In the order they came; no two of a group hold the same thing, or one would have to see what the other does. */
function groupsOf(waiting: readonly Waiting[]): Waiting[][] {
  const groups: { members: Waiting[]; names: Set<string> }[] = [];
  for (const one of waiting) {
    const { names } = one.held;
    let group = groups.at(-1);
    if (!group || group.members.length === MOST_TOGETHER || names.some((name) => group?.names.has(name))) {
      group = { members: [], names: new Set() };
      groups.push(group);
    }
    group.members.push(one);
    for (const name of names) group.names.add(name);
  }
  return groups.map(({ members }) => members);
}

/** COMMIT waits until everybody has written. */
function together(session: Session): Session {
  const conclude: Session['conclude'] = async (result, sql, bindings) => {
    await session.rows(sql, bindings);
    return result;
  };
  // Not copied, since a transaction makes its knex only when somebody looks at it.
  return Object.assign(Object.create(session) as Session, { conclude, isShared: true });
}

/**
 * First everybody decides, then those write who have something to write.
 * @param again whether an attempt before has written, so that a refusal may be a decision over what that one has
 *   made: then it is the failure of all, upon which it is asked whether that one has arrived.
 */
async function makeEach(session: Session, group: readonly Waiting[], again: boolean): Promise<Outcome[]> {
  const decided = await Promise.allSettled(group.map(({ work }) => work(session)));
  for (const one of decided) {
    if (one.status === 'rejected' && (again || isOfDatabase(session, one.reason))) throw one.reason;
  }
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
