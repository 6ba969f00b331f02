-- Seals over the trail: each holds the digest of every event it covers and the digest of the seal before it,
-- so that a row changed, removed or slipped in afterwards can be named. docs/audit-trail.md has the forms.
create table scim.event_seal (
  seal_no         int            not null constraint event_seal_pkey primary key
                                 constraint event_seal_seal_no_check check (seal_no >= 1),
  first_seq       bigint         not null,
  last_seq        bigint         not null,
  event_count     int            not null constraint event_seal_event_count_check check (event_count >= 1),
  -- For every event, in the order of seq: 8 bytes of seq (big-endian), then the SHA-256 of the event.
  row_digests     varbinary(max) not null,
  previous_digest varbinary(32)  not null constraint event_seal_previous_digest_check check (datalength(previous_digest) = 32),
  digest          varbinary(32)  not null constraint event_seal_digest_check check (datalength(digest) = 32),
  sealed_at       datetime2(3)   not null,
  sealed_by       nvarchar(200)  not null,
  constraint event_seal_row_for_each_event check (datalength(row_digests) = 40 * event_count),
  constraint event_seal_in_order check (last_seq >= first_seq)
);
GO

-- INSTEAD OF, so that nothing has happened yet when it refuses. CREATE TRIGGER must be alone in its batch.
create trigger scim.event_seal_append_only on scim.event_seal instead of update, delete as
begin
  throw 51000, 'scim.event_seal is append-only: update and delete are refused', 1;
end
GO

-- TRUNCATE fires no trigger, but is refused for a table that a foreign key points at. Always empty.
create table scim.event_seal_no_truncate (
  seal_no int not null constraint event_seal_no_truncate_pkey primary key
                       constraint event_seal_no_truncate_seal_no_fkey references scim.event_seal (seal_no)
                       constraint event_seal_no_truncate_seal_no_check check (seal_no < 0)
);
GO
