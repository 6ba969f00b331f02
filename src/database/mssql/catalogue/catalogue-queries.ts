/**
 * What is asked of the catalogue views, in the part of them that Babelfish answers alike (it fails over the
 * text of some check constraints). `:schema` is the schema's name.
 */

export const SERVER = `
select cast(serverproperty('Babelfish') as int) as is_babelfish,
       cast(databasepropertyex(db_name(), 'Collation') as nvarchar(128)) as collation`;

/** The columns of own tables, and of own views. */
export const COLUMNS = `
select case o.type when 'V' then 'view' else 'column' end as kind,
       cast(o.name as nvarchar(128)) as table_name, cast(c.name as nvarchar(128)) as name,
       cast(y.name as nvarchar(128)) as type_name, c.max_length, c.scale, c.is_nullable, c.is_identity,
       k.is_persisted, cast(c.collation_name as nvarchar(128)) as collation_name, c.object_id, c.column_id
  from sys.objects o
  join sys.columns c on c.object_id = o.object_id
  join sys.types y on y.user_type_id = c.user_type_id
  left join sys.computed_columns k on k.object_id = c.object_id and k.column_id = c.column_id
 where o.schema_id = schema_id(:schema) and o.type in ('U', 'V') and o.name not like 'host[_]%'`;

/**
 * Asked by itself: in a join, Babelfish works out the text of every computed column of the server as well, and
 * fails over some.
 */
export const DEFAULTS = `
select d.parent_object_id as object_id, d.parent_column_id as column_id, cast(d.definition as nvarchar(400)) as definition
  from sys.default_constraints d
 where d.schema_id = schema_id(:schema)`;

/** Check constraints by name, foreign keys by their (single) columns. */
export const CONSTRAINTS = `
select concat('check ', cast(t.name as nvarchar(128)), '.', cast(k.name as nvarchar(128)),
              case when k.is_disabled = 1 then ' disabled' when k.is_not_trusted = 1 then ' not trusted' else '' end) as line
  from sys.check_constraints k
  join sys.tables t on t.object_id = k.parent_object_id
 where t.schema_id = schema_id(:schema)
union all
select concat('foreign key ', cast(t.name as nvarchar(128)), ' (', cast(c.name as nvarchar(128)), ') references ',
              cast(r.name as nvarchar(128)), ' (', cast(rc.name as nvarchar(128)), ')',
              case k.delete_referential_action when 0 then '' when 1 then ' on delete cascade' else ' on delete set' end,
              case when k.is_disabled = 1 then ' disabled' when k.is_not_trusted = 1 then ' not trusted' else '' end)
  from sys.foreign_keys k
  join sys.foreign_key_columns kc on kc.constraint_object_id = k.object_id
  join sys.tables t on t.object_id = k.parent_object_id
  join sys.columns c on c.object_id = kc.parent_object_id and c.column_id = kc.parent_column_id
  join sys.tables r on r.object_id = k.referenced_object_id
  join sys.columns rc on rc.object_id = kc.referenced_object_id and rc.column_id = kc.referenced_column_id
 where t.schema_id = schema_id(:schema)`;

/** One row for each column of each index, in the order of the key. */
export const INDEX_COLUMNS = `
select cast(t.name as nvarchar(128)) as table_name, cast(i.name as nvarchar(128)) as index_name,
       case when i.is_primary_key = 1 then 'primary key' when i.is_unique_constraint = 1 then 'unique constraint'
            when i.is_unique = 1 then 'unique index' else 'index' end as kind,
       cast(c.name as nvarchar(128)) as column_name, ic.is_descending_key, ic.is_included_column, i.is_disabled,
       i.has_filter, cast(i.filter_definition as nvarchar(400)) as filter_definition
  from sys.tables t
  join sys.indexes i on i.object_id = t.object_id
  join sys.index_columns ic on ic.object_id = i.object_id and ic.index_id = i.index_id
  join sys.columns c on c.object_id = ic.object_id and c.column_id = ic.column_id
 where t.schema_id = schema_id(:schema) and i.name is not null
 order by t.name, i.name, ic.key_ordinal, c.name`;

/** Triggers on own tables, own views and own functions, with their text. */
export const MODULES = `
select 'trigger' as kind, concat(cast(t.name as nvarchar(128)), '.', cast(g.name as nvarchar(128))) as name,
       case when g.is_instead_of_trigger = 1 then 'instead of' else 'after' end as fires,
       g.is_disabled, cast(object_definition(g.object_id) as nvarchar(max)) as definition
  from sys.triggers g
  join sys.tables t on t.object_id = g.parent_id
 where t.schema_id = schema_id(:schema)
union all
select 'view text', cast(v.name as nvarchar(128)), '', cast(0 as bit), cast(object_definition(v.object_id) as nvarchar(max))
  from sys.views v
 where v.schema_id = schema_id(:schema) and v.name not like 'host[_]%'
union all
select 'function', cast(o.name as nvarchar(128)), '', cast(0 as bit), cast(object_definition(o.object_id) as nvarchar(max))
  from sys.objects o
 where o.schema_id = schema_id(:schema) and o.type = 'FN'`;
