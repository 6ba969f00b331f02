-- A trail that its writers cannot end. A login that may add events can choose neither their numbers nor their size, and
-- rows that were planted before, or that only look like seals, can be declared void without deleting one.

-- Rows that are there already may break these, and cannot be deleted: they are only held to new rows.
alter table scim.event add constraint event_details_bounded check (octet_length(details) <= 262144) not valid;
alter table scim.event add constraint event_occurred_in_range
  check (extract(epoch from occurred_at) between 0 and 253402300799) not valid;
alter table scim.event_seal add constraint event_seal_count_bounded check (event_count <= 10000) not valid;
alter table scim.event_seal add constraint event_seal_sealed_in_range
  check (extract(epoch from sealed_at) between 0 and 253402300799) not valid;

-- Void seals: each names rows of event_seal and event that prove nothing. docs/audit-trail.md has the forms.
create table scim.event_void (
  void_no     integer        not null primary key check (void_no >= 1),
  -- For every row of event_seal, in the order of seal_no: 4 bytes of seal_no (big-endian), then its SHA-256.
  void_seals  bytea          not null,
  -- For every event, in the order of seq: 8 bytes of seq (big-endian), then its SHA-256.
  void_events bytea          not null,
  -- The same of events that void seals covered: they are sealed anew, as they were found.
  row_digests bytea          not null,
  digest      bytea          not null check (octet_length(digest) = 32),
  sealed_at   timestamptz(3) not null,
  sealed_by   varchar(200)   not null,
  constraint event_void_whole_rows check (
    octet_length(void_seals) % 36 = 0 and octet_length(void_events) % 40 = 0 and octet_length(row_digests) % 40 = 0),
  constraint event_void_bounded check (
    octet_length(void_seals) + octet_length(void_events) + octet_length(row_digests) between 36 and 400000)
);

create function scim.refuse_event_void_change() returns trigger language plpgsql as $$
begin
  raise exception 'scim.event_void is append-only: % refused', tg_op using errcode = 'insufficient_privilege';
end
$$;
create trigger event_void_append_only before update or delete on scim.event_void
  for each row execute function scim.refuse_event_void_change();
create trigger event_void_no_truncate before truncate on scim.event_void
  for each statement execute function scim.refuse_event_void_change();

-- The last number that was handed out: an event with a higher number was planted. The function reads the sequence with
-- the rights of its owner, because no other role has rights on the sequence.
create function scim.last_event_seq() returns bigint language sql stable security definer set search_path = pg_catalog as $$
  select case when is_called then last_value else 0 end from scim.event_seq_seq
$$;

-- What had been handed out when a seal was written, so that one that covers events to come is never taken for true.
do $$
begin
  execute format('alter table scim.event_seal add handed_out bigint not null default %s', scim.last_event_seq());
  alter table scim.event_seal alter handed_out drop default;
end
$$;
-- The search path is fixed, so that no planted operator replaces one of PostgreSQL's own.
create function scim.bound_event_seal() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if new.handed_out > scim.last_event_seq() or new.last_seq > new.handed_out then
    raise exception 'scim.event_seal takes no seal of events to come' using errcode = 'check_violation';
  end if;
  return new;
end
$$;
create trigger event_seal_bounded before insert on scim.event_seal
  for each row execute function scim.bound_event_seal();

-- Past numbers that were planted close ahead, which would make every change fail that draws one of them.
do $$
declare
  last constant bigint := scim.last_event_seq();
  planted bigint;
begin
  select max(seq) into planted from scim.event where seq > last and seq <= last + 1000000000;
  if planted is not null then
    perform setval('scim.event_seq_seq', planted);
  end if;
end
$$;

-- INSERT on named columns alone: with the whole table comes OVERRIDING SYSTEM VALUE, and with it any number.
do $$
declare
  given record;
  grantee text;
begin
  for given in
    select c.oid::regclass as of_table, a.grantee, bool_or(a.is_grantable) as is_grantable,
           case c.relname when 'event'
             then 'event_id, occurred_at, actor, action, target_type, target_id, target_name, outcome, details'
             else 'seal_no, first_seq, last_seq, event_count, row_digests, previous_digest, digest, sealed_at, sealed_by, handed_out'
           end as named
      from pg_class c, aclexplode(c.relacl) a
     where c.oid in ('scim.event'::regclass, 'scim.event_seal'::regclass)
       and a.privilege_type = 'INSERT' and a.grantee <> c.relowner
     group by c.oid, c.relname, a.grantee
  loop
    grantee := case given.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(given.grantee)) end;
    execute format('revoke insert on %s from %s cascade', given.of_table, grantee);
    execute format('grant insert (%s) on %s to %s%s', given.named, given.of_table, grantee,
                   case when given.is_grantable then ' with grant option' else '' end);
  end loop;
  -- A role that may read seals may read void seals.
  for given in
    select distinct a.grantee from pg_class c, aclexplode(c.relacl) a
     where c.oid = 'scim.event_seal'::regclass and a.privilege_type = 'SELECT' and a.grantee <> c.relowner
  loop
    grantee := case given.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(given.grantee)) end;
    execute format('grant select on scim.event_void to %s', grantee);
  end loop;
end
$$;
