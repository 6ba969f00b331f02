-- The reference host application: what scimctl is tried out and tested on, in the place of a real one. The
-- schema app is the application's; the three views at the end are what the DBA of a real one would write.
-- Safe to run again: nothing that is there already is changed. Needs the schema scim.
-- An index over a computed column needs these, for every statement that writes the table.
set quoted_identifier on;
set ansi_nulls on;
GO

-- Of the owner of the views, so that who may use a view needs no right on the tables below it.
if schema_id('app') is null and has_perms_by_name('dbo', 'USER', 'IMPERSONATE') = 1 exec('create schema app authorization dbo');
if schema_id('app') is null exec('create schema app');
GO

if object_id('app.SY_IdentityProviders', 'U') is null
create table app.SY_IdentityProviders (
  Id                   uniqueidentifier not null constraint SY_IdentityProviders_pkey primary key,
  Name                 nvarchar(200)    not null constraint SY_IdentityProviders_name_key unique,
  Protocol             nvarchar(20)     not null,
  Enabled              bit              not null,
  CertificateExpiresAt datetime2(3)     null
);
GO

if object_id('app.licence_pools', 'U') is null
create table app.licence_pools (
  licence_type nvarchar(20) not null constraint licence_pools_pkey primary key,
  -- Seats are taken from the pool with the lowest number first.
  assign_order int          not null constraint licence_pools_assign_order_key unique,
  seats_total  int          not null constraint licence_pools_seats_total_check check (seats_total >= 0)
);
GO

if object_id('app.users', 'U') is null
create table app.users (
  id                   int              not null identity(1, 1) constraint users_pkey primary key,
  login                nvarchar(320)    not null,
  email                nvarchar(320)    null,
  display_name         nvarchar(200)    not null,
  first_name           nvarchar(200)    null,
  last_name            nvarchar(200)    null,
  enabled              bit              not null constraint users_enabled_default default 1,
  identity_provider_id uniqueidentifier null constraint users_identity_provider_fkey references app.SY_IdentityProviders (Id),
  licence_type         nvarchar(20)     null constraint users_licence_type_fkey references app.licence_pools (licence_type),
  -- The local administrator, who must be able to sign in when all else fails.
  protected            bit              not null constraint users_protected_default default 0,
  last_sign_in         datetime2(3)     null,
  -- Two logins never differ by case alone, whatever the collation of the database.
  login_folded         as (lower(login collate Latin1_General_CI_AS) collate Latin1_General_BIN2) persisted
                          constraint users_login unique
);
GO

-- What the host views are searched by: the id as text, the e-mail address without regard to case, and the seats
-- in use. The id could be null as far as SQL Server knows, since it is not given at an insert: that is what lower
-- is for, whose result always could be.
if col_length('app.users', 'id_text') is null
alter table app.users add id_text as cast(lower(cast(id as nvarchar(128))) as nvarchar(128)) persisted;
if col_length('app.users', 'email_folded') is null
alter table app.users add email_folded as (lower(email collate Latin1_General_CI_AS) collate Latin1_General_BIN2) persisted;
GO
if not exists (select 1 from sys.indexes where object_id = object_id('app.users') and name = 'users_id_text')
create unique index users_id_text on app.users (id_text);
if not exists (select 1 from sys.indexes where object_id = object_id('app.users') and name = 'users_email')
create index users_email on app.users (email_folded);
if not exists (select 1 from sys.indexes where object_id = object_id('app.users') and name = 'users_seats')
create index users_seats on app.users (licence_type) where enabled = 1;
GO

if not exists (select 1 from app.SY_IdentityProviders)
insert into app.SY_IdentityProviders (Id, Name, Protocol, Enabled, CertificateExpiresAt) values
  ('a3c4b1de-5f27-4e0b-9d2c-71e86b0f4a55', N'Contoso SAML', N'SAML', 1, '2099-12-31T00:00:00'),
  ('c0d9e8f7-1a2b-4c3d-8e4f-5a6b7c8d9e0f', N'Contoso AD FS (retired)', N'SAML', 0, '2021-06-30T00:00:00');
GO

if not exists (select 1 from app.licence_pools)
insert into app.licence_pools (licence_type, assign_order, seats_total) values
  (N'Concurrent', 1, 20), (N'Dedicated', 2, 10);
GO

if not exists (select 1 from app.users)
insert into app.users (login, email, display_name, first_name, last_name, enabled, identity_provider_id, licence_type, protected, last_sign_in) values
  (N'admin', N'admin@contoso.example', N'Local Administrator', null, null, 1, null, null, 1, '2025-11-03T08:15:00.000'),
  (N'anna.schmidt@contoso.example', N'anna.schmidt@contoso.example', N'Anna Schmidt', N'Anna', N'Schmidt', 1, 'a3c4b1de-5f27-4e0b-9d2c-71e86b0f4a55', N'Concurrent', 0, '2025-11-03T07:02:11.250'),
  (N'Maria.Rossi@Contoso.example', N'Maria.Rossi@Contoso.example', N'Maria Rossi', N'Maria', N'Rossi', 1, 'a3c4b1de-5f27-4e0b-9d2c-71e86b0f4a55', N'Concurrent', 0, '2025-10-30T13:45:09.003'),
  (N'zoe.mueller@contoso.example', N'zoe.mueller@contoso.example', N'Zoë Müller', N'Zoë', N'Müller', 1, 'a3c4b1de-5f27-4e0b-9d2c-71e86b0f4a55', N'Concurrent', 0, '2025-10-28T09:30:00.000'),
  (N'eleni.papadopoulou@contoso.example', N'eleni.papadopoulou@contoso.example', N'Ελένη Παπαδοπούλου', N'Ελένη', N'Παπαδοπούλου', 1, 'a3c4b1de-5f27-4e0b-9d2c-71e86b0f4a55', N'Concurrent', 0, '2025-10-27T06:12:45.120'),
  (N'sergej.ivanov@contoso.example', N'sergej.ivanov@contoso.example', N'Сергей Иванов', N'Сергей', N'Иванов', 1, 'a3c4b1de-5f27-4e0b-9d2c-71e86b0f4a55', N'Concurrent', 0, '2025-10-21T16:20:00.000'),
  (N'wang.xiaoming@contoso.example', N'wang.xiaoming@contoso.example', N'王小明', N'小明', N'王', 1, 'a3c4b1de-5f27-4e0b-9d2c-71e86b0f4a55', N'Concurrent', 0, '2025-11-01T01:05:33.700'),
  (N'yamada.hanako@contoso.example', N'yamada.hanako@contoso.example', N'山田花子', N'花子', N'山田', 1, 'a3c4b1de-5f27-4e0b-9d2c-71e86b0f4a55', N'Dedicated', 0, '2025-10-31T23:59:59.999'),
  (N'layla.haddad@contoso.example', N'layla.haddad@contoso.example', N'ليلى حداد', N'ليلى', N'حداد', 1, 'a3c4b1de-5f27-4e0b-9d2c-71e86b0f4a55', N'Dedicated', 0, '2025-09-15T10:00:00.000'),
  (N'kim.minsu@contoso.example', N'kim.minsu@contoso.example', N'김민수', N'민수', N'김', 1, null, N'Concurrent', 0, '2025-08-01T04:44:04.440'),
  (N'robin.lindqvist@contoso.example', N'robin.lindqvist@contoso.example', N'Robin 🚀 Lindqvist', N'Robin', N'Lindqvist', 1, null, N'Dedicated', 0, '2025-07-19T12:00:00.000'),
  (N'siobhan.oneill@contoso.example', N'siobhan.o''neill@contoso.example', N'Siobhán O''Neill', N'Siobhán', N'O''Neill', 1, null, null, 0, '2025-10-02T11:11:11.110'),
  (N'james.miller@contoso.example', N'james.miller@contoso.example', N'Miller, James, Jr.', N'James', N'Miller, Jr.', 1, null, N'Dedicated', 0, '2025-11-02T18:30:00.000'),
  (N'ipek.yilmaz@contoso.example', N'ipek.yilmaz@contoso.example', N'İpek Yılmaz', N'İpek', N'Yılmaz', 1, null, null, 0, null),
  (N'juergen.gross@contoso.example', N'jürgen.groß@contoso.example', N'Jürgen Groß', N'Jürgen', N'Groß', 1, null, null, 0, '2025-05-05T05:05:05.050'),
  (N'nguyen.thi.ha@contoso.example', N'nguyen.thi.ha@contoso.example', N'Nguyễn Thị Hà', N'Hà', N'Nguyễn Thị', 1, null, null, 0, null),
  (N'quality.lab', N'quality.lab@contoso.example', N'Quality laboratory, day shift', null, null, 1, null, N'Concurrent', 0, '2025-11-03T05:58:00.000'),
  (N'quality.lab.night', N'quality.lab@contoso.example', N'Quality laboratory, night shift', null, null, 1, null, null, 0, '2025-11-02T21:58:00.000'),
  (N'scanner-3', null, N'Goods-in scanner 3', null, null, 1, null, null, 0, '2025-11-03T06:00:00.000'),
  (N'peter.vogel@contoso.example', N'peter.vogel@contoso.example', N'Peter Vogel', N'Peter', N'Vogel', 0, null, N'Dedicated', 0, '2024-12-20T15:00:00.000'),
  (N'aisha.khan@contoso.example', N'aisha.khan@contoso.example', N'Aisha Khan', N'Aisha', N'Khan', 1, null, null, 0, '2025-06-30T09:09:09.090'),
  (N'lars.holm@contoso.example', N'lars.holm@contoso.example', N'Lars Holm', N'Lars', N'Holm', 1, null, null, 0, null),
  (N'chloe.dubois@contoso.example', N'chloe.dubois@contoso.example', N'Chloé Dubois', N'Chloé', N'Dubois', 1, null, null, 0, '2025-10-10T10:10:10.100'),
  (N'tomasz.wojcik@contoso.example', N'tomasz.wojcik@contoso.example', N'Tomasz Wójcik', N'Tomasz', N'Wójcik', 1, null, null, 0, '2025-04-01T00:00:00.001');
GO

-- The application's own types differ from those of the contract (ids are text there), so plain updates
-- through the view are not possible, and triggers carry them out. An update writes only the columns it
-- names, or it would undo what somebody else changed at the same time.
-- An INSERT must name every column of such a view that cannot be null, even those it cannot set: hence nullif.
if object_id('scim.host_user', 'V') is null
begin
  exec(N'
    create view scim.host_user as
    select u.id_text as user_id,
           u.login as login_name,
           u.email,
           u.display_name,
           u.first_name as given_name,
           u.last_name as family_name,
           u.enabled as is_enabled,
           cast(lower(cast(u.identity_provider_id as nvarchar(36))) as nvarchar(128)) as sso_provider_id,
           u.licence_type,
           cast(nullif(u.protected, cast(null as bit)) as bit) as is_protected,
           u.last_sign_in as last_sign_in_at
      from app.users u');
  exec(N'
    create trigger scim.host_user_insert on scim.host_user instead of insert as
    begin
      set nocount on;
      insert into app.users (login, email, display_name, first_name, last_name, enabled, identity_provider_id, licence_type)
      select i.login_name, i.email, i.display_name, i.given_name, i.family_name, coalesce(i.is_enabled, 1),
             cast(i.sso_provider_id as uniqueidentifier), i.licence_type
        from inserted i;
    end');
  exec(N'
    create trigger scim.host_user_update on scim.host_user instead of update as
    begin
      set nocount on;
      -- A protected account is never changed from here, also where it has become one since it was read.
      if update(login_name)
        update u set login = i.login_name from app.users u join inserted i on u.id = cast(i.user_id as int) where u.protected = 0;
      if update(email)
        update u set email = i.email from app.users u join inserted i on u.id = cast(i.user_id as int) where u.protected = 0;
      if update(display_name)
        update u set display_name = i.display_name from app.users u join inserted i on u.id = cast(i.user_id as int) where u.protected = 0;
      if update(given_name)
        update u set first_name = i.given_name from app.users u join inserted i on u.id = cast(i.user_id as int) where u.protected = 0;
      if update(family_name)
        update u set last_name = i.family_name from app.users u join inserted i on u.id = cast(i.user_id as int) where u.protected = 0;
      if update(is_enabled)
        update u set enabled = i.is_enabled from app.users u join inserted i on u.id = cast(i.user_id as int) where u.protected = 0;
      if update(sso_provider_id)
        update u set identity_provider_id = cast(i.sso_provider_id as uniqueidentifier)
          from app.users u join inserted i on u.id = cast(i.user_id as int) where u.protected = 0;
      if update(licence_type)
        update u set licence_type = i.licence_type from app.users u join inserted i on u.id = cast(i.user_id as int) where u.protected = 0;
    end');
end
GO

if object_id('scim.host_sso_provider', 'V') is null
exec(N'
  create view scim.host_sso_provider as
  select cast(lower(cast(p.Id as nvarchar(36))) as nvarchar(128)) as provider_id,
         p.Name as name,
         p.Protocol as protocol,
         p.Enabled as is_enabled,
         p.CertificateExpiresAt as certificate_expires_at
    from app.SY_IdentityProviders p');
GO

if object_id('scim.host_licence', 'V') is null
exec(N'
  create view scim.host_licence as
  select l.licence_type,
         l.assign_order,
         l.seats_total,
         (select count(*) from app.users u where u.licence_type = l.licence_type and u.enabled = 1) as seats_used
    from app.licence_pools l');
GO
