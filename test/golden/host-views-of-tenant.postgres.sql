-- An application with another key.
-- Run with: psql --no-psqlrc --dbname DATABASE --file THIS_FILE
\set ON_ERROR_STOP on
begin;

create view "scim".host_user as
select u."id" as user_id,
       u."login" as login_name,
       u."mail" as email,
       u."title" as display_name,
       ((u."active" operator(pg_catalog.=) true or (u."active" operator(pg_catalog.=) false) is not true)) is true as is_enabled,
       (exists (select 1 from "app"."members" r1 where r1."tenant_id" operator(pg_catalog.=) u."tenant_id" and r1."user_id" operator(pg_catalog.=) u."id" and exists (select 1 from "app"."roles" r2 where r2."tenant_id" operator(pg_catalog.=) r1."tenant_id" and r2."id" operator(pg_catalog.=) r1."role_id" and r2."name" operator(pg_catalog.=) 'Admin'))) is true as is_protected,
       case when (u."active" operator(pg_catalog.=) true) is not true and (u."active" operator(pg_catalog.=) false) is not true then ('active ' operator(pg_catalog.||) coalesce(cast(u."active" as pg_catalog.text), 'null')) end as unnamed_state
  from "app"."users" u
  join "app"."profiles" "of_profile" on "of_profile"."tenant_id" operator(pg_catalog.=) u."tenant_id" and "of_profile"."user_id" operator(pg_catalog.=) u."id"
 where u."tenant_id" operator(pg_catalog.=) 1;

create view "scim".host_sso_provider as
select 'Corp' as provider_id,
       'Corp' as name,
       'SAML' as protocol,
       (1 = 1) is true as is_enabled,
       'the binding' as declared_by,
       cast(null as pg_catalog.timestamptz) as declared_at;

create view "scim".host_licence as
select 'Unlimited' as licence_type,
       1 as assign_order,
       cast(null as pg_catalog.int8) as seats_total,
       0 as seats_used,
       'the binding' as declared_by,
       cast(null as pg_catalog.timestamptz) as declared_at;

create function "scim".host_user_write() returns trigger language plpgsql
-- With the rights of the owner, who may write the tables. The schemas at the end of the path are for the
-- application's own triggers; everything below is named with its schema.
security definer set search_path = pg_catalog, "app", pg_temp as $host$
#variable_conflict use_variable
declare
  login_name_changed pg_catalog.bool := true;
  email_changed pg_catalog.bool := true;
  display_name_changed pg_catalog.bool := true;
  is_enabled_changed pg_catalog.bool := true;
  enabling pg_catalog.bool := false;
  disabling pg_catalog.bool := false;
  seen pg_catalog.record;
  counter_1 pg_catalog.int8;
begin
  if tg_op operator(pg_catalog.=) 'INSERT' then
    if exists (select 1 from "app"."users" r3 where pg_catalog.lower(cast(r3."login" as pg_catalog.text)) operator(pg_catalog.=) pg_catalog.lower(cast(new.login_name as pg_catalog.text))) then
      raise unique_violation using message = 'another account has this login_name';
    end if;
    update "app"."counters" c set "number" = c."number" operator(pg_catalog.+) 1 where c."tenant_id" operator(pg_catalog.=) 1 and c."name" operator(pg_catalog.=) 'users'
      returning c."number" into strict counter_1;
    new.user_id := counter_1;
    insert into "app"."users" ("tenant_id", "id", "login", "mail", "title", "active")
    values (1,
            new.user_id,
            cast(new.login_name as pg_catalog.text),
            cast(new.email as pg_catalog.text),
            cast(new.display_name as pg_catalog.text),
            true)
    returning "id" into new.user_id;
    insert into "app"."profiles" ("tenant_id", "user_id", "theme")
    values (1,
            new.user_id,
            'light');
    insert into "app"."members" ("tenant_id", "user_id", "role_id")
    values (1,
            new.user_id,
            (select r4."id" from "app"."roles" r4 where r4."tenant_id" operator(pg_catalog.=) 1 and r4."name" operator(pg_catalog.=) 'Everybody' limit 1));
    if not new.is_enabled then
      update "app"."users" t set
        "active" = false
      where t."id" operator(pg_catalog.=) new.user_id and t."tenant_id" operator(pg_catalog.=) 1;
    end if;
    if exists (select 1 from "app"."users" u
      join "app"."profiles" "of_profile" on "of_profile"."tenant_id" operator(pg_catalog.=) u."tenant_id" and "of_profile"."user_id" operator(pg_catalog.=) u."id"
     where (u."tenant_id" operator(pg_catalog.=) 1) and u."id" operator(pg_catalog.=) new.user_id and (exists (select 1 from "app"."members" r1 where r1."tenant_id" operator(pg_catalog.=) u."tenant_id" and r1."user_id" operator(pg_catalog.=) u."id" and exists (select 1 from "app"."roles" r2 where r2."tenant_id" operator(pg_catalog.=) r1."tenant_id" and r2."id" operator(pg_catalog.=) r1."role_id" and r2."name" operator(pg_catalog.=) 'Admin'))) is true) then
      raise check_violation using message = 'The new account would be protected, such as an administrator. Correct `insert` in the binding.';
    end if;
    return new;
  end if;

  if old.is_protected then
    raise check_violation using message = 'a protected account is not changed';
  end if;
  login_name_changed := not coalesce(cast(new.login_name as pg_catalog.text) operator(pg_catalog.=) cast(old.login_name as pg_catalog.text), new.login_name is null and old.login_name is null);
  email_changed := not coalesce(cast(new.email as pg_catalog.text) operator(pg_catalog.=) cast(old.email as pg_catalog.text), new.email is null and old.email is null);
  display_name_changed := not coalesce(cast(new.display_name as pg_catalog.text) operator(pg_catalog.=) cast(old.display_name as pg_catalog.text), new.display_name is null and old.display_name is null);
  is_enabled_changed := not coalesce(new.is_enabled operator(pg_catalog.=) old.is_enabled, new.is_enabled is null and old.is_enabled is null);
  enabling := is_enabled_changed and new.is_enabled;
  disabling := is_enabled_changed and not new.is_enabled;
  if not (login_name_changed or email_changed or display_name_changed or is_enabled_changed) then
    return new;
  end if;
  perform 1 from "app"."users" t where t."id" operator(pg_catalog.=) old.user_id and t."tenant_id" operator(pg_catalog.=) 1 for no key update;
  select u."login" as login_name,
         u."mail" as email,
         u."title" as display_name,
         ((u."active" operator(pg_catalog.=) true or (u."active" operator(pg_catalog.=) false) is not true)) is true as is_enabled,
         (exists (select 1 from "app"."members" r1 where r1."tenant_id" operator(pg_catalog.=) u."tenant_id" and r1."user_id" operator(pg_catalog.=) u."id" and exists (select 1 from "app"."roles" r2 where r2."tenant_id" operator(pg_catalog.=) r1."tenant_id" and r2."id" operator(pg_catalog.=) r1."role_id" and r2."name" operator(pg_catalog.=) 'Admin'))) is true as is_protected
    into seen from "app"."users" u
    join "app"."profiles" "of_profile" on "of_profile"."tenant_id" operator(pg_catalog.=) u."tenant_id" and "of_profile"."user_id" operator(pg_catalog.=) u."id"
   where (u."tenant_id" operator(pg_catalog.=) 1) and u."id" operator(pg_catalog.=) old.user_id;
  if not found then
    return null;
  end if;
  if seen.is_protected then
    raise check_violation using message = 'a protected account is not changed';
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
  if not is_enabled_changed then
    new.is_enabled := seen.is_enabled;
  end if;
  if login_name_changed and (exists (select 1 from "app"."users" r5 where pg_catalog.lower(cast(r5."login" as pg_catalog.text)) operator(pg_catalog.=) pg_catalog.lower(cast(new.login_name as pg_catalog.text)) and (r5."id" operator(pg_catalog.=) old.user_id and r5."tenant_id" operator(pg_catalog.=) 1) is not true)) then
    raise unique_violation using message = 'another account has this login_name';
  end if;
  if (enabling or disabling or login_name_changed or email_changed or display_name_changed) then
    update "app"."users" t set
      "active" = case when enabling then true when disabling then false else t."active" end,
      "login" = case when login_name_changed then cast(new.login_name as pg_catalog.text) else t."login" end,
      "mail" = case when email_changed then cast(new.email as pg_catalog.text) else t."mail" end,
      "title" = case when display_name_changed then cast(new.display_name as pg_catalog.text) else t."title" end
    where t."id" operator(pg_catalog.=) old.user_id and t."tenant_id" operator(pg_catalog.=) 1;
    if not found then
      return null;
    end if;
  end if;
  if disabling then
    delete from "app"."sessions" t where t."tenant_id" operator(pg_catalog.=) 1 and t."user_id" operator(pg_catalog.=) old.user_id;
  end if;
  return new;
end
$host$;

revoke execute on function "scim".host_user_write() from public;

create trigger host_user_write instead of insert or update on "scim".host_user
  for each row execute function "scim".host_user_write();

commit;
