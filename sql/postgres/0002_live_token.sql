-- For a host application that verifies tokens itself: the tokens that work at this moment, and whose they
-- are. Look one up by its public id, hash what was presented, compare in constant time.
create view scim.live_token as
select t.public_id,
       t.hash_scheme,
       t.key_id,
       t.digest,
       a.service_account_id,
       a.name as service_account,
       least(t.expires_at, t.retires_at) as valid_until
  from scim.token t
  join scim.service_account a on a.service_account_id = t.service_account_id
 where t.slot is not null
   and a.is_enabled
   and a.removed_at is null
   and (t.expires_at is null or t.expires_at > now())
   and (t.retires_at is null or t.retires_at > now())
   and exists (select 1 from scim.installation where hosting = 'on-premises');
