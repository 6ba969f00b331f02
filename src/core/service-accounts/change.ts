import { isDeepStrictEqual } from 'node:util';
import type { Session } from '../../database/database.js';
import { countHeldBack } from '../../database/queries/links/held-back.js';
import { unlinkIdentities } from '../../database/queries/links/identities.js';
import {
  markServiceAccountRemoved,
  readServiceAccount,
  type ServiceAccountChange,
  type StoredLimit,
  updateServiceAccount,
} from '../../database/queries/service-accounts.js';
import { operationProblem } from '../../problem.js';
import type { DeprovisionPolicy, SsoSubject } from '../../words/idp.js';
import { type ChangeOptions, change } from '../audit/change.js';
import type { Core } from '../core.js';
import { assertOnPremises } from '../host/installation.js';
import { aloneWithClaims } from '../provisioning/transactions/locks.js';
import { endAllTokens } from '../tokens/end.js';
import { assertDisplayName, chooseSsoProvider } from './add.js';
import { assertLimit } from './assert-limit.js';
import {
  type AdoptDisabled,
  adoptDisabledOf,
  findAccount,
  lockAccount,
  maxDeparturesOf,
  type ServiceAccount,
} from './service-account.js';

export interface AccountUpdate {
  displayName?: string;
  ssoProvider?: string;
  deprovisionPolicy?: DeprovisionPolicy;
  allowBasic?: boolean;
  allowOauth?: boolean;
  adoptDisabled?: AdoptDisabled;
  /** Null for nothing. */
  ssoSubject?: SsoSubject | null;
  /** Null for none. */
  maxDepartures?: StoredLimit | null;
}

/**
 * Changes what is given; what is already so is no change.
 * @throws Problem `display-name-invalid`, `max-departures-invalid`, and as `chooseSsoProvider` and `findAccount` do.
 */
export async function updateAccount(
  core: Core,
  reference: string,
  update: AccountUpdate,
  options?: ChangeOptions,
): Promise<ServiceAccount> {
  assertDisplayName(update.displayName);
  assertLimit(update.maxDepartures);
  return apply(core, 'idp.update', reference, options, async (session) => {
    const { displayName, deprovisionPolicy, ssoProvider, allowBasic, allowOauth } = update;
    const { adoptDisabled, maxDepartures, ssoSubject } = update;
    const provider = ssoProvider === undefined ? undefined : await chooseSsoProvider(session, ssoProvider);
    return {
      displayName,
      deprovisionPolicy,
      ssoProviderId: provider?.providerId,
      allowsBasic: allowBasic,
      allowsOauth: allowOauth,
      adoptsDisabled: adoptDisabled && adoptDisabled === 'enable',
      ssoSubject,
      departureLimit: maxDepartures,
    };
  });
}

/** The operator's switch: while an account is disabled, its IdP is refused. Its tokens stay as they are. */
export function setAccountEnabled(
  core: Core,
  reference: string,
  isEnabled: boolean,
  options?: ChangeOptions,
): Promise<ServiceAccount> {
  return apply(core, isEnabled ? 'idp.enable' : 'idp.disable', reference, options, async (session) => {
    if (isEnabled) await assertOnPremises(session);
    return { isEnabled };
  });
}

async function apply(
  core: Core,
  action: string,
  reference: string,
  options: ChangeOptions | undefined,
  decide: (session: Session) => Promise<ServiceAccountChange>,
): Promise<ServiceAccount> {
  return change(
    core,
    { action, target: { type: 'idp', name: reference } },
    async (session) => {
      const { id, name } = await lockAccount(session, reference, core.clock());
      const current: ServiceAccountChange | undefined = await readServiceAccount(session, id);
      const wanted = Object.entries(await decide(session)).filter(([, value]) => value !== undefined);
      const different = wanted.filter(
        ([field, value]) => !isDeepStrictEqual(current?.[field as keyof ServiceAccountChange], value),
      );
      const changes: ServiceAccountChange = Object.fromEntries(different);
      if (different.length > 0) await updateServiceAccount(session, id, changes, core.clock());
      const result = await findAccount(session, id, core.clock());
      return { result, changed: different.length > 0, target: { id, name }, details: inTrail(changes) };
    },
    options,
  );
}

/** What changes, in the words of the command line where it has some of its own. */
const inTrail = ({ adoptsDisabled, departureLimit, ...rest }: ServiceAccountChange) => ({
  ...rest,
  ...(adoptsDisabled !== undefined && { adoptDisabled: adoptDisabledOf({ adoptsDisabled }) }),
  ...(departureLimit !== undefined && { maxDepartures: maxDeparturesOf({ departureLimit }) }),
});

/**
 * An IdP stays as long as its departure limit holds accounts back: nobody could release them afterwards.
 * @throws Problem `idp-holds-departures`.
 */
export const assertHoldsNone = (
  core: Core,
  { id, name }: Pick<ServiceAccount, 'id' | 'name'>,
): Promise<void> => core.database.read((session) => refuseHeldBack(session, id, name));

async function refuseHeldBack(session: Session, id: string, name: string): Promise<void> {
  const heldBack = await countHeldBack(session, id);
  if (heldBack === 0) return;
  throw operationProblem(
    'idp-holds-departures',
    `The departure limit of IdP ${name} holds back ${heldBack} ${heldBack === 1 ? 'departure' : 'departures'}, and the accounts may still be enabled.`,
    {
      hint: `Review the accounts with \`scimctl users pending --idp ${name}\` and run \`scimctl idp release ${name}\`, then remove the IdP. To stop the IdP at once, run \`scimctl idp disable ${name}\`.`,
    },
  );
}

/**
 * Removes the service account: its tokens end at once, its name is free again, and its users are no longer
 * managed by any IdP. That makes no account pending; those that are pending stay on the list.
 * @throws Problem `idp-holds-departures`, and as `findAccount` does.
 */
export function removeAccount(
  core: Core,
  reference: string,
  options?: ChangeOptions,
): Promise<ServiceAccount> {
  return change(
    core,
    { action: 'idp.remove', target: { type: 'idp', name: reference } },
    async (session) => {
      const account = await lockAccount(session, reference, core.clock());
      const now = core.clock();
      const tokens = await endAllTokens(session, account.id, now);
      await refuseHeldBack(session, account.id, account.name);
      const users = await unlinkIdentities(session, account.id, now);
      await markServiceAccountRemoved(session, account.id, now);
      const result = { ...account, enabled: false, tokens: { active: 0, expiresAt: null } };
      return { result, target: { id: account.id, name: account.name }, details: { tokens, users } };
    },
    // Nobody is being provisioned by the account meanwhile, who would be linked to it after all.
    { ...options, locks: aloneWithClaims },
  );
}
