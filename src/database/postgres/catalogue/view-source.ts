import type { UniqueKey, ViewSource } from '../../dialect/view-source.js';
import type { WayOfWriting } from '../../dialect/view-writes.js';
import { type Fragment, raw, sql } from '../../sql/fragment.js';

const TEXT = ['text', 'varchar', 'bpchar', 'citext'];
/** An index over a column in lower case, as PostgreSQL writes it. */
const LOWER = /^lower\(\(?("(?:[^"]|"")+"|\w+)\)?(?:::\w+)?\)$/;

const IN_SCHEMA = 'case when cast(? as text) is null then pg_table_is_visible(r.oid) else n.nspname = ? end';

interface KeyRow {
  schema_name: string;
  name: string;
  column_name: string | null;
  type: string | null;
  key: string;
  condition: string | null;
  readable: boolean;
}

/** Of `pg_trigger.tgtype`, and of what `pg_relation_is_updatable` answers. */
const [OF_INSERT, OF_UPDATE] = [4, 16];
const [BY_INSERT, BY_UPDATE] = [8, 4];

interface WritesRow {
  /** Events of the INSTEAD OF triggers that fire, of all of them, and of INSTEAD rules. */
  fires: number;
  triggers: number;
  ruled: number;
  /** What the server carries out by itself. */
  server: number;
  column_name: string;
  is_settable: boolean;
}

const WRITES = `
select coalesce((select bit_or(g.tgtype::integer) from pg_catalog.pg_trigger g
                  where g.tgrelid = c.oid and g.tgtype::integer & 64 <> 0 and g.tgenabled in ('O', 'A')), 0) as fires,
       coalesce((select bit_or(g.tgtype::integer) from pg_catalog.pg_trigger g
                  where g.tgrelid = c.oid and g.tgtype::integer & 64 <> 0), 0) as triggers,
       coalesce((select bit_or(case r.ev_type when '2' then 16 when '3' then 4 else 0 end) from pg_catalog.pg_rewrite r
                  where r.ev_class = c.oid and r.is_instead and r.ev_enabled in ('O', 'A')), 0) as ruled,
       pg_relation_is_updatable(c.oid::regclass, false) as server, a.attname as column_name,
       pg_column_is_updatable(c.oid::regclass, a.attnum, false) and a.attgenerated = '' and a.attidentity <> 'a' as is_settable
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
 where n.nspname = ? and c.relname = ?`;

/** See `Dialect.viewSource`. PostgreSQL shows its catalogue to everybody. */
export const postgresViewSource: ViewSource = {
  async definition({ rows }, schema, view) {
    const [row] = await rows<{ definition: string }>(
      `select pg_get_viewdef(c.oid) as definition from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = ? and c.relname = ? and c.relkind = 'v'`,
      [schema, view],
    );
    return row?.definition;
  },
  async writes({ rows }, schema, view) {
    const found = await rows<WritesRow>(WRITES, [schema, view]);
    const [one] = found;
    if (!one) return undefined;
    const way = (of: number, by: number): WayOfWriting => {
      if ((Number(one.fires) & of) !== 0 || (Number(one.ruled) & of) !== 0) return 'trigger';
      // A trigger that is disabled leaves nothing to the server.
      return (Number(one.triggers) & of) === 0 && (Number(one.server) & by) !== 0 ? 'server' : 'none';
    };
    const settable = found.filter(({ is_settable }) => is_settable);
    return {
      insert: way(OF_INSERT, BY_INSERT),
      update: way(OF_UPDATE, BY_UPDATE),
      tables: new Map(settable.map(({ column_name }) => [column_name.toLowerCase(), view])),
    };
  },
  async isPlainTable({ rows }, _, table) {
    const [relation = '', schema = null] = [...table].reverse();
    const [found] = await rows(
      `select 1 as found from pg_class r join pg_namespace n on n.oid = r.relnamespace
        where r.relname = ? and ${IN_SCHEMA} and r.relkind in ('r', 'p') and not r.relrowsecurity`,
      [relation, schema, schema],
    );
    return found !== undefined;
  },
  async uniqueKeys({ rows }, _, table) {
    const [relation = '', schema = null] = [...table].reverse();
    const found = await rows<KeyRow>(
      `select n.nspname as schema_name, c.relname as name, a.attname as column_name, t.typname as type,
              pg_get_indexdef(i.indexrelid, 1, true) as key, pg_get_expr(i.indpred, i.indrelid) as condition,
              has_table_privilege(r.oid, 'select') and has_schema_privilege(n.oid, 'usage') as readable
         from pg_index i
         join pg_class c on c.oid = i.indexrelid
         join pg_class r on r.oid = i.indrelid
         join pg_namespace n on n.oid = r.relnamespace
         left join pg_attribute a on a.attrelid = r.oid and a.attnum = i.indkey[0] and a.attnum > 0
         left join pg_type t on t.oid = a.atttypid
        where r.relname = ? and ${IN_SCHEMA}
          and i.indisunique and i.indisvalid and i.indnkeyatts = 1`,
      [relation, schema, schema],
    );
    return found.flatMap(
      ({ schema_name, name, column_name, type, key, condition, readable }): UniqueKey[] => {
        const lower = LOWER.exec(key)?.[1]?.replace(/^"|"$/g, '').replaceAll('""', '"');
        const column = column_name ?? lower;
        if (column === undefined || (type !== null && !TEXT.includes(type))) return [];
        return [
          {
            ...{ table: [schema_name, relation], name, column, key: column },
            // A question mark in a statement is a value to us.
            readable: readable && !condition?.includes('?'),
            folds: column_name === null || type === 'citext',
            ...(condition !== null && { condition }),
          },
        ];
      },
    );
  },
  hasValue: ({ column, folds }, value): Fragment => {
    const own = `b."${column.replaceAll('"', '""')}"::text`;
    return folds ? sql`lower(${raw(own)}) = lower(${value})` : sql`${raw(own)} = ${value}`;
  },
};
