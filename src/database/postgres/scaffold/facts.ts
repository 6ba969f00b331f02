import type { TableName } from '../../../binding/value.js';
import type { Runner } from '../../pool/runner.js';
import {
  BindingFacts,
  type BoundKind,
  type ColumnFact,
  partsOf,
  type TableFact,
} from '../../scaffold/facts.js';
import { quotedPostgres } from './forms.js';

interface Row {
  schema: string;
  table: string;
  owner: string;
  is_open: boolean;
  is_table: boolean;
  column: string;
  type: string;
  type_schema: string;
  type_name: string;
  type_kind: string;
  nullable: boolean;
  filled: boolean;
  derived: boolean;
  collation: string | null;
}

/** What the catalogue says of these tables. It shows them to every login. */
export async function postgresTableFacts(
  { rows }: Pick<Runner, 'rows'>,
  tables: readonly TableName[],
): Promise<BindingFacts> {
  if (tables.length === 0) return new BindingFacts(new Map());
  const parts = tables.map((table) => ({ table, ...partsOf(table) }));
  const found = await rows<Row>(
    `select n.nspname as schema, c.relname as table, pg_get_userbyid(c.relowner) as owner,
            exists (select 1 from pg_roles r
                     where not r.rolsuper and r.rolname <> 'pg_database_owner'
                       and not pg_has_role(r.oid, c.relowner, 'USAGE')
                       and has_schema_privilege(r.oid, n.oid, 'CREATE')) as is_open,
            c.relkind in ('r', 'p') as is_table, a.attname as column,
            format_type(a.atttypid, a.atttypmod) as type, tn.nspname as type_schema, t.typname as type_name,
            coalesce(b.typcategory, t.typcategory)::text as type_kind, not a.attnotnull as nullable,
            a.atthasdef or a.attidentity <> '' as filled,
            a.attgenerated <> '' or a.attidentity = 'a' as derived,
            case when a.attcollation <> t.typcollation then l.collname end as collation
       from pg_class c
       join pg_namespace n on n.oid = c.relnamespace
       join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       join pg_type t on t.oid = a.atttypid
       join pg_namespace tn on tn.oid = t.typnamespace
       left join pg_type b on b.oid = t.typbasetype and t.typtype = 'd'
       left join pg_collation l on l.oid = a.attcollation
      where c.relkind in ('r', 'p', 'v', 'f', 'm')
        and (${parts.map(() => '(n.nspname = ? and c.relname = ?)').join(' or ')})
      order by n.nspname, c.relname, a.attnum`,
    parts.flatMap(({ schema, name }) => [schema, name]),
  );
  const keys = await rows<{ schema: string; table: string; columns: string[] }>(
    `select n.nspname as schema, c.relname as table,
            array(select a.attname::text
                    from unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) k(attnum)
                    join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum) as columns
       from pg_class c
       join pg_namespace n on n.oid = c.relnamespace
       join pg_index i on i.indrelid = c.oid
      where i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null
        and (${parts.map(() => '(n.nspname = ? and c.relname = ?)').join(' or ')})`,
    parts.flatMap(({ schema, name }) => [schema, name]),
  );
  const facts = new Map<TableName, TableFact>();
  for (const { table, schema, name } of parts) {
    const own = found.filter((row) => row.schema === schema && row.table === name);
    const [first] = own;
    if (first)
      facts.set(table, {
        owner: first.owner,
        isOpen: first.is_open,
        columns: new Map(own.map((row) => [row.column, factOf(row)])),
        ...(first.is_table && {
          uniques: keys
            .filter((key) => key.schema === schema && key.table === name)
            .map(({ columns }) => columns),
        }),
      });
  }
  return new BindingFacts(facts);
}

const factOf = (row: Row): ColumnFact => ({
  type: row.type,
  cast:
    row.type_schema === 'pg_catalog'
      ? `pg_catalog.${row.type_name.startsWith('_') ? quotedPostgres(row.type_name) : row.type_name}`
      : `${quotedPostgres(row.type_schema)}.${quotedPostgres(row.type_name)}`,
  kind: kindOf(row),
  nullable: row.nullable,
  filled: row.filled,
  derived: row.derived,
  ...(row.collation !== null && { collation: row.collation }),
});

function kindOf({ type_name, type_kind }: Row): BoundKind {
  if (type_name === 'uuid') return 'guid';
  if (type_name === 'timestamptz') return 'instant';
  if (type_name === 'timestamp') return 'local-instant';
  if (type_kind === 'S') return 'text';
  if (type_kind === 'B') return 'boolean';
  return type_kind === 'N' ? 'number' : 'other';
}
