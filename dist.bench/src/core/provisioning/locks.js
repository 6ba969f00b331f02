import { change } from '../audit/change.js';
import { addressOf } from './match.js';
/**
 * How many can take seats at a time. Each of them has seen all seats but those of the others under way, so a
 * pool with at least so many free ones has one for each of them. With fewer, a seat is taken alone.
 */
export const SLOTS = 64;
export const linkLock = (identityId) => `link ${identityId.toLowerCase()}`;
export const addressLock = (address) => `address ${address.toLowerCase()}`;
/** The names by which an IdP's user is known. */
export const nameLocks = (idp, { userName, externalId }) => [
    `user name ${idp.id} ${userName.toLowerCase()}`,
    ...(externalId === null ? [] : [`external id ${idp.id} ${externalId}`]),
];
/** What a host user for this profile is found by, and would be called. */
export const placeLock = (profile) => addressLock(addressOf(profile) ?? profile.userName);
/** Thrown when it turns out that more must be kept than was: everything is looked at again under that. */
class MoreLocks extends Error {
    wanted;
    constructor(wanted) {
        super('more locks are needed');
        this.wanted = wanted;
    }
}
/** Makes sure that this is held. What was read before may be out of date, so it does not return if not. */
export function need(held, wanted) {
    const { names = [], claims = 'none' } = wanted;
    const missing = names.filter((name) => !held.names.includes(name));
    if (missing.length === 0 && RANK[claims] <= RANK[held.claims])
        return;
    const more = RANK[claims] > RANK[held.claims] ? claims : held.claims;
    throw new MoreLocks({ names: [...held.names, ...missing], claims: more });
}
const RANK = { none: 0, beside: 1, alone: 2 };
/** `change`, under these locks, and under more if `work` needs them. */
export async function changeUnder(core, intent, first, work) {
    for (let held = first;;) {
        const locks = inOrder(core, held);
        try {
            return await change(core, intent, (session) => work(session, held), { locks });
        }
        catch (error) {
            if (!(error instanceof MoreLocks))
                throw error;
            held = error.wanted;
        }
    }
}
/** The same order for everybody, so that no two wait for each other. */
function inOrder(core, { names, claims }) {
    const own = [...new Set(names)].sort().map((name) => ({ name }));
    if (claims === 'none')
        return own;
    if (claims === 'alone')
        return [...own, CLAIMS];
    const [random = 0] = core.random(1);
    return [...own, { ...CLAIMS, shared: true }, { name: `claims ${random % SLOTS}` }];
}
const CLAIMS = { name: 'claims' };
/** For whoever must not meet anybody who makes a link active. */
export const aloneWithClaims = [CLAIMS];
