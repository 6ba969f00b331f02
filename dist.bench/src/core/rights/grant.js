import { isDeepStrictEqual } from 'node:util';
import { readSchemaFiles } from '../../database/migrator/files.js';
import { schemaStatus } from '../../database/migrator/migrate.js';
import { assertCurrent } from '../../database/migrator/plan.js';
import { isHostView, rightInWords, } from '../../database/rights.js';
import { configurationProblem } from '../../problem.js';
import { change } from '../audit/change.js';
import { databaseRole, ROLES, roleName, TABLE_NAMES } from './roles.js';
/** What `grantRoles` would do, as one reviewed file for psql, or for sqlcmd and SSMS. Touches no database. */
export async function grantScript(wish, { dialect, schema, toolVersion }) {
    return dialect.grants.script({
        ...(await requestFor(wish, dialect, schema)),
        title: [
            `scimctl ${toolVersion}: the roles of schema "${schema}" for ${dialect.label}`,
            'Safe to run again, as after an upgrade or once the host views are there: afterwards each role has exactly',
            'these rights in the schema.',
        ],
        details: JSON.stringify(detailsOf(wish, schema)),
    });
}
/**
 * Makes the roles, gives them exactly their rights, and the login to them, in one transaction with its event;
 * where all of it was so already, there is no event. Before the schema is installed there is only the
 * installer to be made, and no trail yet.
 * @throws Problem `login-unknown`, `schema-missing`, `schema-outdated`; nothing is changed.
 */
export async function grantRoles(core, wish, options) {
    const { database } = core;
    const status = await schemaStatus(database);
    if (wish.roles.some((role) => role !== 'installer'))
        assertCurrent(status);
    if (status.state === 'missing')
        return grantBeforeSchema(core, wish, options);
    return change(core, { action: 'role.grant', target: { type: 'schema', name: database.schema } }, async (session) => ({ ...(await grantIn(session, wish)), details: detailsOf(wish, database.schema) }), options);
}
async function grantBeforeSchema({ database }, wish, options = {}) {
    let result = [];
    try {
        await database.transaction(async (session) => {
            ({ result } = await grantIn(session, wish));
            if (options.dryRun)
                throw new Rehearsed();
        });
    }
    catch (error) {
        if (!(error instanceof Rehearsed))
            throw error;
    }
    return result;
}
class Rehearsed extends Error {
}
async function grantIn(session, wish) {
    const { knex, dialect, schema } = session;
    const request = await requestFor(wish, dialect, schema);
    const names = request.roles.map(({ name }) => name);
    await dialect.lockSchema(knex, schema);
    if (wish.login !== undefined && !(await dialect.loginExists(knex, wish.login)))
        throw unknown(wish.login);
    const before = await dialect.roles(knex, schema, names);
    // A question mark in a login's name is no binding.
    await knex.raw(dialect.grants.statements(request).replaceAll('?', '\\?'));
    const after = await dialect.roles(knex, schema, names);
    const told = after.every(({ tables }) => tables !== undefined);
    return {
        result: inOrder(wish.roles).map((role, at) => describe(role, after[at], request.roles[at])),
        changed: !told || !isDeepStrictEqual(before, after),
    };
}
async function requestFor(wish, dialect, schema) {
    const { migrations } = await readSchemaFiles(dialect.name);
    return {
        schema,
        version: migrations.at(-1)?.version ?? 0,
        // The installer first: the schema is made with it.
        roles: inOrder(wish.roles).map((role) => databaseRole(role, schema)),
        ...(wish.login !== undefined && { login: wish.login }),
    };
}
const inOrder = (roles) => ROLES.filter((role) => roles.includes(role));
const detailsOf = ({ roles, login }, schema) => ({
    roles: inOrder(roles).map((role) => roleName(role, schema)),
    ...(login !== undefined && { login }),
});
/** Where the server does not tell what a role may do, it is what it was just given. */
function describe(role, state, given) {
    const asGiven = given?.tables.filter(({ table }) => !given.change || isHostView(table));
    const tables = state?.tables ?? asGiven ?? [];
    return {
        role,
        name: state?.name ?? '',
        members: state?.members ?? [],
        changesSchema: state?.change ?? given?.change ?? false,
        rights: [...tables]
            .sort((a, b) => placeOf(a.table) - placeOf(b.table))
            .map(({ table, rights, columns }) => ({
            on: table,
            rights: rights.map((right) => rightInWords(right, columns)),
        })),
    };
}
const placeOf = (table) => TABLE_NAMES.indexOf(table);
const unknown = (login) => configurationProblem('login-unknown', `The server does not know the login ${JSON.stringify(login)}.`, {
    hint: 'Have the DBA create it first; scimctl makes no logins.',
});
