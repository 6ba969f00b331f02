-- What the migrator needs before anything else: the schema and its own record. Safe to run at any time.
create schema if not exists scim;

create table if not exists scim.schema_history (
  version      integer        not null primary key,
  name         varchar(100)   not null,
  checksum     char(64)       not null,
  applied_at   timestamptz(3) not null,
  applied_by   varchar(200)   not null,
  tool_version varchar(40)    not null
);
