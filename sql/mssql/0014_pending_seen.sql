-- When the account of a link was last seen pending, while nothing has ended that: so that an end in the application
-- itself, of which no event tells, is noticed and dated.
set quoted_identifier on;
set ansi_nulls on;
GO

alter table scim.[identity] add pending_seen_at datetime2(3) null;
GO
create index identity_pending_seen on scim.[identity] (pending_seen_at) where pending_seen_at is not null;
GO
