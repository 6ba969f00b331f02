import type { Session } from '../database.js';
import type { ColumnKind, HostCatalogue, HostSequence } from '../scaffold/host/host-facts.js';
import { type CatalogueRows, hostTablesOf } from '../scaffold/host/rows.js';

/**
 * The user tables of all schemas but our own, from the catalogue views that SQL Server and Babelfish both have; it takes
 * no lock on a table. SQL Server lists only what the login has some right on.
 */
export async function mssqlHostCatalogue({ rows, schema }: Session): Promise<HostCatalogue> {
  const tables = await rows<CatalogueRows['tables'][number]>(TABLES, [schema]);
  const columns = await rows<ColumnRow>(COLUMNS, [schema]);
  const defaults = new Map(
    (await rows<DefaultRow>(DEFAULTS)).map((row) => [`${row.id}.${row.column_id}`, row.definition]),
  );
  const uniques = await rows<UniqueRow>(UNIQUES, [schema]);
  const foreignKeys = await rows<CatalogueRows['foreignKeys'][number]>(FOREIGN_KEYS, [schema]);
  const checks = await checksOf(rows);
  const triggers = await rows<{ id: string; name: string }>(TRIGGERS, [schema]);
  const sequences = await sequencesOf(rows, schema);
  const [sees] = await rows<{ sees_all: number }>(SEES_ALL);
  const found = hostTablesOf({
    tables,
    columns: columns.map(({ base, column_id, scale, is_identity, is_computed, ...column }) => {
      const expression = defaults.get(`${column.id}.${column_id}`) ?? null;
      return {
        ...column,
        nullable: truth(column.nullable),
        kind: kindOf(base, scale),
        type: typeOf(base, column.length),
        length: lengthOf(base, column.length),
        default: expression,
        generated: truth(is_identity) ? 'identity' : truth(is_computed) ? 'computed' : null,
        sequence: sequenceOf(expression),
        labels: null,
      };
    }),
    uniques: uniques.map((row) => ({ ...row, expression: null })),
    foreignKeys,
    checks,
    triggers,
  });
  const hidden = found.filter(({ readable }) => !readable).length;
  return {
    tables: found,
    sequences,
    unseen: [
      ...(hidden === 0
        ? []
        : [
            `This login may not read the rows of ${hidden} of ${found.length} tables. Grant it SELECT on them.`,
          ]),
      ...(Number(sees?.sees_all) === 1
        ? []
        : [
            'This login may not see all tables, defaults and triggers of the database. Grant it VIEW DEFINITION on the database.',
          ]),
    ],
  };
}

const truth = (value: boolean | number | null) => value === true || Number(value) === 1;

interface ColumnRow {
  id: string;
  column_id: number;
  name: string;
  base: string;
  /** Bytes; -1 for max. */
  length: number;
  /** Digits after the point. */
  scale: number | null;
  nullable: boolean;
  is_identity: boolean;
  is_computed: boolean;
}

interface DefaultRow {
  id: string;
  column_id: number;
  definition: string | null;
}

interface UniqueRow {
  id: string;
  index_id: string;
  is_primary: boolean;
  column_name: string;
  condition: string | null;
}

const KINDS: readonly (readonly [RegExp, ColumnKind])[] = [
  [/^(n?(var)?char|n?text|sysname)$/, 'text'],
  [/^(tinyint|smallint|int|bigint)$/, 'integer'],
  [/^(decimal|numeric|float|real|money|smallmoney)$/, 'decimal'],
  [/^bit$/, 'boolean'],
  [/^(date|datetime|datetime2|smalldatetime|datetimeoffset)$/, 'instant'],
  [/^uniqueidentifier$/, 'guid'],
  [/^((var)?binary|image|rowversion|timestamp)$/, 'binary'],
];

/** A number without decimals is an integer, also where its type could have them. */
const kindOf = (base: string, scale: number | null): ColumnKind =>
  /^(decimal|numeric)$/.test(base) && Number(scale) === 0
    ? 'integer'
    : (KINDS.find(([pattern]) => pattern.test(base))?.[1] ?? 'other');

const lengthOf = (base: string, bytes: number): number | null => {
  if (!/char$|^sysname$/.test(base) || bytes < 0) return null;
  return /^(n|sysname)/.test(base) ? Math.floor(bytes / 2) : bytes;
};

const typeOf = (base: string, bytes: number): string => {
  if (!/char$|binary$/.test(base)) return base;
  return `${base}(${bytes < 0 ? 'max' : (lengthOf(base, bytes) ?? bytes)})`;
};

/** What a default that draws from a sequence names: `(NEXT VALUE FOR [Sequences].[PersonID])`. */
function sequenceOf(expression: string | null): readonly [string, string] | null {
  const [, text] = /^\(*\s*next\s+value\s+for\s+(.+?)\)*$/i.exec(expression ?? '') ?? [];
  const drawn = text ?? /nextval\('+([^']+)'+/i.exec(expression ?? '')?.[1];
  const parts = drawn?.match(/\[(?:[^\]]|\]\])+\]|"(?:[^"]|"")+"|[^.\s]+/g);
  const names = parts?.map((part) =>
    /^[["]/.test(part) ? part.slice(1, -1).replaceAll(']]', ']').replaceAll('""', '"') : part,
  );
  return names && names.length > 0
    ? [names.length > 1 ? (names.at(-2) ?? '') : '', names.at(-1) ?? '']
    : null;
}

/** Babelfish fails over the text of some checks: then none is known. */
async function checksOf(rows: Session['rows']): Promise<CatalogueRows['checks']> {
  try {
    return await rows<{ id: string; definition: string | null }>(CHECKS);
  } catch {
    return [];
  }
}

/** Where the server has no such view, no sequence is known. */
async function sequencesOf(rows: Session['rows'], schema: string): Promise<HostSequence[]> {
  try {
    const found = await rows<{ schema_name: string; name: string; last: number | string | null }>(SEQUENCES, [
      schema,
    ]);
    return found.map(({ schema_name, name, last }) => ({
      ...{ schema: schema_name, name },
      last: last === null ? null : Number(last),
    }));
  } catch {
    return [];
  }
}

const OURS = 't.is_ms_shipped = 0 and schema_name(t.schema_id) <> ?';

const TABLES = `
select cast(t.object_id as varchar(20)) as id, cast(schema_name(t.schema_id) as nvarchar(128)) as schema_name,
       cast(t.name as nvarchar(128)) as name, cast(user_name(s.principal_id) as nvarchar(128)) as owner,
       (select sum(p.rows) from sys.partitions p where p.object_id = t.object_id and p.index_id in (0, 1)) as rows,
       has_perms_by_name(quotename(schema_name(t.schema_id)) + '.' + quotename(t.name), 'OBJECT', 'SELECT') as readable
  from sys.tables t
  join sys.schemas s on s.schema_id = t.schema_id
 where ${OURS}
 order by 2, 3`;

const COLUMNS = `
select cast(c.object_id as varchar(20)) as id, c.column_id, cast(c.name as nvarchar(128)) as name,
       cast(coalesce(b.name, y.name) as nvarchar(128)) as base, c.max_length as length, c.scale, c.is_nullable as nullable,
       c.is_identity, case when c.is_computed = 1 then 1 else 0 end as is_computed
  from sys.columns c
  join sys.tables t on t.object_id = c.object_id
  join sys.types y on y.user_type_id = c.user_type_id
  left join sys.types b on b.user_type_id = y.system_type_id and y.user_type_id <> y.system_type_id and b.user_type_id = b.system_type_id
 where ${OURS}
 order by c.object_id, c.column_id`;

const DEFAULTS = `
select cast(d.parent_object_id as varchar(20)) as id, d.parent_column_id as column_id,
       cast(d.definition as nvarchar(400)) as definition
  from sys.default_constraints d`;

const UNIQUES = `
select cast(i.object_id as varchar(20)) as id,
       cast(i.object_id as varchar(20)) + '.' + cast(i.index_id as varchar(20)) as index_id,
       i.is_primary_key as is_primary, cast(c.name as nvarchar(128)) as column_name,
       case when i.has_filter = 1 then cast(coalesce(i.filter_definition, 'unknown') as nvarchar(400)) end as condition
  from sys.indexes i
  join sys.tables t on t.object_id = i.object_id
  join sys.index_columns k on k.object_id = i.object_id and k.index_id = i.index_id and k.key_ordinal > 0
  join sys.columns c on c.object_id = k.object_id and c.column_id = k.column_id
 where i.is_unique = 1 and i.is_disabled = 0 and ${OURS}
 order by i.object_id, i.index_id, k.key_ordinal`;

const FOREIGN_KEYS = `
select cast(k.parent_object_id as varchar(20)) as id, cast(k.object_id as varchar(20)) as key_id,
       cast(c.name as nvarchar(128)) as column_name, cast(schema_name(r.schema_id) as nvarchar(128)) as schema_name,
       cast(r.name as nvarchar(128)) as table_name, cast(rc.name as nvarchar(128)) as other_column
  from sys.foreign_keys k
  join sys.foreign_key_columns kc on kc.constraint_object_id = k.object_id
  join sys.tables t on t.object_id = k.parent_object_id
  join sys.columns c on c.object_id = kc.parent_object_id and c.column_id = kc.parent_column_id
  join sys.tables r on r.object_id = k.referenced_object_id
  join sys.columns rc on rc.object_id = kc.referenced_object_id and rc.column_id = kc.referenced_column_id
 where ${OURS}
 order by k.parent_object_id, k.object_id, kc.constraint_column_id`;

const CHECKS = `
select cast(k.parent_object_id as varchar(20)) as id, cast(k.definition as nvarchar(4000)) as definition
  from sys.check_constraints k
 where k.is_disabled = 0`;

const TRIGGERS = `
select cast(g.parent_id as varchar(20)) as id, cast(g.name as nvarchar(128)) as name
  from sys.triggers g
  join sys.tables t on t.object_id = g.parent_id
 where g.is_disabled = 0 and ${OURS}`;

const SEQUENCES = `
select cast(schema_name(q.schema_id) as nvarchar(128)) as schema_name, cast(q.name as nvarchar(128)) as name,
       cast(q.current_value as bigint) as last
  from sys.sequences q
 where schema_name(q.schema_id) <> ?
 order by 1, 2`;

const SEES_ALL = `
select case when has_perms_by_name(quotename(db_name()), 'DATABASE', 'VIEW DEFINITION') = 1
              or has_perms_by_name(quotename(db_name()), 'DATABASE', 'CONTROL') = 1
              or is_member('db_owner') = 1 then 1 else 0 end as sees_all`;
