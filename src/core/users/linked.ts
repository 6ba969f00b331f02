import type { DeprovisionReason } from '../../database/queries/identities.js';
import { type LinkedKey, linkedListing } from '../../database/queries/linked-list.js';
import {
  type LinkedUserFilter,
  type LinkedUserRow,
  type LinkState,
  linkedUsers,
  toLinkedUserRow,
} from '../../database/queries/linked-users.js';
import type { ListOrder } from '../../database/queries/pending-list.js';
import { operationProblem } from '../../problem.js';
import type { Core } from '../core.js';
import { assertHostViews } from '../host/views.js';
import { findAccount } from '../service-accounts/service-account.js';

export const LINK_STATES: readonly LinkState[] = ['active', 'inactive', 'pending'];

/** A user whom an IdP has linked, as people and scripts see it. */
export interface LinkedUser {
  userName: string;
  idp: string;
  externalId: string | null;
  hostUserId: string;
  displayName: string | null;
  /** What the IdP reads back: neither deprovisioned nor disabled in the host application. */
  active: boolean;
  /** Deprovisioned, and the account is still enabled. */
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
 * several IdPs have linked it, the link that is in force.
 * @throws Problem `user-unknown`, `user-reference-ambiguous`, `host-views-missing`.
 */
export function showLinkedUser(core: Core, reference: string): Promise<LinkedUserDetails> {
  return core.database.read(async (session) => {
    await assertHostViews(session, ['host_user']);
    const found = await linkedUsers(session, { reference });
    const people = new Set(found.map(({ hostUserId }) => hostUserId));
    if (people.size > 1) throw ambiguous(reference, [...people]);
    const newest = [...found].sort(
      (a, b) =>
        Number(a.deprovisionedAt !== null) - Number(b.deprovisionedAt !== null) ||
        b.updatedAt.getTime() - a.updatedAt.getTime(),
    )[0];
    if (!newest) throw unknown(reference);
    return toDetails(newest);
  });
}

const toLinkedUser = (row: LinkedUserRow): LinkedUser => ({
  userName: row.userName,
  idp: row.idp,
  externalId: row.externalId,
  hostUserId: row.hostUserId,
  displayName: row.host?.displayName ?? null,
  active: row.deprovisionedAt === null && row.host?.isEnabled === true,
  pending: row.isPending,
  licenceType: row.host?.licenceType ?? null,
  groups: row.groups.map(({ displayName }) => displayName),
});

const toDetails = (row: LinkedUserRow): LinkedUserDetails => ({
  ...toLinkedUser(row),
  id: row.identityId,
  loginName: row.host?.loginName ?? null,
  email: row.host?.email ?? null,
  enabled: row.host?.isEnabled ?? null,
  protected: row.host?.isProtected ?? false,
  ssoProviderId: row.host?.ssoProviderId ?? null,
  deprovisionedAt: row.deprovisionedAt,
  reason: row.deprovisionReason,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
  lastSignInAt: row.lastSignInAt,
});

const unknown = (reference: string) =>
  operationProblem('user-unknown', `No IdP has linked a user ${JSON.stringify(reference)}.`, {
    hint: '`scimctl users list` shows those there are.',
  });

export const ambiguous = (reference: string, ids: readonly string[]) =>
  operationProblem(
    'user-reference-ambiguous',
    `${JSON.stringify(reference)} means several users: ${ids.join(', ')}.`,
    { hint: 'Give the id of the one you mean.' },
  );
