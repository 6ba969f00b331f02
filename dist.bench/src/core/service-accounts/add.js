import { isFault } from '../../database/fault.js';
import { listSsoProviders } from '../../database/queries/host.js';
import { insertServiceAccount, } from '../../database/queries/service-accounts.js';
import { operationProblem, prerequisiteProblem, usageProblem } from '../../problem.js';
import { change, recordRefusal } from '../audit/change.js';
import { assertHostViews } from '../host/views.js';
import { assertOnPremises } from '../installation.js';
import { randomUuid } from '../uuid.js';
import { describe } from './service-account.js';
/**
 * Adds the service account of one IdP, enabled, bound to an enabled SAML provider.
 * @throws Problem `idp-name-invalid`, `display-name-invalid`, `idp-name-taken`, `hosting-cloud`, `saml-not-enabled`,
 *   `sso-provider-unknown`, `sso-provider-ambiguous`; nothing is changed.
 */
export async function addServiceAccount(core, account, options = {}) {
    const { name } = account;
    assertSlug(name);
    assertDisplayName(account.displayName);
    const id = randomUuid(core.random);
    const intent = { action: 'idp.add', target: { type: 'idp', name } };
    const taken = operationProblem('idp-name-taken', `There is already an IdP ${JSON.stringify(name)}.`, {
        hint: `Choose another name, or look at it with \`scimctl idp show ${name}\`.`,
    });
    try {
        return await change(core, intent, (session) => insert(core, session, id, account), options);
    }
    catch (error) {
        // The database decides who was first, so a rival's name shows up only here.
        if (!isFault(error, 'unique-violation'))
            throw error;
        await recordRefusal(core, intent, taken);
        throw taken;
    }
}
async function insert(core, session, id, account) {
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
        createdAt: now,
        createdBy: core.actor,
        updatedAt: now,
    };
    await insertServiceAccount(session, row);
    const { kind, deprovisionPolicy, ssoProviderId } = row;
    const result = describe(row, [], now);
    const { authentication } = result;
    return { result, target: { id }, details: { kind, deprovisionPolicy, ssoProviderId, authentication } };
}
const KIND_NAMES = {
    entra: 'Microsoft Entra ID',
    okta: 'Okta',
    generic: 'SCIM client',
};
const defaultDisplayName = ({ kind, name }) => name === kind ? KIND_NAMES[kind] : `${KIND_NAMES[kind]} (${name})`;
/** Names travel through shells, URLs and file names: lower-case letters, digits and hyphens, at most 63. */
export function assertSlug(name) {
    if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name))
        return;
    throw usageProblem('idp-name-invalid', `${JSON.stringify(name.slice(0, 80))} cannot be an IdP's name.`, {
        hint: 'Use 1 to 63 lower-case letters, digits and hyphens, not a hyphen first or last: okta-eu.',
    });
}
/** @throws Problem `display-name-invalid`. */
export function assertDisplayName(text) {
    if (text === undefined || (text.trim() !== '' && text.length <= MAX_DISPLAY_NAME))
        return;
    throw usageProblem('display-name-invalid', `A display name has 1 to ${MAX_DISPLAY_NAME} characters and is not blank.`, { hint: 'Give another with --display-name, or leave it out.' });
}
/** UTF-16 units, as SQL Server counts; PostgreSQL, which counts characters, takes no fewer. */
const MAX_DISPLAY_NAME = 200;
/**
 * The enabled SAML provider that is meant.
 * @throws Problem `saml-not-enabled`, `sso-provider-unknown`, `sso-provider-ambiguous`.
 */
export async function chooseSsoProvider(session, wanted) {
    await assertHostViews(session, ['host_sso_provider']);
    const all = await listSsoProviders(session);
    const usable = all.filter(isUsable);
    const names = usable.map(({ name, providerId }) => `${name} (${providerId})`).join(', ');
    const [first, second] = usable;
    if (!first) {
        throw prerequisiteProblem('saml-not-enabled', 'No SAML provider is enabled in the host application.', {
            hint: 'Set up SAML single sign-on in the host application first; `scimctl check saml` shows what it has.',
        });
    }
    if (wanted === undefined) {
        if (!second)
            return first;
        throw usageProblem('sso-provider-ambiguous', `More than one SAML provider is enabled: ${names}.`, {
            hint: 'Say which with --sso-provider.',
        });
    }
    const named = usable.filter(({ providerId, name }) => sameText(providerId, wanted) || sameText(name, wanted));
    const [found, another] = named;
    if (found && !another)
        return found;
    const isOff = all.some(({ providerId, name }) => sameText(providerId, wanted) || sameText(name, wanted));
    throw operationProblem(another ? 'sso-provider-ambiguous' : 'sso-provider-unknown', another
        ? `More than one SAML provider is called ${JSON.stringify(wanted)}.`
        : `There is ${isOff ? 'an SSO provider' : 'no SSO provider'} ${JSON.stringify(wanted)}${isOff ? ', but it is not an enabled SAML provider' : ''}.`, { hint: `Enabled SAML providers: ${names}.` });
}
/** SAML by whatever the host calls it: `SAML`, `saml2`, `SAML 2.0`. */
export const isUsable = ({ isEnabled, protocol }) => isEnabled && /^saml/i.test(protocol);
// GUIDs come in either case, depending on the engine.
const sameText = (a, b) => a.toLowerCase() === b.toLowerCase();
