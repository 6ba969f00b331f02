-- What the application's logins are, for every IdP: the e-mail address, the userName, or the local part of the address made
-- unique; and whether an account that is matched gets such a login in place of its own.
alter table scim.installation add login_rule varchar(20) not null default 'email'
  constraint installation_login_rule_check check (login_rule in ('email', 'user-name', 'local-part'));
alter table scim.installation add renames_on_match boolean not null default true;
-- Why no account is created: the application does that itself. Null: accounts are created.
alter table scim.installation add create_reason varchar(200);
