import type { AccountLinkRow } from '../../database/queries/links/account-links.js';
import { sameName } from '../../database/queries/spaced-names.js';
import { operationProblem } from '../../problem.js';

/** Whom an administrator says an account belongs to. */
export interface WantedLink {
  /** Id of the service account. */
  idpId: string;
  /** Name of the IdP. */
  idp: string;
  externalId: string | null;
  /** Null where only the external id was given. */
  userName: string | null;
  /** The account. */
  hostUserId: string;
  loginName: string;
}

/** What a link by hand comes to. */
export interface LinkPlan {
  /** The link that is or becomes the one to the account; a new one where there is none. */
  link?: AccountLinkRow;
  /** True where it is so already. */
  isThere?: boolean;
  /** It has ended, and stays so: that this is the user's account does not undo that the user has left. */
  staysEnded?: boolean;
  /** Links to the account that are of another person: they end for good. */
  unlinked: readonly AccountLinkRow[];
  /** Ended links of the IdP whose user name, or external id, the new one takes over. */
  superseded: readonly AccountLinkRow[];
}

/**
 * Decides about a link by hand. Pure.
 *
 * A link in force that is sure of its account keeps it, unless it was made by hand itself and the IdP has not taken it
 * up. A user whom the IdP has already keeps its link, and so its SCIM id, where that leads to this account, or to none
 * that is known to be the user's. Where it has ended, the departure stays on record: with this account, until the IdP
 * brings the user back, or with another one, and the user gets a new link.
 * @param links those to the account, and those of the IdP that have one of the names; newest first.
 * @throws Problem `user-claimed`, `user-exists`.
 */
export function planLink(links: readonly AccountLinkRow[], wanted: WantedLink): LinkPlan {
  const toAccount = links.filter(({ hostUserId }) => hostUserId === wanted.hostUserId);
  const claim = toAccount.find((one) => one.isInForce && one.agrees);
  if (claim && isMeant(claim, wanted)) return { link: claim, isThere: true, unlinked: [], superseded: [] };
  if (claim && !claim.awaitsIdp) throw claimed(claim, wanted);
  const former = formerOf(links, wanted);
  if (former && isElsewhere(former, wanted) && former.isInForce && !former.awaitsIdp)
    throw exists(former, wanted);
  const link = former && (former.isInForce || mayReturn(former, wanted)) ? former : undefined;
  const unlinked = toAccount.filter((one) => one !== link && (!one.agrees || one === claim));
  const staysEnded = link !== undefined && !link.isInForce && link.hostUserId === wanted.hostUserId;
  if (staysEnded && !link.isSuperseded && isMeant(link, wanted)) {
    // The IdP may have given the link to another user meanwhile, who does not get the account by that alone.
    const isKnown = wanted.externalId === null || link.accountExternalId === link.externalId;
    const isThere = link.agrees && isKnown && unlinked.length === 0;
    return { link, isThere, staysEnded, unlinked, superseded: [] };
  }
  const userName = wanted.userName ?? link?.userName ?? wanted.loginName;
  const namesakes = links.filter(
    (one) =>
      one !== link &&
      one.serviceAccountId === wanted.idpId &&
      (sameName(one.userName, userName) || hasExternalId(one, wanted)),
  );
  const others = namesakes.filter((one) => !unlinked.includes(one));
  const rival = others.find(({ isInForce }) => isInForce);
  if (rival) throw exists(rival, wanted);
  return {
    ...(link && { link }),
    staysEnded,
    unlinked,
    superseded: others.filter((one) => one.isVisible || hasExternalId(one, wanted)),
  };
}

/** By external id before user name. A user name that the IdP has given to another object since tells nothing. */
function formerOf(links: readonly AccountLinkRow[], wanted: WantedLink): AccountLinkRow | undefined {
  // A link that was made because the IdP has no such user is no earlier link of one.
  const ofIdp = links.filter(
    ({ serviceAccountId, reason }) => serviceAccountId === wanted.idpId && reason !== 'missing',
  );
  const byId = ofIdp.find((one) => hasExternalId(one, wanted));
  if (byId) return byId;
  const named = ofIdp.filter(
    (one) =>
      wanted.userName !== null &&
      sameName(one.userName, wanted.userName) &&
      (one.externalId === null || wanted.externalId === null),
  );
  return named.find(({ isInForce }) => isInForce) ?? named.find(({ isVisible }) => isVisible) ?? named[0];
}

const hasExternalId = (one: AccountLinkRow, { externalId }: WantedLink): boolean =>
  externalId !== null && one.externalId === externalId;

/** Whether a link to the account is of the user who is meant. */
const isMeant = (one: AccountLinkRow, { idpId, externalId, userName }: WantedLink): boolean =>
  one.serviceAccountId === idpId &&
  (externalId === null || one.externalId === externalId) &&
  (userName === null || sameName(one.userName, userName));

/** Whether a link leads to another account that is known to be its user's. */
const isElsewhere = ({ hostUserId, loginName, agrees }: AccountLinkRow, wanted: WantedLink): boolean =>
  hostUserId !== wanted.hostUserId && loginName !== null && agrees;

/** Whether a link that has ended may come back to the account under its id: it is of this very user. */
const mayReturn = (former: AccountLinkRow, wanted: WantedLink): boolean =>
  former.hostUserId === wanted.hostUserId ||
  (!isElsewhere(former, wanted) && (former.isVisible || hasExternalId(former, wanted)));

const claimed = ({ idp, userName }: AccountLinkRow, { loginName }: WantedLink) =>
  operationProblem(
    'user-claimed',
    `The account ${loginName} is already linked to the user ${userName} of IdP ${idp}.`,
    {
      hint: 'Unassign that user in the IdP first, or link another account.',
      trail: { logins: [loginName], idp },
    },
  );

const exists = ({ userName, loginName }: AccountLinkRow, { idp, loginName: wanted }: WantedLink) =>
  operationProblem(
    'user-exists',
    `The user ${userName} of IdP ${idp} is already linked to the account ${loginName ?? 'of a deleted host user'}.`,
    {
      hint: 'Unassign the user in the IdP first. If you mean another user, add --user-name with its name.',
      trail: { logins: [wanted, ...(loginName === null ? [] : [loginName])] },
    },
  );
