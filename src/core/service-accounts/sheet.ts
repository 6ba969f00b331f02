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
    Partial<Pick<ServiceAccount, 'authentication' | 'deprovisionPolicy' | 'tokens'>>,
  { baseUrl = BASE_URL_PLACEHOLDER, token }: { baseUrl?: string; token?: SheetToken } = {},
): SetUpSheet {
  const { name, kind, authentication = ['bearer'], deprovisionPolicy = 'manual' } = account;
  const tenantUrl = tenantUrlOf(baseUrl);
  const steps = STEPS[kind]({ name, tenantUrl, authentication, deprovisionPolicy, token });
  const live = token?.expiresAt ?? (token ? null : account.tokens?.expiresAt);
  return { idp: name, kind, tenantUrl, steps: [...steps, tokenCare(name, live ?? undefined)] };
}

const tokenCare = (name: string, expiresAt: Date | undefined): SheetStep => ({
  title: 'Remember',
  lines: [
    'An expired token stops provisioning without any notification, and the IdP may quarantine the whole job.',
    `Before the token expires${expiresAt ? ` on ${until(expiresAt)}` : ''}, run: scimctl token rotate --idp ${name} (the old token keeps working for a day). Then enter the new token in the IdP.`,
    `Run scimctl check from a scheduled job: it warns 30 days ahead.`,
  ],
});
