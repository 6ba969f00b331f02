import { type Fragment, raw, sql } from '../sql/fragment.js';
import type { Columns } from '../sql/statements.js';
import type { HostKeyType } from './host-column.js';

/** Columns and values of one provisioning. */
export interface ProvisionWrites {
  /** Names of tables and views, and of the function that refuses, quoted and with their schema. */
  tables: { hostUser: string; identity: string; event: string; refuse: string };
  /** Where the host user stays as it is, nothing. */
  host?: HostWrite & (NewHostUser | ChangedHostUser);
  /** The id of a new host user is filled in. Absent where the link stays as it is. */
  identity?: { insert: Columns } | { update: Columns; identityId: string };
  /**
   * In its `details` what was read back of the host user takes the places of `READ_LATER`, as JSON.
   */
  event: Columns & { details: string };
}

/** One and the same change of several accounts, each with its link and its event. */
export interface AlikeWrites extends Pick<ProvisionWrites, 'tables'> {
  /** What was read back of an account is in the columns of a row `r`. */
  host: Omit<HostWrite, 'followers'> & { update: Columns };
  /** What changes of each of the links. */
  identity: Columns;
  /** What all events have. */
  event: Columns;
  rows: readonly AlikeRow[];
}

/** What each has for itself. */
export interface AlikeRow {
  userId: string;
  identityId: string;
  eventId: string;
  targetId: string | null;
  targetName: string | null;
  details: string;
}

export interface HostWrite {
  type: HostKeyType;
  /** Expressions over `h`, the row after the write, by the names they get; `made_id` is its id as text. */
  read: Readonly<Record<string, string>>;
  /** What has to be so then, in the order in which it is looked at. */
  expected: readonly Expectation[];
  /** What of it is kept in columns of the link, beside what is given for it. */
  notes: readonly Note[];
  /** Which other links take over what is noted of the account; a condition over rows of `identity`. */
  followers?: Fragment;
}

/** What is noted in a link of the names that its account goes by. */
export const accountNames = (noted: Columns): Columns =>
  Object.fromEntries(
    Object.entries(noted).filter(([column]) => ['account_login', 'account_email'].includes(column)),
  );

/** A column of the link, and its value by what was read back and what was planned. */
export interface Note {
  column: string;
  planned: string | null;
  value: (planned: Fragment) => Fragment;
}

/** What a column was to become, and whether it has. */
export interface Expectation {
  column: string;
  /** As text; a flag as `1` or `0`. */
  planned: string | null;
  /** A condition over what was read back and what was planned. */
  holds: (planned: Fragment) => Fragment;
}

export interface NewHostUser {
  insert: Columns;
  /** A condition over `h` that is true of the new row alone. */
  found: Fragment;
}

export interface ChangedHostUser {
  update: Columns;
  userId: string;
  /** Of the view's columns. */
  types: ReadonlyMap<string, { dataType: string }>;
}

/** Stand in the details of the event for what is known of the host user once it was read back. */
export const NEW_HOST_USER = '@new-host-user';
export const LOGIN_NOW = '@login-now';
export const ENABLED_NOW = '@enabled-now';
export const LICENCE_NOW = '@licence-now';
export const PROVIDER_NOW = '@provider-now';
export const EXTERNAL_ID_NOW = '@external-id-now';
export const SUBJECT_NOW = '@subject-now';

/** Which of `HostWrite.read` each is; what is not read is null. `enabled_now` is a flag, the others are text. */
export const READ_LATER: Readonly<Record<string, string>> = {
  [NEW_HOST_USER]: 'made_id',
  [LOGIN_NOW]: 'h_login_name',
  [ENABLED_NOW]: 'enabled_now',
  [LICENCE_NOW]: 'h_licence_type',
  [PROVIDER_NOW]: 'h_sso_provider_id',
  [EXTERNAL_ID_NOW]: 'h_external_id',
  [SUBJECT_NOW]: 'h_sso_subject',
};

/**
 * The details of an event with what was read back.
 * @param json of one that was read, as JSON text; `null` for nothing.
 */
export function filledIn(
  details: Fragment,
  read: HostWrite['read'],
  quoted: (placeholder: string) => string,
  json: { text: (name: string) => string; flag: (name: string) => string },
): Fragment {
  return Object.entries(READ_LATER).reduce((filled, [placeholder, name]) => {
    const value = !(name in read)
      ? quoted('null')
      : name === 'enabled_now'
        ? json.flag(name)
        : json.text(name);
    return sql`replace(${filled}, ${raw(quoted(`"${placeholder}"`))}, ${raw(value)})`;
  }, details);
}
