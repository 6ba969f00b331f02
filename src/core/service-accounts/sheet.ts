import type { SsoSubject } from '../../words/idp.js';
import type { ServiceAccount } from './service-account.js';
import { entraSteps } from './sheet/entra.js';
import { genericSteps } from './sheet/generic.js';
import { oktaSteps } from './sheet/okta.js';
import { type SheetStep, type SheetToken, until } from './sheet/step.js';

/** What an administrator types into the IdP, step by step. */
export interface SetUpSheet {
  idp: string;
  kind: ServiceAccount['kind'];
  /** The base URL of the endpoint, ending in `/scim/v2`. */
  tenantUrl: string;
  steps: SheetStep[];
}

/** Stands where nobody has told us the address yet. */
export const BASE_URL_PLACEHOLDER = 'https://YOUR-HOST';

/** The tenant URL is the base URL followed by `scim/v2`, however the base was written. */
export function tenantUrlOf(baseUrl: string): string {
  return `${baseUrl.replace(/\/+$/, '').replace(/\/scim\/v2$/, '')}/scim/v2`;
}

const STEPS = { entra: entraSteps, okta: oktaSteps, generic: genericSteps };

/** @param token the token that was just created, where one was: the sheet is then about that one. */
export function setUpSheet(
  account: Pick<ServiceAccount, 'name' | 'kind'> &
    Partial<Pick<ServiceAccount, 'authentication' | 'deprovisionPolicy' | 'ssoSubject' | 'tokens'>>,
  { baseUrl = BASE_URL_PLACEHOLDER, token }: { baseUrl?: string; token?: SheetToken } = {},
): SetUpSheet {
  const { name, kind, authentication = ['bearer'], deprovisionPolicy = 'manual' } = account;
  const tenantUrl = tenantUrlOf(baseUrl);
  const steps = STEPS[kind]({ name, tenantUrl, authentication, deprovisionPolicy, token });
  const live = token?.expiresAt ?? (token ? null : account.tokens?.expiresAt);
  const signIn = account.ssoSubject ? [subjectStep(kind, account.ssoSubject)] : [];
  return { idp: name, kind, tenantUrl, steps: [...steps, ...signIn, tokenCare(name, live ?? undefined)] };
}

/** Whoever signs in under another name than the account has is another user to the application. */
const subjectStep = (kind: ServiceAccount['kind'], subject: SsoSubject): SheetStep => ({
  title: 'Sign-in with SAML',
  lines: [`The SAML application must send as NameID: ${NAME_ID[kind][subject]}.`],
});

const OF_CLIENT = {
  'user-name': "the user's userName",
  email: "the user's e-mail address, as it provisions it",
  'object-id': "the user's id, as it provisions it in externalId",
};

const NAME_ID: Readonly<Record<ServiceAccount['kind'], Record<SsoSubject, string>>> = {
  entra: {
    'user-name': 'user.userprincipalname (Unique User Identifier), the source attribute of userName',
    email: 'user.mail (Unique User Identifier), the source attribute of emails[type eq "work"].value',
    'object-id': 'user.objectid (Unique User Identifier), the source attribute of externalId',
  },
  okta: {
    ...OF_CLIENT,
    'user-name': 'Okta username (Application username), as it provisions it in userName',
  },
  generic: OF_CLIENT,
};

const tokenCare = (name: string, expiresAt: Date | undefined): SheetStep => ({
  title: 'Remember',
  lines: [
    'An expired token stops provisioning without any notification, and the IdP may quarantine the whole job.',
    `Before the token expires${expiresAt ? ` on ${until(expiresAt)}` : ''}, run: scimctl token rotate --idp ${name} (the old token keeps working for a day). Then enter the new token in the IdP.`,
    `Run scimctl check from a scheduled job: it warns 30 days ahead.`,
  ],
});
