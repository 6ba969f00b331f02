-- Two states are kept apart: the link (in force, ended or unlinked: the IdP's word) and the account (enabled,
-- disabled or gone: the host application's). docs/people.md has the whole table.
set quoted_identifier on;
set ansi_nulls on;
GO

-- The account as it was last read through this link. Where login and e-mail address both differ now, the host
-- application may have given its key to another person, and the link is doubtful. Null: not read yet.
alter table scim.[identity] add account_login nvarchar(max) null;
alter table scim.[identity] add account_email nvarchar(max) null;
-- The external id under which the link was last in force: another one may be another person.
alter table scim.[identity] add account_external_id nvarchar(255) collate Latin1_General_BIN2 null;
-- What the host application made of a name that was written, where that is something else; '' for nothing.
alter table scim.[identity] add derived_display_name nvarchar(max) null;
alter table scim.[identity] add derived_given_name nvarchar(max) null;
alter table scim.[identity] add derived_family_name nvarchar(max) null;
-- Made by hand for a user whom the IdP has not sent yet: the IdP's create takes the link up.
alter table scim.[identity] add awaits_idp bit not null constraint identity_awaits_idp_default default 0;
-- Another link has taken over the user name, or the IdP's id: kept for the pending list, invisible to the IdP.
alter table scim.[identity] add superseded_at datetime2(3) null;
-- A departure that counts towards the limit of its IdP, and one whose account the limit kept enabled.
alter table scim.[identity] add departed_at datetime2(3) null;
alter table scim.[identity] add held_back_at datetime2(3) null;
GO
update scim.[identity] set account_external_id = external_id where external_id is not null;
create index identity_departed on scim.[identity] (service_account_id, departed_at) where departed_at is not null;
create index identity_held_back on scim.[identity] (service_account_id) where held_back_at is not null;
GO

-- Whether the first match of a disabled account enables it; and how many departures in which time are too many.
alter table scim.service_account add adopts_disabled bit not null constraint service_account_adopts_disabled_default default 1;
alter table scim.service_account add max_departures int null
  constraint service_account_max_departures_check check (max_departures >= 0);
alter table scim.service_account add departures_window_s int null
  constraint service_account_departures_window_check check (departures_window_s > 0);
alter table scim.service_account add departures_percent smallint null
  constraint service_account_departures_percent_check check (departures_percent between 0 and 100);
-- Departures before this instant were reviewed, and do not count.
alter table scim.service_account add released_at datetime2(3) null;
GO
alter table scim.service_account add constraint service_account_departures_limit
  check ((max_departures is null and departures_window_s is null and departures_percent is null)
      or (max_departures is not null and departures_window_s is not null));
GO
