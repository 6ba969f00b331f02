-- Receivers that `serve --on-pending` posts notices to. The audit trail is the outbox: of each receiver there is the
-- number of the event up to which it has been told everything, so that nothing is lost when an endpoint dies. One
-- endpoint at a time has the receiver; another takes it over when the time in held_until has passed.
create table scim.event_receiver (
  -- SHA-256 of the URL, in hexadecimal digits: its path may be a secret, so the URL itself is not here.
  receiver_id     varchar(64)    not null primary key,
  -- Scheme, host and port.
  origin          varchar(320)   not null,
  delivered_to    bigint         not null check (delivered_to >= 0),
  delivered_count bigint         not null default 0 check (delivered_count >= 0),
  created_at      timestamptz(3) not null,
  delivered_at    timestamptz(3),
  -- Since when it has not accepted a notice, and why by the last attempt; null while it accepts them.
  failing_since   timestamptz(3),
  failure         varchar(64),
  held_by         varchar(36),
  held_until      timestamptz(3)
);

-- When the link was found to be doubtful, while it is: so that this is told once.
alter table scim.identity add doubtful_seen_at timestamptz(3);
create index identity_doubtful_seen on scim.identity (doubtful_seen_at) where doubtful_seen_at is not null;

-- A role that may read seals may read receivers; one that may create groups of an IdP, as an endpoint does, writes them.
do $$
declare
  given record;
  grantee text;
begin
  for given in
    select distinct a.grantee, a.privilege_type
      from pg_class c, aclexplode(c.relacl) a
     where a.grantee <> c.relowner
       and (c.oid = 'scim.event_seal'::regclass and a.privilege_type = 'SELECT'
            or c.oid = 'scim.idp_group'::regclass and a.privilege_type = 'INSERT')
  loop
    grantee := case given.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(given.grantee)) end;
    execute format('grant %s on scim.event_receiver to %s',
                   case given.privilege_type when 'SELECT' then 'select' else 'insert, update' end, grantee);
  end loop;
end
$$;
