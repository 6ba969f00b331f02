-- The reference host application: what scimctl is tried out and tested on, in the place of a real one. The
-- schema app is the application's; the three views at the end are what the DBA of a real one would write.
-- Safe to run again: nothing that is there already is changed. Needs the schema scim.
create schema if not exists app;

create table if not exists app.SY_IdentityProviders (
  Id                   uuid         not null primary key,
  Name                 varchar(200) not null unique,
  Protocol             varchar(20)  not null,
  Enabled              boolean      not null,
  CertificateExpiresAt timestamptz(3)
);

create table if not exists app.licence_pools (
  licence_type varchar(20) not null primary key,
  -- Seats are taken from the pool with the lowest number first.
  assign_order integer     not null unique,
  seats_total  integer     not null check (seats_total >= 0)
);

create table if not exists app.users (
  id                   integer      not null generated always as identity primary key,
  login                varchar(320) not null,
  email                varchar(320),
  display_name         varchar(200) not null,
  first_name           varchar(200),
  last_name            varchar(200),
  enabled              boolean      not null default true,
  identity_provider_id uuid         references app.SY_IdentityProviders,
  licence_type         varchar(20)  references app.licence_pools,
  -- The local administrator, who must be able to sign in when all else fails.
  protected            boolean      not null default false,
  last_sign_in         timestamptz(3)
);
create unique index if not exists users_login on app.users (lower(login));
create index if not exists users_email on app.users (lower(email));
-- For the host view, which has the id as text, and for counting the seats in use.
create unique index if not exists users_id_text on app.users ((id::varchar(128)));
create index if not exists users_seats on app.users (licence_type) where enabled;

insert into app.SY_IdentityProviders (Id, Name, Protocol, Enabled, CertificateExpiresAt)
select * from (values
  (uuid 'a3c4b1de-5f27-4e0b-9d2c-71e86b0f4a55', 'Contoso SAML', 'SAML', true, timestamptz '2099-12-31T00:00:00Z'),
  (uuid 'c0d9e8f7-1a2b-4c3d-8e4f-5a6b7c8d9e0f', 'Contoso AD FS (retired)', 'SAML', false, timestamptz '2021-06-30T00:00:00Z')
) as sample where not exists (select 1 from app.SY_IdentityProviders);

insert into app.licence_pools (licence_type, assign_order, seats_total)
select * from (values ('Concurrent', 1, 20), ('Dedicated', 2, 10)) as sample
where not exists (select 1 from app.licence_pools);

do $$
begin
  if not exists (select 1 from app.users) then
    insert into app.users (login, email, display_name, first_name, last_name, enabled, identity_provider_id, licence_type, protected, last_sign_in) values
    ('admin', 'admin@contoso.example', 'Local Administrator', null, null, true, null, null, true, '2025-11-03T08:15:00.000Z'),
    ('anna.schmidt@contoso.example', 'anna.schmidt@contoso.example', 'Anna Schmidt', 'Anna', 'Schmidt', true, 'a3c4b1de-5f27-4e0b-9d2c-71e86b0f4a55', 'Concurrent', false, '2025-11-03T07:02:11.250Z'),
    ('Maria.Rossi@Contoso.example', 'Maria.Rossi@Contoso.example', 'Maria Rossi', 'Maria', 'Rossi', true, 'a3c4b1de-5f27-4e0b-9d2c-71e86b0f4a55', 'Concurrent', false, '2025-10-30T13:45:09.003Z'),
    ('zoe.mueller@contoso.example', 'zoe.mueller@contoso.example', 'Zoë Müller', 'Zoë', 'Müller', true, 'a3c4b1de-5f27-4e0b-9d2c-71e86b0f4a55', 'Concurrent', false, '2025-10-28T09:30:00.000Z'),
    ('eleni.papadopoulou@contoso.example', 'eleni.papadopoulou@contoso.example', 'Ελένη Παπαδοπούλου', 'Ελένη', 'Παπαδοπούλου', true, 'a3c4b1de-5f27-4e0b-9d2c-71e86b0f4a55', 'Concurrent', false, '2025-10-27T06:12:45.120Z'),
    ('sergej.ivanov@contoso.example', 'sergej.ivanov@contoso.example', 'Сергей Иванов', 'Сергей', 'Иванов', true, 'a3c4b1de-5f27-4e0b-9d2c-71e86b0f4a55', 'Concurrent', false, '2025-10-21T16:20:00.000Z'),
    ('wang.xiaoming@contoso.example', 'wang.xiaoming@contoso.example', '王小明', '小明', '王', true, 'a3c4b1de-5f27-4e0b-9d2c-71e86b0f4a55', 'Concurrent', false, '2025-11-01T01:05:33.700Z'),
    ('yamada.hanako@contoso.example', 'yamada.hanako@contoso.example', '山田花子', '花子', '山田', true, 'a3c4b1de-5f27-4e0b-9d2c-71e86b0f4a55', 'Dedicated', false, '2025-10-31T23:59:59.999Z'),
    ('layla.haddad@contoso.example', 'layla.haddad@contoso.example', 'ليلى حداد', 'ليلى', 'حداد', true, 'a3c4b1de-5f27-4e0b-9d2c-71e86b0f4a55', 'Dedicated', false, '2025-09-15T10:00:00.000Z'),
    ('kim.minsu@contoso.example', 'kim.minsu@contoso.example', '김민수', '민수', '김', true, null, 'Concurrent', false, '2025-08-01T04:44:04.440Z'),
    ('robin.lindqvist@contoso.example', 'robin.lindqvist@contoso.example', 'Robin 🚀 Lindqvist', 'Robin', 'Lindqvist', true, null, 'Dedicated', false, '2025-07-19T12:00:00.000Z'),
    ('siobhan.oneill@contoso.example', 'siobhan.o''neill@contoso.example', 'Siobhán O''Neill', 'Siobhán', 'O''Neill', true, null, null, false, '2025-10-02T11:11:11.110Z'),
    ('james.miller@contoso.example', 'james.miller@contoso.example', 'Miller, James, Jr.', 'James', 'Miller, Jr.', true, null, 'Dedicated', false, '2025-11-02T18:30:00.000Z'),
    ('ipek.yilmaz@contoso.example', 'ipek.yilmaz@contoso.example', 'İpek Yılmaz', 'İpek', 'Yılmaz', true, null, null, false, null),
    ('juergen.gross@contoso.example', 'jürgen.groß@contoso.example', 'Jürgen Groß', 'Jürgen', 'Groß', true, null, null, false, '2025-05-05T05:05:05.050Z'),
    ('nguyen.thi.ha@contoso.example', 'nguyen.thi.ha@contoso.example', 'Nguyễn Thị Hà', 'Hà', 'Nguyễn Thị', true, null, null, false, null),
    ('quality.lab', 'quality.lab@contoso.example', 'Quality laboratory, day shift', null, null, true, null, 'Concurrent', false, '2025-11-03T05:58:00.000Z'),
    ('quality.lab.night', 'quality.lab@contoso.example', 'Quality laboratory, night shift', null, null, true, null, null, false, '2025-11-02T21:58:00.000Z'),
    ('scanner-3', null, 'Goods-in scanner 3', null, null, true, null, null, false, '2025-11-03T06:00:00.000Z'),
    ('peter.vogel@contoso.example', 'peter.vogel@contoso.example', 'Peter Vogel', 'Peter', 'Vogel', false, null, 'Dedicated', false, '2024-12-20T15:00:00.000Z'),
    ('aisha.khan@contoso.example', 'aisha.khan@contoso.example', 'Aisha Khan', 'Aisha', 'Khan', true, null, null, false, '2025-06-30T09:09:09.090Z'),
    ('lars.holm@contoso.example', 'lars.holm@contoso.example', 'Lars Holm', 'Lars', 'Holm', true, null, null, false, null),
    ('chloe.dubois@contoso.example', 'chloe.dubois@contoso.example', 'Chloé Dubois', 'Chloé', 'Dubois', true, null, null, false, '2025-10-10T10:10:10.100Z'),
    ('tomasz.wojcik@contoso.example', 'tomasz.wojcik@contoso.example', 'Tomasz Wójcik', 'Tomasz', 'Wójcik', true, null, null, false, '2025-04-01T00:00:00.001Z');
  end if;
end
$$;

-- The application's own types differ from those of the contract (ids are text there), so plain updates
-- through the view are not possible, and a trigger carries them out. An update writes only what it changes,
-- or it would undo what somebody else changed at the same time.
-- Runs with the rights of its owner, as the views do: who writes through the view needs none on the tables.
create or replace function app.write_host_user() returns trigger language plpgsql
security definer set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    insert into app.users (login, email, display_name, first_name, last_name, enabled, identity_provider_id, licence_type)
    values (new.login_name, new.email, new.display_name, new.given_name, new.family_name,
            coalesce(new.is_enabled, true), new.sso_provider_id::uuid, new.licence_type)
    returning id::varchar(128), enabled, protected into new.user_id, new.is_enabled, new.is_protected;
    return new;
  end if;
  update app.users u set
    login        = case when new.login_name   is distinct from old.login_name   then new.login_name   else u.login end,
    email        = case when new.email        is distinct from old.email        then new.email        else u.email end,
    display_name = case when new.display_name is distinct from old.display_name then new.display_name else u.display_name end,
    first_name   = case when new.given_name   is distinct from old.given_name   then new.given_name   else u.first_name end,
    last_name    = case when new.family_name  is distinct from old.family_name  then new.family_name  else u.last_name end,
    enabled      = case when new.is_enabled   is distinct from old.is_enabled   then new.is_enabled   else u.enabled end,
    licence_type = case when new.licence_type is distinct from old.licence_type then new.licence_type else u.licence_type end,
    identity_provider_id = case when new.sso_provider_id is distinct from old.sso_provider_id
                                then new.sso_provider_id::uuid else u.identity_provider_id end
  -- A protected account is never changed from here, also where it has become one since it was read.
  where u.id = old.user_id::integer and not u.protected;
  return case when found then new end;
end
$$;
-- Or anybody could hang it on a table of their own, and write here.
revoke execute on function app.write_host_user() from public;

do $$
begin
  if to_regclass('scim.host_user') is null then
    create view scim.host_user as
    select u.id::varchar(128) as user_id,
           u.login as login_name,
           u.email,
           u.display_name,
           u.first_name as given_name,
           u.last_name as family_name,
           u.enabled as is_enabled,
           u.identity_provider_id::varchar(128) as sso_provider_id,
           u.licence_type,
           u.protected as is_protected,
           u.last_sign_in as last_sign_in_at
      from app.users u;
    create trigger host_user_write instead of insert or update on scim.host_user
      for each row execute function app.write_host_user();
  end if;

  if to_regclass('scim.host_sso_provider') is null then
    create view scim.host_sso_provider as
    select p.Id::varchar(128) as provider_id,
           p.Name as name,
           p.Protocol as protocol,
           p.Enabled as is_enabled,
           p.CertificateExpiresAt as certificate_expires_at
      from app.SY_IdentityProviders p;
  end if;

  if to_regclass('scim.host_licence') is null then
    create view scim.host_licence as
    select l.licence_type,
           l.assign_order,
           l.seats_total,
           (select count(*)::integer from app.users u where u.licence_type = l.licence_type and u.enabled) as seats_used
      from app.licence_pools l;
  end if;
end
$$;
