import { listServiceAccounts, lockServiceAccount, readServiceAccount, } from '../../database/queries/service-accounts.js';
import { listTokens } from '../../database/queries/tokens.js';
import { pick } from '../address.js';
import { methodsOf } from '../authentication/methods.js';
import { isLive, validUntil } from '../tokens/status.js';
export const IDP_KINDS = ['entra', 'okta', 'generic'];
export const DEPROVISION_POLICIES = ['manual', 'disable'];
export async function readServiceAccounts(session, now) {
    const accounts = await listServiceAccounts(session);
    const tokens = await listTokens(session);
    return accounts.map((account) => describe(account, tokens.filter((token) => token.serviceAccountId === account.serviceAccountId), now));
}
/** All service accounts, by name. */
export const listAccounts = (core) => core.database.read((session) => readServiceAccounts(session, core.clock()));
/** How a service account may show who it is, as it is set now; in no way once it was removed. */
export async function authenticationOf(core, id) {
    const account = await core.database.read((session) => readServiceAccount(session, id));
    return account ? methodsOf(account) : [];
}
/** @throws Problem `idp-unknown` or `idp-ambiguous`. */
export async function findAccount(session, reference, now) {
    return pickAccount(await readServiceAccounts(session, now), reference);
}
/**
 * The same, and from here to the end of the transaction alone with the account and its tokens.
 * @throws Problem `idp-unknown` or `idp-ambiguous`; also where it was removed while this waited for its turn.
 */
export async function lockAccount(session, reference, now) {
    const { id } = await findAccount(session, reference, now);
    if (!(await lockServiceAccount(session, id)))
        return pickAccount([], reference);
    return findAccount(session, id, now);
}
/** @throws Problem `idp-unknown` or `idp-ambiguous`. */
export const pickAccount = (accounts, reference) => pick(accounts, reference, { noun: 'IdP', code: 'idp', list: 'idp list' });
export function describe(account, tokens, now) {
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
        authentication: methodsOf(account),
        createdAt: account.createdAt,
        createdBy: account.createdBy,
        tokens: { active: live.length, expiresAt: Number.isFinite(last) ? new Date(last) : null },
    };
}
