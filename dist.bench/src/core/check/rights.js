import { ROLES, rightsOf, roleName } from '../rights/roles.js';
import { fail, pass } from './prerequisite.js';
export const rights = {
    name: 'rights',
    about: 'the login has all the rights of its roles; of an operator, where it has none',
    needs: ['database'],
    async run({ database }) {
        const { roles, missing } = await database.read(rightsOfLogin);
        const details = { roles, missing };
        if (missing.length > 0) {
            const advice = `Ask the DBA to run \`scimctl db grants --role ${roles.join(' ')}\`, or its script.`;
            return fail(`the login lacks ${missing.join(', ')}`, advice, details);
        }
        if (roles.includes('operator') || roles.includes('installer'))
            return pass('the login may do what the commands need', details);
        return pass(`the login may do what is the ${roles.join("'s and the ")}'s to do`, details);
    },
};
/** The roles that the login is a member of, and what it lacks of their rights. */
async function rightsOfLogin({ knex, dialect, schema }) {
    const names = ROLES.map((role) => roleName(role, schema));
    const member = await dialect.memberships(knex, names);
    const found = ROLES.filter((role) => member.includes(roleName(role, schema)));
    const roles = found.length > 0 ? found : ['operator'];
    const missing = new Set();
    for (const role of roles) {
        for (const right of await dialect.missingRights(knex, schema, rightsOf(role)))
            missing.add(right);
    }
    return { roles, missing: [...missing] };
}
