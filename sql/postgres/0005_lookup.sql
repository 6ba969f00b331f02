-- An IdP looks its users up by their addresses. The host has those of its users; this index has those of
-- users whom the host has no more, as the IdP said them last.
create index identity_address on scim.identity (service_account_id, lower(attributes ->> 'urn:scimctl:address'));

-- For the host application, which may give rights by groups: which of its users an IdP has put into which
-- group. Users whom the IdP has deprovisioned are not here, nor are those of an IdP that was removed.
create view scim.live_group_member as
select a.name as service_account,
       g.group_id,
       g.display_name as group_name,
       g.external_id as group_external_id,
       i.host_user_id
  from scim.idp_group g
  join scim.service_account a on a.service_account_id = g.service_account_id
  join scim.idp_group_member m on m.group_id = g.group_id
  join scim.identity i on i.identity_id = m.identity_id
 where a.removed_at is null
   and i.unlinked_at is null
   and i.deprovisioned_at is null;
