import { keepable } from '../../database/queries/host-users.js';
import { provisioningFacts } from '../../database/queries/provisioning-facts.js';
import { revision } from './host-profile.js';
import { addressLock, linkLock, nameLocks, need } from './locks.js';
import { addressOf } from './match.js';
import { newAddresses } from './place.js';
import { claimsFor, factsWithSeats } from './seat.js';
const NOTHING = {
    known: [],
    candidates: [],
    linked: undefined,
    hosting: null,
    accountEnabled: false,
    ssoProviders: [],
    pools: [],
};
/** What a change has to know, and hold, beyond the user itself; most changes nothing. */
export async function factsForChange(session, { core, idp, shape, held }, row, current, wanted) {
    const renames = wanted.userName !== current.userName || wanted.externalId !== current.externalId;
    const enables = wanted.active && !current.active;
    const hostChange = row.host ? keepable(shape, revision(current, wanted, row.host)) : {};
    const addresses = row.host
        ? newAddresses(row.host, hostChange)
        : enables
            ? [addressOf(wanted) ?? wanted.userName]
            : [];
    // The host user of a link that is not in force may be somebody else's by now.
    const isForeign = row.deprovisionedAt !== null && row.host !== null;
    const writesForeign = isForeign && !enables && Object.keys(hostChange).length > 0;
    need(held, {
        names: [
            linkLock(row.identityId),
            ...(renames ? nameLocks(idp, wanted) : []),
            ...addresses.map(addressLock),
        ],
        claims: enables ? claimsFor(core) : writesForeign ? 'alone' : 'none',
    });
    const query = {
        serviceAccountId: idp.id,
        ...(renames && { names: wanted }),
        addresses,
        ...(isForeign && (enables || writesForeign) && { linkedBy: row.identityId }),
        access: enables,
    };
    if (enables)
        return factsWithSeats(session, shape, query);
    const isAsked = renames || addresses.length > 0 || query.linkedBy !== undefined;
    return isAsked ? provisioningFacts(session, shape, query) : NOTHING;
}
