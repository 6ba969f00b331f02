import { foldCase } from '../../sql/fold-case.js';
import type { Columns } from '../../sql/statements.js';
import { asBoolean, asText } from '../rows.js';
import type { HostUserShape } from './host-user-shape.js';

export interface HostUserRow {
  userId: string;
  loginName: string;
  email: string | null;
  displayName: string | null;
  isEnabled: boolean;
  /** These are null, and `isProtected` false, where the host has no such column. */
  givenName: string | null;
  familyName: string | null;
  ssoProviderId: string | null;
  licenceType: string | null;
  isProtected: boolean;
  /** Whether the account reads disabled for now, and will read enabled again by itself. */
  isLockedTemporarily: boolean;
  /** What the IdP calls the user, and what it sends as NameID when the user signs in. */
  externalId: string | null;
  ssoSubject: string | null;
}

/** A host user whom an address may mean. */
export interface HostUserCandidate extends HostUserRow {
  /** The link in force to the host user, if there is one. */
  claimedBy: string | null;
  /** Whether that link may have been made for somebody else, whose key the host application has reused. */
  claimIsDoubtful: boolean;
}

/** What provisioning writes of a host user; what is undefined stays as it is. */
export type HostUserChange = Partial<Omit<HostUserRow, 'userId' | 'isProtected'>>;

/**
 * Whether the account lets its user in, if not at this moment: a lock after wrong passwords is not a disable, and a user
 * who has left would get in again behind it.
 */
export const isOn = ({
  isEnabled,
  isLockedTemporarily,
}: Pick<HostUserRow, 'isEnabled' | 'isLockedTemporarily'>): boolean => isEnabled || isLockedTemporarily;

/** The columns of `host_user` by the names of their fields. */
export const HOST_COLUMNS: Readonly<Record<keyof HostUserChange, string>> = {
  loginName: 'login_name',
  email: 'email',
  displayName: 'display_name',
  isEnabled: 'is_enabled',
  isLockedTemporarily: 'is_locked_temporarily',
  givenName: 'given_name',
  familyName: 'family_name',
  ssoProviderId: 'sso_provider_id',
  licenceType: 'licence_type',
  externalId: 'external_id',
  ssoSubject: 'sso_subject',
};

/** Without what the host has no columns for. */
export function keepable({ columns }: HostUserShape, change: HostUserChange): HostUserChange {
  const kept: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(change)) {
    if (columns.has(HOST_COLUMNS[field as keyof HostUserChange])) kept[field] = value;
  }
  return kept;
}

/**
 * The one comparison of addresses: equal but for case, to the code point, whatever a collation thinks of accents and
 * trailing blanks. See `foldCase` for letters that have no case of their own.
 */
export const sameAddress = (a: string | null, b: string | null): boolean =>
  a !== null && b !== null && (a === b || foldCase(a) === foldCase(b));

/** Whether an account has the address as its login name or as its e-mail address. */
export const goesBy = (host: Pick<HostUserRow, 'loginName' | 'email'>, address: string): boolean =>
  sameAddress(host.loginName, address) || sameAddress(host.email, address);

/** Columns and values, without what the host has no columns for. */
export function hostUserValues(shape: HostUserShape, change: HostUserChange): Columns {
  const given = Object.entries(HOST_COLUMNS).flatMap(([field, column]) => {
    const value = change[field as keyof HostUserChange];
    if (value === undefined || !shape.columns.has(column)) return [];
    const isFlag = typeof value === 'boolean' && shape.types.get(column)?.dataType !== 'boolean';
    return [[column, isFlag ? Number(value) : value]];
  });
  return Object.fromEntries(given);
}

/** A host user's columns as `hostUserColumns` names them. */
export type HostRow = Record<string, unknown>;

export const toHostUser = (row: HostRow): HostUserRow => ({
  userId: String(row.h_user_id),
  loginName: String(row.h_login_name),
  email: asText(row.h_email),
  displayName: asText(row.h_display_name),
  isEnabled: asBoolean(row.h_is_enabled),
  givenName: asText(row.h_given_name),
  familyName: asText(row.h_family_name),
  ssoProviderId: asText(row.h_sso_provider_id),
  licenceType: asText(row.h_licence_type),
  isProtected: asBoolean(row.h_is_protected),
  isLockedTemporarily: asBoolean(row.h_is_locked_temporarily),
  externalId: asText(row.h_external_id),
  ssoSubject: asText(row.h_sso_subject),
});
