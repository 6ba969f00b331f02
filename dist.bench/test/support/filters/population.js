import { createGroup } from '../../../src/core/provisioning/create-group.js';
import { STORED_ADDRESS } from '../../../src/database/queries/filters/user-attributes.js';
import { addIdp, link } from '../provisioned.js';
import { OWN } from './attributes.js';
import { HOSTILE } from './hostile.js';
import { seeded } from './random.js';
const HOST = 'urn:ietf:params:scim:schemas:extension:scimctl:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
/**
 * A few dozen users of one IdP with hostile names, with much or little known of them, some of whom the host
 * application has disabled or deleted; and others whom this IdP must never see.
 */
export async function populate(product) {
    const idp = await addIdp(product, 'filtering');
    const other = await addIdp(product, 'other');
    const random = seeded(20_261_121);
    const maybe = (value, chance = 0.75) => (random() < chance ? value : undefined);
    const pick = (all) => all[Math.floor(random() * all.length)];
    const hostile = () => pick(HOSTILE);
    const { product: server } = await product.database.read(({ knex, dialect }) => dialect.serverInfo(knex));
    // Babelfish leaves JSON's escapes in what it takes out of JSON, with every function there is.
    const storable = server === 'Babelfish' ? HOSTILE.filter((text) => !/["\\\n\t]/.test(text)) : HOSTILE;
    const count = HOSTILE.length;
    await hostUsers(product, count, (at) => ({
        email: maybe(HOSTILE[(at * 7) % count]) ?? null,
        display_name: HOSTILE[at],
        given_name: maybe(hostile()) ?? null,
        family_name: maybe(hostile()) ?? null,
        is_enabled: random() < 0.7,
        licence_type: maybe(pick(['Concurrent', 'Dedicated']), 0.5) ?? null,
    }));
    const ids = await hostIds(product);
    const identities = [];
    for (const [at, hostUserId] of ids.entries()) {
        product.now = new Date(product.now.getTime() + Math.floor(random() * 3));
        const reason = random() < 0.25 ? 'disabled' : null;
        identities.push(await link(product, idp, hostUserId, {
            externalId: at % 3 === 0 ? null : `${HOSTILE[at]}${at % 2 ? at : ''}`,
            userName: HOSTILE[(at * 11) % count],
            updatedAt: new Date(product.now.getTime() + Math.floor(random() * 1000)),
            deprovisionedAt: reason && product.now,
            deprovisionReason: reason,
            ...(random() < 0.9 && { attributes: attributes(maybe, () => pick(storable), random) }),
        }));
    }
    await deleteHostUsers(product, ids.slice(0, 4));
    await othersToHide(product, idp, other);
    for (const name of ['A team', "O'Neill's", 'a team 2']) {
        const memberIds = identities.filter(() => random() < 0.3);
        await createGroup(product.core, idp, { displayName: name, externalId: null, memberIds });
    }
    return idp;
}
function attributes(maybe, hostile, random) {
    const integer = (below) => Math.floor(random() * below);
    const phone = () => ({
        value: maybe(`+49 ${integer(3)}${hostile()}`),
        type: maybe(['work', 'home', 'Work', null][integer(4)]),
        display: maybe(hostile(), 0.3),
        primary: maybe(random() < 0.5, 0.5),
    });
    const all = {
        displayName: maybe(hostile()),
        name: maybe({ givenName: maybe(hostile()), familyName: maybe(hostile()), formatted: maybe(hostile()) }),
        [STORED_ADDRESS]: maybe(hostile()),
        title: maybe(random() < 0.1 ? 'x'.repeat(5000) + hostile() : hostile()),
        profileUrl: maybe(`https://${hostile()}`),
        phoneNumbers: maybe(Array.from({ length: integer(4) }, phone)),
        [ENTERPRISE]: maybe({ department: maybe(hostile()), manager: maybe({ value: hostile() }) }),
        [OWN]: maybe({
            nick: maybe(hostile()),
            level: maybe(integer(5) - 2),
            score: maybe([0.1, -0.5, 1e21, 3, 2.5e-7][integer(5)]),
            vip: maybe(random() < 0.5),
            since: maybe([
                '2024-02-29T12:00:00Z',
                '2024-02-29T13:00:00+01:00',
                '2024-02-29T12:00:00.1234Z',
                '1999-12-31T23:59:59.999-11:30',
            ][integer(4)]),
            tags: maybe(Array.from({ length: integer(3) }, hostile)),
            badges: maybe(Array.from({ length: integer(3) }, () => ({ value: hostile(), rank: maybe(integer(3)) }))),
        }),
    };
    return JSON.parse(JSON.stringify(all));
}
async function hostUsers(product, count, columns) {
    await product.database.transaction(async ({ knex, schema }) => {
        for (let at = 0; at < count; at++) {
            const row = { login_name: `filter-${String(at).padStart(3, '0')}`, ...columns(at) };
            await knex('host_user').withSchema(schema).insert(row);
        }
    });
}
const hostIds = (product) => product.database.read(async ({ knex, schema }) => (await knex('host_user')
    .withSchema(schema)
    .where('login_name', 'like', 'filter-%')
    .orderBy('login_name')
    .select('user_id')).map(({ user_id }) => String(user_id)));
const deleteHostUsers = (product, ids) => product.database.transaction(async ({ knex }) => {
    await knex('users').withSchema('app').whereIn('id', ids.map(Number)).delete();
});
/** Another IdP's user, one whom the IdP has deleted, and one whose link was ended. */
async function othersToHide(product, idp, other) {
    const seen = { attributes: { title: 'a' }, userName: 'a' };
    await link(product, other, '2', seen);
    await link(product, idp, '3', { ...seen, deprovisionedAt: product.now, deprovisionReason: 'deleted' });
    const ended = await link(product, idp, '4', seen);
    await product.database.transaction(async ({ knex, schema, dialect }) => {
        await knex('identity')
            .withSchema(schema)
            .where({ identity_id: ended })
            .update({ unlinked_at: dialect.bindInstant(product.now) });
    });
}
/** A user as JSON, with everything that a filter may ask for. */
export function resourceOf(user) {
    const { name, ...rest } = user.attributes;
    return {
        ...rest,
        id: user.id,
        externalId: user.externalId,
        userName: user.userName,
        displayName: user.displayName,
        name: { ...name, givenName: user.givenName, familyName: user.familyName },
        active: user.active,
        emails: user.email === null ? [] : [{ value: user.email, type: 'work', primary: true }],
        groups: user.groups.map(({ id, displayName }) => ({ value: id, display: displayName, type: 'direct' })),
        meta: { created: user.createdAt.toISOString(), lastModified: user.updatedAt.toISOString() },
        [HOST]: { hostUserId: user.hostUserId, licenceType: user.licenceType },
    };
}
