-- An application with another key.
-- Run with: sqlcmd -b -d DATABASE -i THIS_FILE
-- or open it in SSMS, in SQLCMD mode (Query > SQLCMD Mode), in the database it is for.
:on error exit
GO

set quoted_identifier on;
set ansi_nulls on;
set ansi_padding on;
set ansi_warnings on;
set arithabort on;
set concat_null_yields_null on;
set numeric_roundabort off;
set xact_abort on;
set nocount on;
set implicit_transactions off;
GO

if db_name() in (N'master', N'model', N'msdb', N'tempdb')
  throw 50004, N'scimctl: this is a database of the server itself; run the script in the database of the application', 1;
if @@trancount > 0
  throw 50012, N'scimctl: a transaction was open in this session, and is rolled back; run the script in a session without one', 1;
begin transaction;
declare @result int;
exec @result = sp_getapplock @Resource = N'scimctl host views', @LockMode = 'Exclusive', @LockOwner = 'Transaction', @LockTimeout = 60000;
if @result < 0
  throw 50001, N'scimctl: another session is making host views', 1;
GO

-- After an error, what follows is done in another transaction, and taken back at the end.
if @@trancount = 0 begin transaction;
GO

create view [scim].host_user as
select rtrim(u.[usrid]) as user_id,
       rtrim(u.[usrid]) as login_name,
       rtrim(u.[emladr]) as email,
       nullif(ltrim(rtrim((coalesce(rtrim(cast(u.[fstnam] as nvarchar(4000))), N'') + N' ' + coalesce(rtrim(cast(u.[lstnam] as nvarchar(4000))), N'')))), N'') as display_name,
       rtrim(u.[fstnam]) as given_name,
       rtrim(u.[lstnam]) as family_name,
       cast(case when (u.[actflg] = 'A' or case when u.[actflg] = 'I' then 1 else 0 end = 0) then 1 else 0 end as bit) as is_enabled,
       case when case when u.[actflg] = 'A' then 1 else 0 end = 0 and case when u.[actflg] = 'I' then 1 else 0 end = 0 then (N'actflg ' + coalesce(rtrim(cast(u.[actflg] as nvarchar(4000))), N'null')) end as unnamed_state
  from [app].[usermast] p
  left join [app].[usermast] u on u.[usrid] = p.[usrid];
GO

-- After an error, what follows is done in another transaction, and taken back at the end.
if @@trancount = 0 begin transaction;
GO

create view [scim].host_sso_provider as
select N'Corp' as provider_id,
       N'Corp' as name,
       N'SAML' as protocol,
       cast(case when 1 = 1 then 1 else 0 end as bit) as is_enabled,
       N'alice' as declared_by,
       cast('2026-11-28T00:00:00.000Z' as datetime2(3)) as declared_at;
GO

-- After an error, what follows is done in another transaction, and taken back at the end.
if @@trancount = 0 begin transaction;
GO

create view [scim].host_licence as
select N'Unlimited' as licence_type,
       1 as assign_order,
       cast(null as bigint) as seats_total,
       0 as seats_used,
       N'alice' as declared_by,
       cast('2026-11-28T00:00:00.000Z' as datetime2(3)) as declared_at;
GO

-- After an error, what follows is done in another transaction, and taken back at the end.
if @@trancount = 0 begin transaction;
GO

create trigger [scim].host_user_insert on [scim].host_user instead of insert as
begin
  set nocount on;
  if not exists (select 1 from inserted)
    return;
  if exists (select 1 from inserted i where len(cast(i.login_name as nvarchar(4000))) > 40)
    throw 50001, N'login_name has more than 40 characters', 1;
  declare @new table (row_login nvarchar(4000) collate database_default, new_key char(40));
  insert into @new (row_login, new_key)
  select cast(i.login_name as nvarchar(4000)), cast(i.login_name as nvarchar(4000))
    from inserted i;
  insert into [app].[usermast] ([usrid], [emladr], [fstnam], [lstnam], [actflg])
  select n.new_key,
         cast(i.email as nvarchar(4000)),
         cast(i.given_name as nvarchar(4000)),
         cast(i.family_name as nvarchar(4000)),
         'A'
    from inserted i
    join @new n on n.row_login = cast(i.login_name as nvarchar(4000)) collate database_default;
  update t set [actflg] = 'I'
    from [app].[usermast] t
    join @new n on t.[usrid] = n.new_key
    join inserted i on n.row_login = cast(i.login_name as nvarchar(4000)) collate database_default
   where i.is_enabled = 0;
end
GO

-- After an error, what follows is done in another transaction, and taken back at the end.
if @@trancount = 0 begin transaction;
GO

create trigger [scim].host_user_update on [scim].host_user instead of update as
begin
  set nocount on;
  if not exists (select 1 from inserted)
    return;
  -- What has changed, of each account.
  declare @change table (user_key char(40) not null primary key,
    login_name bit not null, email bit not null, display_name bit not null, given_name bit not null, family_name bit not null, is_enabled bit not null,
    enabling bit not null, disabling bit not null);
  insert into @change
  select d.user_id,
         case when exists (select cast(i.login_name as nvarchar(4000)) collate Latin1_General_BIN2 except select cast(d.login_name as nvarchar(4000)) collate Latin1_General_BIN2) then 1 else 0 end,
         case when exists (select cast(i.email as nvarchar(4000)) collate Latin1_General_BIN2 except select cast(d.email as nvarchar(4000)) collate Latin1_General_BIN2) then 1 else 0 end,
         case when exists (select cast(i.display_name as nvarchar(4000)) collate Latin1_General_BIN2 except select cast(d.display_name as nvarchar(4000)) collate Latin1_General_BIN2) then 1 else 0 end,
         case when exists (select cast(i.given_name as nvarchar(4000)) collate Latin1_General_BIN2 except select cast(d.given_name as nvarchar(4000)) collate Latin1_General_BIN2) then 1 else 0 end,
         case when exists (select cast(i.family_name as nvarchar(4000)) collate Latin1_General_BIN2 except select cast(d.family_name as nvarchar(4000)) collate Latin1_General_BIN2) then 1 else 0 end,
         case when exists (select i.is_enabled except select d.is_enabled) then 1 else 0 end,
         case when i.is_enabled = 1 and d.is_enabled = 0 then 1 else 0 end,
         case when i.is_enabled = 0 and d.is_enabled = 1 then 1 else 0 end
    from deleted d
    join inserted i on i.user_id = d.user_id;
  delete from @change where login_name = 0 and email = 0 and display_name = 0 and given_name = 0 and family_name = 0 and is_enabled = 0;
  if exists (select 1 from @change c join inserted i on i.user_id = c.user_key
              where c.login_name = 1 and (len(cast(i.login_name as nvarchar(4000))) > 40))
    throw 50001, N'login_name has more than 40 characters', 1;
  update t set
    [actflg] = case when c.enabling = 1 then 'A' when c.disabling = 1 then 'I' else t.[actflg] end,
    [emladr] = case when c.email = 1 then cast(i.email as nvarchar(4000)) else t.[emladr] end,
    [fstnam] = case when c.given_name = 1 then cast(i.given_name as nvarchar(4000)) else t.[fstnam] end,
    [lstnam] = case when c.family_name = 1 then cast(i.family_name as nvarchar(4000)) else t.[lstnam] end
    from [app].[usermast] t
    join @change c on t.[usrid] = c.user_key
    join inserted i on i.user_id = c.user_key
   where (c.enabling = 1 or c.disabling = 1 or c.email = 1 or c.given_name = 1 or c.family_name = 1);
end
GO

if applock_mode(N'public', N'scimctl host views', N'Transaction') = N'NoLock'
begin
  if @@trancount > 0 rollback transaction;
  throw 50003, N'scimctl: nothing was changed, because of the first error above', 1;
end
commit transaction;
print N'scimctl: created the host views.';
GO
