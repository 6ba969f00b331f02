import { createHash } from 'node:crypto';
import type { Ask } from '../../dialect/dialect.js';
import { COLUMNS, CONSTRAINTS, DEFAULTS, INDEX_COLUMNS, MODULES, SERVER } from './catalogue-queries.js';

/**
 * Own tables, constraints, indexes, triggers and views, from the catalogue views that SQL Server and
 * Babelfish both have. Indexes and foreign keys go by their columns, because Babelfish stores other names
 * for them. A line that ends in ` ?` is one whose end this server does not tell: the filter of an index on
 * Babelfish, a module's text where the login may not see it. The host views are not ours. Check constraints
 * are listed by name only, for each server has a notation of its own.
 */
export async function mssqlCatalogue(ask: Ask, schema: string): Promise<string[]> {
  const rows = <T>(sql: string) => ask(async (knex) => (await knex.raw(sql, { schema })) as T[]);
  const [server] = await rows<ServerRow>(SERVER);
  const columns = await rows<ColumnRow>(COLUMNS);
  const defaults = await rows<DefaultRow>(DEFAULTS);
  const constraints = await rows<{ line: string }>(CONSTRAINTS);
  const indexes = await rows<IndexColumnRow>(INDEX_COLUMNS);
  const modules = await rows<ModuleRow>(MODULES);
  return [
    ...columns.map((row) => columnLine(row, defaults, /bin2$/i.test(server?.collation ?? ''))),
    ...constraints.map(({ line }) => line),
    ...indexLines(indexes, server?.is_babelfish !== 1),
    ...moduleLines(modules, schema),
  ].sort();
}

interface ServerRow {
  is_babelfish: number | null;
  /** The database's. */
  collation: string;
}

interface ColumnRow {
  kind: 'column' | 'view';
  table_name: string;
  name: string;
  type_name: string;
  /** Bytes; -1 for max. */
  max_length: number;
  scale: number;
  is_nullable: boolean;
  is_identity: boolean;
  is_persisted: boolean | null;
  collation_name: string | null;
  object_id: number;
  column_id: number;
}

interface DefaultRow {
  object_id: number;
  column_id: number;
  /** Null where the login may not see it. */
  definition: string | null;
}

/** Whether a text column's binary collation was chosen, or is just that of the database, nobody can tell. */
function columnLine(row: ColumnRow, defaults: readonly DefaultRow[], binaryDatabase: boolean): string {
  const start = `${row.kind} ${row.table_name}.${row.name}`;
  // The type of a computed column follows from its expression, and each server has a view of its own on it.
  if (row.is_persisted !== null) return `${start} computed${row.is_persisted ? ' persisted' : ''}`;
  const isText = row.collation_name !== null;
  const initial = defaults.find(
    ({ object_id, column_id }) => object_id === row.object_id && column_id === row.column_id,
  );
  return [
    start,
    typeOf(row),
    row.is_nullable || row.kind === 'view' ? '' : 'not null',
    row.is_identity ? 'identity' : '',
    initial ? `default ${initial.definition === null ? '?' : unwrap(initial.definition)}` : '',
    isText && binaryDatabase ? '?' : /bin2$/i.test(row.collation_name ?? '') ? 'binary' : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}

function typeOf({ type_name, max_length, scale }: ColumnRow): string {
  if (/^n(var)?char$/.test(type_name)) return `${type_name}(${max_length < 0 ? 'max' : max_length / 2})`;
  if (/char$|binary$/.test(type_name)) return `${type_name}(${max_length < 0 ? 'max' : max_length})`;
  return /^(datetime2|datetimeoffset|time)$/.test(type_name) ? `${type_name}(${scale})` : type_name;
}

/** SQL Server stores `0` as `((0))`, and Babelfish `N'email'` as `CAST(('email') AS nvarchar(5))`. */
const unwrap = (definition: string): string => {
  const text = /^CAST\((.*) AS nvarchar\(\d+\)\)$/i.exec(definition)?.[1];
  if (text !== undefined) return `N${unwrap(text)}`;
  const inner = /^\((.*)\)$/.exec(definition)?.[1];
  return inner === undefined ? definition : unwrap(inner);
};

interface IndexColumnRow {
  table_name: string;
  index_name: string;
  kind: 'primary key' | 'unique constraint' | 'unique index' | 'index';
  column_name: string;
  is_descending_key: boolean;
  is_included_column: boolean;
  is_disabled: boolean;
  has_filter: boolean;
  /** Null also where the login may not see it. */
  filter_definition: string | null;
}

function indexLines(rows: IndexColumnRow[], tellsFilters: boolean): string[] {
  const byIndex = new Map<string, IndexColumnRow[]>();
  for (const row of rows) {
    const key = `${row.table_name} ${row.index_name}`;
    byIndex.set(key, [...(byIndex.get(key) ?? []), row]);
  }
  return [...byIndex.values()].flatMap((columns) => {
    const [first] = columns;
    if (!first) return [];
    const listed = (included: boolean) =>
      columns
        .filter((column) => column.is_included_column === included)
        .map((column) => `${column.column_name}${column.is_descending_key ? ' desc' : ''}`)
        .join(', ');
    const start = `${first.kind} ${first.table_name} (${listed(false)})`;
    const included = listed(true) && ` include (${listed(true)})`;
    const disabled = first.is_disabled ? ' disabled' : '';
    const filterable = first.kind === 'unique index' || first.kind === 'index';
    return `${start}${included}${disabled}${filterable ? filterOf(first, tellsFilters) : ''}`;
  });
}

/** `([slot] IS NOT NULL)`, as SQL Server writes it, becomes ` where slot is not null`. */
function filterOf({ has_filter, filter_definition }: IndexColumnRow, told: boolean): string {
  if (!told || (has_filter && filter_definition === null)) return ' ?';
  return filter_definition === null
    ? ''
    : ` where ${filter_definition.replace(/[[\]()]/g, '').toLowerCase()}`;
}

interface ModuleRow {
  kind: string;
  name: string;
  /** For a trigger: when it fires. */
  fires: string;
  is_disabled: boolean;
  definition: string | null;
}

function moduleLines(rows: ModuleRow[], schema: string): string[] {
  return rows.map(({ kind, name, fires, is_disabled, definition }) => {
    const text = definition === null ? '?' : sha256(plain(definition, schema));
    return [kind, name, fires, is_disabled ? 'disabled' : '', text].filter((part) => part !== '').join(' ');
  });
}

/** Without what depends on how a script was run: comments before it, white space, the schema's name. */
const plain = (definition: string, schema: string): string =>
  definition
    .replace(/^\s*--.*$/gm, '')
    .replace(new RegExp(`(?<![\\w.])\\[?${schema}\\]?\\.`, 'gi'), '')
    .replace(/\s+/g, ' ')
    .trim()
    // Of a module that was altered, SQL Server tells it in a way of its own.
    .replace(/^(create|alter) /i, 'create ');

const sha256 = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
