import type { TableName } from '../../../binding/value.js';
import type { Runner } from '../../pool/runner.js';
import {
  BindingFacts,
  type BoundKind,
  type ColumnFact,
  partsOf,
  type TableFact,
} from '../../scaffold/facts.js';

interface Named {
  schema_name: string;
  table_name: string;
}

/** A column of a unique index. */
interface KeyRow extends Named {
  id: number;
  name: string;
}

interface Row extends Named {
  object_type: string;
  owner: string | null;
  name: string;
  type: string;
  max_length: number;
  precision: number;
  scale: number;
  is_nullable: boolean;
  is_identity: boolean;
  is_computed: boolean;
  has_default: number;
  generated: number;
  collation: string | null;
}

/** What the catalogue says of these tables, as far as this login sees it. */
export async function mssqlTableFacts(
  { rows }: Pick<Runner, 'rows'>,
  tables: readonly TableName[],
): Promise<BindingFacts> {
  if (tables.length === 0) return new BindingFacts(new Map());
  const parts = tables.map((table) => ({ table, ...partsOf(table) }));
  const found = await rows<Row>(
    `select s.name as schema_name, o.name as table_name,
            coalesce(user_name(o.principal_id), user_name(s.principal_id)) as owner,
            o.type as object_type, c.name as name, t.name as type, c.max_length as max_length, c.precision as precision, c.scale as scale,
            c.is_nullable as is_nullable, c.is_identity as is_identity, c.is_computed as is_computed,
            case when c.default_object_id <> 0 then 1 else 0 end as has_default,
            coalesce(columnproperty(c.object_id, c.name, 'GeneratedAlwaysType'), 0) as generated,
            c.collation_name as collation
       from sys.objects o
       join sys.schemas s on s.schema_id = o.schema_id
       join sys.columns c on c.object_id = o.object_id
       join sys.types t on t.user_type_id = c.system_type_id
      where o.type in ('U', 'V')
        and (${parts.map(() => '(s.name = ? and o.name = ?)').join(' or ')})
      order by s.name, o.name, c.column_id`,
    parts.flatMap(({ schema, name }) => [schema, name]),
  );
  const keys = await rows<KeyRow>(
    `select s.name as schema_name, o.name as table_name, i.index_id as id, c.name as name
       from sys.objects o
       join sys.schemas s on s.schema_id = o.schema_id
       join sys.indexes i on i.object_id = o.object_id
       join sys.index_columns k on k.object_id = i.object_id and k.index_id = i.index_id
       join sys.columns c on c.object_id = k.object_id and c.column_id = k.column_id
      where o.type = 'U' and i.is_unique = 1 and i.is_disabled = 0 and i.has_filter = 0
        and k.is_included_column = 0
        and (${parts.map(() => '(s.name = ? and o.name = ?)').join(' or ')})
      order by s.name, o.name, i.index_id, k.key_ordinal`,
    parts.flatMap(({ schema, name }) => [schema, name]),
  );
  const facts = new Map<TableName, TableFact>();
  for (const { table, schema, name } of parts) {
    const own = rowsOf(found, schema, name);
    const [first] = own;
    if (!first) continue;
    const columns = own.map((row) => [row.name, factOf(row)] as const);
    const isTable = first.object_type.trim() === 'U';
    facts.set(table, {
      owner: first.owner ?? '',
      columns: new Map(columns),
      ...(isTable && { uniques: uniquesOf(rowsOf(keys, schema, name)) }),
    });
  }
  // The server has compared the names of tables by its own rules; those of columns it will.
  return new BindingFacts(facts, true);
}

/** The columns of each index. */
function uniquesOf(rows: readonly KeyRow[]): string[][] {
  const found = new Map<number, string[]>();
  for (const { id, name } of rows) found.set(id, [...(found.get(id) ?? []), name]);
  return [...found.values()];
}

function rowsOf<T extends Named>(found: readonly T[], schema: string, name: string): T[] {
  const exact = found.filter((row) => row.schema_name === schema && row.table_name === name);
  if (exact.length > 0) return exact;
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
  return found.filter((row) => same(row.schema_name, schema) && same(row.table_name, name));
}

function factOf(row: Row): ColumnFact {
  const type = typeInWords(row);
  const isVersion = /^(timestamp|rowversion)$/i.test(row.type);
  return {
    type,
    cast: type,
    kind: kindOf(row.type),
    nullable: Boolean(row.is_nullable),
    filled: Boolean(row.is_identity) || Number(row.has_default) === 1,
    derived: Boolean(row.is_computed) || Boolean(row.is_identity) || isVersion || Number(row.generated) > 0,
    ...(row.collation !== null && { collation: row.collation }),
  };
}

function typeInWords({ type, max_length, precision, scale }: Row): string {
  const name = type.toLowerCase();
  if (/^(n?(var)?char|(var)?binary)$/.test(name)) {
    const length = Number(max_length);
    return `${name}(${length < 0 ? 'max' : name.startsWith('n') ? length / 2 : length})`;
  }
  if (/^(decimal|numeric)$/.test(name)) return `${name}(${precision}, ${scale})`;
  return /^(datetime2|datetimeoffset|time)$/.test(name) ? `${name}(${scale})` : name;
}

function kindOf(type: string): BoundKind {
  const name = type.toLowerCase();
  if (/^(n?(var)?char|n?text|sysname)$/.test(name)) return 'text';
  if (name === 'bit') return 'boolean';
  if (/^(tinyint|smallint|int|bigint|decimal|numeric|float|real|(small)?money)$/.test(name)) return 'number';
  if (name === 'uniqueidentifier') return 'guid';
  if (name === 'datetimeoffset') return 'instant';
  return /^(datetime2?|smalldatetime)$/.test(name) ? 'local-instant' : 'other';
}
