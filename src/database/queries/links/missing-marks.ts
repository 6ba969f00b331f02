import type { Session } from '../../database.js';
import { bound, listed, padded, raw, sql } from '../../sql/fragment.js';
import type { HostUserShape } from '../host/host-user-shape.js';
import { asText, bind, own, selectRows } from '../rows.js';
import { linksFrom, usersFrom } from '../users/users.js';
import { agrees } from './agreement.js';
import { LINK_VERSION } from './enabled-accounts.js';
import { type IdentityRow, identityValues } from './identities.js';
import { isMarkInEffect } from './pending.js';

/** An account that is marked as missing from the IdP's own list. */
export interface MarkRow {
  identityId: string;
  userId: string;
  loginName: string | null;
  email: string | null;
  externalId: string | null;
  userName: string;
  since: Date;
  /** False where the link was made for the mark, and never was in force. */
  isInForce: boolean;
  /** False where the account may be another person's by now. */
  agrees: boolean;
}

/**
 * The marks that the list of an IdP may end: of its own links in force, and of accounts without one, whichever IdP's
 * list they are missing from. Whatever became of the accounts; but a mark of an account that has had a link since is
 * history.
 */
export async function missingMarks(
  session: Session,
  shape: HostUserShape,
  serviceAccountId: string,
): Promise<MarkRow[]> {
  const rows = await selectRows(
    session,
    sql`select i.identity_id, i.host_user_id, i.external_id, i.user_name, i.deprovisioned_at,
      coalesce(h.login_name, i.account_login) as login_name, coalesce(h.email, i.account_email) as email,
      coalesce(i.deprovisioned_at, i.missing_at) as since,
      case when ${raw(agrees(session, shape, 'i'))} then 1 else 0 end as agrees
      from ${usersFrom(session, shape)}
      where ${raw(isMarkInEffect(session, shape))} or (i.missing_at is not null and i.deprovisioned_at is null
        and i.unlinked_at is null and i.service_account_id = ${bound(serviceAccountId)})
      order by since, i.identity_id`,
  );
  return rows.map((row) => ({
    identityId: String(row.identity_id).toLowerCase(),
    userId: String(row.host_user_id),
    loginName: asText(row.login_name),
    email: asText(row.email),
    externalId: asText(row.external_id),
    userName: String(row.user_name),
    since: row.since as Date,
    isInForce: row.deprovisioned_at === null,
    agrees: Number(row.agrees) === 1,
  }));
}

/** A link in force as it was when the list was compared with it. */
export interface LinkToMark {
  identityId: string;
  /** See `LINK_VERSION`. */
  version: string;
}

/**
 * Marks links in force that are as they were and not marked yet, and changes nothing else of them. The rows are written
 * before they are looked at, so that a request of the IdP comes either before, and is seen, or behind.
 * @returns which.
 */
export async function markLinks(
  session: Session,
  links: readonly LinkToMark[],
  at: Date,
): Promise<Set<string>> {
  const ids = links.map(({ identityId }) => identityId);
  if (ids.length === 0) return new Set();
  const chosen = () => own(session, 'identity').whereIn('identity_id', padded(ids));
  const inForce = { deprovisioned_at: null, unlinked_at: null };
  const marked = await chosen().where(inForce).whereNotNull('missing_at').select('identity_id');
  await chosen()
    .where({ ...inForce, missing_at: null })
    .update({ missing_at: bind(session, at), pending_seen_at: bind(session, at) });
  const rows: IdRow[] = await selectRows(
    session,
    sql`select i.identity_id, ${raw(LINK_VERSION)} as version from ${linksFrom(session)}
      where i.identity_id in (${listed(ids)})
        and i.deprovisioned_at is null and i.unlinked_at is null and i.missing_at is not null`,
  );
  const before = new Set(marked.map(idOf));
  const versions = new Map(links.map(({ identityId, version }) => [identityId, version]));
  const written = rows.filter((row) => !before.has(idOf(row)));
  const isAsItWas = (row: IdRow) => versions.get(idOf(row)) === row.version;
  const changed = written.filter((row) => !isAsItWas(row)).map(idOf);
  if (changed.length > 0) await endMarks(session, changed);
  return new Set(written.filter(isAsItWas).map(idOf));
}

/** Which of these accounts have a link in force, or a mark in effect that was made because they, as they are, are missing. */
export async function linkedOrMarked(
  session: Session,
  shape: HostUserShape,
  hostUserIds: readonly string[],
): Promise<Set<string>> {
  if (hostUserIds.length === 0) return new Set();
  const rows = await selectRows(
    session,
    sql`select i.host_user_id from ${usersFrom(session, shape)} where i.host_user_id in (${listed(hostUserIds)})
      and ((i.deprovisioned_at is null and i.unlinked_at is null) or (${raw(isMarkInEffect(session, shape))} and ${raw(agrees(session, shape, 'i'))}))`,
  );
  return new Set(rows.map(({ host_user_id }) => String(host_user_id)));
}

/** Several links at once; all with the same of their columns. */
export async function insertIdentities(session: Session, rows: readonly IdentityRow[]): Promise<void> {
  if (rows.length > 0) await own(session, 'identity').insert(rows.map((row) => identityValues(session, row)));
}

/** The marks of links in force end. @returns of which links. */
export async function endMarks(session: Session, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const marked = () =>
    own(session, 'identity')
      .whereIn('identity_id', padded(ids))
      .where({ deprovisioned_at: null, unlinked_at: null })
      .whereNotNull('missing_at');
  const rows = await marked().select('identity_id');
  if (rows.length > 0) await marked().update({ missing_at: null, pending_seen_at: null });
  return new Set(rows.map(idOf));
}

/** Links that were made for a mark are history from now on. @returns which of them were not yet. */
export async function endMarkLinks(session: Session, ids: readonly string[], at: Date): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const present = () =>
    own(session, 'identity')
      .whereIn('identity_id', padded(ids))
      .where({ deprovision_reason: 'missing', unlinked_at: null });
  const rows = await present().select('identity_id');
  if (rows.length > 0)
    await present().update({
      unlinked_at: bind(session, at),
      updated_at: bind(session, at),
      pending_seen_at: null,
    });
  return new Set(rows.map(idOf));
}

interface IdRow {
  identity_id: string;
  version?: string;
}
const idOf = ({ identity_id }: IdRow): string => String(identity_id).toLowerCase();
