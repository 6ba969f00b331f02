-- Groups for the accounts that the host application gives rights by, and for no others: it may have given the key of
-- an account to another person, who must not get the groups of the former one. docs/people.md has the rule (doubtful).

-- The views of the host application are made later than this function, which looks at them when it is called.
set local check_function_bodies = off;

-- Whether a link still leads to the account that it was made for, as far as it remembers that.
create function scim.link_is_sure(link uuid) returns boolean language plpgsql stable security definer
set search_path = pg_catalog, pg_temp as $$
declare
  known record;
  -- Of the type of the host's own column, so that the host's index finds the account.
  key scim.host_user.user_id%type;
  is_sure boolean;
begin
  select i.host_user_id, i.account_login, i.account_email into known from scim.identity i where i.identity_id = link;
  -- Without what was noted of the account there is nothing to disagree with.
  if known.account_login is null then
    return true;
  end if;
  begin
    key := known.host_user_id;
  exception when data_exception then
    return true;
  end;
  if not has_table_privilege('scim.host_user', 'SELECT') then
    return true;
  end if;
  select case
           when lower(translate(cast(h.email as text), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') collate "default")
              = lower(translate(known.account_email, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') collate "default") then true
           -- Where the login name is the key itself, it tells nothing.
           when cast(h.user_id as varchar(128)) collate "default" = cast(h.login_name as text) collate "default"
             then h.email is null and known.account_email is null
           else lower(translate(cast(h.login_name as text), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') collate "default")
              = lower(translate(known.account_login, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') collate "default")
         end
    into is_sure
    from scim.host_user h
   where h.user_id = key and cast(h.user_id as varchar(128)) collate "default" = known.host_user_id;
  -- If the account is gone, its key belongs to no other person.
  return not found or coalesce(is_sure, false);
end
$$;
-- A reader of the view calls this function. It reveals nothing else about a link, and only to a caller who knows its id.
grant execute on function scim.link_is_sure(uuid) to public;

create or replace view scim.live_group_member as
select a.name as service_account,
       g.group_id,
       g.display_name as group_name,
       g.external_id as group_external_id,
       i.host_user_id
  from scim.idp_group g
  join scim.service_account a on a.service_account_id = g.service_account_id
  join scim.idp_group_member m on m.group_id = g.group_id
  join scim.identity i on i.identity_id = m.identity_id
 where a.removed_at is null
   and i.unlinked_at is null
   and i.deprovisioned_at is null
   and scim.link_is_sure(i.identity_id);
