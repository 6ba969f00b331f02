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
  });
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
