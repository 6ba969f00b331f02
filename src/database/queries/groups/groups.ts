import type { Session } from '../../database.js';
import { bind, own } from '../rows.js';

/** A group as an IdP pushed it, without its members. */
export interface GroupRow {
  groupId: string;
  serviceAccountId: string;
  externalId: string | null;
  displayName: string;
  createdAt: Date;
  updatedAt: Date;
}

/** Where the IdP has a group of this name or external id, the database refuses: a unique violation. */
export async function insertGroup(session: Session, row: GroupRow): Promise<void> {
  await own(session, 'idp_group').insert({
    group_id: row.groupId,
    service_account_id: row.serviceAccountId,
    external_id: row.externalId,
    display_name: row.displayName,
    created_at: bind(session, row.createdAt),
    updated_at: bind(session, row.updatedAt),
  });
}

/** A group, if the IdP has one of this id. */
export async function readGroupRow(
  session: Session,
  serviceAccountId: string,
  groupId: string,
): Promise<GroupRow | undefined> {
  const key = { group_id: groupId, service_account_id: serviceAccountId };
  return (await own(session, 'idp_group').where(key).select(GROUP_COLUMNS)).map(toGroupRow)[0];
}

/**
 * The same, and from here to the end of the transaction alone with the group and its members. By writing the
 * row, since hints are not portable.
 */
export async function lockGroup(
  session: Session,
  serviceAccountId: string,
  groupId: string,
): Promise<GroupRow | undefined> {
  const key = { group_id: groupId, service_account_id: serviceAccountId };
  await own(session, 'idp_group')
    .where(key)
    .update({ updated_at: session.knex.ref('updated_at') });
  return readGroupRow(session, serviceAccountId, groupId);
}

export async function updateGroup(
  session: Session,
  groupId: string,
  change: Pick<GroupRow, 'displayName' | 'externalId' | 'updatedAt'>,
): Promise<void> {
  await own(session, 'idp_group')
    .where({ group_id: groupId })
    .update({
      display_name: change.displayName,
      external_id: change.externalId,
      updated_at: bind(session, change.updatedAt),
    });
}

/** Its members go with it. */
export async function removeGroup(session: Session, groupId: string): Promise<void> {
  await own(session, 'idp_group').where({ group_id: groupId }).delete();
}

export const GROUP_COLUMNS = [
  'group_id',
  'service_account_id',
  'external_id',
  'display_name',
  'created_at',
  'updated_at',
];

// biome-ignore lint/suspicious/noExplicitAny: a row as the driver hands it over
export const toGroupRow = (row: any): GroupRow => ({
  groupId: row.group_id,
  serviceAccountId: row.service_account_id,
  externalId: row.external_id,
  displayName: row.display_name,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});
