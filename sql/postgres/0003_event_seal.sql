-- Seals over the trail: each holds the digest of every event it covers and the digest of the seal before it,
-- so that a row changed, removed or slipped in afterwards can be named. docs/audit-trail.md has the forms.
create table scim.event_seal (
  seal_no         integer        not null primary key check (seal_no >= 1),
  first_seq       bigint         not null,
  last_seq        bigint         not null,
  event_count     integer        not null check (event_count >= 1),
  -- For every event, in the order of seq: 8 bytes of seq (big-endian), then the SHA-256 of the event.
  row_digests     bytea          not null,
  previous_digest bytea          not null check (octet_length(previous_digest) = 32),
  digest          bytea          not null check (octet_length(digest) = 32),
  sealed_at       timestamptz(3) not null,
  sealed_by       varchar(200)   not null,
  constraint event_seal_row_for_each_event check (octet_length(row_digests) = 40 * event_count),
  constraint event_seal_in_order check (last_seq >= first_seq)
);

create function scim.refuse_event_seal_change() returns trigger language plpgsql as $$
begin
  raise exception 'scim.event_seal is append-only: % refused', tg_op using errcode = 'insufficient_privilege';
end
$$;
create trigger event_seal_append_only before update or delete on scim.event_seal
  for each row execute function scim.refuse_event_seal_change();
create trigger event_seal_no_truncate before truncate on scim.event_seal
  for each statement execute function scim.refuse_event_seal_change();
