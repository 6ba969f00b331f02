-- Own tables of scimctl. The host application's data is never here: it is read and written only through
-- the views scim.host_user, scim.host_sso_provider and scim.host_licence.
--
-- Instants are UTC. All text is nvarchar, identifiers too: clients send nvarchar, and an index over varchar
-- would be scanned instead of searched. Text that is an identifier or a code carries a binary collation, so
-- that it is compared exactly, whatever the collation of the database. Names of persons and groups are
-- compared without regard to case through a computed column, for the same reason:
--   lower(name collate Latin1_General_CI_AS) collate Latin1_General_BIN2
-- A join of an identifier here with a column of a host view needs `collate` on the host's side.

-- Filtered indexes and indexes over computed columns need these; sqlcmd starts with the first one off.
set quoted_identifier on;
set ansi_nulls on;
GO

-- One row: what this installation is. SCIM is for on-premises installations only.
create table scim.installation (
  installation_id smallint     not null constraint installation_pkey primary key
                               constraint installation_installation_id_check check (installation_id = 1),
  hosting         nvarchar(20) collate Latin1_General_BIN2 not null
                               constraint installation_hosting_check check (hosting in (N'on-premises', N'cloud')),
  updated_at      datetime2(3) not null
);
insert into scim.installation (installation_id, hosting, updated_at) values (1, N'on-premises', sysutcdatetime());
GO

-- One service account per IdP: the actor of everything that IdP does. Removed accounts stay, for the audit
-- list and the trail.
create table scim.service_account (
  service_account_id uniqueidentifier not null constraint service_account_pkey primary key,
  name               nvarchar(63)     collate Latin1_General_BIN2 not null
                                      constraint service_account_name_check
                                      check (name <> N'' and patindex(N'%[^a-z0-9-]%', name) = 0 and name not like N'-%' and name not like N'%-'),
  kind               nvarchar(20)     collate Latin1_General_BIN2 not null
                                      constraint service_account_kind_check check (kind in (N'entra', N'okta', N'generic')),
  display_name       nvarchar(200)    not null,
  is_enabled         bit              not null,
  sso_provider_id    nvarchar(128)    collate Latin1_General_BIN2 not null,
  deprovision_policy nvarchar(20)     collate Latin1_General_BIN2 not null
                                      constraint service_account_deprovision_policy_check check (deprovision_policy in (N'manual', N'disable')),
  created_at         datetime2(3)     not null,
  created_by         nvarchar(200)    not null,
  updated_at         datetime2(3)     not null,
  removed_at         datetime2(3)     null,
  -- Written by whoever is about to change this account's tokens: the row is the lock.
  token_changes      int              not null constraint service_account_token_changes_default default 0
);
create unique index service_account_name on scim.service_account (name) where removed_at is null;
GO

-- Bearer tokens. The secret itself is nowhere; see docs/security.md for the digest.
-- A token that has not ended holds one of two slots, so a third live one cannot exist.
create table scim.token (
  public_id          nvarchar(16)     collate Latin1_General_BIN2 not null constraint token_pkey primary key,
  service_account_id uniqueidentifier not null
                                      constraint token_service_account_id_fkey references scim.service_account (service_account_id),
  slot               smallint         null constraint token_slot_check check (slot in (1, 2)),
  hash_scheme        nvarchar(20)     collate Latin1_General_BIN2 not null
                                      constraint token_hash_scheme_check check (hash_scheme in (N'sha256', N'hmac-sha256')),
  key_id             nvarchar(63)     collate Latin1_General_BIN2 null,
  digest             varbinary(32)    not null constraint token_digest_check check (datalength(digest) = 32),
  created_at         datetime2(3)     not null,
  created_by         nvarchar(200)    not null,
  expires_at         datetime2(3)     null,
  retires_at         datetime2(3)     null,
  revoked_at         datetime2(3)     null,
  ended_at           datetime2(3)     null,
  last_used_at       datetime2(3)     null,
  -- The token it follows; no foreign key, so that old tokens can be cleared away.
  replaces           nvarchar(16)     collate Latin1_General_BIN2 null,
  constraint token_key_matches_scheme
    check ((hash_scheme = N'hmac-sha256' and key_id is not null) or (hash_scheme <> N'hmac-sha256' and key_id is null)),
  constraint token_slot_until_ended
    check ((slot is null and ended_at is not null) or (slot is not null and ended_at is null)),
  constraint token_revoked_has_ended check (revoked_at is null or ended_at is not null)
);
create unique index token_slot on scim.token (service_account_id, slot) where slot is not null;
GO

-- The link of an IdP's object to a host user. Pending, active and so on are queries over this and the host.
-- The name is in brackets because T-SQL reserves the word.
create table scim.[identity] (
  identity_id        uniqueidentifier not null constraint identity_pkey primary key,
  service_account_id uniqueidentifier not null
                                      constraint identity_service_account_id_fkey references scim.service_account (service_account_id),
  external_id        nvarchar(255)    collate Latin1_General_BIN2 null,
  user_name          nvarchar(320)    not null,
  host_user_id       nvarchar(128)    collate Latin1_General_BIN2 not null,
  created_at         datetime2(3)     not null,
  updated_at         datetime2(3)     not null,
  deprovisioned_at   datetime2(3)     null,
  deprovision_reason nvarchar(20)     collate Latin1_General_BIN2 null
                                      constraint identity_deprovision_reason_check
                                      check (deprovision_reason in (N'disabled', N'deleted', N'missing')),
  -- Set when the service account was removed: the link is history from then on.
  unlinked_at        datetime2(3)     null,
  -- Read by nobody by name: SQL Server finds it, and so the index, by its expression.
  user_name_folded   as (lower(user_name collate Latin1_General_CI_AS) collate Latin1_General_BIN2) persisted,
  constraint identity_reason_when_deprovisioned
    check ((deprovisioned_at is null and deprovision_reason is null) or (deprovisioned_at is not null and deprovision_reason is not null))
);
create unique index identity_external_id on scim.[identity] (service_account_id, external_id) where external_id is not null;
create unique index identity_active_host_user on scim.[identity] (host_user_id) where deprovisioned_at is null and unlinked_at is null;
create index identity_host_user on scim.[identity] (host_user_id);
create index identity_user_name on scim.[identity] (service_account_id, user_name_folded);
create index identity_deprovisioned on scim.[identity] (deprovisioned_at) where deprovisioned_at is not null;
GO

-- Groups as the IdPs push them, kept for the host application to read.
create table scim.idp_group (
  group_id            uniqueidentifier not null constraint idp_group_pkey primary key,
  service_account_id  uniqueidentifier not null
                                       constraint idp_group_service_account_id_fkey references scim.service_account (service_account_id),
  external_id         nvarchar(255)    collate Latin1_General_BIN2 null,
  display_name        nvarchar(255)    not null,
  created_at          datetime2(3)     not null,
  updated_at          datetime2(3)     not null,
  display_name_folded as (lower(display_name collate Latin1_General_CI_AS) collate Latin1_General_BIN2) persisted
);
create unique index idp_group_external_id on scim.idp_group (service_account_id, external_id) where external_id is not null;
create unique index idp_group_display_name on scim.idp_group (service_account_id, display_name_folded);
GO

create table scim.idp_group_member (
  group_id    uniqueidentifier not null
                               constraint idp_group_member_group_id_fkey references scim.idp_group (group_id) on delete cascade,
  identity_id uniqueidentifier not null
                               constraint idp_group_member_identity_id_fkey references scim.[identity] (identity_id),
  constraint idp_group_member_pkey primary key (group_id, identity_id)
);
create index idp_group_member_identity on scim.idp_group_member (identity_id);
GO

-- The trail: one event per change, written in the change's own transaction, never updated or deleted.
create table scim.event (
  seq         bigint           not null identity(1, 1) constraint event_pkey primary key,
  event_id    uniqueidentifier not null constraint event_event_id_key unique,
  occurred_at datetime2(3)     not null,
  actor       nvarchar(200)    not null,
  action      nvarchar(64)     collate Latin1_General_BIN2 not null,
  target_type nvarchar(40)     collate Latin1_General_BIN2 not null,
  target_id   nvarchar(128)    collate Latin1_General_BIN2 null,
  target_name nvarchar(320)    null,
  outcome     nvarchar(16)     collate Latin1_General_BIN2 not null
                               constraint event_outcome_check check (outcome in (N'done', N'refused', N'failed')),
  details     nvarchar(max)    not null
);
create index event_occurred_at on scim.event (occurred_at, seq);
create index event_target on scim.event (target_type, target_id, seq);
GO

-- INSTEAD OF, so that nothing has happened yet when it refuses. CREATE TRIGGER must be alone in its batch.
create trigger scim.event_append_only on scim.event instead of update, delete as
begin
  throw 51000, 'scim.event is append-only: update and delete are refused', 1;
end
GO

-- TRUNCATE fires no trigger, but is refused for a table that a foreign key points at. Always empty.
create table scim.event_no_truncate (
  seq bigint not null constraint event_no_truncate_pkey primary key
                      constraint event_no_truncate_seq_fkey references scim.event (seq)
                      constraint event_no_truncate_seq_check check (seq < 0)
);
GO
