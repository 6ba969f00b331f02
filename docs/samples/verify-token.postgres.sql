-- How a host application verifies scimctl tokens in the database itself: for PostgreSQL 11 and later.
-- In the place of app, write the schema of the application.
--
-- Better to hash in the application (VerifyToken.cs, verify-token.ts): here the token travels to the
-- database, where a log of statements may keep it. What speaks for this one: the application's role needs
-- EXECUTE only, and never sees a digest.
--
-- Only for tokens that are hashed without a key. A key that is in the database protects from nobody.
create or replace function app.verify_scim_token(presented text)
returns table (service_account_id uuid, service_account text, valid_until timestamptz)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  live  record;
  blind bytea := decode(replace(gen_random_uuid()::text, '-', ''), 'hex');
begin
  if presented !~ '^scimctl_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$' then
    return;
  end if;
  select t.* into live from scim.live_token t where t.public_id = substr(presented, 9, 12);
  if not found then
    return;
  end if;
  if live.hash_scheme <> 'sha256' then
    raise exception 'the token % is hashed with a key: verify it in the application', live.public_id;
  end if;
  -- Both sides are hashed once more together with a value that nobody knows, so that the time which the
  -- comparison takes says nothing about the digest.
  if sha256(blind || sha256(convert_to(presented, 'UTF8'))) = sha256(blind || live.digest) then
    return query select live.service_account_id, live.service_account::text, live.valid_until::timestamptz;
  end if;
end
$$;
revoke all on function app.verify_scim_token(text) from public;

-- The application then runs, with the token as a parameter; no row means: answer 401.
--   select service_account_id, service_account, valid_until from app.verify_scim_token($1);
