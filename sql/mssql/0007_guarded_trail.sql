-- A trail that its writers cannot end. A login that may add events can choose neither their numbers nor their size, and
-- rows that were planted before, or that only look like seals, can be declared void without deleting one.
-- The number of an event is the server's already: SET IDENTITY_INSERT takes ALTER on the table.
set quoted_identifier on;
set ansi_nulls on;
GO

-- Void seals: each names rows of event_seal and event that prove nothing. docs/audit-trail.md has the forms.
create table scim.event_void (
  void_no     int            not null constraint event_void_pkey primary key
                             constraint event_void_void_no_check check (void_no >= 1),
  -- For every row of event_seal, in the order of seal_no: 4 bytes of seal_no (big-endian), then its SHA-256.
  void_seals  varbinary(max) not null,
  -- For every event, in the order of seq: 8 bytes of seq (big-endian), then its SHA-256.
  void_events varbinary(max) not null,
  -- The same of events that void seals covered: they are sealed anew, as they were found.
  row_digests varbinary(max) not null,
  digest      varbinary(32)  not null constraint event_void_digest_check check (datalength(digest) = 32),
  sealed_at   datetime2(3)   not null,
  sealed_by   nvarchar(200)  not null,
  constraint event_void_whole_rows check (
    datalength(void_seals) % 36 = 0 and datalength(void_events) % 40 = 0 and datalength(row_digests) % 40 = 0),
  constraint event_void_bounded check (
    datalength(void_seals) + datalength(void_events) + datalength(row_digests) between 36 and 400000)
);
GO

-- INSTEAD OF, so that nothing has happened yet when it refuses. CREATE TRIGGER must be alone in its batch.
create trigger scim.event_void_append_only on scim.event_void instead of update, delete as
begin
  throw 51000, 'scim.event_void is append-only: update and delete are refused', 1;
end
GO

-- TRUNCATE fires no trigger, but is refused for a table that a foreign key points at. Always empty.
create table scim.event_void_no_truncate (
  void_no int not null constraint event_void_no_truncate_pkey primary key
                       constraint event_void_no_truncate_void_no_fkey references scim.event_void (void_no)
                       constraint event_void_no_truncate_void_no_check check (void_no < 0)
);
GO

-- Triggers and not constraints: rows that are there already may break the bounds, and cannot be deleted. Babelfish
-- counts bytes of UTF-8, hence the characters beside.
create trigger scim.event_bounded on scim.event after insert as
begin
  set nocount on;
  if exists (select 1 from inserted where datalength(details) > 524288 or len(details) > 262144)
    throw 51000, 'scim.event takes details of 262144 characters at most', 1;
end
GO

-- What had been handed out when a seal was written, so that one that covers events to come is never taken for true.
alter table scim.event_seal add handed_out bigint not null constraint event_seal_handed_out_default default 0;
GO
alter table scim.event_seal disable trigger event_seal_append_only;
update scim.event_seal set handed_out = cast(ident_current('scim.event') as bigint);
alter table scim.event_seal enable trigger event_seal_append_only;
GO

create trigger scim.event_seal_bounded on scim.event_seal after insert as
begin
  set nocount on;
  if exists (select 1 from inserted where event_count > 10000)
    throw 51000, 'scim.event_seal takes seals of 10000 events at most', 1;
  -- Babelfish tells the owner alone what was handed out.
  declare @last bigint;
  if serverproperty('Babelfish') is null
    set @last = cast(ident_current('scim.event') as bigint);
  if @last is null
    select @last = max(seq) from scim.event;
  if exists (select 1 from inserted where last_seq > handed_out or handed_out > @last)
    throw 51000, 'scim.event_seal takes no seal of events to come', 1;
end
GO

-- Our roles read the void seals at once, and not only when they are granted anew.
declare @grant nvarchar(max) = N'';
select @grant = @grant + N'grant select on scim.event_void to ' + quotename(name) + N'; '
  from sys.database_principals
 where name in (concat(N'scim', N'_auditor'), concat(N'scim', N'_endpoint'), concat(N'scim', N'_operator'));
exec(@grant);
