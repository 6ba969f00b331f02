-- An application with another key.
-- Run with: psql --no-psqlrc --dbname DATABASE --file THIS_FILE
\set ON_ERROR_STOP on
begin;

create view "scim".host_user as
select cast(u."usrid" as pg_catalog.text) as user_id,
       cast(u."usrid" as pg_catalog.text) as login_name,
       cast(u."emladr" as pg_catalog.text) as email,
       pg_catalog.substring((coalesce(cast(u."fstnam" as pg_catalog.text), '') operator(pg_catalog.||) ' ' operator(pg_catalog.||) coalesce(cast(u."lstnam" as pg_catalog.text), '')), E'\\S(?:.*\\S)?') as display_name,
       cast(u."fstnam" as pg_catalog.text) as given_name,
       cast(u."lstnam" as pg_catalog.text) as family_name,
       ((u."actflg" operator(pg_catalog.=) cast('A' as pg_catalog.bpchar) or (u."actflg" operator(pg_catalog.=) cast('I' as pg_catalog.bpchar)) is not true)) is true as is_enabled,
       case when (u."actflg" operator(pg_catalog.=) cast('A' as pg_catalog.bpchar)) is not true and (u."actflg" operator(pg_catalog.=) cast('I' as pg_catalog.bpchar)) is not true then ('actflg ' operator(pg_catalog.||) coalesce(cast(u."actflg" as pg_catalog.text), 'null')) end as unnamed_state
  from "app"."usermast" u;

create view "scim".host_sso_provider as
select 'Corp' as provider_id,
       'Corp' as name,
       'SAML' as protocol,
       (1 = 1) is true as is_enabled,
       'alice' as declared_by,
       cast('2026-11-28T00:00:00.000Z' as pg_catalog.timestamptz) as declared_at;

create view "scim".host_licence as
select 'Unlimited' as licence_type,
       1 as assign_order,
       cast(null as pg_catalog.int8) as seats_total,
       0 as seats_used,
       'alice' as declared_by,
       cast('2026-11-28T00:00:00.000Z' as pg_catalog.timestamptz) as declared_at;

create function "scim".host_user_write() returns trigger language plpgsql
-- With the rights of the owner, who may write the tables. The schemas at the end of the path are for the
-- application's own triggers; everything below is named with its schema.
security definer set search_path = pg_catalog, "app", pg_temp as $host$
#variable_conflict use_variable
declare
  login_name_changed pg_catalog.bool := true;
  email_changed pg_catalog.bool := true;
  display_name_changed pg_catalog.bool := true;
  given_name_changed pg_catalog.bool := true;
  family_name_changed pg_catalog.bool := true;
  is_enabled_changed pg_catalog.bool := true;
  enabling pg_catalog.bool := false;
  disabling pg_catalog.bool := false;
  seen pg_catalog.record;
begin
  if tg_op operator(pg_catalog.=) 'INSERT' then
    if pg_catalog.char_length(cast(new.login_name as pg_catalog.text)) operator(pg_catalog.>) 40 then
      raise check_violation using message = 'login_name has more than 40 characters';
    end if;
    new.user_id := cast(cast(new.login_name as pg_catalog.text) as pg_catalog.bpchar);
    insert into "app"."usermast" ("usrid", "emladr", "fstnam", "lstnam", "actflg")
    values (new.user_id,
            cast(cast(new.email as pg_catalog.text) as pg_catalog.bpchar),
            cast(cast(new.given_name as pg_catalog.text) as pg_catalog.bpchar),
            cast(cast(new.family_name as pg_catalog.text) as pg_catalog.bpchar),
            cast('A' as pg_catalog.bpchar))
    returning "usrid" into new.user_id;
    if not new.is_enabled then
      update "app"."usermast" t set
        "actflg" = cast('I' as pg_catalog.bpchar)
      where t."usrid" operator(pg_catalog.=) cast(new.user_id as pg_catalog.bpchar);
    end if;
    return new;
  end if;

  login_name_changed := not coalesce(cast(new.login_name as pg_catalog.text) operator(pg_catalog.=) cast(old.login_name as pg_catalog.text), new.login_name is null and old.login_name is null);
  email_changed := not coalesce(cast(new.email as pg_catalog.text) operator(pg_catalog.=) cast(old.email as pg_catalog.text), new.email is null and old.email is null);
  display_name_changed := not coalesce(cast(new.display_name as pg_catalog.text) operator(pg_catalog.=) cast(old.display_name as pg_catalog.text), new.display_name is null and old.display_name is null);
  given_name_changed := not coalesce(cast(new.given_name as pg_catalog.text) operator(pg_catalog.=) cast(old.given_name as pg_catalog.text), new.given_name is null and old.given_name is null);
  family_name_changed := not coalesce(cast(new.family_name as pg_catalog.text) operator(pg_catalog.=) cast(old.family_name as pg_catalog.text), new.family_name is null and old.family_name is null);
  is_enabled_changed := not coalesce(new.is_enabled operator(pg_catalog.=) old.is_enabled, new.is_enabled is null and old.is_enabled is null);
  enabling := is_enabled_changed and new.is_enabled;
  disabling := is_enabled_changed and not new.is_enabled;
  if not (login_name_changed or email_changed or display_name_changed or given_name_changed or family_name_changed or is_enabled_changed) then
    return new;
  end if;
  perform 1 from "app"."usermast" t where t."usrid" operator(pg_catalog.=) cast(old.user_id as pg_catalog.bpchar) for no key update;
  select cast(u."usrid" as pg_catalog.text) as login_name,
         cast(u."emladr" as pg_catalog.text) as email,
         pg_catalog.substring((coalesce(cast(u."fstnam" as pg_catalog.text), '') operator(pg_catalog.||) ' ' operator(pg_catalog.||) coalesce(cast(u."lstnam" as pg_catalog.text), '')), E'\\S(?:.*\\S)?') as display_name,
         cast(u."fstnam" as pg_catalog.text) as given_name,
         cast(u."lstnam" as pg_catalog.text) as family_name,
         ((u."actflg" operator(pg_catalog.=) cast('A' as pg_catalog.bpchar) or (u."actflg" operator(pg_catalog.=) cast('I' as pg_catalog.bpchar)) is not true)) is true as is_enabled
    into seen from "app"."usermast" u
   where cast(u."usrid" as pg_catalog.text) operator(pg_catalog.=) old.user_id;
  if not found then
    return null;
  end if;
  if not login_name_changed then
    new.login_name := seen.login_name;
  end if;
  if not email_changed then
    new.email := seen.email;
  end if;
  if not display_name_changed then
    new.display_name := seen.display_name;
  end if;
  if not given_name_changed then
    new.given_name := seen.given_name;
  end if;
  if not family_name_changed then
    new.family_name := seen.family_name;
  end if;
  if not is_enabled_changed then
    new.is_enabled := seen.is_enabled;
  end if;
  if login_name_changed and (pg_catalog.char_length(cast(new.login_name as pg_catalog.text)) operator(pg_catalog.>) 40) then
    raise check_violation using message = 'login_name has more than 40 characters';
  end if;
  if (enabling or disabling or email_changed or given_name_changed or family_name_changed) then
    update "app"."usermast" t set
      "actflg" = case when enabling then cast('A' as pg_catalog.bpchar) when disabling then cast('I' as pg_catalog.bpchar) else t."actflg" end,
      "emladr" = case when email_changed then cast(cast(new.email as pg_catalog.text) as pg_catalog.bpchar) else t."emladr" end,
      "fstnam" = case when given_name_changed then cast(cast(new.given_name as pg_catalog.text) as pg_catalog.bpchar) else t."fstnam" end,
      "lstnam" = case when family_name_changed then cast(cast(new.family_name as pg_catalog.text) as pg_catalog.bpchar) else t."lstnam" end
    where t."usrid" operator(pg_catalog.=) cast(old.user_id as pg_catalog.bpchar);
    if not found then
      return null;
    end if;
  end if;
  return new;
end
$host$;

revoke execute on function "scim".host_user_write() from public;

create trigger host_user_write instead of insert or update on "scim".host_user
  for each row execute function "scim".host_user_write();

commit;
