import type { DeprovisionReason } from '../../../words/link.js';
import type { Session } from '../../database.js';
import { anyOf, bound, type Fragment, raw, sql } from '../../sql/fragment.js';
import type { HostUserShape } from '../host/host-user-shape.js';
import { asBoolean, asText, ownTable, selectRows } from '../rows.js';
import { spellingsOf } from '../spaced-names.js';
import { usersFrom } from '../users/users.js';
import { agrees } from './agreement.js';

/** A link as `users link` has to know it. */
export interface AccountLinkRow {
  identityId: string;
  serviceAccountId: string;
  /** Name of the service account. */
  idp: string;
  userName: string;
  externalId: string | null;
  /** The one under which the link was last in force; null where that was not noted. */
  accountExternalId: string | null;
  hostUserId: string;
  isInForce: boolean;
  deprovisionedAt: Date | null;
  reason: DeprovisionReason | null;
  /** What the account has as SSO subject and external id, where that is known to be this user's. */
  knownSubject: string | null;
  knownExternalId: string | null;
  /** Made by hand for a user whom the IdP has not sent yet. */
  awaitsIdp: boolean;
  /** Whether the IdP sees it. */
  isVisible: boolean;
  /** Whether another link has its user name or external id by now. */
  isSuperseded: boolean;
  /** Of the account that it leads to now; null where that is gone. */
  loginName: string | null;
  /** False where the account is there, and may be another person's by now. */
  agrees: boolean;
}

/**
 * The links to an account, of whichever IdP, and, where one is named, those of one IdP that have this user name, without
 * regard to case and to whitespace around it, or this external id; newest first. Without those that are unlinked.
 */
export async function accountLinks(
  session: Session,
  shape: HostUserShape,
  hostUserId: string,
  known?: { serviceAccountId: string; userName: string; externalId: string | null },
): Promise<AccountLinkRow[]> {
  const isNamed = known
    ? [isOneOf(session, known, await spellingsOf(session, known.serviceAccountId, known.userName))]
    : [];
  const rows = await selectRows(
    session,
    sql`select i.identity_id, i.service_account_id, a.name, i.user_name, i.external_id, i.account_external_id, i.host_user_id,
      i.known_subject, i.known_external_id,
      i.deprovisioned_at, i.deprovision_reason, i.awaits_idp, i.superseded_at, h.user_id as found_id, h.login_name,
      case when ${raw(agrees(session, shape, 'i'))} then 1 else 0 end as agrees
      from ${usersFrom(session, shape)}
      join ${raw(ownTable(session, 'service_account'))} a on a.service_account_id = i.service_account_id
      where i.unlinked_at is null and ${anyOf([sql`i.host_user_id = ${bound(hostUserId)}`, ...isNamed])}
      order by i.updated_at desc, i.identity_id`,
  );
  return rows.map((row) => ({
    identityId: String(row.identity_id).toLowerCase(),
    serviceAccountId: String(row.service_account_id).toLowerCase(),
    idp: String(row.name),
    userName: String(row.user_name),
    externalId: asText(row.external_id),
    accountExternalId: asText(row.account_external_id),
    hostUserId: String(row.host_user_id),
    knownSubject: asText(row.known_subject),
    knownExternalId: asText(row.known_external_id),
    isInForce: row.deprovisioned_at === null,
    deprovisionedAt: row.deprovisioned_at as Date | null,
    reason: row.deprovision_reason as DeprovisionReason | null,
    awaitsIdp: asBoolean(row.awaits_idp),
    isVisible: row.deprovision_reason !== 'deleted' && row.superseded_at === null,
    isSuperseded: row.superseded_at !== null,
    loginName: row.found_id === null ? null : asText(row.login_name),
    agrees: row.found_id === null || Number(row.agrees) === 1,
  }));
}

function isOneOf(
  { dialect: { search } }: Session,
  { serviceAccountId, externalId }: { serviceAccountId: string; externalId: string | null },
  userNames: readonly string[],
): Fragment {
  const names = anyOf([
    ...userNames.map((name) => sql`${search.ownFolded('i.user_name')} = ${search.folded(bound(name))}`),
    ...(externalId === null ? [] : [sql`i.external_id = ${bound(externalId)}`]),
  ]);
  return sql`(i.service_account_id = ${bound(serviceAccountId)} and ${names})`;
}
