import type { DeprovisionPolicy, IdpKind, SsoSubject } from '../../words/idp.js';
import type { Session } from '../database.js';
import { bind, own } from './rows.js';

export interface ServiceAccountRow {
  serviceAccountId: string;
  name: string;
  kind: IdpKind;
  displayName: string;
  isEnabled: boolean;
  ssoProviderId: string;
  deprovisionPolicy: DeprovisionPolicy;
  /** Whether HTTP basic, and OAuth 2.0 client credentials, are taken beside bearer tokens. */
  allowsBasic: boolean;
  allowsOauth: boolean;
  /** Whether the first match of a disabled account enables it. */
  adoptsDisabled: boolean;
  /** What the application gets to know users by when they sign in; null where nothing is written. */
  ssoSubject: SsoSubject | null;
  /** How many departures are too many; null for no limit. */
  departureLimit: StoredLimit | null;
  /** Departures before this instant were reviewed, and do not count. */
  releasedAt: Date | null;
  createdAt: Date;
  createdBy: string;
  updatedAt: Date;
}

/** More than `max` departures within the window, and more than so many per cent of the links where that is given. */
export interface StoredLimit {
  max: number;
  windowMs: number;
  percent: number | null;
}

export async function insertServiceAccount(session: Session, row: ServiceAccountRow): Promise<void> {
  await own(session, 'service_account').insert({
    service_account_id: row.serviceAccountId,
    name: row.name,
    kind: row.kind,
    display_name: row.displayName,
    is_enabled: row.isEnabled,
    sso_provider_id: row.ssoProviderId,
    deprovision_policy: row.deprovisionPolicy,
    allows_basic: row.allowsBasic,
    allows_oauth: row.allowsOauth,
    adopts_disabled: row.adoptsDisabled,
    sso_subject: row.ssoSubject,
    ...limitColumns(row.departureLimit),
    released_at: bind(session, row.releasedAt),
    created_at: bind(session, row.createdAt),
    created_by: row.createdBy,
    updated_at: bind(session, row.updatedAt),
    token_changes: 0,
  });
}

/** All that have not been removed, by name. */
export async function listServiceAccounts(session: Session): Promise<ServiceAccountRow[]> {
  const rows = await own(session, 'service_account').whereNull('removed_at').orderBy('name').select('*');
  return rows.map(toRow);
}

/** All that there ever were, also those that were removed, newest first: their names may have been given again. */
export async function listServiceAccountsEver(
  session: Session,
): Promise<{ id: string; name: string; isRemoved: boolean }[]> {
  const rows = await own(session, 'service_account')
    .orderBy([{ column: 'created_at', order: 'desc' }, { column: 'service_account_id' }])
    .select('service_account_id', 'name', 'removed_at');
  return rows.map((row: Record<string, unknown>) => ({
    id: String(row.service_account_id).toLowerCase(),
    name: String(row.name),
    isRemoved: row.removed_at !== null,
  }));
}

/** By its id; nothing where it was removed. */
export async function readServiceAccount(
  session: Session,
  id: string,
): Promise<ServiceAccountRow | undefined> {
  const rows = await own(session, 'service_account')
    .where({ service_account_id: id })
    .whereNull('removed_at')
    .select('*');
  return rows.map(toRow)[0];
}

export type ServiceAccountChange = Partial<
  Pick<
    ServiceAccountRow,
    | 'displayName'
    | 'isEnabled'
    | 'ssoProviderId'
    | 'deprovisionPolicy'
    | 'allowsBasic'
    | 'allowsOauth'
    | 'adoptsDisabled'
    | 'ssoSubject'
    | 'departureLimit'
    | 'releasedAt'
  >
>;

export async function updateServiceAccount(
  session: Session,
  id: string,
  change: ServiceAccountChange,
  at: Date,
): Promise<void> {
  const columns = {
    display_name: change.displayName,
    is_enabled: change.isEnabled,
    sso_provider_id: change.ssoProviderId,
    deprovision_policy: change.deprovisionPolicy,
    allows_basic: change.allowsBasic,
    allows_oauth: change.allowsOauth,
    adopts_disabled: change.adoptsDisabled,
    sso_subject: change.ssoSubject,
    ...(change.departureLimit !== undefined && limitColumns(change.departureLimit)),
    released_at: change.releasedAt === undefined ? undefined : bind(session, change.releasedAt),
  };
  const given = Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
  await own(session, 'service_account')
    .where({ service_account_id: id })
    .update({ ...given, updated_at: bind(session, at) });
}

export async function markServiceAccountRemoved(session: Session, id: string, at: Date): Promise<void> {
  const removed = { removed_at: bind(session, at), updated_at: bind(session, at), is_enabled: false };
  await own(session, 'service_account').where({ service_account_id: id }).update(removed);
}

/**
 * Writes the account's row, and so waits for whoever else is changing it or its tokens: from here to the end
 * of the transaction the caller is alone with them. A row lock by writing, since hints are not portable.
 */
export async function lockServiceAccount(
  session: Session,
  id: string,
): Promise<ServiceAccountRow | undefined> {
  // Whoever may write the column could have set it to its greatest value, and no token could be revoked any more.
  const next = session.knex.raw('case when token_changes < 2147483647 then token_changes + 1 else 0 end');
  await own(session, 'service_account').where({ service_account_id: id }).update({ token_changes: next });
  return readServiceAccount(session, id);
}

const limitColumns = (limit: StoredLimit | null) => ({
  max_departures: limit?.max ?? null,
  departures_window_s: limit ? limit.windowMs / 1000 : null,
  departures_percent: limit?.percent ?? null,
});

/** The limit of departures in a row of `service_account`. */
// biome-ignore lint/suspicious/noExplicitAny: a row as the driver hands it over
export const toLimit = (row: any): StoredLimit | null =>
  row.max_departures === null
    ? null
    : {
        max: row.max_departures,
        windowMs: row.departures_window_s * 1000,
        percent: row.departures_percent,
      };

// biome-ignore lint/suspicious/noExplicitAny: a row as the driver hands it over
const toRow = (row: any): ServiceAccountRow => ({
  serviceAccountId: row.service_account_id,
  name: row.name,
  kind: row.kind,
  displayName: row.display_name,
  isEnabled: row.is_enabled,
  ssoProviderId: row.sso_provider_id,
  deprovisionPolicy: row.deprovision_policy,
  allowsBasic: row.allows_basic,
  allowsOauth: row.allows_oauth,
  adoptsDisabled: row.adopts_disabled,
  ssoSubject: row.sso_subject,
  departureLimit: toLimit(row),
  releasedAt: row.released_at,
  createdAt: row.created_at,
  createdBy: row.created_by,
  updatedAt: row.updated_at,
});
