-- Groups for the accounts that the host application gives rights by, and for no others: it may have given the key of
-- an account to another person, who must not get the groups of the former one. docs/people.md has the rule (doubtful).
set quoted_identifier on;
set ansi_nulls on;
GO

-- Whether a link still leads to the account that it was made for, as far as it remembers that. The views of the host
-- application are made later than this function, which looks at them when it is called.
create function scim.link_is_sure(@link uniqueidentifier) returns bit as
begin
  declare @host nvarchar(128), @login nvarchar(max), @email nvarchar(max);
  select @host = i.host_user_id, @login = i.account_login, @email = i.account_email
    from scim.[identity] i where i.identity_id = @link;
  -- Without what was noted of the account there is nothing to disagree with.
  if @login is null
    return 1;
  -- Compared with varchar, a column of any type keeps its index. A key that varchar cannot hold is in no such column.
  declare @key varchar(128) = cast(@host as varchar(128));
  declare @id nvarchar(128), @login_now nvarchar(max), @email_now nvarchar(max);
  if cast(@key as nvarchar(128)) collate Latin1_General_BIN2 = @host collate Latin1_General_BIN2
    select @id = case when datalength(h.user_id) = 16 and len(cast(h.user_id as nvarchar(128))) = 36
                      then lower(cast(h.user_id as nvarchar(128))) else cast(h.user_id as nvarchar(128)) end,
           @login_now = h.login_name, @email_now = h.email
      from scim.host_user h where h.user_id = @key;
  else
    select @id = cast(h.user_id as nvarchar(128)), @login_now = h.login_name, @email_now = h.email
      from scim.host_user h where h.user_id = @host;
  -- If the account is gone, its key belongs to no other person.
  if @id is null or @id collate Latin1_General_BIN2 <> @host collate Latin1_General_BIN2
    return 1;
  if lower(@email_now collate Latin1_General_CI_AS) collate Latin1_General_BIN2
   = lower(@email collate Latin1_General_CI_AS) collate Latin1_General_BIN2
    return 1;
  -- Where the login name is the key itself, it tells nothing.
  if @id collate Latin1_General_BIN2 = @login_now collate Latin1_General_BIN2
    return case when @email_now is null and @email is null then 1 else 0 end;
  if lower(@login_now collate Latin1_General_CI_AS) collate Latin1_General_BIN2
   = lower(@login collate Latin1_General_CI_AS) collate Latin1_General_BIN2
    return 1;
  return 0;
end
GO
-- Babelfish cannot alter a view, asks for rights on a function behind one, and does not tell who has which: there our
-- roles get theirs again, and other logins have to be given them. Elsewhere all rights on the view stay as they are.
declare @view nvarchar(max) = N' view scim.live_group_member as
select a.name as service_account,
       g.group_id,
       g.display_name as group_name,
       g.external_id as group_external_id,
       i.host_user_id
  from scim.idp_group g
  join scim.service_account a on a.service_account_id = g.service_account_id
  join scim.idp_group_member m on m.group_id = g.group_id
  join scim.[identity] i on i.identity_id = m.identity_id
 where a.removed_at is null
   and i.unlinked_at is null
   and i.deprovisioned_at is null
   and scim.link_is_sure(i.identity_id) = 1';
if serverproperty('Babelfish') is null
begin
  set @view = N'alter' + @view;
  exec(@view);
end
else
begin
  set @view = N'create' + @view;
  exec(N'drop view scim.live_group_member');
  exec(@view);
  declare @grant nvarchar(max) = N'grant execute on scim.link_is_sure to public; ';
  select @grant = @grant + N'grant select on scim.live_group_member to ' + quotename(name) + N'; '
    from sys.database_principals
   where name in (concat(N'scim', N'_auditor'), concat(N'scim', N'_endpoint'), concat(N'scim', N'_operator'));
  exec(@grant);
end
