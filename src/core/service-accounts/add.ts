import type { Session } from '../../database/database.js';
import { isFault } from '../../database/faults/fault.js';
import { listSsoProviders, type SsoProvider } from '../../database/queries/host/host.js';
import { insertServiceAccount, type StoredLimit } from '../../database/queries/service-accounts.js';
import { operationProblem, prerequisiteProblem, usageProblem } from '../../problem.js';
import type { DeprovisionPolicy, IdpKind, SsoSubject } from '../../words/idp.js';
import { change, recordRefusal } from '../audit/change.js';
import type { Core } from '../core.js';
import { assertOnPremises } from '../host/installation.js';
import { assertHostViews } from '../host/views.js';
import { DEFAULT_LIMIT } from '../provisioning/departures/departure-limit.js';
import { randomUuid } from '../uuid.js';
import { assertLimit } from './assert-limit.js';
import { type AdoptDisabled, describeAccount, type ServiceAccount } from './service-account.js';

export interface NewServiceAccount {
  name: string;
  kind: IdpKind;
  displayName?: string;
  /** Id or name of an enabled SAML provider; chosen by itself when there is exactly one. */
  ssoProvider?: string;
  deprovisionPolicy?: DeprovisionPolicy;
  /** `enable` unless said otherwise. */
  adoptDisabled?: AdoptDisabled;
  /** Null, where it is not given: nothing is written. */
  ssoSubject?: SsoSubject | null;
  /** `DEFAULT_LIMIT` unless said otherwise; null for none. */
  maxDepartures?: StoredLimit | null;
  /** Beside bearer tokens; both off unless said otherwise. */
  allowBasic?: boolean;
  allowOauth?: boolean;
}

/**
 * Adds the service account of one IdP, enabled, bound to an enabled SAML provider.
 * @throws Problem `idp-name-invalid`, `display-name-invalid`, `max-departures-invalid`, `idp-name-taken`, `hosting-cloud`, `saml-not-enabled`,
 *   `sso-provider-unknown`, `sso-provider-ambiguous`; nothing is changed.
 */
export async function addServiceAccount(
  core: Core,
  account: NewServiceAccount,
  options: { dryRun?: boolean } = {},
): Promise<ServiceAccount> {
  const { name } = account;
  assertSlug(name);
  assertDisplayName(account.displayName);
  assertLimit(account.maxDepartures);
  const id = randomUuid(core.random);
  const intent = { action: 'idp.add', target: { type: 'idp', name } };
  const taken = operationProblem('idp-name-taken', `An IdP named ${JSON.stringify(name)} already exists.`, {
    hint: `Choose another name. \`scimctl idp show ${name}\` shows the existing one.`,
  });
  try {
    return await change(core, intent, (session) => insert(core, session, id, account), options);
  } catch (error) {
    // The database decides who was first, so a rival's name shows up only here.
    if (!isFault(error, 'unique-violation')) throw error;
    await recordRefusal(core, intent, taken);
    throw taken;
  }
}

async function insert(core: Core, session: Session, id: string, account: NewServiceAccount) {
  await assertOnPremises(session);
  const provider = await chooseSsoProvider(session, account.ssoProvider);
  const now = core.clock();
  const row = {
    serviceAccountId: id,
    name: account.name,
    kind: account.kind,
    displayName: account.displayName ?? defaultDisplayName(account),
    isEnabled: true,
    ssoProviderId: provider.providerId,
    deprovisionPolicy: account.deprovisionPolicy ?? 'manual',
    allowsBasic: account.allowBasic ?? false,
    allowsOauth: account.allowOauth ?? false,
    adoptsDisabled: account.adoptDisabled !== 'refuse',
    ssoSubject: account.ssoSubject ?? null,
    departureLimit: account.maxDepartures === undefined ? DEFAULT_LIMIT : account.maxDepartures,
    releasedAt: null,
    createdAt: now,
    createdBy: core.actor,
    updatedAt: now,
  } as const;
  await insertServiceAccount(session, row);
  const { kind, deprovisionPolicy, ssoProviderId, ssoSubject } = row;
  const result = describeAccount(row, [], now);
  const { authentication, adoptDisabled, maxDepartures } = result;
  const settings = { kind, deprovisionPolicy, ssoProviderId, authentication, adoptDisabled, maxDepartures };
  const details = { ...settings, ...(ssoSubject && { ssoSubject }) };
  return { result, target: { id }, details };
}

const KIND_NAMES: Record<IdpKind, string> = {
  entra: 'Microsoft Entra ID',
  okta: 'Okta',
  generic: 'SCIM client',
};

const defaultDisplayName = ({ kind, name }: NewServiceAccount) =>
  name === kind ? KIND_NAMES[kind] : `${KIND_NAMES[kind]} (${name})`;

/** Names travel through shells, URLs and file names: lower-case letters, digits and hyphens, at most 63. */
export function assertSlug(name: string): void {
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) return;
  throw usageProblem(
    'idp-name-invalid',
    `${JSON.stringify(name.slice(0, 80))} is not a valid name for an IdP.`,
    {
      hint: 'Use 1 to 63 lower-case letters, digits and hyphens, with no hyphen at the start or end; for example: okta-eu.',
    },
  );
}

/** @throws Problem `display-name-invalid`. */
export function assertDisplayName(text: string | undefined): void {
  if (text === undefined || (text.trim() !== '' && text.length <= MAX_DISPLAY_NAME)) return;
  throw usageProblem(
    'display-name-invalid',
    `A display name must have 1 to ${MAX_DISPLAY_NAME} characters and must not be blank.`,
    { hint: 'Use another name with --display-name, or omit the option.' },
  );
}

/** UTF-16 units, as SQL Server counts; PostgreSQL, which counts characters, takes no fewer. */
const MAX_DISPLAY_NAME = 200;

/**
 * The enabled SAML provider that is meant.
 * @throws Problem `saml-not-enabled`, `sso-provider-unknown`, `sso-provider-ambiguous`.
 */
export async function chooseSsoProvider(session: Session, wanted?: string): Promise<SsoProvider> {
  await assertHostViews(session, ['host_sso_provider']);
  const all = await listSsoProviders(session);
  const usable = all.filter(isProviderUsable);
  const names = usable.map(({ name, providerId }) => `${name} (${providerId})`).join(', ');
  const [first, second] = usable;
  if (!first) {
    throw prerequisiteProblem('saml-not-enabled', 'The host application has no enabled SAML provider.', {
      hint: 'Set up SAML single sign-on in the host application first, then run the command again. `scimctl check saml` shows the current state.',
    });
  }
  if (wanted === undefined) {
    if (!second) return first;
    throw usageProblem('sso-provider-ambiguous', `More than one SAML provider is enabled: ${names}.`, {
      hint: 'Choose one with --sso-provider and its id.',
    });
  }
  const named = usable.filter(
    ({ providerId, name }) => sameText(providerId, wanted) || sameText(name, wanted),
  );
  const [found, another] = named;
  if (found && !another) return found;
  const isOff = all.some(({ providerId, name }) => sameText(providerId, wanted) || sameText(name, wanted));
  throw operationProblem(
    another ? 'sso-provider-ambiguous' : 'sso-provider-unknown',
    another
      ? `More than one SAML provider is named ${JSON.stringify(wanted)}.`
      : `There is ${isOff ? 'an SSO provider' : 'no SSO provider'} ${JSON.stringify(wanted)}${isOff ? ', but it is not an enabled SAML provider' : ''}.`,
    { hint: `Use the name or id of an enabled SAML provider: ${names}.` },
  );
}

/** SAML by whatever the host calls it: `SAML`, `saml2`, `SAML 2.0`. */
export const isProviderUsable = ({
  isEnabled,
  protocol,
}: Pick<SsoProvider, 'isEnabled' | 'protocol'>): boolean => isEnabled && /^saml/i.test(protocol);

// GUIDs come in either case, depending on the engine.
const sameText = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
