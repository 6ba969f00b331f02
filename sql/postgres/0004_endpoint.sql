-- What the endpoint needs beside the links: the rest of what an IdP says of a user, lists in a stable order,
-- and the other ways to authenticate.

-- Attributes that have no column in the host views, as the IdP sent them, to be read back. Names are here too
-- where the host has no columns for them.
alter table scim.identity add attributes jsonb;
create index identity_listing on scim.identity (service_account_id, created_at, identity_id);
create index idp_group_listing on scim.idp_group (service_account_id, created_at, group_id);

-- Off until the operator says so. A bearer token always works.
alter table scim.service_account add allows_basic boolean not null default false;
alter table scim.service_account add allows_oauth boolean not null default false;

-- OAuth 2.0 access tokens: an hour long at most, given for a token of ours, with which each is looked up, so that
-- it is of no use without it. No foreign key, so that old tokens can be cleared away.
create table scim.access_token (
  access_token_id varchar(16)    not null primary key,
  token_public_id varchar(16)    not null,
  digest          bytea          not null check (octet_length(digest) = 32),
  created_at      timestamptz(3) not null,
  expires_at      timestamptz(3) not null
);
create index access_token_expires_at on scim.access_token (expires_at);
