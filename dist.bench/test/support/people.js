import assert from 'node:assert/strict';
import { rowsOf } from './product.js';
/** What an IdP says of somebody, of whom it knows little more than the address. */
export const person = (name, more = {}) => ({
    userName: `${name}@contoso.example`,
    externalId: `object-${name}`,
    active: true,
    email: `${name}@contoso.example`,
    displayName: null,
    givenName: null,
    familyName: null,
    attributes: {},
    ...more,
});
/** A user of the reference host application, by its login name; its columns as the host has them. */
export async function hostUser(product, login) {
    const found = await hostUsers(product, login);
    assert.equal(found.length, 1, login);
    return found[0];
}
export const hostUsers = async (product, login) => (await rowsOf(product, 'app.users')).filter((row) => String(row.login).toLowerCase() === login.toLowerCase());
/** The application's own change of a user. */
export const changeHostUser = (product, login, columns) => product.database.transaction(({ knex }) => knex('users').withSchema('app').where({ login }).update(columns));
/** Makes a user in the application itself; anybody who may sign in but has no seat, unless told otherwise. */
export async function addHostUser(product, login, columns = {}) {
    const row = { login, email: login, display_name: login, enabled: true, ...columns };
    await product.database.transaction(({ knex }) => knex('users').withSchema('app').insert(row));
    return String((await hostUser(product, login)).id);
}
/** So many seats in all; the reference application's own users have 8 Concurrent and 4 Dedicated ones. */
export const setSeats = (product, licenceType, total) => product.database.transaction(({ knex }) => knex('licence_pools')
    .withSchema('app')
    .where({ licence_type: licenceType })
    .update({ seats_total: total }));
export async function seatsUsed(product) {
    const pools = await rowsOf(product, 'scim.host_licence');
    return Object.fromEntries(pools.map((pool) => [String(pool.licence_type), Number(pool.seats_used)]));
}
/** The events of what `work` does, about users. */
export async function eventsOf(product, work) {
    const users = async () => (await rowsOf(product, 'scim.event'))
        .filter(({ target_type }) => target_type === 'user')
        .sort((a, b) => Number(a.seq) - Number(b.seq));
    const before = new Set((await users()).map(({ event_id }) => event_id));
    await work();
    return (await users())
        .filter(({ event_id }) => !before.has(event_id))
        .map(({ action, outcome, target_name, details }) => ({
        action: String(action),
        outcome: String(outcome),
        targetName: target_name,
        details: JSON.parse(String(details)),
    }));
}
/** The same IdP under the other policy. */
export const disabling = (idp) => ({ ...idp, deprovisionPolicy: 'disable' });
