import type { Session } from '../../database/database.js';
import { hostUserShape } from '../../database/queries/host/host-user-shape.js';
import type { HostUserRow } from '../../database/queries/host/host-users.js';
import { type AccountLinkRow, accountLinks } from '../../database/queries/links/account-links.js';
import { insertIdentity, leaveGroups, updateIdentity } from '../../database/queries/links/identities.js';
import { linkedUsers } from '../../database/queries/links/linked-users.js';
import { withoutOuterSpace } from '../../database/sql/outer-space.js';
import { usageProblem } from '../../problem.js';
import type { ChangeOptions } from '../audit/change.js';
import type { Done } from '../audit/intent.js';
import type { Core } from '../core.js';
import { accountTrace } from '../provisioning/account/account-trace.js';
import { supersede } from '../provisioning/matching/former.js';
import { assertStorable } from '../provisioning/stored-attributes.js';
import { changeUnder } from '../provisioning/transactions/change-under.js';
import type { Held } from '../provisioning/transactions/held.js';
import { linkLock, nameLocks, need } from '../provisioning/transactions/locks.js';
import { settlingRaces } from '../provisioning/transactions/races.js';
import { findAccount } from '../service-accounts/service-account.js';
import { randomUuid } from '../uuid.js';
import { planLink } from './link-plan.js';
import { type LinkedUserDetails, toDetails } from './linked.js';
import { accountNamed } from './named-account.js';
import { unlinkForGood } from './unlink.js';

/** The user of an IdP, as an administrator names it; at least one of the two. */
export interface LinkRequest {
  /** Id, login name or e-mail address of the account. */
  account: string;
  idp: string;
  externalId?: string;
  userName?: string;
  /** What the account has as SSO subject and external id may be replaced by the IdP's next request. */
  replaceSubject?: boolean;
}

/** What a link by hand has come to. */
export interface LinkedByHand {
  user: LinkedUserDetails;
  /** False where it was so already. */
  changed: boolean;
  /** Links of other users to the account, which have ended for good. */
  unlinked: { idp: string; userName: string }[];
  /** Whether the account is on the list of `users pending`, through this link or an earlier one. */
  isPending: boolean;
}

/**
 * Links an account to a user of an IdP by hand: for a user whom no rule can match, and to say whose an account is whose
 * links are doubtful. It writes nothing to the host application, enables no account and takes no seat: that is for the
 * IdP's next request to do. See `planLink` for what becomes of links that are there.
 * @throws Problem `link-user-missing`, `profile-invalid`, `idp-unknown`, `user-unknown`, `user-reference-ambiguous`,
 *   `user-protected`, `user-claimed`, `user-exists`, `host-views-missing`.
 */
export function linkByHand(
  core: Core,
  request: LinkRequest,
  { dryRun }: Pick<ChangeOptions, 'dryRun'> = {},
): Promise<LinkedByHand> {
  const names = namesOf(request);
  const intent = { action: 'user.link', target: { type: 'user', name: request.account } };
  const newId = randomUuid(core.random);
  // Nobody makes or brings back a link meanwhile.
  const first: Held = { names: [], claims: 'alone' };
  return settlingRaces(core, intent, () =>
    changeUnder(core, intent, first, (session, held) => link(core, session, held, request, names, newId), {
      dryRun,
    }),
  );
}

interface Names {
  externalId: string | null;
  userName: string | null;
}

function namesOf({ externalId, userName }: LinkRequest): Names {
  const names = {
    externalId: externalId ?? null,
    userName: userName === undefined ? null : withoutOuterSpace(userName),
  };
  if ((names.externalId ?? names.userName ?? '') === '' || names.userName === '') {
    throw usageProblem('link-user-missing', 'The user in the IdP is missing.', {
      hint: 'Add --external-id or --user-name with the value that the IdP sends.',
    });
  }
  assertStorable({ ...names, ...NOTHING_SAID, userName: names.userName ?? '-' });
  return names;
}

const NOTHING_SAID = {
  active: true,
  email: null,
  displayName: null,
  givenName: null,
  familyName: null,
  attributes: {},
};

async function link(
  core: Core,
  session: Session,
  held: Held,
  request: LinkRequest,
  names: Names,
  newId: string,
): Promise<Done<LinkedByHand>> {
  const now = core.clock();
  const account = await findAccount(session, request.idp, now);
  const host = await accountNamed(session, request.account);
  const shape = await hostUserShape(session);
  const planFor = async (userName: string) => {
    const known = { ...names, userName, serviceAccountId: account.id };
    return planLink(await accountLinks(session, shape, host.userId, known), {
      ...names,
      idpId: account.id,
      idp: account.name,
      hostUserId: host.userId,
      loginName: host.loginName,
    });
  };
  const first = await planFor(names.userName ?? host.loginName);
  // A link keeps its user name where none was given, and another user of the IdP may have that by now.
  const plan =
    names.userName === null && first.link && !first.isThere ? await planFor(first.link.userName) : first;
  const { link: former, unlinked, superseded } = plan;
  const identityId = former?.identityId ?? newId;
  const result = async (changed: boolean): Promise<LinkedByHand> => ({
    ...(await detailsOf(session, identityId, host.userId)),
    changed,
    unlinked: unlinked.map(({ idp, userName }) => ({ idp, userName })),
  });
  const subjects = request.replaceSubject ? consented(host) : undefined;
  if (plan.isThere) {
    const { link } = plan;
    if (!subjects || !link || isConsented(link, host)) return { result: await result(false), changed: false };
    need(held, { names: [linkLock(identityId)] });
    await updateIdentity(session, identityId, { ...subjects, updatedAt: now });
    const target = { id: identityId, name: link.userName };
    const details = { idp: account.name, hostUserId: host.userId, replaceSubject: true };
    return { result: await result(true), target, details };
  }
  const userName = names.userName ?? former?.userName ?? host.loginName;
  const externalId = names.externalId ?? former?.externalId ?? null;
  need(held, {
    names: [
      ...nameLocks(account, { userName, externalId }),
      ...[...(former ? [former] : []), ...unlinked, ...superseded].map((one) => linkLock(one.identityId)),
    ],
  });
  await unlinkForGood(session, unlinked, now);
  for (const one of superseded) {
    // The person is the same, and so the departure from the other account stays under this external id.
    const accountExternalId = one.accountExternalId ?? one.externalId;
    await supersede(session, account.id, { ...one, accountExternalId }, externalId, now);
  }
  const change = {
    ...(subjects ?? (isElsewhere(former, host) && NO_CONSENT)),
    userName,
    externalId,
    accountExternalId: externalId,
    supersededAt: null,
  };
  if (former) {
    if (!former.isVisible) await leaveGroups(session, identityId, now);
    // Its next request lets the user into the account; into the one that the user is in there is nothing to do.
    const awaitsIdp = plan.staysEnded || isThere(former, host) ? former.awaitsIdp : true;
    const state = plan.staysEnded ? asRead(host, now) : linked(host, now);
    await updateIdentity(session, identityId, { ...state, ...change, awaitsIdp });
  } else {
    const made = { identityId, serviceAccountId: account.id, createdAt: now, awaitsIdp: true };
    await insertIdentity(session, { ...linked(host, now), ...change, ...made, attributes: {} });
  }
  return {
    result: await result(true),
    target: { id: identityId, name: userName },
    details: {
      idp: account.name,
      hostUserId: host.userId,
      externalId,
      ...(subjects && { replaceSubject: true }),
      ...accountTrace({ before: host, host }),
      ...(former && { link: inTrail(former) }),
      ...(unlinked.length > 0 && { unlinked: unlinked.map(inTrail) }),
      ...(superseded.length > 0 && { superseded: superseded.map(inTrail) }),
    },
  };
}

const isThere = ({ isInForce, hostUserId }: AccountLinkRow, { userId }: HostUserRow): boolean =>
  isInForce && hostUserId === userId;

/** Of another account, whose subject says nothing of this one. */
const isElsewhere = (former: AccountLinkRow | undefined, { userId }: HostUserRow): boolean =>
  former !== undefined && former.hostUserId !== userId;

const NO_CONSENT = { knownSubject: null, knownExternalId: null };

/** What the account has now is taken for this user's, so that it follows what the IdP says. */
const consented = ({ ssoSubject, externalId }: HostUserRow) => ({
  knownSubject: ssoSubject,
  knownExternalId: externalId,
});

const isConsented = (link: AccountLinkRow, { ssoSubject, externalId }: HostUserRow): boolean =>
  link.knownSubject === ssoSubject && link.knownExternalId === externalId;

const asRead = ({ loginName, email }: HostUserRow, at: Date) => ({
  accountLogin: loginName,
  accountEmail: email,
  updatedAt: at,
});

/** In force, to this account as it is now. */
const linked = (host: HostUserRow, at: Date) => ({
  ...asRead(host, at),
  hostUserId: host.userId,
  deprovisionedAt: null,
  deprovisionReason: null,
  departedAt: null,
  missingAt: null,
  pendingSeenAt: null,
});

async function detailsOf(
  session: Session,
  identityId: string,
  hostUserId: string,
): Promise<Pick<LinkedByHand, 'user' | 'isPending'>> {
  const rows = await linkedUsers(session, { reference: hostUserId, withHistory: true });
  const row = rows.find((one) => one.identityId.toLowerCase() === identityId);
  if (!row) throw new Error(`the link ${identityId} is not there`);
  const isPending = rows.some((one) => one.isPending && one.hostUserId === hostUserId);
  return { user: toDetails(row), isPending };
}

/** A link as it was. */
const inTrail = ({
  isInForce,
  isVisible: _,
  isSuperseded: _____,
  accountExternalId: __,
  knownSubject: ___,
  knownExternalId: ____,
  agrees,
  ...one
}: AccountLinkRow) => ({
  ...one,
  link: isInForce ? 'in force' : 'ended',
  doubtful: !agrees,
});
