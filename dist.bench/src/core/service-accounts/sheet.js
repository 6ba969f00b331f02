import { entraSteps } from './sheet/entra.js';
import { genericSteps } from './sheet/generic.js';
import { oktaSteps } from './sheet/okta.js';
/** Stands where nobody has told us the address yet. */
export const BASE_URL_PLACEHOLDER = 'https://YOUR-HOST';
/** The tenant URL is the base URL followed by `scim/v2`, however the base was written. */
export function tenantUrlOf(baseUrl) {
    return `${baseUrl.replace(/\/+$/, '').replace(/\/scim\/v2$/, '')}/scim/v2`;
}
const STEPS = { entra: entraSteps, okta: oktaSteps, generic: genericSteps };
export function setUpSheet(account, baseUrl = BASE_URL_PLACEHOLDER) {
    const { name, kind, authentication = ['bearer'], deprovisionPolicy = 'manual' } = account;
    const tenantUrl = tenantUrlOf(baseUrl);
    const steps = STEPS[kind]({ name, tenantUrl, authentication, deprovisionPolicy });
    return { idp: name, kind, tenantUrl, steps: [...steps, tokenCare(name)] };
}
const tokenCare = (name) => ({
    title: 'Remember',
    lines: [
        'An expired token stops provisioning without a word and puts the whole job into quarantine.',
        `Before it ends: scimctl token rotate --idp ${name} (the old token goes on for a day), then enter the new one.`,
        `scimctl check warns 30 days ahead; run it from a scheduled job.`,
    ],
});
