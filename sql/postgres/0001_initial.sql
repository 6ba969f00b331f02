-- Own tables of scimctl. The host application's data is never here: it is read and written only through
-- the views scim.host_user, scim.host_sso_provider and scim.host_licence.

-- One row: what this installation is. SCIM is for on-premises installations only.
create table scim.installation (
  installation_id smallint       not null primary key check (installation_id = 1),
  hosting         varchar(20)    not null check (hosting in ('on-premises', 'cloud')),
  updated_at      timestamptz(3) not null
);
insert into scim.installation (installation_id, hosting, updated_at) values (1, 'on-premises', now());

-- One service account per IdP: the actor of everything that IdP does. Removed accounts stay, for the audit
-- list and the trail.
create table scim.service_account (
  service_account_id uuid           not null primary key,
  name               varchar(63)    not null check (name ~ '^[a-z0-9-]+$' and name not like '-%' and name not like '%-'),
  kind               varchar(20)    not null check (kind in ('entra', 'okta', 'generic')),
  display_name       varchar(200)   not null,
  is_enabled         boolean        not null,
  sso_provider_id    varchar(128)   not null,
  deprovision_policy varchar(20)    not null check (deprovision_policy in ('manual', 'disable')),
  created_at         timestamptz(3) not null,
  created_by         varchar(200)   not null,
  updated_at         timestamptz(3) not null,
  removed_at         timestamptz(3),
  -- Written by whoever is about to change this account's tokens: the row is the lock.
  token_changes      integer        not null default 0
);
create unique index service_account_name on scim.service_account (name) where removed_at is null;

-- Bearer tokens. The secret itself is nowhere; see docs/security.md for the digest.
-- A token that has not ended holds one of two slots, so a third live one cannot exist.
create table scim.token (
  public_id          varchar(16)    not null primary key,
  service_account_id uuid           not null references scim.service_account,
  slot               smallint       check (slot in (1, 2)),
  hash_scheme        varchar(20)    not null check (hash_scheme in ('sha256', 'hmac-sha256')),
  key_id             varchar(63),
  digest             bytea          not null check (octet_length(digest) = 32),
  created_at         timestamptz(3) not null,
  created_by         varchar(200)   not null,
  expires_at         timestamptz(3),
  retires_at         timestamptz(3),
  revoked_at         timestamptz(3),
  ended_at           timestamptz(3),
  last_used_at       timestamptz(3),
  -- The token it follows; no foreign key, so that old tokens can be cleared away.
  replaces           varchar(16),
  constraint token_key_matches_scheme check ((hash_scheme = 'hmac-sha256') = (key_id is not null)),
  constraint token_slot_until_ended check ((slot is null) = (ended_at is not null)),
  constraint token_revoked_has_ended check (revoked_at is null or ended_at is not null)
);
create unique index token_slot on scim.token (service_account_id, slot) where slot is not null;

-- The link of an IdP's object to a host user. Pending, active and so on are queries over this and the host.
create table scim.identity (
  identity_id        uuid           not null primary key,
  service_account_id uuid           not null references scim.service_account,
  external_id        varchar(255),
  user_name          varchar(320)   not null,
  host_user_id       varchar(128)   not null,
  created_at         timestamptz(3) not null,
  updated_at         timestamptz(3) not null,
  deprovisioned_at   timestamptz(3),
  deprovision_reason varchar(20)    check (deprovision_reason in ('disabled', 'deleted', 'missing')),
  -- Set when the service account was removed: the link is history from then on.
  unlinked_at        timestamptz(3),
  constraint identity_reason_when_deprovisioned check ((deprovisioned_at is null) = (deprovision_reason is null))
);
create unique index identity_external_id on scim.identity (service_account_id, external_id) where external_id is not null;
create unique index identity_active_host_user on scim.identity (host_user_id) where deprovisioned_at is null and unlinked_at is null;
create index identity_host_user on scim.identity (host_user_id);
create index identity_user_name on scim.identity (service_account_id, lower(user_name));
create index identity_deprovisioned on scim.identity (deprovisioned_at) where deprovisioned_at is not null;

-- Groups as the IdPs push them, kept for the host application to read.
create table scim.idp_group (
  group_id           uuid           not null primary key,
  service_account_id uuid           not null references scim.service_account,
  external_id        varchar(255),
  display_name       varchar(255)   not null,
  created_at         timestamptz(3) not null,
  updated_at         timestamptz(3) not null
);
create unique index idp_group_external_id on scim.idp_group (service_account_id, external_id) where external_id is not null;
create unique index idp_group_display_name on scim.idp_group (service_account_id, lower(display_name));

create table scim.idp_group_member (
  group_id    uuid not null references scim.idp_group on delete cascade,
  identity_id uuid not null references scim.identity,
  primary key (group_id, identity_id)
);
create index idp_group_member_identity on scim.idp_group_member (identity_id);

-- The trail: one event per change, written in the change's own transaction, never updated or deleted.
create table scim.event (
  seq         bigint         not null generated always as identity primary key,
  event_id    uuid           not null unique,
  occurred_at timestamptz(3) not null,
  actor       varchar(200)   not null,
  action      varchar(64)    not null,
  target_type varchar(40)    not null,
  target_id   varchar(128),
  target_name varchar(320),
  outcome     varchar(16)    not null check (outcome in ('done', 'refused', 'failed')),
  details     text           not null
);
create index event_occurred_at on scim.event (occurred_at, seq);
create index event_target on scim.event (target_type, target_id, seq);

create function scim.refuse_event_change() returns trigger language plpgsql as $$
begin
  raise exception 'scim.event is append-only: % refused', tg_op using errcode = 'insufficient_privilege';
end
$$;
create trigger event_append_only before update or delete on scim.event
  for each row execute function scim.refuse_event_change();
create trigger event_no_truncate before truncate on scim.event
  for each statement execute function scim.refuse_event_change();
