-- Where in the application accounts of leavers are disabled, if that is done there and not by `users disable`. Null: here.
set quoted_identifier on;
set ansi_nulls on;
GO

alter table scim.installation add manual_disable_in nvarchar(200) null;
GO
