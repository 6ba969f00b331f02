-- The mark that `users reconcile` sets on a link in force whose user the IdP's own list does not have: the account is
-- pending, and nothing else changes. A departure ends the mark; where a version before this one writes the departure,
-- the mark stays in the row and counts for nothing, so no constraint forbids it.
set quoted_identifier on;
set ansi_nulls on;
GO
alter table scim.[identity] add missing_at datetime2(3) null;
GO
create index identity_missing on scim.[identity] (missing_at) where missing_at is not null;
GO
