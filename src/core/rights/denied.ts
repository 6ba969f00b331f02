import type { Database } from '../../database/database.js';
import { isFault } from '../../database/faults/fault.js';
import { configurationProblem, Problem } from '../../problem.js';
import { grantCommand } from './grant-advice.js';
import { leastRole, type Needs, rightsNeeded } from './needs.js';
import { roleName } from './roles.js';

/** What is not there and what one may not see look alike to who asks. */
const LOOKS_MISSING = ['schema-missing', 'host-views-missing'];

export const mayBeDenied = (error: unknown): boolean =>
  isFault(error, 'permission-denied', 'missing-object') ||
  (error instanceof Problem && LOOKS_MISSING.includes(error.code));

/**
 * Why the database refused a command: which of the rights it needs this login lacks, as the server says, and
 * which role has them. Anything else stays as it is.
 */
export async function explainDenial(error: unknown, needs: Needs, database: Database): Promise<unknown> {
  if (!mayBeDenied(error)) return error;
  try {
    const { missing, login, product } = await database.read(async ({ knex, dialect, schema }) => ({
      missing: await dialect.missingRights(knex, schema, rightsNeeded(needs)),
      ...(await dialect.serverInfo(knex)),
    }));
    if (missing.length > 0) return lacks(login, missing, needs, database.schema, error);
    return isFault(error, 'permission-denied') ? refused(login, product, error) : error;
  } catch {
    // The server does not answer this either: what it said first is what counts.
    return error;
  }
}

/**
 * For a command that would find out only as it goes on, whom others wait for.
 * @throws Problem `database-permission-denied`, as `explainDenial` words it.
 */
export async function assertRights(needs: Needs, database: Database): Promise<void> {
  const { missing, login } = await database.read(async ({ knex, dialect, schema }) => ({
    missing: await dialect.missingRights(knex, schema, rightsNeeded(needs)),
    ...(await dialect.serverInfo(knex)),
  }));
  if (missing.length > 0) throw lacks(login, missing, needs, database.schema);
}

const lacks = (login: string, missing: string[], needs: Needs, schema: string, cause?: unknown) =>
  configurationProblem('database-permission-denied', `The login ${login} lacks ${listed(missing)}.`, {
    hint: whoHas(login, missing.length === 1 ? 'this right' : 'these rights', needs, schema),
    cause,
  });

function whoHas(login: string, what: string, needs: Needs, schema: string): string {
  const role = leastRole(needs);
  if (role)
    return `The role ${roleName(role, schema)} has ${what}. Have a DBA run ${grantCommand([role], login)}.`;
  if (needs.database !== 'create role') return `None of our roles has ${what}. Have a DBA run this command.`;
  return `None of our roles has ${what}. Have a DBA run the script that \`scimctl db grants\` prints without --apply.`;
}

const refused = (login: string, product: string, cause: unknown) =>
  configurationProblem(
    'database-permission-denied',
    `${product} refused the login ${login}, although it has every right in the schema that this command requires.`,
    {
      hint: 'A host view, or a trigger on one, runs with the rights of the login instead of the rights of its owner. Have the DBA correct it as described in docs/host-views.md.',
      cause,
    },
  );

/** `a`, `a and b`, `a, b and c`. */
const listed = (items: readonly string[]): string =>
  items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
