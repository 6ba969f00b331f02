import type { Session } from '../../database/database.js';
import type { Lock } from '../../database/dialect/lock.js';
import {
  anyEventExists,
  type EventRow,
  eventExists,
  insertEvent,
} from '../../database/queries/audit/events.js';
import { Problem } from '../../problem.js';
import type { EventOutcome } from '../../words/event.js';
import { stillAsked } from '../authentication/asker.js';
import type { Core } from '../core.js';
import { withoutTokens } from '../tokens/format.js';
import { randomUuid } from '../uuid.js';
import type { Done, EventTarget, Intent } from './intent.js';

export interface ChangeOptions {
  /** Does everything, constraints and all, and takes it back. */
  dryRun?: boolean;
  /** Held from the beginning to the end of the transaction. */
  locks?: readonly Lock[];
}

/**
 * Makes one change and its event in one transaction. A refusal leaves an event too, in a transaction of its
 * own, since the change's was rolled back. Safe to run again when the connection breaks: the event's id tells
 * whether an attempt whose COMMIT got no answer has arrived.
 */
export async function change<T>(
  core: Core,
  intent: Intent,
  work: (session: Session) => Promise<Done<T>>,
  { dryRun = false, locks }: ChangeOptions = {},
): Promise<T> {
  const eventId = randomUuid(core.random);
  try {
    return await core.database.transaction(
      async (session) => {
        const done = await stillAsked(core.asker, session, work);
        return finish(core, session, eventId, intent, done);
      },
      { arrived: (session) => eventExists(session, eventId), locks, rollsBack: dryRun },
    );
  } catch (error) {
    if (error instanceof Problem && error.kind !== 'usage' && !dryRun)
      await recordRefusal(core, intent, error);
    throw error;
  }
}

/** Several changes that are made in one transaction. */
export interface Together<T> {
  /** For each of them its event. */
  events: readonly (Intent & { details: Record<string, unknown> })[];
  /** Makes them all, and writes their events. */
  write: (events: readonly EventRow[]) => Promise<readonly T[]>;
}

/**
 * Several changes in one transaction, each with its event: all of them, or none and no event. Safe to run again, as
 * `change` is.
 * @param most how many they are at most.
 */
export async function changeTogether<T>(
  core: Core,
  most: number,
  decide: (session: Session) => Promise<Together<T>>,
  { dryRun = false, locks }: ChangeOptions = {},
): Promise<readonly T[]> {
  const eventIds = Array.from({ length: most }, () => randomUuid(core.random));
  return core.database.transaction(
    async (session) => {
      const { events, write } = await stillAsked(core.asker, session, decide);
      const rows = events.map(({ details, ...intent }, at) =>
        eventOf(core, eventIds[at] ?? '', intent, 'done', details),
      );
      return write(rows);
    },
    { arrived: (session) => anyEventExists(session, eventIds), locks, rollsBack: dryRun },
  );
}

/** Writes what was decided, and its event. */
export async function finish<T>(
  core: Core,
  session: Session,
  eventId: string,
  intent: Intent,
  { action, changed, target, details, result, write }: Done<T>,
): Promise<T> {
  if (changed === false) return result as T;
  const done = { ...intent, action: action ?? intent.action };
  const event = eventOf(core, eventId, done, 'done', details, target);
  if (write) return write(event);
  await insertEvent(session, event);
  return result as T;
}

/**
 * Writes down that something was refused and why (by code, since messages may quote input): at once, or with others of
 * its kind where the core counts them.
 */
export async function recordRefusal(core: Core, intent: Intent, problem: Problem): Promise<void> {
  if (core.rehearses) return;
  const write = () => writeRefusal(core, intent, problem);
  await (core.refusals ? core.refusals.note(core.actor, intent, problem, write) : write());
}

async function writeRefusal(core: Core, intent: Intent, problem: Problem): Promise<void> {
  const eventId = randomUuid(core.random);
  await core.database.transaction(
    (session) =>
      insertEvent(
        session,
        eventOf(core, eventId, intent, 'refused', { code: problem.code, ...problem.trail }),
      ),
    { arrived: (session) => eventExists(session, eventId) },
  );
}

export function eventOf(
  core: Pick<Core, 'actor' | 'clock'>,
  eventId: string,
  { action, target }: Intent,
  outcome: EventOutcome,
  details: Record<string, unknown> = {},
  found: Partial<EventTarget> = {},
): EventRow {
  const { type, id, name } = { ...target, ...found };
  return {
    eventId,
    occurredAt: core.clock(),
    actor: core.actor,
    action,
    targetType: type,
    targetId: kept(id, 128),
    targetName: kept(name, 320),
    outcome,
    details: bounded(JSON.stringify(details)),
  };
}

/** The database takes four times as many bytes; a change must not fail over the words of its event. */
const MOST_DETAILS = 65_000;

const bounded = (details: string): string =>
  details.length <= MOST_DETAILS ? details : JSON.stringify({ leftOut: details.length });

/** A text as an event keeps it: cut, without what no database stores, and without tokens. */
export const kept = (text: string | undefined, length: number): string | null =>
  text === undefined ? null : withoutTokens(text).slice(0, length).replace(UNSTORABLE, '\u{fffd}');

/** U+0000, which PostgreSQL refuses, and half surrogate pairs, which have no UTF-8. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
const UNSTORABLE = /\u0000|\p{Surrogate}/gu;
