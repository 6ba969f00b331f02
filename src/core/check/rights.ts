import type { Session } from '../../database/database.js';
import { schemaStatus } from '../../database/migrator/migrate.js';
import { excessInWords, excessRights } from '../rights/excess.js';
import { grantCommand } from '../rights/grant-advice.js';
import { ROLES, type Role, rightsOf, roleName } from '../rights/roles.js';
import { fail, type Prerequisite, pass } from './prerequisite.js';

export const rights: Prerequisite = {
  name: 'rights',
  about: 'the login has all rights of its roles, or of an operator if it has no role, and no role has more',
  needs: ['database'],
  async run({ database }) {
    // Where there is no schema yet, it is for this login to make it.
    const isEmpty = (await schemaStatus(database)).state === 'missing';
    const { roles, missing, login } = await database.read((session) =>
      rightsOfLogin(session, isEmpty ? 'installer' : 'operator'),
    );
    const details = { roles, missing };
    if (missing.length > 0) {
      const advice = `Have a DBA run ${grantCommand(roles, login)}.`;
      return fail(`the login lacks ${missing.join(', ')}`, advice, details);
    }
    const excess = isEmpty ? [] : await excessRights(database);
    const [first, ...more] = excess;
    if (first) {
      const others =
        more.length === 0 ? '' : ` (and ${more.length} more: \`scimctl db verify\` lists them all)`;
      const advice = `Have the schema owner or a DBA run: ${first.statement}${others}`;
      return fail(`${excessInWords(first)}: more than the role defines`, advice, { ...details, excess });
    }
    if (roles.includes('operator') || roles.includes('installer'))
      return pass('the login has the rights that the commands require', details);
    return pass(`the login has all the rights of its roles: ${roles.join(', ')}`, details);
  },
};

/** The roles that the login is a member of, and what it lacks of their rights. */
async function rightsOfLogin({ knex, dialect, schema }: Session, unnamed: Role) {
  const names = ROLES.map((role) => roleName(role, schema));
  const member = await dialect.memberships(knex, names);
  const found = ROLES.filter((role) => member.includes(roleName(role, schema)));
  const roles: Role[] = found.length > 0 ? found : [unnamed];
  const missing = new Set<string>();
  for (const role of roles) {
    for (const right of await dialect.missingRights(knex, schema, rightsOf(role))) missing.add(right);
  }
  return { roles, missing: [...missing], login: (await dialect.serverInfo(knex)).login };
}
