-- What the endpoint needs beside the links: the rest of what an IdP says of a user, lists in a stable order,
-- and the other ways to authenticate.

-- Attributes that have no column in the host views, as the IdP sent them, to be read back: a JSON object.
-- Names are here too where the host has no columns for them.
alter table scim.[identity] add attributes nvarchar(max) null;
GO
create index identity_listing on scim.[identity] (service_account_id, created_at, identity_id);
create index idp_group_listing on scim.idp_group (service_account_id, created_at, group_id);
GO

-- Off until the operator says so. A bearer token always works.
alter table scim.service_account add allows_basic bit not null constraint service_account_allows_basic_default default 0;
alter table scim.service_account add allows_oauth bit not null constraint service_account_allows_oauth_default default 0;
GO

-- OAuth 2.0 access tokens: an hour long at most, given for a token of ours, with which each is looked up, so that
-- it is of no use without it. No foreign key, so that old tokens can be cleared away.
create table scim.access_token (
  access_token_id nvarchar(16)  collate Latin1_General_BIN2 not null constraint access_token_pkey primary key,
  token_public_id nvarchar(16)  collate Latin1_General_BIN2 not null,
  digest          varbinary(32) not null constraint access_token_digest_check check (datalength(digest) = 32),
  created_at      datetime2(3)  not null,
  expires_at      datetime2(3)  not null
);
create index access_token_expires_at on scim.access_token (expires_at);
