import type { Knex } from 'knex';
import type { Session } from '../database.js';
import { type HostUserShape, hostUserColumns, isHostUser } from './host-user-shape.js';
import { type HostRow, type HostUserRow, toHostUser } from './host-users.js';
import type { DeprovisionReason } from './identities.js';
import { ownTable } from './rows.js';

/** A user of an IdP: the link, and the host user it leads to. */
export interface UserRow {
  identityId: string;
  externalId: string | null;
  userName: string;
  hostUserId: string;
  /** What the IdP sent beside what the host keeps. */
  attributes: Record<string, unknown>;
  createdAt: Date;
  updatedAt: Date;
  deprovisionedAt: Date | null;
  deprovisionReason: DeprovisionReason | null;
  /** Null where the host application has deleted it. */
  host: HostUserRow | null;
  /** By name. */
  groups: { id: string; displayName: string }[];
}

/** The links that an IdP may see: not those of users whom it has deleted, nor those that were ended. */
export const linksFrom = (session: Session, serviceAccountId: string): Knex.QueryBuilder =>
  session
    .knex(`${session.schema}.identity as i`)
    .where('i.service_account_id', serviceAccountId)
    .whereNull('i.unlinked_at')
    .whereRaw("(i.deprovision_reason is null or i.deprovision_reason <> 'deleted')");

/**
 * The users that an IdP may see, without columns, order or limit: `i` is the identity, `h` its host user,
 * which may be gone. Each is found by the indexes over identity and by the host's own over its ids.
 */
export const usersFrom = (
  session: Session,
  shape: HostUserShape,
  serviceAccountId: string,
): Knex.QueryBuilder =>
  linksFrom(session, serviceAccountId).leftJoin(`${session.schema}.host_user as h`, (on) => {
    on.on(session.knex.raw(isHostUser(session, shape, 'i.host_user_id')));
  });

/** The columns that `toUserRow` reads. */
export function userColumns(
  session: Session,
  shape: HostUserShape,
  { withGroups = true } = {},
): (string | Knex.Raw)[] {
  const groups = withGroups ? [session.knex.raw(`${groupsOf(session)} as user_groups`)] : [];
  return [...OWN_COLUMNS, ...hostUserColumns(shape), ...groups];
}

/** Those users with all that is known of them; for more conditions, order and limit. */
export const selectUsers = (
  session: Session,
  shape: HostUserShape,
  serviceAccountId: string,
  options: { withGroups?: boolean } = {},
): Knex.QueryBuilder =>
  usersFrom(session, shape, serviceAccountId).select(...userColumns(session, shape, options));

const OWN_COLUMNS = [
  'i.identity_id',
  'i.external_id',
  'i.user_name',
  'i.host_user_id',
  'i.attributes',
  'i.created_at',
  'i.updated_at',
  'i.deprovisioned_at',
  'i.deprovision_reason',
];

const groupsOf = (session: Session) =>
  session.dialect.expressions.jsonRows({
    columns: { id: 'g.group_id', displayName: 'g.display_name' },
    from: `${ownTable(session, 'idp_group_member')} m join ${ownTable(session, 'idp_group')} g on g.group_id = m.group_id where m.identity_id = i.identity_id`,
    orderBy: 'g.display_name, g.group_id',
  });

// biome-ignore lint/suspicious/noExplicitAny: a row as the driver hands it over
export const toUserRow = (row: any): UserRow => ({
  identityId: row.identity_id,
  externalId: row.external_id,
  userName: row.user_name,
  hostUserId: row.host_user_id,
  attributes: fromJson(row.attributes) ?? {},
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  deprovisionedAt: row.deprovisioned_at,
  deprovisionReason: row.deprovision_reason,
  host: row.h_user_id === null ? null : toHostUser(row as HostRow),
  // SQL Server writes GUIDs in capitals here.
  groups: (fromJson<UserRow['groups']>(row.user_groups) ?? []).map(({ id, displayName }) => ({
    id: id.toLowerCase(),
    displayName,
  })),
});

/** PostgreSQL's driver has parsed it, SQL Server's has not. */
const fromJson = <T>(value: unknown): T | null =>
  typeof value === 'string' ? JSON.parse(value) : ((value ?? null) as T | null);

/** One user, if the IdP may see one of this id. */
export async function readUserRow(
  session: Session,
  shape: HostUserShape,
  serviceAccountId: string,
  identityId: string,
): Promise<UserRow | undefined> {
  const rows = await selectUsers(session, shape, serviceAccountId).where('i.identity_id', identityId);
  return rows.map(toUserRow)[0];
}
