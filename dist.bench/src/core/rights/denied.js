import { isFault } from '../../database/fault.js';
import { configurationProblem, Problem } from '../../problem.js';
import { leastRole, rightsNeeded } from './needs.js';
import { roleName } from './roles.js';
/** What is not there and what one may not see look alike to who asks. */
const LOOKS_MISSING = ['schema-missing', 'host-views-missing'];
export const mayBeDenied = (error) => isFault(error, 'permission-denied', 'missing-object') ||
    (error instanceof Problem && LOOKS_MISSING.includes(error.code));
/**
 * Why the database refused a command: which of the rights it needs this login lacks, as the server says, and
 * which role has them. Anything else stays as it is.
 */
export async function explainDenial(error, needs, database) {
    if (!mayBeDenied(error))
        return error;
    try {
        const { missing, login, product } = await database.read(async ({ knex, dialect, schema }) => ({
            missing: await dialect.missingRights(knex, schema, rightsNeeded(needs)),
            ...(await dialect.serverInfo(knex)),
        }));
        if (missing.length > 0)
            return lacks(login, missing, needs, database.schema, error);
        return isFault(error, 'permission-denied') ? refused(login, product, error) : error;
    }
    catch {
        // The server does not answer this either: what it said first is what counts.
        return error;
    }
}
/**
 * For a command that would find out only as it goes on, whom others wait for.
 * @throws Problem `database-permission-denied`, as `explainDenial` words it.
 */
export async function assertRights(needs, database) {
    const { missing, login } = await database.read(async ({ knex, dialect, schema }) => ({
        missing: await dialect.missingRights(knex, schema, rightsNeeded(needs)),
        ...(await dialect.serverInfo(knex)),
    }));
    if (missing.length > 0)
        throw lacks(login, missing, needs, database.schema);
}
const lacks = (login, missing, needs, schema, cause) => configurationProblem('database-permission-denied', `The login ${login} lacks ${listed(missing)}.`, {
    hint: whoHas(missing.length === 1 ? 'it' : 'them', needs, schema),
    cause,
});
function whoHas(what, needs, schema) {
    const role = leastRole(needs);
    if (role)
        return `The role ${roleName(role, schema)} has ${what}: \`scimctl db grants --role ${role}\`.`;
    if (needs.database !== 'create role')
        return `None of our roles has ${what}: a DBA has to do this.`;
    return `None of our roles has ${what}: hand a DBA the script that \`scimctl db grants\` prints without --apply.`;
}
const refused = (login, product, cause) => configurationProblem('database-permission-denied', `${product} refused the login ${login}, though it has every right in the schema that this command needs.`, {
    hint: 'A host view, or a trigger on one, works with the rights of the login instead of its owner: see docs/host-views.md.',
    cause,
});
/** `a`, `a and b`, `a, b and c`. */
const listed = (items) => items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
