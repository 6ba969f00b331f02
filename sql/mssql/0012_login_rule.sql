-- What the application's logins are, for every IdP: the e-mail address, the userName, or the local part of the address made
-- unique; and whether an account that is matched gets such a login in place of its own.
set quoted_identifier on;
set ansi_nulls on;
GO

alter table scim.installation add login_rule nvarchar(20) collate Latin1_General_BIN2 not null
  constraint installation_login_rule_default default N'email'
  constraint installation_login_rule_check check (login_rule in (N'email', N'user-name', N'local-part'));
alter table scim.installation add renames_on_match bit not null constraint installation_renames_on_match_default default 1;
-- Why no account is created: the application does that itself. Null: accounts are created.
alter table scim.installation add create_reason nvarchar(200) null;
GO
