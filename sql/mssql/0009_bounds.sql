-- Tables that do not grow without bound. The database sets how long an access token lasts, and old events can be pruned:
-- a prune seal stands in their place, and nothing else can be deleted from the trail.
set quoted_identifier on;
set ansi_nulls on;
GO

-- Expired access tokens, and those that no endpoint of ours would have issued: they last longer than an hour, or there
-- are more than ten of one token.
delete from scim.access_token
 where expires_at <= sysutcdatetime() or expires_at > dateadd(hour, 1, sysutcdatetime()) or created_at > sysutcdatetime()
    or expires_at <= created_at or expires_at > dateadd(hour, 1, created_at);
delete from scim.access_token
 where access_token_id in (
   select access_token_id
     from (select access_token_id,
                  row_number() over (partition by token_public_id order by created_at desc, access_token_id) as place
             from scim.access_token) ranked
    where place > 10);
GO
alter table scim.access_token add constraint access_token_created_at_default default sysutcdatetime() for created_at;
-- Never stored, because the trigger below sets both.
alter table scim.access_token add constraint access_token_expires_at_default default sysutcdatetime() for expires_at;
alter table scim.access_token add constraint access_token_within_hour
  check (expires_at > created_at and expires_at <= dateadd(hour, 1, created_at));
create index access_token_of_token on scim.access_token (token_public_id, created_at);
GO

-- INSTEAD OF, so that the times are the server's, whatever was stated. It does not fire again for its own rows.
create trigger scim.access_token_timed on scim.access_token instead of insert as
begin
  set nocount on;
  declare @now datetime2(3) = sysutcdatetime();
  insert into scim.access_token (access_token_id, token_public_id, digest, created_at, expires_at)
  select access_token_id, token_public_id, digest, @now, dateadd(hour, 1, @now) from inserted;
end
GO

-- Prune seals: each says which events were removed on purpose, and what they were. docs/audit-trail.md has the form.
create table scim.event_prune (
  prune_no        int           not null constraint event_prune_pkey primary key
                                constraint event_prune_prune_no_check check (prune_no >= 1),
  -- The seal up to which events were removed. It stays, like all seals before it.
  seal_no         int           not null,
  seal_digest     varbinary(32) not null constraint event_prune_seal_digest_check check (datalength(seal_digest) = 32),
  last_seq        bigint        not null,
  event_count     bigint        not null constraint event_prune_event_count_check check (event_count >= 0),
  -- Of the list of the removed events: for each, 8 bytes of seq (big-endian), then the SHA-256 of the event.
  events_digest   varbinary(32) not null constraint event_prune_events_digest_check check (datalength(events_digest) = 32),
  -- Of the prune seal before; zeros for the first.
  previous_digest varbinary(32) not null constraint event_prune_previous_digest_check check (datalength(previous_digest) = 32),
  digest          varbinary(32) not null constraint event_prune_digest_check check (datalength(digest) = 32),
  sealed_at       datetime2(3)  not null,
  sealed_by       nvarchar(200) not null
);
GO

-- INSTEAD OF, so that nothing has happened yet when it refuses. CREATE TRIGGER must be alone in its batch.
create trigger scim.event_prune_append_only on scim.event_prune instead of update, delete as
begin
  throw 51000, 'scim.event_prune is append-only: update and delete are refused', 1;
end
GO

-- TRUNCATE fires no trigger, but is refused for a table that a foreign key points at. Always empty.
create table scim.event_prune_no_truncate (
  prune_no int not null constraint event_prune_no_truncate_pkey primary key
                        constraint event_prune_no_truncate_prune_no_fkey references scim.event_prune (prune_no)
                        constraint event_prune_no_truncate_prune_no_check check (prune_no < 0)
);
GO

-- A prune seal follows the one before it, and covers what was sealed 90 days ago by the database's own clock. A seal that
-- was written later than a recent one is recent too, whatever time it states; a time to come states nothing.
create trigger scim.event_prune_bounded on scim.event_prune after insert as
begin
  set nocount on;
  declare @now datetime2(3) = sysutcdatetime();
  declare @from datetime2(3) = dateadd(day, -90, @now);
  if exists (select 1 from inserted i
              where i.prune_no <> (select count(*) from scim.event_prune)
                 or exists (select 1 from scim.event_prune p where p.prune_no < i.prune_no and p.last_seq >= i.last_seq)
                 or not exists (select 1 from scim.event_seal s
                                 where s.seal_no = i.seal_no and s.digest = i.seal_digest and s.last_seq = i.last_seq))
    throw 51000, 'scim.event_prune takes the next prune seal only, up to a seal of the trail', 1;
  if exists (select 1 from inserted i
              where exists (select 1 from scim.event_seal s
                             where s.seal_no <= i.seal_no and s.sealed_at > @from and s.sealed_at <= @now)
                 or not exists (select 1 from scim.event_seal s where s.seal_no <= i.seal_no and s.sealed_at <= @from))
    throw 51000, 'scim.event_prune takes no events that were sealed less than 90 days ago', 1;
end
GO

-- A seal of a day to come is refused: its time would come once, and again for each further one, and what is behind it
-- would never be old enough to be pruned. The clock of the machine that seals may be ahead of this one.
create trigger scim.event_seal_present on scim.event_seal after insert as
begin
  set nocount on;
  if exists (select 1 from inserted where sealed_at > dateadd(day, 1, sysutcdatetime()))
    throw 51000, 'scim.event_seal takes no seal that states a day to come', 1;
end
GO

-- Events that a prune seal covers can be deleted, and no others.
drop trigger scim.event_append_only;
GO
create trigger scim.event_append_only on scim.event instead of update, delete as
begin
  set nocount on;
  declare @pruned bigint;
  select @pruned = max(last_seq) from scim.event_prune;
  if @pruned is null or exists (select 1 from inserted) or exists (select 1 from deleted where seq > @pruned)
    throw 51000, 'scim.event is append-only: update and delete are refused', 1;
  delete from scim.event where seq in (select seq from deleted);
end
GO

-- Our roles get these at once, and not only when they are granted anew.
declare @grant nvarchar(max) = N'';
select @grant = @grant + N'grant select on scim.event_prune to ' + quotename(name) + N'; '
  from sys.database_principals
 where name in (concat(N'scim', N'_auditor'), concat(N'scim', N'_endpoint'), concat(N'scim', N'_operator'));
exec(@grant);
