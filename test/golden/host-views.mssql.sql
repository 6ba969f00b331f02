-- The odd application.
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
select u.[person] as user_id,
       u.[log"in]]] as login_name,
       [of_mail].[e-mail ✉] as email,
       nullif(ltrim(rtrim((coalesce([of_person].[given], N'') + N' ' + coalesce([of_person].[family], N'')))), N'') as display_name,
       [of_person].[given] as given_name,
       [of_person].[family] as family_name,
       case when u.[kind] = 0 then cast(null as nvarchar(4000)) when u.[kind] = 1 then N'Concurrent' when u.[kind] = 2 then N'Dedicated' end as licence_type,
       cast(case when (u.[state's] = N'on' or case when ((u.[state's] = N'o''ff' or u.[state's] = N'gone') or u.[until] < sysutcdatetime()) then 1 else 0 end = 0) then 1 else 0 end as bit) as is_enabled,
       case when 1 = 1 then cast(case when exists (select 1 from [app one].[member[ship] r4 where r4.[person] = u.[person] and exists (select 1 from [app one].[role] r5 where r5.[id] = r4.[role] and r5.[name] = N'Boss')) then 1 else 0 end as bit) end as is_protected,
       case when case when u.[state's] = N'on' then 1 else 0 end = 0 and case when ((u.[state's] = N'o''ff' or u.[state's] = N'gone') or u.[until] < sysutcdatetime()) then 1 else 0 end = 0 then (N'state''s ' + coalesce(u.[state's], N'null') + N', until ' + coalesce(cast(u.[until] as nvarchar(4000)), N'null')) end as unnamed_state,
       case when u.[seen] > 0 then dateadd(millisecond, cast(cast(u.[seen] as bigint) % 86400000 as int), dateadd(day, cast(cast(u.[seen] as bigint) / 86400000 as int), cast('19700101' as datetime2(3)))) end as last_sign_in_at
  from [app one].[select] p
  left join [app one].[select] u on u.[person] = p.[person]
  left join [app one].[pers"on]]] [of_person] on [of_person].[id] = p.[person]
  left join [app one].[add'ress ☂] [of_mail] on [of_mail].[person] = p.[person] and [of_mail].[first] = 1
 where not exists (select 1 from [app one].[member[ship] r1 where r1.[person] = p.[person] and exists (select 1 from [app one].[role] r2 where r2.[id] = r1.[role] and r2.[name] = N'robot''s'))
   and exists (select 1 from [app one].[pers"on]]] r3 where r3.[id] = p.[person]);
GO

-- After an error, what follows is done in another transaction, and taken back at the end.
if @@trancount = 0 begin transaction;
GO

create view [scim].host_sso_provider as
select N'saml' as provider_id,
       N'SAML of ]odd[''' as name,
       N'SAML' as protocol,
       cast(case when 1 = 1 then 1 else 0 end as bit) as is_enabled,
       N'the binding' as declared_by,
       cast(null as datetime2(3)) as declared_at;
GO

-- After an error, what follows is done in another transaction, and taken back at the end.
if @@trancount = 0 begin transaction;
GO

create view [scim].host_licence as
select l.[name] as licence_type,
       cast(cast(l.[kind] as nvarchar(4000)) as bigint) as assign_order,
       cast(cast(l.[seats] as nvarchar(4000)) as bigint) as seats_total,
       (select count(*) from [app one].[select] r6 where r6.[kind] = l.[kind] and r6.[state's] = N'on') as seats_used
  from [app one].[pool] l;
GO

-- After an error, what follows is done in another transaction, and taken back at the end.
if @@trancount = 0 begin transaction;
GO

create trigger [scim].host_user_insert on [scim].host_user instead of insert as
begin
  set nocount on;
  if not exists (select 1 from inserted)
    return;
  if exists (select 1 from inserted i where coalesce(ltrim(rtrim(cast(i.login_name as nvarchar(4000)))), N'') = N'')
    throw 50001, N'login_name is required', 1;
  if exists (select 1 from inserted i where len(cast(i.login_name as nvarchar(4000))) > 60)
    throw 50001, N'login_name has more than 60 characters', 1;
  if exists (select 1 from inserted i where replace(cast(i.login_name as nvarchar(4000)), N']', N'') collate Latin1_General_BIN2 like N'%[^-A-Za-z0-9@._]%')
    throw 50001, N'login_name has characters other than A-Za-z0-9@._]-', 1;
  if exists (select 1 from inserted i where exists (select 1 from [app one].[select] r1 where lower(r1.[log"in]]]) = lower(cast(i.login_name as nvarchar(4000)))))
    throw 50001, N'another account has this login_name', 1;
  if exists (select 1 from inserted i where (cast(i.email as nvarchar(4000)) not like N'%_@_%._%' or cast(i.email as nvarchar(4000)) like N'% %' or cast(i.email as nvarchar(4000)) like N'%@%@%'))
    throw 50001, N'email is not an e-mail address', 1;
  if exists (select 1 from inserted i where exists (select 1 from [app one].[add'ress ☂] r2 where lower(r2.[e-mail ✉]) = lower(cast(i.email as nvarchar(4000)))))
    throw 50001, N'another account has this email', 1;
  if (select count(*) from inserted) > 1
    throw 50001, N'accounts are created one at a time', 1;
  declare @counter_1 bigint;
  update t set [last] = t.[last] + 1 from [app one].[counter] t cross join inserted i where t.[name] = N'person';
  select @counter_1 = t.[last] from [app one].[counter] t cross join inserted i where t.[name] = N'person';
  declare @key_1 int;
  declare @made_1 table (made int);
  insert into [app one].[pers"on]]] ([id], [given], [family], [xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx])
  output inserted.[id] into @made_1 (made)
  select @counter_1,
         coalesce(nullif(cast(i.given_name as nvarchar(4000)), N''), nullif(rtrim(left(ltrim(rtrim(cast(i.display_name as nvarchar(4000)))), len(ltrim(rtrim(cast(i.display_name as nvarchar(4000))))) - charindex(N' ', reverse(ltrim(rtrim(cast(i.display_name as nvarchar(4000))))) + N' ') + 1)), N'')),
         coalesce(nullif(cast(i.family_name as nvarchar(4000)), N''), nullif(right(ltrim(rtrim(cast(i.display_name as nvarchar(4000)))), charindex(N' ', reverse(ltrim(rtrim(cast(i.display_name as nvarchar(4000))))) + N' ') - 1), N'')),
         nullif(ltrim(rtrim((N'{' + coalesce(upper(cast(i.login_name as nvarchar(4000))), N'') + N'}'))), N'')
    from inserted i;
  select @key_1 = made from @made_1;
  declare @new table (row_login nvarchar(4000) collate database_default, new_key int);
  insert into @new (row_login, new_key)
  select cast(i.login_name as nvarchar(4000)), @key_1
    from inserted i;
  insert into [app one].[select] ([person], [log"in]]], [kind], [folded], [flags], [language], [stamp], [state's], [until])
  select n.new_key,
         cast(i.login_name as nvarchar(4000)),
         case when cast(i.licence_type as nvarchar(4000)) = N'Concurrent' then 1 when cast(i.licence_type as nvarchar(4000)) = N'Dedicated' then 2 else 0 end,
         lower(cast(i.login_name as nvarchar(4000))),
         4,
         coalesce((select top (1) r3.[value] from [app one].[set.ting=] r3 where r3.[name] = N'language'), (select top (1) n.value from (select top (100) u.[language] as value from [app one].[select] u   join [app one].[pers"on]]] [of_person] on [of_person].[id] = u.[person]   left join [app one].[add'ress ☂] [of_mail] on [of_mail].[person] = u.[person] and [of_mail].[first] = 1 where u.[language] is not null and not exists (select 1 from [app one].[member[ship] r4 where r4.[person] = u.[person] and exists (select 1 from [app one].[role] r5 where r5.[id] = r4.[role] and r5.[name] = N'robot''s')) and case when exists (select 1 from [app one].[member[ship] r6 where r6.[person] = u.[person] and exists (select 1 from [app one].[role] r7 where r7.[id] = r6.[role] and r7.[name] = N'Boss')) then 1 else 0 end = 0 order by u.[person] desc) n group by n.value order by count(*) desc, n.value)),
         (substring(N'abcdef0123456789', (checksum(newid()) & 2147483647) % 16 + 1, 1)
   + substring(N'abcdef0123456789', (checksum(newid()) & 2147483647) % 16 + 1, 1)
   + substring(N'abcdef0123456789', (checksum(newid()) & 2147483647) % 16 + 1, 1)
   + substring(N'abcdef0123456789', (checksum(newid()) & 2147483647) % 16 + 1, 1)
   + substring(N'abcdef0123456789', (checksum(newid()) & 2147483647) % 16 + 1, 1)
   + substring(N'abcdef0123456789', (checksum(newid()) & 2147483647) % 16 + 1, 1)
   + substring(N'abcdef0123456789', (checksum(newid()) & 2147483647) % 16 + 1, 1)
   + substring(N'abcdef0123456789', (checksum(newid()) & 2147483647) % 16 + 1, 1)
   + substring(N'abcdef0123456789', (checksum(newid()) & 2147483647) % 16 + 1, 1)
   + substring(N'abcdef0123456789', (checksum(newid()) & 2147483647) % 16 + 1, 1)
   + substring(N'abcdef0123456789', (checksum(newid()) & 2147483647) % 16 + 1, 1)
   + substring(N'abcdef0123456789', (checksum(newid()) & 2147483647) % 16 + 1, 1)),
         N'on',
         cast(null as datetime2(3))
    from inserted i
    join @new n on 1 = 1;
  insert into [app one].[add'ress ☂] ([first], [person], [e-mail ✉])
  select 1,
         n.new_key,
         cast(i.email as nvarchar(4000))
    from inserted i
    join @new n on 1 = 1
   where i.email is not null;
  insert into [app one].[member[ship] ([person], [role])
  select n.new_key,
         (select top (1) r8.[id] from [app one].[role] r8 where r8.[name] = N'Everybody')
    from inserted i
    join @new n on 1 = 1;
  update t set [state's] = case when (cast(t.[flags] as bigint) & 1) = 1 then N'gone' else N'o''ff' end,
    [until] = cast(convert(nvarchar(19), sysutcdatetime(), 126) as datetime2(0))
    from [app one].[select] t
    join @new n on t.[person] = n.new_key
    join inserted i on 1 = 1
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
  -- What has changed, of each account.
  declare @change table (user_key int not null primary key,
    login_name bit not null, email bit not null, display_name bit not null, given_name bit not null, family_name bit not null, is_enabled bit not null, licence_type bit not null,
    enabling bit not null, disabling bit not null);
  insert into @change
  select d.user_id,
         case when exists (select cast(i.login_name as nvarchar(4000)) collate Latin1_General_BIN2 except select cast(d.login_name as nvarchar(4000)) collate Latin1_General_BIN2) then 1 else 0 end,
         case when exists (select cast(i.email as nvarchar(4000)) collate Latin1_General_BIN2 except select cast(d.email as nvarchar(4000)) collate Latin1_General_BIN2) then 1 else 0 end,
         case when exists (select cast(i.display_name as nvarchar(4000)) collate Latin1_General_BIN2 except select cast(d.display_name as nvarchar(4000)) collate Latin1_General_BIN2) then 1 else 0 end,
         case when exists (select cast(i.given_name as nvarchar(4000)) collate Latin1_General_BIN2 except select cast(d.given_name as nvarchar(4000)) collate Latin1_General_BIN2) then 1 else 0 end,
         case when exists (select cast(i.family_name as nvarchar(4000)) collate Latin1_General_BIN2 except select cast(d.family_name as nvarchar(4000)) collate Latin1_General_BIN2) then 1 else 0 end,
         case when exists (select i.is_enabled except select d.is_enabled) then 1 else 0 end,
         case when exists (select cast(i.licence_type as nvarchar(4000)) collate Latin1_General_BIN2 except select cast(d.licence_type as nvarchar(4000)) collate Latin1_General_BIN2) then 1 else 0 end,
         case when i.is_enabled = 1 and d.is_enabled = 0 then 1 else 0 end,
         case when i.is_enabled = 0 and d.is_enabled = 1 then 1 else 0 end
    from deleted d
    join inserted i on i.user_id = d.user_id;
  delete from @change where login_name = 0 and email = 0 and display_name = 0 and given_name = 0 and family_name = 0 and is_enabled = 0 and licence_type = 0;
  declare @held int;
  select @held = count(*)
    from [app one].[select] t with (updlock, rowlock)
    join @change c on t.[person] = c.user_key;
  if exists (select 1 from [scim].host_user v join @change c on v.user_id = c.user_key where v.is_protected = 1)
    throw 50001, N'a protected account is not changed', 1;
  if exists (select 1 from @change c join inserted i on i.user_id = c.user_key
              where c.login_name = 1 and (coalesce(ltrim(rtrim(cast(i.login_name as nvarchar(4000)))), N'') = N''))
    throw 50001, N'login_name is required', 1;
  if exists (select 1 from @change c join inserted i on i.user_id = c.user_key
              where c.login_name = 1 and (len(cast(i.login_name as nvarchar(4000))) > 60))
    throw 50001, N'login_name has more than 60 characters', 1;
  if exists (select 1 from @change c join inserted i on i.user_id = c.user_key
              where c.login_name = 1 and (replace(cast(i.login_name as nvarchar(4000)), N']', N'') collate Latin1_General_BIN2 like N'%[^-A-Za-z0-9@._]%'))
    throw 50001, N'login_name has characters other than A-Za-z0-9@._]-', 1;
  if exists (select 1 from @change c join inserted i on i.user_id = c.user_key
              where c.login_name = 1 and (exists (select 1 from [app one].[select] r1 where lower(r1.[log"in]]]) = lower(cast(i.login_name as nvarchar(4000))) and case when r1.[person] = c.user_key then 1 else 0 end = 0)))
    throw 50001, N'another account has this login_name', 1;
  if exists (select 1 from @change c join inserted i on i.user_id = c.user_key
              where c.email = 1 and ((cast(i.email as nvarchar(4000)) not like N'%_@_%._%' or cast(i.email as nvarchar(4000)) like N'% %' or cast(i.email as nvarchar(4000)) like N'%@%@%')))
    throw 50001, N'email is not an e-mail address', 1;
  if exists (select 1 from @change c join inserted i on i.user_id = c.user_key
              where c.email = 1 and (exists (select 1 from [app one].[add'ress ☂] r2 where lower(r2.[e-mail ✉]) = lower(cast(i.email as nvarchar(4000))) and case when r2.[person] = c.user_key then 1 else 0 end = 0)))
    throw 50001, N'another account has this email', 1;
  update t set
    [state's] = case when c.enabling = 1 then N'on' when c.disabling = 1 then case when (cast(t.[flags] as bigint) & 1) = 1 then N'gone' else N'o''ff' end else t.[state's] end,
    [until] = case when c.enabling = 1 then cast(null as datetime2(3)) when c.disabling = 1 then cast(convert(nvarchar(19), sysutcdatetime(), 126) as datetime2(0)) else t.[until] end,
    [log"in]]] = case when c.login_name = 1 then cast(i.login_name as nvarchar(4000)) else t.[log"in]]] end,
    [kind] = case when c.licence_type = 1 then case when cast(i.licence_type as nvarchar(4000)) = N'Concurrent' then 1 when cast(i.licence_type as nvarchar(4000)) = N'Dedicated' then 2 else 0 end else t.[kind] end,
    [folded] = case when c.login_name = 1 then lower(cast(i.login_name as nvarchar(4000))) else t.[folded] end,
    [stamp] = (substring(N'abcdef0123456789', (checksum(newid()) & 2147483647) % 16 + 1, 1)
   + substring(N'abcdef0123456789', (checksum(newid()) & 2147483647) % 16 + 1, 1)
   + substring(N'abcdef0123456789', (checksum(newid()) & 2147483647) % 16 + 1, 1)
   + substring(N'abcdef0123456789', (checksum(newid()) & 2147483647) % 16 + 1, 1)
   + substring(N'abcdef0123456789', (checksum(newid()) & 2147483647) % 16 + 1, 1)
   + substring(N'abcdef0123456789', (checksum(newid()) & 2147483647) % 16 + 1, 1)
   + substring(N'abcdef0123456789', (checksum(newid()) & 2147483647) % 16 + 1, 1)
   + substring(N'abcdef0123456789', (checksum(newid()) & 2147483647) % 16 + 1, 1)
   + substring(N'abcdef0123456789', (checksum(newid()) & 2147483647) % 16 + 1, 1)
   + substring(N'abcdef0123456789', (checksum(newid()) & 2147483647) % 16 + 1, 1)
   + substring(N'abcdef0123456789', (checksum(newid()) & 2147483647) % 16 + 1, 1)
   + substring(N'abcdef0123456789', (checksum(newid()) & 2147483647) % 16 + 1, 1))
    from [app one].[select] t
    join @change c on t.[person] = c.user_key
    join inserted i on i.user_id = c.user_key;
  update t set
    [given] = case when (c.given_name = 1 or c.display_name = 1) then coalesce(nullif(cast(i.given_name as nvarchar(4000)), N''), nullif(rtrim(left(ltrim(rtrim(cast(i.display_name as nvarchar(4000)))), len(ltrim(rtrim(cast(i.display_name as nvarchar(4000))))) - charindex(N' ', reverse(ltrim(rtrim(cast(i.display_name as nvarchar(4000))))) + N' ') + 1)), N'')) else t.[given] end,
    [family] = case when (c.family_name = 1 or c.display_name = 1) then coalesce(nullif(cast(i.family_name as nvarchar(4000)), N''), nullif(right(ltrim(rtrim(cast(i.display_name as nvarchar(4000)))), charindex(N' ', reverse(ltrim(rtrim(cast(i.display_name as nvarchar(4000))))) + N' ') - 1), N'')) else t.[family] end,
    [xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx] = case when c.login_name = 1 then nullif(ltrim(rtrim((N'{' + coalesce(upper(cast(i.login_name as nvarchar(4000))), N'') + N'}'))), N'') else t.[xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx] end
    from [app one].[pers"on]]] t
    join @change c on t.[id] = c.user_key
    join inserted i on i.user_id = c.user_key
   where ((c.given_name = 1 or c.display_name = 1) or (c.family_name = 1 or c.display_name = 1) or c.login_name = 1);
  insert into [app one].[add'ress ☂] ([first], [person], [e-mail ✉])
  select 1,
         c.user_key,
         cast(i.email as nvarchar(4000))
    from @change c join inserted i on i.user_id = c.user_key
   where c.email = 1 and i.email is not null
     and not exists (select 1 from [app one].[add'ress ☂] t where t.[person] = c.user_key and t.[first] = 1);
  update t set
    [e-mail ✉] = case when c.email = 1 then cast(i.email as nvarchar(4000)) else t.[e-mail ✉] end
    from [app one].[add'ress ☂] t
    join @change c on t.[person] = c.user_key and t.[first] = 1
    join inserted i on i.user_id = c.user_key
   where c.email = 1 and i.email is not null;
  delete t
    from [app one].[add'ress ☂] t
    join @change c on t.[person] = c.user_key and t.[first] = 1
    join inserted i on i.user_id = c.user_key
   where c.email = 1 and not (i.email is not null);
  delete t
    from [app one].[session] t
    join @change c on t.[person] = c.user_key
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
