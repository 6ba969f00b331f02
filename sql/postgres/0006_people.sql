-- Two states are kept apart: the link (in force, ended or unlinked: the IdP's word) and the account (enabled,
-- disabled or gone: the host application's). docs/people.md has the whole table.

-- The account as it was last read through this link. Where login and e-mail address both differ now, the host
-- application may have given its key to another person, and the link is doubtful. Null: not read yet.
alter table scim.identity add account_login text;
alter table scim.identity add account_email text;
-- The external id under which the link was last in force: another one may be another person.
alter table scim.identity add account_external_id varchar(255);
-- What the host application made of a name that was written, where that is something else; '' for nothing.
alter table scim.identity add derived_display_name text;
alter table scim.identity add derived_given_name text;
alter table scim.identity add derived_family_name text;
-- Made by hand for a user whom the IdP has not sent yet: the IdP's create takes the link up.
alter table scim.identity add awaits_idp boolean not null default false;
-- Another link has taken over the user name, or the IdP's id: kept for the pending list, invisible to the IdP.
alter table scim.identity add superseded_at timestamptz(3);
-- A departure that counts towards the limit of its IdP, and one whose account the limit kept enabled.
alter table scim.identity add departed_at timestamptz(3);
alter table scim.identity add held_back_at timestamptz(3);
update scim.identity set account_external_id = external_id where external_id is not null;
create index identity_departed on scim.identity (service_account_id, departed_at) where departed_at is not null;
create index identity_held_back on scim.identity (service_account_id) where held_back_at is not null;

-- Whether the first match of a disabled account enables it; and how many departures in which time are too many.
alter table scim.service_account add adopts_disabled boolean not null default true;
alter table scim.service_account add max_departures integer
  constraint service_account_max_departures_check check (max_departures >= 0);
alter table scim.service_account add departures_window_s integer
  constraint service_account_departures_window_check check (departures_window_s > 0);
alter table scim.service_account add departures_percent smallint
  constraint service_account_departures_percent_check check (departures_percent between 0 and 100);
alter table scim.service_account add constraint service_account_departures_limit
  check ((max_departures is null) = (departures_window_s is null) and (max_departures is not null or departures_percent is null));
-- Departures before this instant were reviewed, and do not count.
alter table scim.service_account add released_at timestamptz(3);

-- Fails the statement, and so the transaction whose COMMIT is on its way, where the host application did not
-- take what was written to it.
create function scim.refuse_ignored_write(attribute text) returns boolean language plpgsql as $$
begin
  if attribute is not null then
    raise exception 'scimctl: the host application ignored the change of %', attribute using errcode = 'SC001';
  end if;
  return true;
end
$$;
-- Whoever writes through the host views calls it, and it does nothing else.
grant execute on function scim.refuse_ignored_write(text) to public;
