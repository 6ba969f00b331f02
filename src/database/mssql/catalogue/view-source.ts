import type { UniqueKey, ViewSource } from '../../dialect/view-source.js';
import { writesByDefinition } from '../../dialect/view-writes.js';
import { type Fragment, raw, sql } from '../../sql/fragment.js';

interface KeyRow {
  schema_name: string;
  table_name: string;
  name: string;
  column_name: string;
  type: string;
  length: number;
  collation: string | null;
  /** Of a computed column. */
  expression: string | null;
  condition: string | null;
  readable: number | null;
}

interface WritesRow {
  /** `U` for a table. */
  kind: string;
  definition: string | null;
  inserts: number;
  updates: number;
}

/** `sys.trigger_events.type`. */
const EVENTS = { INSERT: 1, UPDATE: 2 };

/** Without one that fires, the server carries out the statement itself, also where there is one that is disabled. */
const triggersOf = (event: 'INSERT' | 'UPDATE') =>
  `(select count(*) from sys.triggers g where g.parent_id = o.object_id and g.is_instead_of_trigger = 1
      and g.is_disabled = 0 and exists (select 1 from sys.trigger_events e where e.object_id = g.object_id and e.type = ${EVENTS[event]}))`;

const WRITES = `
select cast(o.type as nvarchar(2)) as kind, object_definition(o.object_id) as definition,
       ${triggersOf('INSERT')} as inserts, ${triggersOf('UPDATE')} as updates
  from sys.objects o
 where o.object_id = object_id(?)`;

/** See `Dialect.viewSource`. Shown only to logins with VIEW DEFINITION, as of the tables behind the view. */
export const mssqlViewSource: ViewSource = {
  async definition({ rows }, schema, view) {
    const [row] = await rows<{ definition: string | null }>(
      'select object_definition(object_id(?)) as definition',
      [named([schema, view])],
    );
    return row?.definition ?? undefined;
  },
  async writes({ rows }, schema, view) {
    const [one] = await rows<WritesRow>(WRITES, [named([schema, view])]);
    if (!one) return undefined;
    if (one.kind.trim() === 'U') return { insert: 'trigger', update: 'trigger', tables: new Map() };
    return writesByDefinition(one.definition ?? '', {
      insert: Number(one.inserts) > 0,
      update: Number(one.updates) > 0,
    });
  },
  async isPlainTable({ rows }, schema, table) {
    if (isElsewhere(table)) return false;
    const [row] = await rows<{ plain: number | null }>(
      `select objectproperty(coalesce(object_id(?), object_id(?)), 'IsUserTable') as plain`,
      placesOf(schema, table),
    );
    return Number(row?.plain) === 1;
  },
  async uniqueKeys({ rows }, schema, table) {
    if (isElsewhere(table)) return [];
    const places = placesOf(schema, table);
    const found = await rows<KeyRow>(
      `select schema_name(o.schema_id) as schema_name, o.name as table_name, i.name as name,
              c.name as column_name, t.name as type, c.max_length as length, c.collation_name as collation,
              x.definition as expression, i.filter_definition as condition,
              has_perms_by_name(quotename(schema_name(o.schema_id)) + '.' + quotename(o.name), 'OBJECT', 'SELECT') as readable
         from sys.indexes i
         join sys.objects o on o.object_id = i.object_id
         join sys.index_columns k on k.object_id = i.object_id and k.index_id = i.index_id and k.key_ordinal = 1
         join sys.columns c on c.object_id = k.object_id and c.column_id = k.column_id
         join sys.types t on t.user_type_id = c.system_type_id
         left join sys.computed_columns x on x.object_id = c.object_id and x.column_id = c.column_id
        where i.object_id = coalesce(object_id(?), object_id(?)) and i.is_unique = 1 and i.is_disabled = 0
          and not exists (select 1 from sys.index_columns m
                           where m.object_id = i.object_id and m.index_id = i.index_id and m.key_ordinal > 1)`,
      places,
    );
    const columns = await rows<{ name: string }>(
      'select name from sys.columns where object_id = coalesce(object_id(?), object_id(?))',
      places,
    );
    return found
      .filter(({ type }) => /^n?(var)?char$/.test(type))
      .flatMap(
        (row) =>
          uniqueKey(
            row,
            columns.map(({ name }) => name),
          ) ?? [],
      );
  },
  hasValue: ({ key, made, type }, value): Fragment => {
    const own = raw(`b.${quoted(key)}`);
    if (made !== undefined) return sql`${own} = ${joinedWith(made, value)}`;
    const exact = sql`${own} = ${value}`;
    return type === undefined ? exact : sql`${own} = cast(${value} as ${raw(type)}) and ${exact}`;
  },
};

/** Nothing where it is computed of more than one column. */
function uniqueKey(row: KeyRow, columns: readonly string[]): UniqueKey | undefined {
  const { schema_name, table_name, name, column_name: key, type, length, expression, condition } = row;
  const known = {
    ...{ table: [schema_name, table_name], name, key },
    readable: Number(row.readable) === 1,
    ...(condition !== null && { condition }),
  };
  if (expression === null) {
    // What has no Unicode is compared in its own type, or its index would not be used.
    const own = type.startsWith('n') || length < 1 ? undefined : `${type}(${length})`;
    const folds = /_CI_/i.test(row.collation ?? '');
    return { ...known, column: key, folds, ...(own !== undefined && { type: own }) };
  }
  const used = columns.filter((column) => column !== key && wordOf(column).test(expression));
  const [column, another] = used;
  if (column === undefined || another !== undefined) return undefined;
  return { ...known, column, folds: /lower|upper/i.test(expression), made: expression.split(wordOf(column)) };
}

/** A column in an expression, with brackets as SQL Server writes it, or without as Babelfish does. */
function wordOf(column: string): RegExp {
  const name = column.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(String.raw`\[${name}\]|(?<![\w[])${name}(?![\w\]])`, 'i');
}

/** The parts of an expression, and between them a value in the place of the column. */
const joinedWith = ([first = '', ...others]: readonly string[], value: Fragment): Fragment =>
  others.reduce((left, part) => sql`${left}${value}${raw(part)}`, raw(first));

/** A table of another database. */
const isElsewhere = (table: readonly string[]): boolean => table.length > 2;

/** As a view finds it: in its own schema, and then in dbo. */
const placesOf = (schema: string, table: readonly string[]): string[] =>
  table.length > 1 ? [named(table), named(table)] : [named([schema, ...table]), named(['dbo', ...table])];

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const named = (parts: readonly string[]): string => parts.map(quoted).join('.');
