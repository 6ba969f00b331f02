-- The groups of one user are read in parts, in the order of their ids. The index has had the group's id in it from the
-- beginning, as part of the primary key; from now on it says so.
drop index idp_group_member_identity on scim.idp_group_member;
create index idp_group_member_identity on scim.idp_group_member (identity_id, group_id);
GO
