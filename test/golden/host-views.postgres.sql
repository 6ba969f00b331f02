-- The odd application.
-- Run with: psql --no-psqlrc --dbname DATABASE --file THIS_FILE
\set ON_ERROR_STOP on
begin;

create view "scim".host_user as
select u."person" as user_id,
       u."log""in]" as login_name,
       "of_mail"."e-mail ✉" as email,
       pg_catalog.substring((coalesce(cast("of_person"."given" as pg_catalog.text), '') operator(pg_catalog.||) ' ' operator(pg_catalog.||) coalesce(cast("of_person"."family" as pg_catalog.text), '')), E'\\S(?:.*\\S)?') as display_name,
       "of_person"."given" as given_name,
       "of_person"."family" as family_name,
       case when u."kind" operator(pg_catalog.=) 0 then cast(null as pg_catalog.text) when u."kind" operator(pg_catalog.=) 1 then 'Concurrent' when u."kind" operator(pg_catalog.=) 2 then 'Dedicated' end as licence_type,
       ((u."state's" operator(pg_catalog.=) 'on' or (((u."state's" operator(pg_catalog.=) 'o''ff' or u."state's" operator(pg_catalog.=) 'gone') or u."until" operator(pg_catalog.<) pg_catalog.timezone('UTC', pg_catalog.now()))) is not true)) is true as is_enabled,
       (exists (select 1 from "app one"."member[ship" r1 where r1."person" operator(pg_catalog.=) u."person" and exists (select 1 from "app one"."role" r2 where r2."id" operator(pg_catalog.=) r1."role" and r2."name" operator(pg_catalog.=) 'Boss'))) is true as is_protected,
       case when (u."state's" operator(pg_catalog.=) 'on') is not true and (((u."state's" operator(pg_catalog.=) 'o''ff' or u."state's" operator(pg_catalog.=) 'gone') or u."until" operator(pg_catalog.<) pg_catalog.timezone('UTC', pg_catalog.now()))) is not true then ('state''s ' operator(pg_catalog.||) coalesce(cast(u."state's" as pg_catalog.text), 'null') operator(pg_catalog.||) ', until ' operator(pg_catalog.||) coalesce(cast(u."until" as pg_catalog.text), 'null')) end as unnamed_state,
       case when u."seen" operator(pg_catalog.>) 0 then pg_catalog.to_timestamp(cast(u."seen" as pg_catalog.float8) operator(pg_catalog./) 1000) end as last_sign_in_at
  from "app one"."select" u
  join "app one"."pers""on]" "of_person" on "of_person"."id" operator(pg_catalog.=) u."person"
  left join "app one"."add'ress ☂" "of_mail" on "of_mail"."person" operator(pg_catalog.=) u."person" and "of_mail"."first" operator(pg_catalog.=) true
 where not exists (select 1 from "app one"."member[ship" r3 where r3."person" operator(pg_catalog.=) u."person" and exists (select 1 from "app one"."role" r4 where r4."id" operator(pg_catalog.=) r3."role" and r4."name" operator(pg_catalog.=) 'robot''s'));

create view "scim".host_sso_provider as
select 'saml' as provider_id,
       'SAML of ]odd[''' as name,
       'SAML' as protocol,
       (1 = 1) is true as is_enabled,
       'the binding' as declared_by,
       cast(null as pg_catalog.timestamptz) as declared_at;

create view "scim".host_licence as
select cast(l."name" as pg_catalog.text) as licence_type,
       cast(cast(l."kind" as pg_catalog.text) as pg_catalog.int8) as assign_order,
       cast(cast(l."seats" as pg_catalog.text) as pg_catalog.int8) as seats_total,
       (select pg_catalog.count(*) from "app one"."select" r5 where r5."kind" operator(pg_catalog.=) l."kind" and r5."state's" operator(pg_catalog.=) 'on') as seats_used
  from "app one"."pool" l;

create function "scim".host_user_write() returns trigger language plpgsql
-- With the rights of the owner, who may write the tables. The schemas at the end of the path are for the
-- application's own triggers; everything below is named with its schema.
security definer set search_path = pg_catalog, "app one", pg_temp as $host$
#variable_conflict use_variable
declare
  login_name_changed pg_catalog.bool := true;
  email_changed pg_catalog.bool := true;
  display_name_changed pg_catalog.bool := true;
  given_name_changed pg_catalog.bool := true;
  family_name_changed pg_catalog.bool := true;
  is_enabled_changed pg_catalog.bool := true;
  licence_type_changed pg_catalog.bool := true;
  enabling pg_catalog.bool := false;
  disabling pg_catalog.bool := false;
  seen pg_catalog.record;
  key_1 pg_catalog.int4;
  counter_1 pg_catalog.int8;
begin
  if tg_op operator(pg_catalog.=) 'INSERT' then
    if (cast(new.login_name as pg_catalog.text) is null or pg_catalog.btrim(cast(new.login_name as pg_catalog.text)) operator(pg_catalog.=) '') then
      raise check_violation using message = 'login_name is required';
    end if;
    if pg_catalog.char_length(cast(new.login_name as pg_catalog.text)) operator(pg_catalog.>) 60 then
      raise check_violation using message = 'login_name has more than 60 characters';
    end if;
    if cast(new.login_name as pg_catalog.text) collate pg_catalog."C" operator(pg_catalog.~) E'[^A-Za-z0-9@._\\]\\-]' then
      raise check_violation using message = 'login_name has characters other than A-Za-z0-9@._]-';
    end if;
    if exists (select 1 from "app one"."select" r5 where pg_catalog.lower(cast(r5."log""in]" as pg_catalog.text)) operator(pg_catalog.=) pg_catalog.lower(cast(new.login_name as pg_catalog.text))) then
      raise unique_violation using message = 'another account has this login_name';
    end if;
    if cast(new.email as pg_catalog.text) operator(pg_catalog.!~) E'^[^@\\s]+@[^@\\s.]+(\\.[^@\\s.]+)+$' then
      raise check_violation using message = 'email is not an e-mail address';
    end if;
    if exists (select 1 from "app one"."add'ress ☂" r6 where pg_catalog.lower(cast(r6."e-mail ✉" as pg_catalog.text)) operator(pg_catalog.=) pg_catalog.lower(cast(new.email as pg_catalog.text))) then
      raise unique_violation using message = 'another account has this email';
    end if;
    update "app one"."counter" c set "last" = c."last" operator(pg_catalog.+) 1 where c."name" operator(pg_catalog.=) 'person'
      returning c."last" into strict counter_1;
    -- The row of app one."pers""on]", to which the row of the user refers.
    insert into "app one"."pers""on]" ("id", "given", "family", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")
    values (counter_1,
            coalesce(case when cast(new.given_name as pg_catalog.text) operator(pg_catalog.<>) '' then cast(new.given_name as pg_catalog.text) end, pg_catalog.substring(cast(new.display_name as pg_catalog.text), E'^\\s*(\\S(?:.*\\S)?)\\s+\\S+\\s*$')),
            coalesce(case when cast(new.family_name as pg_catalog.text) operator(pg_catalog.<>) '' then cast(new.family_name as pg_catalog.text) end, pg_catalog.substring(cast(new.display_name as pg_catalog.text), E'(\\S+)\\s*$')),
            pg_catalog.substring(('{' operator(pg_catalog.||) coalesce(pg_catalog.upper(cast(new.login_name as pg_catalog.text)), '') operator(pg_catalog.||) '}'), E'\\S(?:.*\\S)?'))
    returning "id" into key_1;
    new.user_id := key_1;
    insert into "app one"."select" ("person", "log""in]", "kind", "folded", "flags", "language", "stamp", "state's", "until")
    values (new.user_id,
            cast(new.login_name as pg_catalog.text),
            case when cast(new.licence_type as pg_catalog.text) operator(pg_catalog.=) 'Concurrent' then 1 when cast(new.licence_type as pg_catalog.text) operator(pg_catalog.=) 'Dedicated' then 2 else 0 end,
            pg_catalog.lower(cast(new.login_name as pg_catalog.text)),
            4,
            coalesce((select r7."value" from "app one"."set.ting=" r7 where r7."name" operator(pg_catalog.=) 'language' limit 1), (select n.value from (select u."language" as value from "app one"."select" u   join "app one"."pers""on]" "of_person" on "of_person"."id" operator(pg_catalog.=) u."person"   left join "app one"."add'ress ☂" "of_mail" on "of_mail"."person" operator(pg_catalog.=) u."person" and "of_mail"."first" operator(pg_catalog.=) true where u."language" is not null and not exists (select 1 from "app one"."member[ship" r8 where r8."person" operator(pg_catalog.=) u."person" and exists (select 1 from "app one"."role" r9 where r9."id" operator(pg_catalog.=) r8."role" and r9."name" operator(pg_catalog.=) 'robot''s')) and (exists (select 1 from "app one"."member[ship" r10 where r10."person" operator(pg_catalog.=) u."person" and exists (select 1 from "app one"."role" r11 where r11."id" operator(pg_catalog.=) r10."role" and r11."name" operator(pg_catalog.=) 'Boss'))) is not true order by u."person" desc limit 100) n group by n.value order by pg_catalog.count(*) desc, n.value limit 1)),
            (select pg_catalog.string_agg(pg_catalog.substr('abcdef0123456789', 1 operator(pg_catalog.+) cast(pg_catalog.mod(pg_catalog.abs(cast(pg_catalog.hashtext(cast(pg_catalog.gen_random_uuid() as pg_catalog.text)) as pg_catalog.int8)), cast(16 as pg_catalog.int8)) as pg_catalog.int4), 1), '') from pg_catalog.generate_series(1, 12)),
            'on',
            cast(null as pg_catalog.timestamp))
    returning "person" into new.user_id;
    if new.email is not null then
      insert into "app one"."add'ress ☂" ("first", "person", "e-mail ✉")
      values (true,
              new.user_id,
              cast(new.email as pg_catalog.text));
    end if;
    insert into "app one"."member[ship" ("person", "role")
    values (new.user_id,
            (select r12."id" from "app one"."role" r12 where r12."name" operator(pg_catalog.=) 'Everybody' limit 1));
    if not new.is_enabled then
      update "app one"."select" t set
        "state's" = case when (cast(t."flags" as pg_catalog.int8) operator(pg_catalog.&) cast(1 as pg_catalog.int8)) operator(pg_catalog.=) 1 then 'gone' else 'o''ff' end,
        "until" = pg_catalog.timezone('UTC', pg_catalog.date_trunc('second', pg_catalog.now()))
      where t."person" operator(pg_catalog.=) new.user_id;
    end if;
    if exists (select 1 from "app one"."select" u
      join "app one"."pers""on]" "of_person" on "of_person"."id" operator(pg_catalog.=) u."person"
      left join "app one"."add'ress ☂" "of_mail" on "of_mail"."person" operator(pg_catalog.=) u."person" and "of_mail"."first" operator(pg_catalog.=) true
     where (not exists (select 1 from "app one"."member[ship" r3 where r3."person" operator(pg_catalog.=) u."person" and exists (select 1 from "app one"."role" r4 where r4."id" operator(pg_catalog.=) r3."role" and r4."name" operator(pg_catalog.=) 'robot''s'))) and u."person" operator(pg_catalog.=) new.user_id and (exists (select 1 from "app one"."member[ship" r1 where r1."person" operator(pg_catalog.=) u."person" and exists (select 1 from "app one"."role" r2 where r2."id" operator(pg_catalog.=) r1."role" and r2."name" operator(pg_catalog.=) 'Boss'))) is true) then
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
  given_name_changed := not coalesce(cast(new.given_name as pg_catalog.text) operator(pg_catalog.=) cast(old.given_name as pg_catalog.text), new.given_name is null and old.given_name is null);
  family_name_changed := not coalesce(cast(new.family_name as pg_catalog.text) operator(pg_catalog.=) cast(old.family_name as pg_catalog.text), new.family_name is null and old.family_name is null);
  is_enabled_changed := not coalesce(new.is_enabled operator(pg_catalog.=) old.is_enabled, new.is_enabled is null and old.is_enabled is null);
  licence_type_changed := not coalesce(cast(new.licence_type as pg_catalog.text) operator(pg_catalog.=) cast(old.licence_type as pg_catalog.text), new.licence_type is null and old.licence_type is null);
  enabling := is_enabled_changed and new.is_enabled;
  disabling := is_enabled_changed and not new.is_enabled;
  if not (login_name_changed or email_changed or display_name_changed or given_name_changed or family_name_changed or is_enabled_changed or licence_type_changed) then
    return new;
  end if;
  perform 1 from "app one"."select" t where t."person" operator(pg_catalog.=) old.user_id for no key update;
  select u."log""in]" as login_name,
         "of_mail"."e-mail ✉" as email,
         pg_catalog.substring((coalesce(cast("of_person"."given" as pg_catalog.text), '') operator(pg_catalog.||) ' ' operator(pg_catalog.||) coalesce(cast("of_person"."family" as pg_catalog.text), '')), E'\\S(?:.*\\S)?') as display_name,
         "of_person"."given" as given_name,
         "of_person"."family" as family_name,
         case when u."kind" operator(pg_catalog.=) 0 then cast(null as pg_catalog.text) when u."kind" operator(pg_catalog.=) 1 then 'Concurrent' when u."kind" operator(pg_catalog.=) 2 then 'Dedicated' end as licence_type,
         ((u."state's" operator(pg_catalog.=) 'on' or (((u."state's" operator(pg_catalog.=) 'o''ff' or u."state's" operator(pg_catalog.=) 'gone') or u."until" operator(pg_catalog.<) pg_catalog.timezone('UTC', pg_catalog.now()))) is not true)) is true as is_enabled,
         (exists (select 1 from "app one"."member[ship" r1 where r1."person" operator(pg_catalog.=) u."person" and exists (select 1 from "app one"."role" r2 where r2."id" operator(pg_catalog.=) r1."role" and r2."name" operator(pg_catalog.=) 'Boss'))) is true as is_protected
    into seen from "app one"."select" u
    join "app one"."pers""on]" "of_person" on "of_person"."id" operator(pg_catalog.=) u."person"
    left join "app one"."add'ress ☂" "of_mail" on "of_mail"."person" operator(pg_catalog.=) u."person" and "of_mail"."first" operator(pg_catalog.=) true
   where (not exists (select 1 from "app one"."member[ship" r3 where r3."person" operator(pg_catalog.=) u."person" and exists (select 1 from "app one"."role" r4 where r4."id" operator(pg_catalog.=) r3."role" and r4."name" operator(pg_catalog.=) 'robot''s'))) and u."person" operator(pg_catalog.=) old.user_id;
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
  if not given_name_changed then
    new.given_name := seen.given_name;
  end if;
  if not family_name_changed then
    new.family_name := seen.family_name;
  end if;
  if not is_enabled_changed then
    new.is_enabled := seen.is_enabled;
  end if;
  if not licence_type_changed then
    new.licence_type := seen.licence_type;
  end if;
  if login_name_changed and ((cast(new.login_name as pg_catalog.text) is null or pg_catalog.btrim(cast(new.login_name as pg_catalog.text)) operator(pg_catalog.=) '')) then
    raise check_violation using message = 'login_name is required';
  end if;
  if login_name_changed and (pg_catalog.char_length(cast(new.login_name as pg_catalog.text)) operator(pg_catalog.>) 60) then
    raise check_violation using message = 'login_name has more than 60 characters';
  end if;
  if login_name_changed and (cast(new.login_name as pg_catalog.text) collate pg_catalog."C" operator(pg_catalog.~) E'[^A-Za-z0-9@._\\]\\-]') then
    raise check_violation using message = 'login_name has characters other than A-Za-z0-9@._]-';
  end if;
  if login_name_changed and (exists (select 1 from "app one"."select" r13 where pg_catalog.lower(cast(r13."log""in]" as pg_catalog.text)) operator(pg_catalog.=) pg_catalog.lower(cast(new.login_name as pg_catalog.text)) and (r13."person" operator(pg_catalog.=) old.user_id) is not true)) then
    raise unique_violation using message = 'another account has this login_name';
  end if;
  if email_changed and (cast(new.email as pg_catalog.text) operator(pg_catalog.!~) E'^[^@\\s]+@[^@\\s.]+(\\.[^@\\s.]+)+$') then
    raise check_violation using message = 'email is not an e-mail address';
  end if;
  if email_changed and (exists (select 1 from "app one"."add'ress ☂" r14 where pg_catalog.lower(cast(r14."e-mail ✉" as pg_catalog.text)) operator(pg_catalog.=) pg_catalog.lower(cast(new.email as pg_catalog.text)) and (r14."person" operator(pg_catalog.=) old.user_id) is not true)) then
    raise unique_violation using message = 'another account has this email';
  end if;
  update "app one"."select" t set
    "state's" = case when enabling then 'on' when disabling then case when (cast(t."flags" as pg_catalog.int8) operator(pg_catalog.&) cast(1 as pg_catalog.int8)) operator(pg_catalog.=) 1 then 'gone' else 'o''ff' end else t."state's" end,
    "until" = case when enabling then cast(null as pg_catalog.timestamp) when disabling then pg_catalog.timezone('UTC', pg_catalog.date_trunc('second', pg_catalog.now())) else t."until" end,
    "log""in]" = case when login_name_changed then cast(new.login_name as pg_catalog.text) else t."log""in]" end,
    "kind" = case when licence_type_changed then case when cast(new.licence_type as pg_catalog.text) operator(pg_catalog.=) 'Concurrent' then 1 when cast(new.licence_type as pg_catalog.text) operator(pg_catalog.=) 'Dedicated' then 2 else 0 end else t."kind" end,
    "folded" = case when login_name_changed then pg_catalog.lower(cast(new.login_name as pg_catalog.text)) else t."folded" end,
    "stamp" = (select pg_catalog.string_agg(pg_catalog.substr('abcdef0123456789', 1 operator(pg_catalog.+) cast(pg_catalog.mod(pg_catalog.abs(cast(pg_catalog.hashtext(cast(pg_catalog.gen_random_uuid() as pg_catalog.text)) as pg_catalog.int8)), cast(16 as pg_catalog.int8)) as pg_catalog.int4), 1), '') from pg_catalog.generate_series(1, 12))
  where t."person" operator(pg_catalog.=) old.user_id;
  if not found then
    return null;
  end if;
  if ((given_name_changed or display_name_changed) or (family_name_changed or display_name_changed) or login_name_changed) then
    update "app one"."pers""on]" t set
      "given" = case when (given_name_changed or display_name_changed) then coalesce(case when cast(new.given_name as pg_catalog.text) operator(pg_catalog.<>) '' then cast(new.given_name as pg_catalog.text) end, pg_catalog.substring(cast(new.display_name as pg_catalog.text), E'^\\s*(\\S(?:.*\\S)?)\\s+\\S+\\s*$')) else t."given" end,
      "family" = case when (family_name_changed or display_name_changed) then coalesce(case when cast(new.family_name as pg_catalog.text) operator(pg_catalog.<>) '' then cast(new.family_name as pg_catalog.text) end, pg_catalog.substring(cast(new.display_name as pg_catalog.text), E'(\\S+)\\s*$')) else t."family" end,
      "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" = case when login_name_changed then pg_catalog.substring(('{' operator(pg_catalog.||) coalesce(pg_catalog.upper(cast(new.login_name as pg_catalog.text)), '') operator(pg_catalog.||) '}'), E'\\S(?:.*\\S)?') else t."xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" end
    where t."id" operator(pg_catalog.=) old.user_id;
  end if;
  if email_changed then
    if new.email is not null then
      if not exists (select 1 from "app one"."add'ress ☂" t where t."person" operator(pg_catalog.=) old.user_id and t."first" operator(pg_catalog.=) true) then
        insert into "app one"."add'ress ☂" ("first", "person", "e-mail ✉")
        values (true,
                old.user_id,
                cast(new.email as pg_catalog.text));
      end if;
      update "app one"."add'ress ☂" t set
        "e-mail ✉" = case when email_changed then cast(new.email as pg_catalog.text) else t."e-mail ✉" end
      where t."person" operator(pg_catalog.=) old.user_id and t."first" operator(pg_catalog.=) true;
    elsif email_changed then
      delete from "app one"."add'ress ☂" t where t."person" operator(pg_catalog.=) old.user_id and t."first" operator(pg_catalog.=) true;
    end if;
  end if;
  if disabling then
    delete from "app one"."session" t where t."person" operator(pg_catalog.=) old.user_id;
  end if;
  return new;
end
$host$;

revoke execute on function "scim".host_user_write() from public;

create trigger host_user_write instead of insert or update on "scim".host_user
  for each row execute function "scim".host_user_write();

commit;
