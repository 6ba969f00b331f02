-- The groups of one user are read in parts, in the order of their ids. (On SQL Server the index has had the group's id in
-- it from the beginning: it is part of the primary key.)
drop index scim.idp_group_member_identity;
create index idp_group_member_identity on scim.idp_group_member (identity_id, group_id);
