import { isDeepStrictEqual } from 'node:util';
import type { Session } from '../../database/database.js';
import type { Dialect } from '../../database/dialect/dialect.js';
import {
  type DatabaseRole,
  type GrantRequest,
  isHostView,
  type RoleState,
  rightInWords,
} from '../../database/dialect/rights.js';
import { readSchemaFiles } from '../../database/migrator/files.js';
import { schemaStatus } from '../../database/migrator/migrate.js';
import { assertCurrent } from '../../database/migrator/plan.js';
import { configurationProblem, usageProblem } from '../../problem.js';
import { type ChangeOptions, change } from '../audit/change.js';
import type { Core } from '../core.js';
import { databaseRole, ROLES, type Role, roleName, TABLE_NAMES } from './roles.js';

export interface GrantWish {
  roles: readonly Role[];
  /** Becomes a member of all of them. */
  login?: string;
}

/** A role as the database now has it. */
export interface GrantedRole {
  role: Role;
  /** Its name in the database. */
  name: string;
  /** Logins and roles that are members themselves. */
  members: string[];
  /** Whether it may make and change what is in the schema. */
  changesSchema: boolean;
  rights: { on: string; rights: string[] }[];
}

/** What `grantRoles` would do, as one reviewed file for psql, or for sqlcmd and SSMS. Touches no database. */
export async function grantScript(
  wish: GrantWish,
  { dialect, schema, toolVersion }: { dialect: Dialect; schema: string; toolVersion: string },
): Promise<string> {
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
export async function grantRoles(
  core: Core,
  wish: GrantWish,
  options?: ChangeOptions,
): Promise<GrantedRole[]> {
  const { database } = core;
  const status = await schemaStatus(database);
  if (wish.roles.some((role) => role !== 'installer')) assertCurrent(status);
  if (status.state === 'missing') return grantBeforeSchema(core, wish, options);
  return change(
    core,
    { action: 'role.grant', target: { type: 'schema', name: database.schema } },
    async (session) => ({ ...(await grantIn(session, wish)), details: detailsOf(wish, database.schema) }),
    options,
  );
}

async function grantBeforeSchema({ database }: Core, wish: GrantWish, { dryRun }: ChangeOptions = {}) {
  const { result } = await database.transaction((session) => grantIn(session, wish), { rollsBack: dryRun });
  return result;
}

async function grantIn(session: Session, wish: GrantWish) {
  const { knex, dialect, schema } = session;
  const request = await requestFor(wish, dialect, schema);
  const names = request.roles.map(({ name }) => name);
  await dialect.lockSchema(knex, schema);
  if (wish.login !== undefined && !(await dialect.loginExists(knex, wish.login))) throw unknown(wish.login);
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

async function requestFor(wish: GrantWish, dialect: Dialect, schema: string): Promise<GrantRequest> {
  if (ROLES.some((role) => roleName(role, schema).toLowerCase() === wish.login?.toLowerCase())) {
    throw usageProblem(
      'login-is-role',
      `${wish.login} is a role of scimctl. A role cannot be a member of itself.`,
      {
        hint: 'Name another login with --to. If there is none yet, have the DBA create it first.',
      },
    );
  }
  const { migrations } = await readSchemaFiles(dialect.name);
  return {
    schema,
    version: migrations.at(-1)?.version ?? 0,
    // The installer first: the schema is made with it.
    roles: inOrder(wish.roles).map((role) => databaseRole(role, schema)),
    ...(wish.login !== undefined && { login: wish.login }),
  };
}

const inOrder = (roles: readonly Role[]): Role[] => ROLES.filter((role) => roles.includes(role));

const detailsOf = ({ roles, login }: GrantWish, schema: string) => ({
  roles: inOrder(roles).map((role) => roleName(role, schema)),
  ...(login !== undefined && { login }),
});

/** Where the server does not tell what a role may do, it is what it was just given. */
function describe(role: Role, state: RoleState | undefined, given: DatabaseRole | undefined): GrantedRole {
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

const placeOf = (table: string): number => (TABLE_NAMES as string[]).indexOf(table);

const unknown = (login: string) =>
  configurationProblem('login-unknown', `The database server has no login ${JSON.stringify(login)}.`, {
    hint: 'Have the DBA create the login first, then run the command again. scimctl does not create logins.',
  });
