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
select u.[id] as user_id,
       u.[login] as login_name,
       u.[mail] as email,
       u.[title] as display_name,
       cast(case when (u.[active] = 1 or case when u.[active] = 0 then 1 else 0 end = 0) then 1 else 0 end as bit) as is_enabled,
       case when 1 = 1 then cast(case when exists (select 1 from [app].[members] r2 where r2.[tenant_id] = u.[tenant_id] and r2.[user_id] = u.[id] and exists (select 1 from [app].[roles] r3 where r3.[tenant_id] = r2.[tenant_id] and r3.[id] = r2.[role_id] and r3.[name] = N'Admin')) then 1 else 0 end as bit) end as is_protected,
       case when case when u.[active] = 1 then 1 else 0 end = 0 and case when u.[active] = 0 then 1 else 0 end = 0 then (N'active ' + coalesce(cast(u.[active] as nvarchar(4000)), N'null')) end as unnamed_state
  from [app].[users] p
  left join [app].[users] u on u.[id] = p.[id]
  left join [app].[profiles] [of_profile] on [of_profile].[tenant_id] = p.[tenant_id] and [of_profile].[user_id] = p.[id]
 where p.[tenant_id] = 1
   and exists (select 1 from [app].[profiles] r1 where r1.[tenant_id] = p.[tenant_id] and r1.[user_id] = p.[id]);
GO

-- After an error, what follows is done in another transaction, and taken back at the end.
if @@trancount = 0 begin transaction;
GO

create view [scim].host_sso_provider as
select N'Corp' as provider_id,
       N'Corp' as name,
       N'SAML' as protocol,
       cast(case when 1 = 1 then 1 else 0 end as bit) as is_enabled,
       N'the binding' as declared_by,
       cast(null as datetime2(3)) as declared_at;
GO

-- After an error, what follows is done in another transaction, and taken back at the end.
if @@trancount = 0 begin transaction;
GO

create view [scim].host_licence as
select N'Unlimited' as licence_type,
       1 as assign_order,
       cast(null as bigint) as seats_total,
       0 as seats_used,
       N'the binding' as declared_by,
       cast(null as datetime2(3)) as declared_at;
GO

-- After an error, what follows is done in another transaction, and taken back at the end.
if @@trancount = 0 begin transaction;
GO

create trigger [scim].host_user_insert on [scim].host_user instead of insert as
begin
  set nocount on;
  if not exists (select 1 from inserted)
    return;
  if exists (select 1 from inserted i where exists (select 1 from [app].[users] r1 where lower(r1.[login]) = lower(cast(i.login_name as nvarchar(4000)))))
    throw 50001, N'another account has this login_name', 1;
  declare @new table (row_login nvarchar(4000) collate database_default, new_key int);
  insert into [app].[users] ([tenant_id], [login], [mail], [title], [active])
  output inserted.[login], inserted.[id] into @new (row_login, new_key)
  select 1,
         cast(i.login_name as nvarchar(4000)),
         cast(i.email as nvarchar(4000)),
         cast(i.display_name as nvarchar(4000)),
         1
    from inserted i;
  if exists (select 1 from [app].[users] t
              join @new n on t.[id] = n.new_key
             group by n.new_key having count(*) > 1)
    throw 50001, N'several rows of the application have the key of this account', 1;
  insert into [app].[profiles] ([tenant_id], [user_id], [theme])
  select (select top (1) u.[tenant_id] from [app].[users] u where u.[id] = n.new_key),
         n.new_key,
         N'light'
    from inserted i
    join @new n on n.row_login = cast(i.login_name as nvarchar(4000)) collate database_default;
  insert into [app].[members] ([tenant_id], [user_id], [role_id])
  select (select top (1) u.[tenant_id] from [app].[users] u where u.[id] = n.new_key),
         n.new_key,
         (select top (1) r2.[id] from [app].[roles] r2 where r2.[tenant_id] = (select top (1) u.[tenant_id] from [app].[users] u where u.[id] = n.new_key) and r2.[name] = N'Everybody')
    from inserted i
    join @new n on n.row_login = cast(i.login_name as nvarchar(4000)) collate database_default;
  update t set [active] = 0
    from [app].[users] t
    join @new n on t.[id] = n.new_key
    join inserted i on n.row_login = cast(i.login_name as nvarchar(4000)) collate database_default
   where i.is_enabled = 0;
  if exists (select 1 from [scim].host_user v join @new n on v.user_id = n.new_key where v.is_protected = 1)
    throw 50001, N'The new account would be protected, such as an administrator. Correct `insert` in the binding.', 1;
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
  if exists (select 1 from deleted where is_protected = 1)
    throw 50001, N'a protected account is not changed', 1;
  if exists (select 1 from deleted group by user_id having count(*) > 1)
    throw 50001, N'several rows of the application have the key of this account', 1;
  -- What has changed, of each account.
  declare @change table (user_key int not null primary key,
    login_name bit not null, email bit not null, display_name bit not null, is_enabled bit not null,
    enabling bit not null, disabling bit not null);
  insert into @change
  select d.user_id,
         case when exists (select cast(i.login_name as nvarchar(4000)) collate Latin1_General_BIN2 except select cast(d.login_name as nvarchar(4000)) collate Latin1_General_BIN2) then 1 else 0 end,
         case when exists (select cast(i.email as nvarchar(4000)) collate Latin1_General_BIN2 except select cast(d.email as nvarchar(4000)) collate Latin1_General_BIN2) then 1 else 0 end,
         case when exists (select cast(i.display_name as nvarchar(4000)) collate Latin1_General_BIN2 except select cast(d.display_name as nvarchar(4000)) collate Latin1_General_BIN2) then 1 else 0 end,
         case when exists (select i.is_enabled except select d.is_enabled) then 1 else 0 end,
         case when i.is_enabled = 1 and d.is_enabled = 0 then 1 else 0 end,
         case when i.is_enabled = 0 and d.is_enabled = 1 then 1 else 0 end
    from deleted d
    join inserted i on i.user_id = d.user_id;
  delete from @change where login_name = 0 and email = 0 and display_name = 0 and is_enabled = 0;
  declare @held int;
  select @held = count(*)
    from [app].[users] t with (updlock, rowlock)
    join @change c on t.[id] = c.user_key;
  if exists (select 1 from [app].[users] t
              join @change c on t.[id] = c.user_key
             group by c.user_key having count(*) > 1)
    throw 50001, N'several rows of the application have the key of this account', 1;
  if exists (select 1 from [scim].host_user v join @change c on v.user_id = c.user_key where v.is_protected = 1)
    throw 50001, N'a protected account is not changed', 1;
  if exists (select 1 from @change c join inserted i on i.user_id = c.user_key
              where c.login_name = 1 and (exists (select 1 from [app].[users] r1 where lower(r1.[login]) = lower(cast(i.login_name as nvarchar(4000))) and case when r1.[id] = c.user_key then 1 else 0 end = 0)))
    throw 50001, N'another account has this login_name', 1;
  update t set
    [active] = case when c.enabling = 1 then 1 when c.disabling = 1 then 0 else t.[active] end,
    [login] = case when c.login_name = 1 then cast(i.login_name as nvarchar(4000)) else t.[login] end,
    [mail] = case when c.email = 1 then cast(i.email as nvarchar(4000)) else t.[mail] end,
    [title] = case when c.display_name = 1 then cast(i.display_name as nvarchar(4000)) else t.[title] end
    from [app].[users] t
    join @change c on t.[id] = c.user_key
    join inserted i on i.user_id = c.user_key
   where (c.enabling = 1 or c.disabling = 1 or c.login_name = 1 or c.email = 1 or c.display_name = 1);
  delete t
    from [app].[sessions] t
    join @change c on t.[tenant_id] = (select top (1) u.[tenant_id] from [app].[users] u where u.[id] = c.user_key) and t.[user_id] = c.user_key
   where c.disabling = 1;
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
