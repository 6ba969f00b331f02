import { type LinkedKey, linkedListing } from '../../database/queries/links/linked-list.js';
import {
  type LinkedUserFilter,
  type LinkedUserRow,
  linkedUsers,
  toLinkedUserRow,
} from '../../database/queries/links/linked-users.js';
import type { ListOrder } from '../../database/queries/links/pending-list.js';
import { operationProblem } from '../../problem.js';
import type { DeprovisionReason, LinkState } from '../../words/link.js';
import type { Core } from '../core.js';
import { assertHostViews } from '../host/views.js';
import { findAccount } from '../service-accounts/service-account.js';
import { type AccountChange, lifeOf } from './life/account-changes.js';
import type { LifeEvent } from './life/life.js';

export const LINK_STATES: readonly LinkState[] = [
  'active',
  'inactive',
  'awaiting',
  'pending',
  'suspended',
  'doubtful',
];

/**
 * What the IdP said of the user last; `unlinked` where that counts no longer. `awaiting`: in force, but made by hand, and
 * the IdP has said nothing yet.
 */
export type LinkNow = 'in force' | 'awaiting' | 'ended' | 'unlinked';

/** `locked`: for now, and enabled but for that. `doubtful`: the host application may have given its key to another person, and nobody has said whose it is. */
export type AccountNow = 'enabled' | 'locked' | 'disabled' | 'gone' | 'doubtful';

/** A user whom an IdP has linked, as people and scripts see it. */
export interface LinkedUser {
  userName: string;
  idp: string;
  externalId: string | null;
  hostUserId: string;
  displayName: string | null;
  link: LinkNow;
  account: AccountNow;
  /** What the IdP reads back: the link is in force, and the account is there. */
  active: boolean;
  /** The account is still enabled, although this link, its latest, has ended by the IdP's word. */
  pending: boolean;
  licenceType: string | null;
  /** Names of the IdP's groups the user is in. */
  groups: string[];
}

/** All that is known of one. */
export interface LinkedUserDetails extends LinkedUser {
  /** The `id` of the SCIM resource. */
  id: string;
  loginName: string | null;
  email: string | null;
  /** Of the host user; null where it is gone. */
  enabled: boolean | null;
  protected: boolean;
  ssoProviderId: string | null;
  deprovisionedAt: Date | null;
  reason: DeprovisionReason | null;
  /** Since when the link is in force and marked as missing from the IdP's own list. */
  missingSince: Date | null;
  createdAt: Date;
  updatedAt: Date;
  lastSignInAt: Date | null;
}

export interface LinkedUserQuery extends Pick<LinkedUserFilter, 'state' | 'limit'> {
  idp?: string;
}

/**
 * The users whom IdPs have linked, by name; without those who are history.
 * @throws Problem `idp-unknown`, `host-views-missing`.
 */
export function listLinkedUsers(core: Core, { idp, ...filter }: LinkedUserQuery = {}): Promise<LinkedUser[]> {
  return core.database.read(async (session) => {
    await assertHostViews(session, ['host_user']);
    const account = idp === undefined ? undefined : await findAccount(session, idp, core.clock());
    const rows = await linkedUsers(session, { ...filter, serviceAccountId: account?.id });
    return rows.map(toLinkedUser);
  });
}

/** The same page by page, however many there are, in any order. */
export async function* linkedUserPages(
  core: Core,
  { idp, ...filter }: LinkedUserQuery = {},
  order?: ListOrder<LinkedKey>,
): AsyncGenerator<LinkedUser[]> {
  const pages = core.database.pages(async (session) => {
    await assertHostViews(session, ['host_user']);
    const account = idp === undefined ? undefined : await findAccount(session, idp, core.clock());
    return linkedListing(session, { ...filter, serviceAccountId: account?.id }, order);
  });
  for await (const page of pages) yield page.map((row) => toLinkedUser(toLinkedUserRow(row as never)));
}

/**
 * One user, by host user id, login name, e-mail address, user name or id in the IdP, or id of the link. Where
 * several links are of the account, the one in force, or else the latest. Links that are history count only where
 * nothing else is meant.
 * @throws Problem `user-unknown`, `user-reference-ambiguous`, `host-views-missing`.
 */
export function showLinkedUser(
  core: Core,
  reference: string,
): Promise<LinkedUserDetails & { changes: AccountChange[]; history: LifeEvent[] }> {
  return core.database.read(async (session) => {
    await assertHostViews(session, ['host_user']);
    const all = await linkedUsers(session, { reference, withHistory: true });
    const current = all.filter(({ isHistory }) => !isHistory);
    const found = current.length > 0 ? current : all;
    const people = new Set(found.map(({ hostUserId }) => hostUserId));
    if (people.size > 1) throw ambiguous(reference, [...people]);
    const [newest] = [...found].sort(
      (a, b) => Number(isInForce(b)) - Number(isInForce(a)) || b.updatedAt.getTime() - a.updatedAt.getTime(),
    );
    if (!newest) throw unknown(reference);
    return { ...toDetails(newest), ...(await lifeOf(session, newest)) };
  });
}

const isInForce = ({ unlinkedAt, deprovisionedAt }: LinkedUserRow): boolean =>
  unlinkedAt === null && deprovisionedAt === null;

function linkNow(row: LinkedUserRow): LinkNow {
  if (isInForce(row)) return row.awaitsIdp ? 'awaiting' : 'in force';
  return row.unlinkedAt !== null ? 'unlinked' : 'ended';
}

/** Where another link knows whose the account is, the one that this link was made for is gone. */
function accountNow({ host, agrees, isDoubtful }: LinkedUserRow): AccountNow {
  if (!host) return 'gone';
  if (!agrees) return isDoubtful ? 'doubtful' : 'gone';
  if (host.isEnabled) return 'enabled';
  return host.isLockedTemporarily ? 'locked' : 'disabled';
}

/** The account, as far as it may be that of the user. */
const accountOf = (row: LinkedUserRow): LinkedUserRow['host'] =>
  accountNow(row) === 'gone' ? null : row.host;

const toLinkedUser = (row: LinkedUserRow): LinkedUser => ({
  userName: row.userName,
  idp: row.idp,
  externalId: row.externalId,
  hostUserId: row.hostUserId,
  displayName: accountOf(row)?.displayName ?? null,
  link: linkNow(row),
  account: accountNow(row),
  active: linkNow(row) === 'in force' && row.host !== null,
  pending: row.isPending,
  licenceType: accountOf(row)?.licenceType ?? null,
  groups: row.groups.map(({ displayName }) => displayName),
});

export const toDetails = (row: LinkedUserRow): LinkedUserDetails => ({
  ...toLinkedUser(row),
  id: row.identityId,
  loginName: accountOf(row)?.loginName ?? null,
  email: accountOf(row)?.email ?? null,
  enabled: accountOf(row)?.isEnabled ?? null,
  protected: accountOf(row)?.isProtected ?? false,
  ssoProviderId: accountOf(row)?.ssoProviderId ?? null,
  deprovisionedAt: row.deprovisionedAt,
  reason: row.deprovisionReason,
  missingSince: row.missingAt ?? null,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
  lastSignInAt: accountOf(row) && row.lastSignInAt,
});

const unknown = (reference: string) =>
  operationProblem('user-unknown', `No IdP has a linked user ${JSON.stringify(reference)}.`, {
    hint: '`scimctl users list` shows all linked users.',
  });

export const ambiguous = (reference: string, ids: readonly string[]) =>
  operationProblem(
    'user-reference-ambiguous',
    `${JSON.stringify(reference)} matches several users: ${ids.join(', ')}.`,
    { hint: 'Use one of these ids instead.' },
  );
