-- Tables that do not grow without bound. The database sets how long an access token lasts, and old events can be pruned:
-- a prune seal stands in their place, and nothing else can be deleted from the trail.

-- Expired access tokens, and those that no endpoint of ours would have issued: they last longer than an hour, or there
-- are more than ten of one token.
delete from scim.access_token
 where expires_at <= now() or expires_at > now() + interval '1 hour' or created_at > now()
    or expires_at <= created_at or expires_at > created_at + interval '1 hour';
delete from scim.access_token
 where access_token_id in (
   select access_token_id
     from (select access_token_id,
                  row_number() over (partition by token_public_id order by created_at desc, access_token_id) as place
             from scim.access_token) ranked
    where place > 10);
alter table scim.access_token alter created_at set default statement_timestamp();
alter table scim.access_token alter expires_at set default statement_timestamp() + interval '1 hour';
alter table scim.access_token add constraint access_token_within_hour
  check (expires_at > created_at and expires_at <= created_at + interval '1 hour');
create index access_token_of_token on scim.access_token (token_public_id, created_at);

-- INSERT on named columns alone: the times are not among them.
do $$
declare
  given record;
  grantee text;
begin
  for given in
    select a.grantee, bool_or(a.is_grantable) as is_grantable
      from pg_class c, aclexplode(c.relacl) a
     where c.oid = 'scim.access_token'::regclass and a.privilege_type = 'INSERT' and a.grantee <> c.relowner
     group by a.grantee
  loop
    grantee := case given.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(given.grantee)) end;
    execute format('revoke insert on scim.access_token from %s cascade', grantee);
    execute format('grant insert (access_token_id, token_public_id, digest) on scim.access_token to %s%s', grantee,
                   case when given.is_grantable then ' with grant option' else '' end);
  end loop;
end
$$;

-- Prune seals: each says which events were removed on purpose, and what they were. docs/audit-trail.md has the form.
create table scim.event_prune (
  prune_no        integer        not null primary key check (prune_no >= 1),
  -- The seal up to which events were removed. It stays, like all seals before it.
  seal_no         integer        not null,
  seal_digest     bytea          not null check (octet_length(seal_digest) = 32),
  last_seq        bigint         not null,
  event_count     bigint         not null check (event_count >= 0),
  -- Of the list of the removed events: for each, 8 bytes of seq (big-endian), then the SHA-256 of the event.
  events_digest   bytea          not null check (octet_length(events_digest) = 32),
  -- Of the prune seal before; zeros for the first.
  previous_digest bytea          not null check (octet_length(previous_digest) = 32),
  digest          bytea          not null check (octet_length(digest) = 32),
  sealed_at       timestamptz(3) not null,
  sealed_by       varchar(200)   not null
);

create function scim.refuse_event_prune_change() returns trigger language plpgsql as $$
begin
  raise exception 'scim.event_prune is append-only: % refused', tg_op using errcode = 'insufficient_privilege';
end
$$;
create trigger event_prune_append_only before update or delete on scim.event_prune
  for each row execute function scim.refuse_event_prune_change();
create trigger event_prune_no_truncate before truncate on scim.event_prune
  for each statement execute function scim.refuse_event_prune_change();

-- A prune seal follows the one before it, and covers what was sealed 90 days ago by the database's own clock. A seal that
-- was written later than a recent one is recent too, whatever time it states; a time to come states nothing.
create function scim.bound_event_prune() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if new.prune_no <> 1 + coalesce((select max(prune_no) from scim.event_prune), 0)
     or new.last_seq <= coalesce((select max(last_seq) from scim.event_prune), 0)
     or not exists (select 1 from scim.event_seal
                     where seal_no = new.seal_no and digest = new.seal_digest and last_seq = new.last_seq) then
    raise exception 'scim.event_prune takes the next prune seal only, up to a seal of the trail' using errcode = 'check_violation';
  end if;
  if exists (select 1 from scim.event_seal
              where seal_no <= new.seal_no and sealed_at > now() - interval '90 days' and sealed_at <= now())
     or not exists (select 1 from scim.event_seal
                     where seal_no <= new.seal_no and sealed_at <= now() - interval '90 days') then
    raise exception 'scim.event_prune takes no events that were sealed less than 90 days ago' using errcode = 'check_violation';
  end if;
  return new;
end
$$;
create trigger event_prune_bounded before insert on scim.event_prune
  for each row execute function scim.bound_event_prune();

-- A seal of a day to come is refused: its time would come once, and again for each further one, and what is behind it
-- would never be old enough to be pruned. The clock of the machine that seals may be ahead of this one.
create or replace function scim.bound_event_seal() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if new.handed_out > scim.last_event_seq() or new.last_seq > new.handed_out then
    raise exception 'scim.event_seal takes no seal of events to come' using errcode = 'check_violation';
  end if;
  if new.sealed_at > now() + interval '1 day' then
    raise exception 'scim.event_seal takes no seal that states a day to come' using errcode = 'check_violation';
  end if;
  return new;
end
$$;

-- Events that a prune seal covers can be deleted, and no others.
create or replace function scim.refuse_event_change() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if tg_op = 'DELETE' then
    if old.seq <= (select max(last_seq) from scim.event_prune) then
      return old;
    end if;
  end if;
  raise exception 'scim.event is append-only: % refused', tg_op using errcode = 'insufficient_privilege';
end
$$;

-- A role that may read seals may read prune seals.
do $$
declare
  given record;
  grantee text;
begin
  for given in
    select distinct a.grantee from pg_class c, aclexplode(c.relacl) a
     where c.oid = 'scim.event_seal'::regclass and a.privilege_type = 'SELECT' and a.grantee <> c.relowner
  loop
    grantee := case given.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(given.grantee)) end;
    execute format('grant select on scim.event_prune to %s', grantee);
  end loop;
end
$$;
