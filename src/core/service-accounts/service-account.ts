import type { Session } from '../../database/database.js';
import {
  listServiceAccounts,
  listServiceAccountsEver,
  lockServiceAccount,
  readServiceAccount,
  type ServiceAccountRow,
} from '../../database/queries/service-accounts.js';
import { listTokens, type TokenRow } from '../../database/queries/tokens.js';
import type { DeprovisionPolicy, IdpKind, SsoSubject } from '../../words/idp.js';
import { pick } from '../address.js';
import { type AuthenticationMethod, methodsOf } from '../authentication/methods.js';
import type { Core } from '../core.js';
import { limitText } from '../provisioning/departures/departure-limit.js';
import { isLive, validUntil } from '../tokens/status.js';

export const IDP_KINDS: readonly IdpKind[] = ['entra', 'okta', 'generic'];
export const DEPROVISION_POLICIES: readonly DeprovisionPolicy[] = ['manual', 'disable'];

/** What the first match of a disabled account does: enables it, or is refused. */
export type AdoptDisabled = 'enable' | 'refuse';
export const ADOPT_DISABLED: readonly AdoptDisabled[] = ['enable', 'refuse'];

export const SSO_SUBJECTS: readonly SsoSubject[] = ['user-name', 'email', 'object-id'];

/** A service account as the CLI shows it: one per IdP. */
export interface ServiceAccount {
  id: string;
  name: string;
  kind: IdpKind;
  displayName: string;
  enabled: boolean;
  ssoProviderId: string;
  /** `manual`: a leaver stays enabled until an administrator disables the account. `disable`: at once. */
  deprovisionPolicy: DeprovisionPolicy;
  adoptDisabled: AdoptDisabled;
  /** What the IdP sends as NameID, which the endpoint writes to `sso_subject`; null where it writes nothing. */
  ssoSubject: SsoSubject | null;
  /** Beyond which departures leave accounts enabled, as the option takes it: `20/1h,10%`, or `none`. */
  maxDepartures: string;
  authentication: AuthenticationMethod[];
  createdAt: Date;
  createdBy: string;
  tokens: {
    /** Live ones, retiring ones among them. */
    active: number;
    /** When the last of them ends; null where one never does, or there is none. */
    expiresAt: Date | null;
  };
}

export async function readServiceAccounts(session: Session, now: Date): Promise<ServiceAccount[]> {
  const accounts = await listServiceAccounts(session);
  const tokens = await listTokens(session);
  return accounts.map((account) =>
    describeAccount(
      account,
      tokens.filter((token) => token.serviceAccountId === account.serviceAccountId),
      now,
    ),
  );
}

/** All service accounts, by name. */
export const listAccounts = (core: Core): Promise<ServiceAccount[]> =>
  core.database.read((session) => readServiceAccounts(session, core.clock()));

/** How a service account may show who it is, as it is set now; in no way once it was removed. */
export async function authenticationOf(core: Core, id: string): Promise<AuthenticationMethod[]> {
  const account = await core.database.read((session) => readServiceAccount(session, id));
  return account ? methodsOf(account) : [];
}

/** @throws Problem `idp-unknown` or `idp-ambiguous`. */
export async function findAccount(session: Session, reference: string, now: Date): Promise<ServiceAccount> {
  return pickAccount(await readServiceAccounts(session, now), reference);
}

/**
 * The ids of all that have, or had, the name that is meant, also of those that were removed: who left under the name is
 * looked for by it. One id where an id is said.
 * @throws Problem `idp-unknown` or `idp-ambiguous`.
 */
export async function idsEver(session: Session, reference: string): Promise<string[]> {
  const all = await listServiceAccountsEver(session);
  const called = (name: string) => all.filter((one) => one.name === name).map(({ id }) => id);
  const exact = called(reference);
  if (exact.length > 0) return exact;
  const present = all.filter(({ isRemoved }) => !isRemoved);
  const begins = ({ name }: { name: string }) => name.startsWith(reference);
  const isOfPresent = present.some((one) => begins(one) || one.id.startsWith(reference));
  // Of several that had one name, one is enough to be chosen.
  const choices = all.some(begins) ? [...new Map(all.map((one) => [one.name, one])).values()] : all;
  const chosen = pick(isOfPresent ? present : choices, reference, PICKED);
  return begins(chosen) ? called(chosen.name) : [chosen.id];
}

/**
 * The same, and from here to the end of the transaction alone with the account and its tokens.
 * @throws Problem `idp-unknown` or `idp-ambiguous`; also where it was removed while this waited for its turn.
 */
export async function lockAccount(session: Session, reference: string, now: Date): Promise<ServiceAccount> {
  const { id } = await findAccount(session, reference, now);
  if (!(await lockServiceAccount(session, id))) return pickAccount([], reference);
  return findAccount(session, id, now);
}

/** @throws Problem `idp-unknown` or `idp-ambiguous`. */
export const pickAccount = (accounts: readonly ServiceAccount[], reference: string): ServiceAccount =>
  pick(accounts, reference, PICKED);

const PICKED = { noun: 'IdP', code: 'idp', list: 'idp list' };

export function describeAccount(
  account: ServiceAccountRow,
  tokens: readonly TokenRow[],
  now: Date,
): ServiceAccount {
  const live = tokens.filter((token) => isLive(token, now));
  const ends = live.map((token) => validUntil(token)?.getTime() ?? Number.POSITIVE_INFINITY);
  const last = Math.max(...ends);
  return {
    id: account.serviceAccountId,
    name: account.name,
    kind: account.kind,
    displayName: account.displayName,
    enabled: account.isEnabled,
    ssoProviderId: account.ssoProviderId,
    deprovisionPolicy: account.deprovisionPolicy,
    adoptDisabled: adoptDisabledOf(account),
    ssoSubject: account.ssoSubject,
    maxDepartures: maxDeparturesOf(account),
    authentication: methodsOf(account),
    createdAt: account.createdAt,
    createdBy: account.createdBy,
    tokens: { active: live.length, expiresAt: Number.isFinite(last) ? new Date(last) : null },
  };
}

export const adoptDisabledOf = ({
  adoptsDisabled,
}: Pick<ServiceAccountRow, 'adoptsDisabled'>): AdoptDisabled => (adoptsDisabled ? 'enable' : 'refuse');

export const maxDeparturesOf = ({ departureLimit }: Pick<ServiceAccountRow, 'departureLimit'>): string =>
  departureLimit ? limitText(departureLimit) : 'none';
