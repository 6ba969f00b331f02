import type { DeprovisionReason } from '../../../words/link.js';
import type { Session } from '../../database.js';
import type { Columns } from '../../sql/statements.js';
import { bind, own } from '../rows.js';

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
  /** The account as it was last read, by which a reused key is noticed. */
  accountLogin?: string | null;
  accountEmail?: string | null;
  /** The external id under which the link was last in force. */
  accountExternalId?: string | null;
  /** What the account has as SSO subject and external id, where that is known to be this user's: it may be replaced. */
  knownSubject?: string | null;
  knownExternalId?: string | null;
  /** Made by hand for a user whom the IdP has not sent yet. */
  awaitsIdp?: boolean;
  /** When another link took over the user name or the id. */
  supersededAt?: Date | null;
  /** When the account was given to another user, or the IdP was removed. */
  unlinkedAt?: Date | null;
  /** A departure that counts towards the limit of the IdP. */
  departedAt?: Date | null;
  /** A departure whose account the limit kept enabled. */
  heldBackAt?: Date | null;
  /** In force, and the IdP's own list does not have the user as an active one. */
  missingAt?: Date | null;
  /** When the account was last seen pending, until its wait is over. */
  pendingSeenAt?: Date | null;
}

/**
 * A condition, never null: the IdP has said something of this link. A link that `users reconcile` made for an account
 * without one is the record of a finding alone, and no earlier link of any user.
 */
export const isSaidByIdp = (link: string): string =>
  `(${link}.deprovision_reason is null or ${link}.deprovision_reason <> 'missing')`;

export async function insertIdentity(session: Session, row: IdentityRow): Promise<void> {
  await own(session, 'identity').insert(identityValues(session, row));
}

export type IdentityChange = Partial<Omit<IdentityRow, 'identityId' | 'serviceAccountId' | 'createdAt'>>;

/** Writes only what is given. */
export async function updateIdentity(
  session: Session,
  identityId: string,
  change: IdentityChange,
): Promise<void> {
  await own(session, 'identity').where({ identity_id: identityId }).update(identityValues(session, change));
}

/** Columns and values of what is given. */
export function identityValues(session: Session, row: Partial<IdentityRow>): Columns {
  const instant = (value: Date | null | undefined) =>
    value === undefined ? undefined : bind(session, value);
  const columns = {
    identity_id: row.identityId,
    service_account_id: row.serviceAccountId,
    external_id: row.externalId,
    user_name: row.userName,
    host_user_id: row.hostUserId,
    created_at: instant(row.createdAt),
    updated_at: instant(row.updatedAt),
    deprovisioned_at: instant(row.deprovisionedAt),
    deprovision_reason: row.deprovisionReason,
    attributes: row.attributes && JSON.stringify(row.attributes),
    account_login: row.accountLogin,
    account_email: row.accountEmail,
    account_external_id: row.accountExternalId,
    known_subject: row.knownSubject,
    known_external_id: row.knownExternalId,
    awaits_idp: row.awaitsIdp,
    superseded_at: instant(row.supersededAt),
    unlinked_at: instant(row.unlinkedAt),
    departed_at: instant(row.departedAt),
    held_back_at: instant(row.heldBackAt),
    missing_at: instant(row.missingAt),
    pending_seen_at: instant(row.pendingSeenAt),
  };
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined)) as Columns;
}

/** Whether an IdP has, or has had, a link in force to this account. */
export async function hasHadAccount(
  session: Session,
  serviceAccountId: string,
  hostUserId: string,
): Promise<boolean> {
  const links = own(session, 'identity').where({
    service_account_id: serviceAccountId,
    host_user_id: hostUserId,
  });
  // A link that was made for a user who is not active has ended as it began.
  const inForce = links
    .whereNull('unlinked_at')
    .where((some) => some.whereNull('deprovisioned_at').orWhereRaw('deprovisioned_at > created_at'));
  return (await inForce.limit(1).select('identity_id')).length > 0;
}

/** The newest links to an account, whichever IdP has made them and whatever became of them. */
export async function linksToAccount(session: Session, hostUserId: string, limit: number): Promise<string[]> {
  const links = own(session, 'identity').where({ host_user_id: hostUserId }).orderBy('updated_at', 'desc');
  const rows: { identity_id: string }[] = await links.limit(limit).select('identity_id', 'updated_at');
  return rows.map(({ identity_id }) => String(identity_id).toLowerCase());
}

/** Whether another link of the IdP has this external id, though it may be history. */
export async function isExternalIdTaken(
  session: Session,
  serviceAccountId: string,
  externalId: string,
  identityId: string,
): Promise<boolean> {
  const links = own(session, 'identity').where({
    service_account_id: serviceAccountId,
    external_id: externalId,
  });
  const others = await links.whereNot({ identity_id: identityId }).limit(1).select('identity_id');
  return others.length > 0;
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
 * list, and those that are marked as missing end by that. The caller holds the account's lock.
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
    .whereNotNull('missing_at')
    .update({
      deprovisioned_at: session.knex.ref('missing_at'),
      deprovision_reason: 'missing',
      missing_at: null,
      updated_at: bind(session, at),
    });
  await own(session, 'identity')
    .where(active)
    .update({ unlinked_at: bind(session, at), updated_at: bind(session, at) });
  return rows.length;
}

/** The account that was made for a user whose link has ended since; nothing where it was there before, or is not known. */
export async function accountMadeFor(session: Session, identityId: string): Promise<string | undefined> {
  const made = own(session, 'event').where({
    target_type: 'user',
    target_id: identityId,
    action: 'user.create',
    outcome: 'done',
  });
  const [link] = await own(session, 'identity')
    .where({ identity_id: identityId })
    .whereNull('unlinked_at')
    .whereNotNull('deprovisioned_at')
    .select('host_user_id');
  if (!link || (await made.limit(1).select('event_id')).length === 0) return undefined;
  return String(link.host_user_id);
}
