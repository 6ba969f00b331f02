import type { Session } from '../database.js';
import { bind, own } from './rows.js';

export type DeprovisionReason = 'disabled' | 'deleted' | 'missing';

export interface IdentityRow {
  identityId: string;
  serviceAccountId: string;
  /** The IdP's own id of the user; Entra and Okta may leave it out. */
  externalId: string | null;
  userName: string;
  hostUserId: string;
  createdAt: Date;
  updatedAt: Date;
  deprovisionedAt: Date | null;
  deprovisionReason: DeprovisionReason | null;
  /** What has no column in the host views. */
  attributes?: Record<string, unknown>;
}

export async function insertIdentity(session: Session, row: IdentityRow): Promise<void> {
  await own(session, 'identity').insert({
    identity_id: row.identityId,
    service_account_id: row.serviceAccountId,
    external_id: row.externalId,
    user_name: row.userName,
    host_user_id: row.hostUserId,
    created_at: bind(session, row.createdAt),
    updated_at: bind(session, row.updatedAt),
    deprovisioned_at: bind(session, row.deprovisionedAt),
    deprovision_reason: row.deprovisionReason,
    attributes: row.attributes === undefined ? null : JSON.stringify(row.attributes),
  });
}

export type IdentityChange = Partial<Omit<IdentityRow, 'identityId' | 'serviceAccountId' | 'createdAt'>>;

/** Writes only what is given. */
export async function updateIdentity(
  session: Session,
  identityId: string,
  change: IdentityChange,
): Promise<void> {
  const instant = (value: Date | null | undefined) =>
    value === undefined ? undefined : bind(session, value);
  const columns = {
    external_id: change.externalId,
    user_name: change.userName,
    host_user_id: change.hostUserId,
    updated_at: instant(change.updatedAt),
    deprovisioned_at: instant(change.deprovisionedAt),
    deprovision_reason: change.deprovisionReason,
    attributes: change.attributes && JSON.stringify(change.attributes),
  };
  const given = Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
  await own(session, 'identity').where({ identity_id: identityId }).update(given);
}

/** A link that an IdP's object may be known by already. */
export interface KnownIdentity {
  identityId: string;
  externalId: string | null;
  userName: string;
  hostUserId: string;
  createdAt: Date;
  /** The IdP had deleted the user: the link is history, and may be taken up again. */
  isDeleted: boolean;
}

/** The IdP's links that have this external id, or this user name without regard to case. */
export async function identitiesKnownAs(
  session: Session,
  serviceAccountId: string,
  { externalId, userName }: { externalId: string | null; userName: string },
): Promise<KnownIdentity[]> {
  const { folded } = session.dialect.expressions;
  const rows = await own(session, 'identity')
    .where({ service_account_id: serviceAccountId, unlinked_at: null })
    .where((either) => {
      either.whereRaw(`${folded('user_name')} = ${folded('?')}`, [userName]);
      if (externalId !== null) either.orWhere({ external_id: externalId });
    })
    .orderBy('updated_at', 'desc')
    .select('*');
  // biome-ignore lint/suspicious/noExplicitAny: rows as the driver hands them over
  return rows.map((row: any) => ({
    identityId: row.identity_id,
    externalId: row.external_id,
    userName: row.user_name,
    hostUserId: row.host_user_id,
    createdAt: row.created_at,
    isDeleted: row.deprovision_reason === 'deleted',
  }));
}

/** Takes a user out of all groups; the groups have changed by that. */
export async function leaveGroups(session: Session, identityId: string, at: Date): Promise<void> {
  const memberships = () => own(session, 'idp_group_member').where({ identity_id: identityId });
  await own(session, 'idp_group')
    .whereIn('group_id', memberships().select('group_id'))
    .update({ updated_at: bind(session, at) });
  await memberships().delete();
}

/**
 * Ends the links of an account that is being removed; deprovisioned ones stay as they are, for the audit
 * list. The caller holds the account's lock.
 * @returns how many were active.
 */
export async function unlinkIdentities(
  session: Session,
  serviceAccountId: string,
  at: Date,
): Promise<number> {
  const active = { service_account_id: serviceAccountId, deprovisioned_at: null, unlinked_at: null };
  const rows = await own(session, 'identity').where(active).select('identity_id');
  await own(session, 'identity')
    .where(active)
    .update({ unlinked_at: bind(session, at), updated_at: bind(session, at) });
  return rows.length;
}
