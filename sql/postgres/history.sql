-- What the migrator needs before anything else: the schema and its own record. Safe to run at any time.
-- Looked for first: "if not exists" asks for the right to create even where there is nothing to create.
do $$
begin
  if not exists (select 1 from pg_namespace where nspname = 'scim') then
    create schema scim;
  end if;
  if to_regclass('scim.schema_history') is null then
    create table scim.schema_history (
      version      integer        not null primary key,
      name         varchar(100)   not null,
      checksum     char(64)       not null,
      applied_at   timestamptz(3) not null,
      applied_by   varchar(200)   not null,
      tool_version varchar(40)    not null
    );
  end if;
end
$$;
