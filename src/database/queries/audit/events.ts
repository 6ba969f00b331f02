import type { Knex } from 'knex';
import type { EventOutcome } from '../../../words/event.js';
import type { Session } from '../../database.js';
import { padded } from '../../sql/fragment.js';
import type { Listing } from '../../sql/paging.js';
import { slices } from '../../sql/slices.js';
import { bind, own, selectRaw } from '../rows.js';

export interface EventRow {
  eventId: string;
  occurredAt: Date;
  actor: string;
  /** `token.create`, `idp.disable`. */
  action: string;
  targetType: string;
  targetId: string | null;
  targetName: string | null;
  outcome: EventOutcome;
  /** JSON, as it was written. */
  details: string;
}

/** An event as it is stored. */
export interface StoredEvent extends EventRow {
  /** Exact whatever it is, since a row that was slipped in may have any number. */
  seq: bigint;
  /** Its details are longer than the database takes by now: only their beginning was read. */
  isTooLong?: true;
}

/**
 * The last number that the database has handed out to an event. An event with a higher one was planted, provided that
 * it was read before this is asked.
 */
export async function readLastEventSeq(session: Session): Promise<bigint> {
  const expression = session.dialect.expressions.lastEventSeq(session.schema);
  const [row] = await selectRaw<{ seq: string | number | null }>(session, `select ${expression} as seq`);
  return BigInt(row?.seq ?? 0);
}

/** See `Dialect.expressions.eventWriters`. */
export async function eventWriters(session: Session): Promise<string[]> {
  const { dialect, schema } = session;
  const rows = await selectRaw<{ writer: string }>(session, dialect.expressions.eventWriters(schema));
  return rows.map(({ writer }) => writer);
}

/** The details of the last event that something was done to a target, as JSON; nothing where there is none. */
export async function lastDetails(
  session: Session,
  { type, id }: { type: string; id: string },
): Promise<string | undefined> {
  const [row] = await own(session, 'event')
    .where({ target_type: type, target_id: id, outcome: 'done' })
    .orderBy('seq', 'desc')
    .limit(1)
    .select('details');
  return row?.details;
}

export async function insertEvent(session: Session, event: EventRow): Promise<void> {
  await own(session, 'event').insert(eventValues(session, event));
}

/** SQL Server takes 2,100 parameters in a statement. */
const WRITTEN_AT_ONCE = 200;

/** Several, in as few statements as the engine allows. */
export async function insertEvents(session: Session, events: readonly EventRow[]): Promise<void> {
  for (const some of slices(events, WRITTEN_AT_ONCE))
    await own(session, 'event').insert(some.map((event) => eventValues(session, event)));
}

/** Columns and values of an event. */
export const eventValues = (session: Session, event: EventRow) => ({
  event_id: event.eventId,
  occurred_at: bind(session, event.occurredAt),
  actor: event.actor,
  action: event.action,
  target_type: event.targetType,
  target_id: event.targetId,
  target_name: event.targetName,
  outcome: event.outcome,
  details: event.details,
});

export async function eventExists(session: Session, eventId: string): Promise<boolean> {
  return (await own(session, 'event').where({ event_id: eventId }).select('event_id')).length > 0;
}

export async function anyEventExists(session: Session, eventIds: readonly string[]): Promise<boolean> {
  const found = own(session, 'event').whereIn('event_id', padded(eventIds)).limit(1).select('event_id');
  return (await found).length > 0;
}

/** What was done to these users, newest first. */
export async function personEvents(
  session: Session,
  targetIds: readonly string[],
  limit: number,
): Promise<StoredEvent[]> {
  const rows = await own(session, 'event')
    .where({ target_type: 'user', outcome: 'done' })
    .whereIn('target_id', padded(targetIds))
    .orderBy('seq', 'desc')
    .limit(limit)
    .select(columnsOf(session));
  return rows.map(toEvent);
}

/** When the accounts of these users were last disabled by an event, from an instant on. */
export async function disabledSince(
  session: Session,
  targetIds: readonly string[],
  since: Date,
): Promise<Map<string, Date>> {
  const rows = await own(session, 'event')
    .where({ target_type: 'user', outcome: 'done' })
    .whereIn('target_id', padded(targetIds))
    .where('occurred_at', '>=', bind(session, since))
    .where('details', 'like', '%"after":{%"enabled":false%')
    .groupBy('target_id')
    .select('target_id', session.knex.raw('max(occurred_at) as at'));
  // biome-ignore lint/suspicious/noExplicitAny: rows as the driver hands them over
  return new Map(rows.map(({ target_id, at }: any) => [String(target_id), at as Date]));
}

/** What the last event of these kinds says of each of these users: its action and its details as JSON. */
export async function lastWords(
  session: Session,
  targetIds: readonly string[],
  actions: readonly string[],
): Promise<Map<string, Pick<StoredEvent, 'seq' | 'action' | 'details'>>> {
  const last = own(session, 'event')
    .where({ target_type: 'user', outcome: 'done' })
    .whereIn('target_id', padded(targetIds))
    .whereIn('action', padded(actions))
    .groupBy('target_id')
    .select(session.knex.raw('max(seq)'));
  const rows = await own(session, 'event')
    .whereIn('seq', last)
    .select('seq', 'target_id', 'action', session.knex.raw(`left(details, ${BEGINNING}) as details`));
  // biome-ignore lint/suspicious/noExplicitAny: rows as the driver hands them over
  return new Map(rows.map((row: any) => [String(row.target_id), { ...row, seq: BigInt(row.seq) }]));
}

export interface EventFilter {
  since?: Date;
  until?: Date;
  /** Whatever its case. */
  actor?: string;
  /** `token.create`, or with a `*` at its end all that begin so: `token.*`. */
  action?: string;
  /** Id, or name whatever its case. */
  target?: string;
  outcome?: EventOutcome;
  /** A text that the details contain as it stands: `"pending":true`. */
  saying?: string;
}

/** A stretch of the trail by number. */
export interface SeqRange {
  /** Left out itself. */
  after?: bigint;
  /** Included itself. */
  upTo?: bigint;
}

/** What the trail can be ordered by, and the columns that hold it. */
const ORDER_COLUMNS = {
  seq: 'seq',
  id: 'event_id',
  at: 'occurred_at',
  actor: 'actor',
  action: 'action',
  targetType: 'target_type',
  targetId: 'target_id',
  targetName: 'target_name',
  outcome: 'outcome',
} as const;
export type EventKey = keyof typeof ORDER_COLUMNS;

/** Newest first, unless said otherwise; for `Database.pages`, whose rows `toEvent` reads. */
export function eventListing(
  session: Session,
  { limit, ...filter }: EventFilter & Pick<SeqRange, 'upTo'> & { limit?: number },
  { key, descending }: { key: EventKey; descending: boolean } = { key: 'seq', descending: true },
): Listing {
  const query = own(session, 'event').select(columnsOf(session));
  narrow(session, query, filter);
  const column = ORDER_COLUMNS[key];
  const nullable = key === 'targetId' || key === 'targetName';
  return {
    query: within(query, filter),
    order: [
      { sql: column, kind: 'own', descending, nullable },
      ...(key === 'seq' ? [] : [{ sql: 'seq', kind: 'own' as const, descending: true }]),
    ],
    ...(limit !== undefined && { limit }),
  };
}

/** Newest first. */
export async function newestEvents(
  session: Session,
  filter: EventFilter & SeqRange & { limit: number },
): Promise<StoredEvent[]> {
  const query = own(session, 'event').orderBy('seq', 'desc').limit(filter.limit).select(columnsOf(session));
  narrow(session, query, filter);
  return (await within(query, filter)).map(toEvent);
}

/** Oldest first. */
export async function oldestEvents(
  session: Session,
  filter: EventFilter & SeqRange & { limit: number },
): Promise<StoredEvent[]> {
  const query = own(session, 'event').orderBy('seq').limit(filter.limit).select(columnsOf(session));
  narrow(session, query, filter);
  return (await within(query, filter)).map(toEvent);
}

export async function countEvents(session: Session, filter: EventFilter & SeqRange = {}): Promise<number> {
  const query = own(session, 'event').count({ count: '*' });
  narrow(session, query, filter);
  const [row] = await within(query, filter);
  return Number(row?.count ?? 0);
}

// biome-ignore lint/suspicious/noExplicitAny: rows as the driver hands them over
function within(query: Knex.QueryBuilder<any, any>, { after, upTo }: SeqRange): Knex.QueryBuilder<any, any> {
  // As text and cast: the drivers have no parameter for the whole of a bigint.
  if (after !== undefined) query.whereRaw('seq > cast(? as bigint)', [String(after)]);
  if (upTo !== undefined) query.whereRaw('seq <= cast(? as bigint)', [String(upTo)]);
  return query;
}

function narrow(session: Session, query: Knex.QueryBuilder, filter: EventFilter): void {
  const { since, until, actor, action, target, outcome, saying } = filter;
  if (since) query.where('occurred_at', '>=', bind(session, since));
  if (until) query.where('occurred_at', '<', bind(session, until));
  const { folded } = session.dialect.expressions;
  if (actor !== undefined) query.whereRaw(`${folded('actor')} = ${folded('?')}`, [actor]);
  if (action?.endsWith('*')) {
    const beginning = action.slice(0, -1);
    query.whereRaw('left(action, ?) = ?', [beginning.length, beginning]);
  } else if (action !== undefined) {
    query.where({ action });
  }
  if (outcome) query.where({ outcome });
  if (saying !== undefined) query.where('details', 'like', `%${saying}%`);
  if (target !== undefined) {
    query.where((either) =>
      either.where({ target_id: target }).orWhereRaw(`${folded('target_name')} = ${folded('?')}`, [target]),
    );
  }
}

/** So many characters are read of details that are too long. */
const BEGINNING = 65_536;

function columnsOf({ knex, dialect }: Session): (string | Knex.Raw)[] {
  const tooLong = dialect.expressions.isTooLong('details');
  return [
    ...[
      'seq',
      'event_id',
      'occurred_at',
      'actor',
      'action',
      'target_type',
      'target_id',
      'target_name',
      'outcome',
    ],
    knex.raw(`case when ${tooLong} then left(details, ${BEGINNING}) else details end as details`),
    knex.raw(`case when ${tooLong} then 1 else 0 end as is_too_long`),
  ];
}

// biome-ignore lint/suspicious/noExplicitAny: a row as the driver hands it over
export const toEvent = (row: any): StoredEvent => ({
  seq: BigInt(row.seq),
  eventId: row.event_id,
  occurredAt: row.occurred_at,
  actor: row.actor,
  action: row.action,
  targetType: row.target_type,
  targetId: row.target_id,
  targetName: row.target_name,
  outcome: row.outcome,
  details: row.details,
  ...(row.is_too_long === 1 && { isTooLong: true as const }),
});
