-- Where in the application accounts of leavers are disabled, if that is done there and not by `users disable`. Null: here.
alter table scim.installation add manual_disable_in varchar(200);
