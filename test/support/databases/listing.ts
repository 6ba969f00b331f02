import type { EngineName, TestDatabase } from '../engines.js';

/**
 * Everything the server knows of a schema, a line each, sorted: not only what the product verifies, but names,
 * the order of columns, owners, rights, storage and comments, too. What depends on when or where the
 * schema was made (object numbers, the database's name) is not in it.
 */
export async function listingOf(test: TestDatabase, engine: EngineName, schema: string): Promise<string[]> {
  const questions = engine === 'mssql' ? MSSQL : [POSTGRES];
  const lines: string[] = [];
  for (const question of questions) {
    const rows = await test.query<{ line: string }>(question.replaceAll(':schema', `'${schema}'`));
    // Babelfish gives defaults a name with a number of the whole server in it.
    lines.push(...rows.map(({ line }) => line.replace(/\bDF_(\w+?)_\d+\b/g, 'DF_$1')));
  }
  return lines.sort();
}

const POSTGRES = `
with own as (select c.* from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = :schema)
select concat_ws(' | ', 'schema', nspname, pg_get_userbyid(nspowner), nspacl, obj_description(oid, 'pg_namespace')) as line
  from pg_namespace where nspname = :schema
union all
select concat_ws(' | ', 'relation', relkind, relname, pg_get_userbyid(relowner), relacl, relpersistence, reloptions,
                 relreplident, relrowsecurity, relispartition, (select amname from pg_am where oid = relam), obj_description(oid, 'pg_class'))
  from own
union all
select concat_ws(' | ', 'column', relname, attnum, attname, format_type(atttypid, atttypmod), attnotnull, attidentity,
                 attgenerated, attstorage, attcompression, attstattarget, attcollation::regcollation, attacl, attoptions,
                 pg_get_expr(d.adbin, d.adrelid), col_description(own.oid, attnum))
  from own join pg_attribute a on a.attrelid = own.oid and attnum > 0
  left join pg_attrdef d on d.adrelid = own.oid and d.adnum = attnum
union all
select concat_ws(' | ', 'constraint', relname, conname, contype, condeferrable, condeferred, convalidated,
                 pg_get_constraintdef(k.oid), obj_description(k.oid, 'pg_constraint'))
  from own join pg_constraint k on k.conrelid = own.oid
union all
select concat_ws(' | ', 'index', pg_get_indexdef(indexrelid), indisvalid, indisclustered, indisreplident)
  from own join pg_index i on i.indrelid = own.oid
union all
select concat_ws(' | ', 'trigger', pg_get_triggerdef(t.oid), tgenabled, obj_description(t.oid, 'pg_trigger'))
  from own join pg_trigger t on t.tgrelid = own.oid where not tgisinternal
union all
select concat_ws(' | ', 'rule', pg_get_ruledef(r.oid), ev_enabled) from own join pg_rewrite r on r.ev_class = own.oid
union all
select concat_ws(' | ', 'sequence', relname, format_type(seqtypid, null), seqstart, seqincrement, seqmax, seqmin, seqcache, seqcycle,
                 (select concat_ws(' ', deptype, refobjid::regclass, refobjsubid) from pg_depend where objid = own.oid and deptype in ('a', 'i') and refclassid = 'pg_class'::regclass))
  from own join pg_sequence s on s.seqrelid = own.oid
union all
select concat_ws(' | ', 'function', pg_get_functiondef(p.oid), pg_get_userbyid(proowner), proacl, obj_description(p.oid, 'pg_proc'))
  from pg_proc p join pg_namespace n on n.oid = pronamespace where nspname = :schema
union all
select concat_ws(' | ', 'type', typname, typtype, pg_get_userbyid(typowner), typacl)
  from pg_type t join pg_namespace n on n.oid = typnamespace where nspname = :schema
union all
select concat_ws(' | ', 'default rights', pg_get_userbyid(defaclrole), defaclobjtype, defaclacl)
  from pg_default_acl a join pg_namespace n on n.oid = defaclnamespace where nspname = :schema`;

// Triggers, views, check constraints and computed columns are here by name: Babelfish takes half a minute for
// the text of the first two, which the product's own catalogue has, and fails over that of some of the others.
const MSSQL = [
  `select concat(o.type, ' | ', cast(o.name as nvarchar(128)), ' | ', cast(object_name(o.parent_object_id) as nvarchar(128))) as line
     from sys.objects o where o.schema_id = schema_id(:schema)`,
  `select concat('column | ', cast(object_name(c.object_id) as nvarchar(128)), ' | ', c.column_id, ' | ', cast(c.name as nvarchar(128)), ' | ',
                 cast(y.name as nvarchar(128)), ' | ', c.max_length, ' | ', c.precision, ' | ', c.scale, ' | ', c.is_nullable, ' | ', c.is_identity,
                 ' | ', cast(c.collation_name as nvarchar(128)), ' | ', k.is_persisted) as line
     from sys.objects o
     join sys.columns c on c.object_id = o.object_id
     join sys.types y on y.user_type_id = c.user_type_id
     left join sys.computed_columns k on k.object_id = c.object_id and k.column_id = c.column_id
    where o.schema_id = schema_id(:schema)`,
  `select concat('default | ', cast(object_name(d.parent_object_id) as nvarchar(128)), ' | ', d.parent_column_id, ' | ', cast(d.name as nvarchar(128)), ' | ', cast(d.definition as nvarchar(400))) as line
     from sys.default_constraints d where d.schema_id = schema_id(:schema)`,
  `select concat('check | ', cast(object_name(parent_object_id) as nvarchar(128)), ' | ', cast(name as nvarchar(128)), ' | ', is_disabled, ' | ', is_not_trusted) as line
     from sys.check_constraints where schema_id = schema_id(:schema)`,
  `select concat('key | ', cast(object_name(k.parent_object_id) as nvarchar(128)), ' | ', cast(k.name as nvarchar(128)), ' | ',
                 cast(object_name(k.referenced_object_id) as nvarchar(128)), ' | ', k.delete_referential_action, ' | ', k.update_referential_action,
                 ' | ', c.parent_column_id, ' | ', c.referenced_column_id, ' | ', k.is_disabled, ' | ', k.is_not_trusted) as line
     from sys.foreign_keys k join sys.foreign_key_columns c on c.constraint_object_id = k.object_id
    where k.schema_id = schema_id(:schema)`,
  `select concat('index | ', cast(object_name(i.object_id) as nvarchar(128)), ' | ', cast(i.name as nvarchar(128)), ' | ', i.type_desc, ' | ',
                 i.is_unique, ' | ', i.is_primary_key, ' | ', i.is_unique_constraint, ' | ', i.is_disabled, ' | ', cast(i.filter_definition as nvarchar(400)),
                 ' | ', c.key_ordinal, ' | ', c.column_id, ' | ', c.is_descending_key, ' | ', c.is_included_column) as line
     from sys.objects o
     join sys.indexes i on i.object_id = o.object_id
     left join sys.index_columns c on c.object_id = i.object_id and c.index_id = i.index_id
    where o.schema_id = schema_id(:schema)`,
  `select concat('right | ', p.class_desc, ' | ', cast(object_name(p.major_id) as nvarchar(128)), ' | ', p.permission_name, ' | ', p.state_desc) as line
     from sys.database_permissions p join sys.objects o on o.object_id = p.major_id where o.schema_id = schema_id(:schema)`,
];
