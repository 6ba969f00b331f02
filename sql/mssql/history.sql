-- What the migrator needs before anything else: the schema and its own record. Safe to run at any time.
-- CREATE SCHEMA must be alone in its batch, so it has one of its own.
-- Of dbo where that is allowed: a host view then reads and writes the tables of dbo by ownership.
if schema_id('scim') is null and has_perms_by_name('dbo', 'USER', 'IMPERSONATE') = 1 exec('create schema scim authorization dbo');
if schema_id('scim') is null exec('create schema scim');
GO
if object_id('scim.schema_history', 'U') is null
create table scim.schema_history (
  [version]    int           not null constraint schema_history_pkey primary key,
  name         nvarchar(100) not null,
  checksum     char(64)      not null,
  applied_at   datetime2(3)  not null,
  applied_by   nvarchar(200) not null,
  tool_version nvarchar(40)  not null
);
GO
