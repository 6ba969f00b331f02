import type { Session } from '../database.js';
import type { ColumnKind, HostCatalogue } from '../scaffold/host/host-facts.js';
import { type CatalogueRows, hostTablesOf } from '../scaffold/host/rows.js';

/**
 * The tables of all schemas but the system's, those of extensions and our own, from the catalogue alone: it takes no lock
 * on a table.
 */
export async function postgresHostCatalogue({ rows, schema }: Session): Promise<HostCatalogue> {
  const tables = await rows<CatalogueRows['tables'][number]>(TABLES, [schema]);
  const columns = await rows<ColumnRow>(COLUMNS, [schema]);
  const uniques = await rows<CatalogueRows['uniques'][number]>(UNIQUES, [schema]);
  const foreignKeys = await rows<CatalogueRows['foreignKeys'][number]>(FOREIGN_KEYS, [schema]);
  const checks = await rows<{ id: string; definition: string }>(CHECKS, [schema]);
  const triggers = await rows<{ id: string; name: string }>(TRIGGERS, [schema]);
  const found = hostTablesOf({
    tables,
    columns: columns.map(({ base, ...column }) => ({
      ...column,
      kind: column.labels ? 'text' : kindOf(base, column.type),
      sequence: sequenceOf(column.default),
    })),
    uniques,
    foreignKeys,
    checks,
    triggers,
  });
  const sequences = await rows<{ schema: string; name: string; last: string | null }>(SEQUENCES, [schema]);
  const hidden = found.filter(({ readable }) => !readable).length;
  return {
    tables: found,
    sequences: sequences.map(({ last, ...one }) => ({ ...one, last: last === null ? null : Number(last) })),
    unseen:
      hidden === 0
        ? []
        : [
            `This login may not read the rows of ${hidden} of ${found.length} tables. Grant it SELECT on them, or USAGE on their schema.`,
          ],
  };
}

interface ColumnRow {
  id: string;
  name: string;
  type: string;
  /** The type below domains. */
  base: string;
  length: number | null;
  nullable: boolean;
  default: string | null;
  generated: 'identity' | 'computed' | null;
  labels: string[] | null;
}

const KINDS: readonly (readonly [RegExp, ColumnKind])[] = [
  [/^(text|varchar|bpchar|citext|name)$/, 'text'],
  [/^(int2|int4|int8)$/, 'integer'],
  [/^(numeric|float4|float8)$/, 'decimal'],
  [/^bool$/, 'boolean'],
  [/^(timestamp|timestamptz|date)$/, 'instant'],
  [/^uuid$/, 'guid'],
  [/^(json|jsonb)$/, 'json'],
  [/^bytea$/, 'binary'],
];

/** A number without decimals is an integer, also where its type could have them. */
const kindOf = (base: string, type: string): ColumnKind =>
  /^numeric\(\d+(,0)?\)$/.test(type)
    ? 'integer'
    : (KINDS.find(([pattern]) => pattern.test(base))?.[1] ?? 'other');

/** What a default that draws from a sequence names: `nextval('public.users_id_seq'::regclass)`. */
function sequenceOf(expression: string | null): readonly [string, string] | null {
  const [, text] = /^nextval\('((?:[^']|'')+)'::regclass\)$/.exec(expression ?? '') ?? [];
  const parts = text?.replaceAll("''", "'").match(/"(?:[^"]|"")+"|[^.]+/g);
  const names = parts?.map((part) => (part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part));
  return names && names.length > 0 ? [names.length > 1 ? (names[0] ?? '') : '', names.at(-1) ?? ''] : null;
}

const OURS = `
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p') and not c.relispartition
   and n.nspname not like 'pg\\_%' and n.nspname not in ('information_schema', ?)
   and not exists (select 1 from pg_catalog.pg_depend d
                    where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')`;

const TABLES = `
select c.oid::text as id, n.nspname as schema_name, c.relname as name, pg_get_userbyid(c.relowner) as owner,
       c.reltuples::float8 as rows,
       has_schema_privilege(n.oid, 'USAGE') and has_table_privilege(c.oid, 'SELECT') as readable
${OURS}
 order by 2, 3`;

const COLUMNS = `
select a.attrelid::text as id, a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
       coalesce(b.typname, t.typname) as base,
       case when coalesce(b.typname, t.typname) in ('varchar', 'bpchar') and
                 coalesce(nullif(a.atttypmod, -1), t.typtypmod) > 4
            then coalesce(nullif(a.atttypmod, -1), t.typtypmod) - 4 end as length,
       not a.attnotnull and not t.typnotnull as nullable,
       case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end as "default",
       case when a.attidentity <> '' then 'identity' when a.attgenerated <> '' then 'computed' end as generated,
       (select json_agg(e.enumlabel order by e.enumsortorder) from pg_catalog.pg_enum e
         where e.enumtypid = coalesce(b.oid, t.oid)) as labels
  from pg_catalog.pg_attribute a
  join pg_catalog.pg_type t on t.oid = a.atttypid
  left join pg_catalog.pg_type b on t.typtype = 'd' and b.oid = t.typbasetype
  left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
 where a.attnum > 0 and not a.attisdropped and a.attrelid in (select c.oid ${OURS})
 order by a.attrelid, a.attnum`;

const UNIQUES = `
select i.indrelid::text as id, i.indexrelid::text as index_id, i.indisprimary as is_primary, a.attname as column_name,
       case when a.attname is null then pg_get_indexdef(i.indexrelid, k.n::integer, true) end as expression,
       pg_get_expr(i.indpred, i.indrelid) as condition
  from pg_catalog.pg_index i
  cross join lateral unnest(i.indkey::int2[]) with ordinality as k (attnum, n)
  left join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum and k.attnum > 0
 where i.indisunique and i.indisvalid and k.n <= i.indnkeyatts and i.indrelid in (select c.oid ${OURS})
 order by i.indrelid, i.indexrelid, k.n`;

const FOREIGN_KEYS = `
select k.conrelid::text as id, k.oid::text as key_id, a.attname as column_name, rn.nspname as schema_name,
       r.relname as table_name, ra.attname as other_column
  from pg_catalog.pg_constraint k
  join pg_catalog.pg_class r on r.oid = k.confrelid
  join pg_catalog.pg_namespace rn on rn.oid = r.relnamespace
  cross join lateral unnest(k.conkey, k.confkey) with ordinality as p (own, other, n)
  join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = p.own
  join pg_catalog.pg_attribute ra on ra.attrelid = k.confrelid and ra.attnum = p.other
 where k.contype = 'f' and k.conparentid = 0 and k.conrelid in (select c.oid ${OURS})
 order by k.conrelid, k.oid, p.n`;

const CHECKS = `
select k.conrelid::text as id, pg_get_expr(k.conbin, k.conrelid) as definition
  from pg_catalog.pg_constraint k
 where k.contype = 'c' and k.conrelid in (select c.oid ${OURS})`;

const TRIGGERS = `
select g.tgrelid::text as id, g.tgname as name
  from pg_catalog.pg_trigger g
 where not g.tgisinternal and g.tgenabled <> 'D' and g.tgrelid in (select c.oid ${OURS})`;

const SEQUENCES = `
select schemaname as schema, sequencename as name,
       case when has_sequence_privilege(format('%I.%I', schemaname, sequencename), 'SELECT') then coalesce(last_value, 0)::text end as last
  from pg_catalog.pg_sequences
 where schemaname not like 'pg\\_%' and schemaname not in ('information_schema', ?)
 order by 1, 2`;
