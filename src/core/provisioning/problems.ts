import { hostBrokenHint } from '../../database/faults/fault.js';
import type { LicencePool } from '../../database/queries/host/host.js';
import type { HostUserCandidate, HostUserRow } from '../../database/queries/host/host-users.js';
import { operationProblem, prerequisiteProblem, usageProblem } from '../../problem.js';
import { CREATES_ITSELF } from '../../words/host-views.js';
import { type HostWords, hostInWords } from '../host/host-words.js';
import type { Profile } from './types.js';

// The administrator of an IdP reads these in its log. They name no other people, who may belong to another IdP.

export const userUnknown = () =>
  operationProblem('user-unknown', 'There is no user with this id.', {
    hint: 'The IdP sees only the users that it provisioned and has not deleted.',
  });

export const userExists = (what: 'userName' | 'externalId') =>
  operationProblem('user-exists', `A user with this ${what} already exists.`, {
    hint: 'Update that user, or send another value for this one.',
  });

/** The command by which an administrator says whose the account is; with what the IdP itself sent, and nothing else. */
function linkCommand(profile: Pick<Profile, 'externalId' | 'userName'>, more = ''): string {
  const { externalId, userName } = profile;
  const [option, value] = externalId === null ? ['--user-name', userName] : ['--external-id', externalId];
  return `\`scimctl users link LOGIN --idp NAME ${option} ${PLAIN.test(value) ? value : option.slice(2).toUpperCase()}${more}\``;
}

/** How an administrator says whose an account is whose link is doubtful. */
export const DOUBTFUL_HINT =
  'Find the account with `scimctl users pending --reason doubtful`. If it still belongs to the same user, run `scimctl users link LOGIN --idp NAME --user-name USER`; if not, run `scimctl users link LOGIN --none`.';

/** What needs no quoting in any shell. */
const PLAIN = /^[A-Za-z0-9._@-]{1,128}$/;

const loginsOf = (hosts: readonly HostUserRow[]) => ({
  logins: hosts.slice(0, MAX_LOGINS).map(({ loginName }) => loginName),
});

/** In one event. */
const MAX_LOGINS = 10;

export const userAmbiguous = (
  hosts: readonly HostUserRow[],
  profile: Pick<Profile, 'externalId' | 'userName'>,
) =>
  operationProblem(
    'user-ambiguous',
    `${hosts.length} accounts of the host application have this address, and none of them is a closer match than the others.`,
    {
      hint: `Make the address unique in the host application, or name the right account with ${linkCommand(profile)}.`,
      trail: loginsOf(hosts),
    },
  );

export const userProtected = () =>
  operationProblem('user-protected', 'The account in the host application is protected from provisioning.', {
    hint: 'Remove this user from the scope of provisioning, or remove the protection in the host application.',
  });

export const userClaimed = (host?: HostUserCandidate) =>
  operationProblem(
    'user-claimed',
    host?.claimIsDoubtful
      ? 'The account in the host application is linked to another user, and the link is doubtful: the host application may have reused the key of the account.'
      : 'The account in the host application is already linked to another user of an IdP.',
    {
      hint: host?.claimIsDoubtful
        ? DOUBTFUL_HINT
        : 'Unassign the other user in the IdP first. `scimctl users show LOGIN` shows which IdP manages the account.',
      ...(host && { trail: loginsOf([host]) }),
    },
  );

/** @param isLinked whether the user has another account: an account is linked only once that link has ended. */
export const userNameTaken = (
  hosts: readonly HostUserRow[],
  profile: Pick<Profile, 'externalId' | 'userName'>,
  { isLinked, isAlike = false }: { isLinked: boolean; isAlike?: boolean },
) =>
  operationProblem(
    'user-name-taken',
    `${hosts.length === 1 ? 'Another account' : `${hosts.length} other accounts`} of the host application ${hosts.length === 1 ? 'has' : 'have'} ${isAlike ? 'a login name or e-mail address that its database considers equal to this one' : 'this login name or e-mail address'}.`,
    {
      hint: hosts.every(({ isProtected }) => isProtected)
        ? 'The account is protected from provisioning. Remove this user from the scope of provisioning, change one of the two addresses, or remove the protection in the host application.'
        : isLinked
          ? `Change one of the two addresses. If the account belongs to this user, unassign the user in the IdP, run ${linkCommand(profile)}, and assign the user again.`
          : `If the account belongs to this user, run ${linkCommand(profile)}. Otherwise change one of the two addresses.`,
      trail: loginsOf(hosts),
    },
  );

/** The host's own constraint refuses, and no account of `host_user` explains it by our comparison. */
export const userNameHidden = (constraint: string | undefined) =>
  operationProblem(
    'user-name-hidden',
    `The host application refuses a value that must be unique${constraint === undefined ? '' : ` (${constraint})`}. Another row has this value, and host_user does not show it or shows a value that the host application considers equal.`,
    {
      hint: 'Ask the DBA which row has the value and whether host_user must show it. If not, change the value in the IdP.',
    },
  );

export const userDisabled = (host: HostUserRow) =>
  operationProblem(
    'user-disabled',
    'The account in the host application is disabled, and this IdP must not enable accounts that it did not disable itself.',
    {
      hint: 'Enable the account in the host application, or run `scimctl idp update NAME --adopt-disabled enable`.',
      trail: loginsOf([host]),
    },
  );

export const userDoubtful = (host: HostUserRow) =>
  operationProblem(
    'user-doubtful',
    'The account of this user may belong to another person now: its login name and its e-mail address have both changed.',
    {
      hint: DOUBTFUL_HINT,
      trail: loginsOf([host]),
    },
  );

/**
 * Whoever signs in as the present value would be locked out, and the IdP's user let in instead.
 * @param field what of the account has another value.
 */
export const ssoSubjectTaken = (
  host: HostUserRow,
  profile: Pick<Profile, 'externalId' | 'userName'>,
  field: 'ssoSubject' | 'externalId',
) =>
  operationProblem(
    'sso-subject-taken',
    field === 'ssoSubject'
      ? "The account in the host application already has another SSO subject, and scimctl does not know that it is this user's."
      : "The account in the host application already has another external id, and scimctl does not know that it is this user's.",
    {
      hint: `If the account belongs to this user, run ${linkCommand(profile, ' --replace-subject')}. Otherwise change the address in the IdP.`,
      trail: loginsOf([host]),
    },
  );

/**
 * The write went through, and yet what is there now is not what was written.
 * @param column of host_user; `user_id` where it does not show the account at all.
 * @param isNew whether the account was to be made.
 */
export const hostWriteIgnored = (column: string, isNew: boolean, cause: unknown) =>
  operationProblem(
    'host-write-ignored',
    `The host application ignored the change: ${
      column === 'user_id' && !isNew
        ? 'host_user no longer shows the account.'
        : `it did not take the ${ATTRIBUTES[column] ?? column}.`
    }`,
    {
      hint: '`scimctl host status` shows which columns of host_user can be written. Have the DBA correct the host views and their triggers.',
      cause,
      trail: { host: { column } },
    },
  );

const ATTRIBUTES: Readonly<Record<string, string>> = {
  user_id: 'new account',
  login_name: 'login name (userName)',
  email: 'e-mail address (emails)',
  is_enabled: 'enabled state (active)',
  is_locked_temporarily: 'disabled state (active), and is only locked for now,',
  licence_type: 'licence seat',
  sso_provider_id: 'SSO provider',
  external_id: 'external id (externalId)',
  sso_subject: 'SSO subject',
};

export const seatsExhausted = (pools: readonly LicencePool[]) => {
  const counts = pools
    .map(({ licenceType, seatsTotal, seatsUsed }) => `${licenceType} ${seatsUsed} of ${seatsTotal}`)
    .join(', ');
  return operationProblem(
    'seats-exhausted',
    `No licence seat is free: ${counts || 'the host application has no licence pools'}.`,
    { hint: 'Free a seat in the host application, or buy more seats. The IdP retries automatically.' },
  );
};

export const idpDisabled = () =>
  operationProblem('idp-disabled', 'The service account of this IdP is disabled or was removed.', {
    hint: '`scimctl idp enable NAME` enables it; `scimctl idp list` shows all service accounts.',
  });

export const samlNotEnabled = () =>
  prerequisiteProblem(
    'saml-not-enabled',
    'The SAML provider of this IdP is not enabled in the host application.',
    {
      hint: 'Enable the provider in the host application, or choose another with `scimctl idp update NAME --sso-provider PROVIDER`. `scimctl check saml` shows the current state.',
    },
  );

export interface HostRefusal {
  words: HostWords;
  /** Of SCIM, where it is known what the refusal is about. */
  attributes: readonly string[];
  /** The account, where it was to be disabled by hand. */
  disabling?: string;
}

/** A rule of the host application says no to a value. */
export function hostRefused(refusal: HostRefusal, cause: unknown) {
  const { disabling, words: host } = refusal;
  const options = { cause, host, trail: trailOf(refusal) };
  if (disabling === undefined) {
    return operationProblem('host-refused', `The host application refused this user: ${told(refusal)}`, {
      hint: host.message.includes(CREATES_ITSELF)
        ? CREATE_FIRST
        : 'Correct or shorten the value in the IdP, or remove its attribute from the mapping.',
      ...options,
    });
  }
  return operationProblem(
    'host-refused',
    `The host application refused to disable ${disabling}: ${told(refusal)}`,
    {
      hint: 'Disable the account in the host application, or have its DBA check the rule that refuses the change.',
      ...options,
    },
  );
}

/** The application creates its accounts itself: rows alone would make none that works. */
export const accountsNotCreated = (reason: string) =>
  operationProblem(
    'host-refused',
    `The host application refused this user: ${CREATES_ITSELF}: ${reason.replace(/\.$/, '')}.`,
    {
      hint: CREATE_FIRST,
    },
  );

const CREATE_FIRST =
  'Create the account in the application first. The IdP tries again, and the account is matched by its address.';

/** A trigger, a view or a table of the host application cannot carry out a write. */
export const hostBroken = (refusal: HostRefusal, cause: unknown) =>
  operationProblem(
    'host-broken',
    refusal.disabling === undefined
      ? `The host application failed to store this user: ${told(refusal)}`
      : `The host application failed to disable ${refusal.disabling}: ${told(refusal)}`,
    { hint: hostBrokenHint(refusal.words.state), cause, host: refusal.words, trail: trailOf(refusal) },
  );

const told = ({ words, attributes }: HostRefusal): string =>
  attributes.length === 0 ? hostInWords(words) : `${attributes.join(', ')}: ${hostInWords(words)}`;

/** Without the message, which may quote a value. */
const trailOf = ({ words: { state, constraint, column }, attributes }: HostRefusal) => ({
  host: { state, ...(constraint && { constraint }), ...(column && { column }) },
  ...(attributes.length > 0 && { attributes }),
});

export const profileInvalid = (what: string) =>
  usageProblem('profile-invalid', `The user cannot be stored: ${what}.`, {
    hint: 'Correct the value where it comes from: in the IdP, in its attribute mapping, or in the command.',
  });

/** The host application has reused the key of the account, and another link is sure whose it is now. */
export const accountGivenAway = (host: HostUserRow) =>
  operationProblem(
    'user-claimed',
    'The account of this user now belongs to another person, and is linked to another user of an IdP.',
    {
      hint: 'Run `scimctl users link LOGIN --none` with the login name of that account. It ends the former links to it and keeps the present one; then the IdP can create this user again.',
      trail: loginsOf([host]),
    },
  );
