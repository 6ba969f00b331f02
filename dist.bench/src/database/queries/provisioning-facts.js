import { anyOf, bound, joined, raw, sql } from '../fragment.js';
import { hasText, isHostUser } from './host-user-shape.js';
import { sameAddress, toHostUser } from './host-users.js';
import { asBoolean, asText, ownTable, selectRaw } from './rows.js';
/** All that a provisioning is decided by, in one round trip. */
export async function provisioningFacts(session, shape, query) {
    const { names, addresses = [], linkedBy, access = false, seats = false } = query;
    const parts = {
        ...(names && { known: knownAs(session, query.serviceAccountId, names) }),
        ...(addresses.length > 0 && { candidates: withAddress(session, shape, addresses) }),
        ...(linkedBy !== undefined && { linked: linkedTo(session, shape, linkedBy) }),
        ...(access && accessFacts(session, query.serviceAccountId)),
        ...(seats && { pools: seatFacts(session) }),
    };
    const columns = Object.entries(parts).map(([name, part]) => sql `${part} as ${raw(name)}`);
    const statement = sql `select ${joined(columns, ',\n')}`;
    const [row = {}] = await selectRaw(session, statement.sql, [
        ...statement.bindings,
    ]);
    const candidates = asRows(row.candidates).map(toCandidate);
    return {
        known: asRows(row.known).map((one) => ({
            identityId: String(one.id).toLowerCase(),
            externalId: asText(one.externalId),
            createdAt: instantOf(String(one.createdAt)),
            isDeleted: one.reason === 'deleted',
        })),
        candidates: candidates.filter(({ loginName, email }) => addresses.some((address) => sameAddress(loginName, address) || sameAddress(email, address))),
        linked: asRows(row.linked).map(toCandidate)[0],
        hosting: asText(row.hosting),
        accountEnabled: Number(row.account_enabled) === 1,
        ssoProviders: asRows(row.sso_providers).map((one) => ({
            providerId: String(one.id),
            protocol: String(one.protocol),
            isEnabled: asBoolean(one.isEnabled),
        })),
        pools: asRows(row.pools).map((one) => ({
            licenceType: String(one.licenceType),
            assignOrder: Number(one.assignOrder),
            seatsTotal: Number(one.total),
            seatsUsed: Number(one.used),
        })),
    };
}
function knownAs(session, serviceAccountId, { externalId, userName }) {
    const { search } = session.dialect;
    const byUserName = sql `${search.ownFolded('k.user_name')} = ${search.folded(bound(userName))}`;
    const byExternalId = externalId === null ? [] : [sql `k.external_id = ${bound(externalId)}`];
    return jsonRows(session, {
        id: 'k.identity_id',
        externalId: 'k.external_id',
        createdAt: 'k.created_at',
        reason: 'k.deprovision_reason',
    }, sql `${raw(ownTable(session, 'identity'))} k where k.service_account_id = ${bound(serviceAccountId)}
       and k.unlinked_at is null and ${anyOf([byUserName, ...byExternalId])}`, 'k.updated_at desc');
}
function withAddress(session, shape, addresses) {
    const { hostId } = session.dialect.expressions;
    const same = ['login_name', 'email'].flatMap((column) => addresses.map((address) => hasText(session, shape, column, address)));
    return jsonRows(session, { ...hostColumns(session, shape), claimedBy: 'c.identity_id' }, sql `${raw(ownTable(session, 'host_user'))} h
       left join ${raw(ownTable(session, 'identity'))} c on c.host_user_id = ${raw(hostId('h.user_id'))}
        and c.deprovisioned_at is null and c.unlinked_at is null
      where ${anyOf(same)}`, 'h.login_name');
}
const linkedTo = (session, shape, identityId) => jsonRows(session, { ...hostColumns(session, shape), claimedBy: 'c.identity_id' }, sql `${raw(ownTable(session, 'identity'))} i
       join ${raw(ownTable(session, 'host_user'))} h on ${raw(isHostUser(session, shape, 'i.host_user_id'))}
       left join ${raw(ownTable(session, 'identity'))} c on c.host_user_id = i.host_user_id
        and c.identity_id <> i.identity_id and c.deprovisioned_at is null and c.unlinked_at is null
      where i.identity_id = ${bound(identityId)}`, 'h.login_name');
function accessFacts(session, serviceAccountId) {
    const { hostId } = session.dialect.expressions;
    const account = `${ownTable(session, 'service_account')} a where a.removed_at is null and a.service_account_id =`;
    return {
        hosting: raw(`(select n.hosting from ${ownTable(session, 'installation')} n)`),
        account_enabled: sql `(select cast(a.is_enabled as int) from ${raw(account)} ${bound(serviceAccountId)})`,
        sso_providers: jsonRows(session, { id: hostId('p.provider_id'), protocol: 'p.protocol', isEnabled: 'p.is_enabled' }, raw(`${ownTable(session, 'host_sso_provider')} p`), 'p.name'),
    };
}
const seatFacts = (session) => jsonRows(session, {
    licenceType: 'l.licence_type',
    assignOrder: 'l.assign_order',
    total: 'l.seats_total',
    used: 'l.seats_used',
}, raw(`${ownTable(session, 'host_licence')} l`), 'l.assign_order');
function jsonRows(session, columns, { sql: from, bindings }, orderBy) {
    return { sql: session.dialect.expressions.jsonRows({ columns, from, orderBy }), bindings };
}
/** Ids as text, whatever their type, since JSON would have a GUID in capitals and a big number cut short. */
function hostColumns({ dialect }, { columns }) {
    const { hostId } = dialect.expressions;
    const wanted = [...columns].filter((name) => name !== 'last_sign_in_at');
    return Object.fromEntries(wanted.map((name) => [
        `h_${name}`,
        name === 'user_id' || name === 'sso_provider_id' ? hostId(`h.${name}`) : `h.${name}`,
    ]));
}
const toCandidate = (row) => ({
    ...toHostUser(row),
    claimedBy: asText(row.claimedBy)?.toLowerCase() ?? null,
});
/** PostgreSQL's driver has parsed it, SQL Server's has not. */
const asRows = (value) => typeof value === 'string' ? JSON.parse(value) : (value ?? []);
/** SQL Server writes an instant into JSON without saying that it is UTC. */
const instantOf = (text) => new Date(/Z$|[+-]\d\d:\d\d$/.test(text) ? text : `${text}Z`);
