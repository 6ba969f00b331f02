import { NEW_HOST_USER } from '../dialect.js';
import { eventValues } from './events.js';
import { hasText, hostUserColumns } from './host-user-shape.js';
import { hostUserValues, sameAddress, toHostUser, } from './host-users.js';
import { identityValues } from './identities.js';
import { provisioningFacts } from './provisioning-facts.js';
import { ownTable, selectRaw } from './rows.js';
/**
 * Writes it all in one round trip, or in three where the host does not say at once which id it gave.
 * @returns the new host user as it is, whatever the host made of it.
 */
export async function provision(session, shape, wanted) {
    const { sql, bindings } = session.dialect.provision(writes(session, shape, wanted));
    const [row] = await selectRaw(session, sql, [...bindings]);
    if (!wanted.host || !('make' in wanted.host))
        return undefined;
    if (row?.made_id != null)
        return toHostUser(row);
    return linkAfterwards(session, shape, wanted, wanted.host.make.loginName);
}
async function linkAfterwards(session, shape, { link, event }, loginName) {
    const query = { serviceAccountId: '', addresses: [loginName] };
    const { candidates } = await provisioningFacts(session, shape, query);
    const host = candidates.find((one) => sameAddress(one.loginName, loginName));
    if (!host)
        throw new Error('the host view host_user accepted a new row, and has none');
    const hostUserId = host.userId;
    await provision(session, shape, {
        link: 'make' in link
            ? { make: { ...link.make, hostUserId } }
            : { ...link, change: { ...link.change, hostUserId } },
        event: {
            ...event,
            details: event.details.replace(`"${NEW_HOST_USER}"`, () => JSON.stringify(hostUserId)),
        },
    });
    return host;
}
function writes(session, shape, { host, link, event }) {
    return {
        tables: {
            hostUser: ownTable(session, 'host_user'),
            identity: ownTable(session, 'identity'),
            event: ownTable(session, 'event'),
        },
        ...(host && { host: 'make' in host ? newHostUser(session, shape, host.make) : hostChange(shape, host) }),
        identity: 'make' in link
            ? { insert: identityValues(session, link.make) }
            : { update: identityValues(session, link.change), identityId: link.identityId },
        event: eventValues(session, event),
    };
}
const hostChange = (shape, { userId, change }) => ({
    update: hostUserValues(shape, change),
    userId,
    type: shape.userId,
});
const newHostUser = (session, shape, user) => ({
    insert: hostUserValues(shape, user),
    found: hasText(session, shape, 'login_name', user.loginName),
    type: shape.userId,
    answer: [...hostUserColumns(shape), `${session.dialect.expressions.hostId('h.user_id')} as made_id`].join(', '),
});
