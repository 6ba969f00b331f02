import type { Knex } from 'knex';
import type { Session } from '../database.js';
import type { Fragment } from '../sql/fragment.js';

/** A query on one of our own tables, in the session's schema. */
export const own = (session: Session, table: string): Knex.QueryBuilder =>
  session.knex(table).withSchema(session.schema);

/** One of our own tables, or a host view, for SQL text. */
export const ownTable = ({ schema }: Session, table: string): string =>
  `"${schema.replaceAll('"', '""')}"."${table}"`;

/** Rows of a statement whose text is ours. */
export const selectRaw = <Row>(
  session: Pick<Session, 'rows'>,
  sql: string,
  bindings: readonly Knex.RawBinding[] = [],
): Promise<Row[]> => session.rows<Row>(sql, bindings);

/** The same of a fragment. */
export const selectRows = <Row = Record<string, unknown>>(
  session: Pick<Session, 'rows'>,
  { sql, bindings }: Fragment,
): Promise<Row[]> => session.rows<Row>(sql, bindings);

/** The same of one that goes by indexes. */
export const lookUpRows = <Row = Record<string, unknown>>(
  session: Pick<Session, 'lookUp'>,
  { sql, bindings }: Fragment,
): Promise<Row[]> => session.lookUp<Row>(sql, bindings);

/** An instant, or nothing, as the engine binds it. */
export const bind = (session: Session, instant: Date | null | undefined): Date | string | null =>
  instant ? session.dialect.bindInstant(instant) : null;

/** Host columns may be of any type the application chose: 0/1, 'true', a boolean, a BIT. */
export const asBoolean = (value: unknown): boolean =>
  value === true ||
  value === 1 ||
  (typeof value === 'string' && /^(1|t|true|y|yes)$/i.test(value)) ||
  value === 1n;

export const asText = (value: unknown): string | null =>
  value === null || value === undefined ? null : String(value);

export const asInstant = (value: unknown): Date | null => {
  if (value === null || value === undefined) return null;
  return value instanceof Date ? value : new Date(String(value));
};

/** The seats of a pool; nothing at all stands for no limit, and NaN for what is no number. */
export function asSeats(value: unknown): number {
  if (value === null || value === undefined) return Number.POSITIVE_INFINITY;
  const seats = String(value).trim() === '' ? Number.NaN : Number(value);
  return Number.isFinite(seats) ? seats : Number.NaN;
}

/** The digits of the largest number that a count may be: what JavaScript can count with. */
export const COUNT_DIGITS = 15;

/** Whether a value of a host view is a whole number from 0 up, in whatever type it has. */
export const isCount = (value: unknown): boolean =>
  new RegExp(`^\\d{1,${COUNT_DIGITS}}(\\.0+)?$`).test(String(value ?? '').trim());
