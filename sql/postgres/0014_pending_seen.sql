-- When the account of a link was last seen pending, while nothing has ended that: so that an end in the application
-- itself, of which no event tells, is noticed and dated.
alter table scim.identity add pending_seen_at timestamptz(3);
create index identity_pending_seen on scim.identity (pending_seen_at) where pending_seen_at is not null;
