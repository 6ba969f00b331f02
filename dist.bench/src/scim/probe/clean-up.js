import { asObject } from './replies.js';
import { equals, pathTo, queryAs } from './wording.js';
/**
 * Deletes all that the test has made: groups first, then users. Where a create got no proper answer, what it
 * may have made is searched for, and deleted only if it has both names of the test. Never throws; what may be
 * left is returned.
 */
export async function cleanUp(client, { users, groups }) {
    const things = [
        ...groups
            .filter(mayBeThere)
            .map((group) => ({ ...group, resource: 'Groups', nameAttribute: 'displayName', name: group.displayName })),
        ...users
            .filter(mayBeThere)
            .map((user) => ({ ...user, resource: 'Users', nameAttribute: 'userName', name: user.userName })),
    ];
    const left = [];
    for (const thing of things)
        if (!(await isRemoved(client, thing)))
            left.push(leftover(thing));
    return left;
}
const mayBeThere = ({ id, uncertain }) => id !== undefined || uncertain === true;
const leftover = ({ resource, id, name }) => ({
    resource,
    ...(id !== undefined && { id }),
    name,
});
async function isRemoved(client, thing) {
    try {
        thing.id ??= await search(client, thing);
        if (thing.id === undefined)
            return true;
        const { status } = await client.send({ method: 'DELETE', path: pathTo(thing.resource, thing.id) });
        return status < 300 || status === 404;
    }
    catch {
        return false;
    }
}
/** The id of what has the names of the test; an endpoint that ignores filters answers with others as well. */
async function search(client, thing) {
    const { resource, nameAttribute, name, externalId } = thing;
    const query = queryAs('entra', { filter: equals(nameAttribute, name) });
    const { status, text } = await client.send({ method: 'GET', path: `/${resource}`, query });
    if (status === 404)
        return undefined;
    const found = asObject(JSON.parse(text))?.Resources;
    const ours = (Array.isArray(found) ? found.map(asObject) : []).find((each) => String(each?.[nameAttribute]).toLowerCase() === name.toLowerCase() &&
        (each?.externalId === undefined || each.externalId === null || each.externalId === externalId));
    return typeof ours?.id === 'string' ? ours.id : undefined;
}
/** Clearing up as the last line of the report. */
export function cleanUpResult(left) {
    const common = { name: 'clean-up', idp: 'any' };
    if (left.length === 0) {
        return { ...common, status: 'pass', summary: 'nothing is left of the test at the endpoint' };
    }
    return {
        ...common,
        status: 'fail',
        summary: `left behind: ${left.map(shown).join(', ')}`,
        advice: 'Delete by hand what is left of the test.',
    };
}
export const shown = ({ resource, id, name }) => id === undefined ? `perhaps ${name} in /${resource}` : `${name} (${pathTo(resource, id)})`;
