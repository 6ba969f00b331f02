import { unlinkIdentities } from '../../database/queries/identities.js';
import { markServiceAccountRemoved, updateServiceAccount, } from '../../database/queries/service-accounts.js';
import { change } from '../audit/change.js';
import { assertOnPremises } from '../installation.js';
import { aloneWithClaims } from '../provisioning/locks.js';
import { endAllTokens } from '../tokens/end.js';
import { assertDisplayName, chooseSsoProvider } from './add.js';
import { findAccount, lockAccount } from './service-account.js';
/**
 * Changes what is given; what is already so is no change.
 * @throws Problem `display-name-invalid`, and as `chooseSsoProvider` and `findAccount` do.
 */
export async function updateAccount(core, reference, update, options) {
    assertDisplayName(update.displayName);
    return apply(core, 'idp.update', reference, options, async (session) => {
        const { displayName, deprovisionPolicy, ssoProvider, allowBasic, allowOauth } = update;
        const provider = ssoProvider === undefined ? undefined : await chooseSsoProvider(session, ssoProvider);
        return {
            displayName,
            deprovisionPolicy,
            ssoProviderId: provider?.providerId,
            allowsBasic: allowBasic,
            allowsOauth: allowOauth,
        };
    });
}
/** The operator's switch: while an account is disabled, its IdP is refused. Its tokens stay as they are. */
export function setAccountEnabled(core, reference, isEnabled, options) {
    return apply(core, isEnabled ? 'idp.enable' : 'idp.disable', reference, options, async (session) => {
        if (isEnabled)
            await assertOnPremises(session);
        return { isEnabled };
    });
}
async function apply(core, action, reference, options, decide) {
    return change(core, { action, target: { type: 'idp', name: reference } }, async (session) => {
        const { id, name, enabled, authentication, ...rest } = await lockAccount(session, reference, core.clock());
        const current = {
            ...rest,
            isEnabled: enabled,
            allowsBasic: authentication.includes('basic'),
            allowsOauth: authentication.includes('oauth'),
        };
        const wanted = Object.entries(await decide(session)).filter(([, value]) => value !== undefined);
        const different = wanted.filter(([field, value]) => current[field] !== value);
        if (different.length > 0) {
            await updateServiceAccount(session, id, Object.fromEntries(different), core.clock());
        }
        const result = await findAccount(session, id, core.clock());
        const details = Object.fromEntries(different);
        return { result, changed: different.length > 0, target: { id, name }, details };
    }, options);
}
/**
 * Removes the service account: its tokens end at once, its name is free again, and its users are no longer
 * managed by any IdP. Users who are pending stay on the audit list.
 */
export function removeAccount(core, reference, options) {
    return change(core, { action: 'idp.remove', target: { type: 'idp', name: reference } }, async (session) => {
        const account = await lockAccount(session, reference, core.clock());
        const now = core.clock();
        const tokens = await endAllTokens(session, account.id, now);
        const users = await unlinkIdentities(session, account.id, now);
        await markServiceAccountRemoved(session, account.id, now);
        const result = { ...account, enabled: false, tokens: { active: 0, expiresAt: null } };
        return { result, target: { id: account.id, name: account.name }, details: { tokens, users } };
    }, 
    // Nobody is being provisioned by the account meanwhile, who would be linked to it after all.
    { ...options, locks: aloneWithClaims });
}
