-- What the application knows its users by when they sign in with SAML.

-- What the IdP sends as NameID: userName, e-mail address or object id. The endpoint writes it to host_user.sso_subject,
-- and the IdP's externalId to host_user.external_id. Null: neither is written.
alter table scim.service_account add sso_subject varchar(20)
  constraint service_account_sso_subject_check check (sso_subject in ('user-name', 'email', 'object-id'));

-- What the account has there, where that is known to be of the user of this link. Only this, and nothing else, is replaced.
alter table scim.identity add known_subject text;
alter table scim.identity add known_external_id text;
