import type { Binding } from '../../binding/binding.js';
import type { Database, Session } from '../../database/database.js';
import { isHostView } from '../../database/dialect/rights.js';
import { countRepeated } from '../../database/queries/host/host-rows.js';
import {
  type LoginRules,
  loginRulesStatement,
  writeLoginRules,
} from '../../database/queries/installation.js';
import { isKeyUnique } from '../../database/scaffold/compile/user-key.js';
import { type BindingFacts, partsOf } from '../../database/scaffold/facts.js';
import { bindingDigest, GENERATOR, type HostObject, sha256 } from '../../database/scaffold/mark.js';
import { boundTablesOf } from '../../database/scaffold/scaffold.js';
import { sharedKeys } from '../../database/scaffold/shared-keys.js';
import { toolVersion } from '../../installation/version.js';
import { operationProblem, prerequisiteProblem } from '../../problem.js';
import { type ChangeOptions, change } from '../audit/change.js';
import type { Core } from '../core.js';
import { databaseRole, ROLES, roleName } from '../rights/roles.js';
import { type RehearsedStep, rehearseScaffold } from './scaffold-rehearsal.js';

export interface PlannedScaffold {
  /** What makes the views and triggers, with their marks. */
  statements: string[];
  /** The same for the engine's own client. */
  script: string;
  /** Of the SQL, as the mark has it. */
  digest: string;
  /** Who will own the objects. */
  owner: string;
  warnings: string[];
  /** What the catalogue says of the columns that the binding names, for the file. */
  catalogue: NonNullable<Binding['catalogue']>;
}

/**
 * What a binding comes to in this database. Changes nothing.
 * @throws Problem as `Scaffold.statements` does; `host-other-owner` where ownership would not reach the tables.
 */
export const planScaffold = (database: Database, binding: Binding): Promise<PlannedScaffold> =>
  database.read(async (session) => planIn(session, binding, await factsFor(session, binding)));

const factsFor = (session: Session, binding: Binding): Promise<BindingFacts> =>
  session.dialect.scaffold.facts(session, boundTablesOf(binding));

async function planIn(session: Session, binding: Binding, facts: BindingFacts): Promise<PlannedScaffold> {
  const { scaffold } = session.dialect;
  const { owner } = facts.table(binding.users.table);
  const made = scaffold.statements(binding, facts, session.schema);
  const { followsSchema, schemaOwner, isPowerful } = await scaffold.ownership(session, session.schema, owner);
  const others = boundTablesOf(binding).filter(
    (table) => facts.has(table) && facts.table(table).owner !== schemaOwner,
  );
  // A schema that does not exist yet has no owner to compare with. The check is made when the command is run again.
  if (followsSchema && schemaOwner !== '' && others.length > 0) {
    throw prerequisiteProblem(
      'host-other-owner',
      `The schema ${session.schema} belongs to ${schemaOwner}, and ${others.join(', ')} to another owner: the host views could not reach them.`,
      { hint: `Have a DBA give both the same owner, such as dbo, and run \`scimctl db grants\` again.` },
    );
  }
  const mark = {
    ...{ generator: GENERATOR, version: toolVersion() },
    ...{ binding: bindingDigest(binding), sql: sha256(made.join('\n')) },
  };
  const statements = scaffold.marked(made, session.schema, mark);
  const title = [
    `scimctl ${mark.version}: the host views of ${binding.application ?? 'the host application'} for ${session.dialect.label}`,
    `Made of a binding with the digest ${mark.binding}.`,
    'Afterwards, run `scimctl db grants --apply`, which grants the roles their rights on the views.',
  ];
  return {
    statements,
    script: scaffold.script(
      [
        ...scaffold.begin,
        ...statements,
        ...scaffold.handOver(owner, session.schema),
        loginRulesStatement(session, loginRulesOf(binding)),
      ],
      title,
    ),
    digest: mark.sql,
    owner,
    catalogue: facts.asked(),
    warnings: [
      ...(isKeyUnique(binding.users, facts) ? [] : [unguardedKey(binding.users)]),
      ...(isPowerful
        ? [
            `The tables belong to ${owner}, which is a superuser: so do the host views, and they write with its rights.`,
          ]
        : []),
      ...openSchemas(binding, facts).map(
        ({ table, owner: of }) =>
          `Roles other than ${of} can create objects in the schema of ${table}. The triggers therefore run without that schema in their search path. If a trigger of the application needs it, revoke the right to create first.`,
      ),
    ],
  };
}

/** What an administrator has to know of a key that the database does not keep unique. */
const unguardedKey = ({ table, key: { column, with: others = [] } }: Binding['users']): string =>
  `No unique index of ${table} guarantees that ${[column, ...others].join(' and ')} identifies one account. Changes that would reach several rows are refused. If the primary key has more columns, such as the tenant, tie each to one value in \`users.where\` and name it in \`users.key.with\`.`;

/** @throws Problem `host-key-shared`: a change of one account would change another one, too. */
async function assertKeysApart(session: Session, binding: Binding, facts: BindingFacts): Promise<void> {
  const shared = await sharedKeys(session, binding, facts);
  if (shared === 0) return;
  const { table, key } = binding.users;
  throw prerequisiteProblem(
    'host-key-shared',
    `${shared} ${shared === 1 ? 'value' : 'values'} of ${table}.${key.column} ${shared === 1 ? 'is' : 'are'} in several rows, so ${key.column} does not identify an account.`,
    {
      hint: 'If the key has more columns, such as the tenant, tie each to one value in `users.where`, and name it in `users.key.with`. Otherwise choose another column for `users.key`, or write the host views by hand.',
    },
  );
}

/** @throws Problem `host-key-shared`: of two rows of one account, changes and look-ups would take any. */
async function assertShownOnce(session: Session): Promise<void> {
  const shared = await countRepeated(session, 'user_id');
  if (shared === 0) return;
  throw prerequisiteProblem(
    'host-key-shared',
    `${shared === 1 ? '1 account' : `${shared} accounts`} would be in several rows of ${session.schema}.host_user.`,
    {
      hint: 'A table of `users.related` has several rows for one account. Say which of them counts, with `"join": "first"` and `order`, or with `where`.',
    },
  );
}

/** A login of several accounts, such as of one in each tenant: an IdP could reach an account of another tenant. */
async function repeatedLogins(session: Session): Promise<string[]> {
  const shared = await countRepeated(session, 'login_name');
  if (shared === 0) return [];
  const what = shared === 1 ? '1 login name is' : `${shared} login names are`;
  return [
    `${what} in several rows of ${session.schema}.host_user, so a login name does not identify an account. If the rows are of different tenants, name one tenant in \`users.where\`.`,
  ];
}

/** Of each schema in which others may create objects, one bound table with its owner. */
function openSchemas(binding: Binding, facts: BindingFacts): { table: string; owner: string }[] {
  const open = boundTablesOf(binding).filter((table) => facts.has(table) && facts.table(table).isOpen);
  const bySchema = new Map(open.toReversed().map((table) => [partsOf(table).schema, table]));
  return [...bySchema.values()].reverse().map((table) => ({ table, owner: facts.table(table).owner }));
}

/** Why accounts are not created, where the binding does not say it. */
const NO_REASON = 'rows alone make no working account';
const MAX_REASON = 200;

/** What a binding says of logins is written where the endpoint reads it with each request. */
const loginRulesOf = ({ users }: Binding): LoginRules => ({
  loginRule: users.loginRule ?? 'email',
  renamesOnMatch: users.renameOnMatch ?? true,
  createReason:
    users.create === 'enable-only' ? (users.createReason ?? NO_REASON).slice(0, MAX_REASON) : null,
});

export interface AppliedScaffold
  extends Pick<PlannedScaffold, 'statements' | 'owner' | 'catalogue' | 'warnings'> {
  /** Names of the objects that were there before and are replaced. */
  replaced: string[];
  rehearsal: RehearsedStep[];
  /** The role whose rights the rehearsal had; absent where it had those of this login. */
  role?: string;
}

export interface ApplyOptions extends ChangeOptions {
  /** Whether views that were written by hand, or edited, may be replaced. */
  replace?: boolean;
  /** Keeps what is replaced, before anything changes. */
  keep?: (text: string) => Promise<void>;
}

/**
 * Makes the host views of a binding in one transaction, with the rights of every role that exists, and rehearses.
 * @throws Problem `host-views-exist`, `host-rehearsal-failed`, and as `planScaffold` does; nothing is changed then.
 */
export const applyScaffold = (
  core: Core,
  binding: Binding,
  { replace = false, keep, ...options }: ApplyOptions = {},
): Promise<AppliedScaffold> =>
  change(
    core,
    { action: 'host.scaffold', target: { type: 'installation', name: binding.application ?? 'host views' } },
    async (session) => {
      const { knex, dialect, schema } = session;
      const { scaffold } = dialect;
      await dialect.lockSchema(knex, schema);
      await runAll(session, scaffold.begin);
      const facts = await factsFor(session, binding);
      const { statements, owner, catalogue, warnings } = await planIn(session, binding, facts);
      await assertKeysApart(session, binding, facts);
      const existing = await scaffold.existing(session, schema);
      const foreign = existing.filter(({ state }) => state !== 'ours');
      if (foreign.length > 0 && !replace) throw viewsExist(foreign, schema);
      if (foreign.length > 0) await keep?.(await keptText(session, foreign));
      await runAll(session, scaffold.drop(existing, schema));
      await runAll(session, statements);
      await grantViews(session);
      await runAll(session, scaffold.handOver(owner, schema));
      await writeLoginRules(session, loginRulesOf(binding), core.clock());
      session.memory.forget();
      await assertShownOnce(session);
      warnings.push(...(await repeatedLogins(session)));
      const { rehearsal, role } = await rehearseScaffold(session, binding.users, warnings);
      const replaced = existing.map(({ name }) => name);
      const result = {
        ...{ statements, owner, catalogue, warnings, replaced, rehearsal },
        ...(role !== undefined && { role }),
      };
      return { result, details: { binding: bindingDigest(binding), owner, replaced } };
    },
    options,
  );

/** Runs statements whose question marks are no bindings. */
export async function runAll({ knex }: Session, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await knex.raw(statement.replaceAll('?', '\\?'));
}

const viewsExist = (objects: readonly HostObject[], schema: string) =>
  operationProblem('host-views-exist', `${notAsMade(objects, schema)}, and must not be overwritten.`, {
    hint: 'Add --replace to write their definitions to a file first and then replace them.',
  });

/** `scim.host_user (edited) was not made by scimctl as it is now` */
export function notAsMade(objects: readonly HostObject[], schema: string): string {
  const names = objects.map(({ name, state }) => `${schema}.${name}${state === 'edited' ? ' (edited)' : ''}`);
  return objects.length === 1
    ? `${names.join()} was not made by scimctl as it is now`
    : `${names.join(', ')} were not made by scimctl as they are now`;
}

/** What is replaced, for a person to look up or to make again. */
async function keptText({ knex, dialect, schema }: Session, objects: readonly HostObject[]): Promise<string> {
  const facts = await dialect.rightsFacts(knex, schema);
  const grants = facts.grants
    .filter(({ on, kind }) => kind === 'table' && isHostView(on))
    .map(
      ({ to, on, right, column }) =>
        `-- ${right}${column === null ? '' : ` (${column})`} on ${schema}.${on} to ${to ?? 'PUBLIC'}`,
    );
  return [
    ...objects.map(
      ({ kind, name, owner, definition }) => `-- ${kind} ${schema}.${name} of ${owner}\n${definition}\n`,
    ),
    '-- Rights:',
    ...grants,
    '',
  ].join('\n');
}

/** The roles that exist get their rights on the host views. */
async function grantViews({ knex, dialect, schema }: Session): Promise<void> {
  const names = ROLES.map((role) => roleName(role, schema));
  const there = (await dialect.roles(knex, schema, names)).filter(({ exists }) => exists);
  for (const role of ROLES.filter((one) => there.some(({ name }) => name === roleName(one, schema)))) {
    const { name, tables } = databaseRole(role, schema);
    for (const rights of tables.filter(({ table }) => isHostView(table)))
      await knex.raw(dialect.grants.table(schema, rights, name).replaceAll('?', '\\?'));
  }
}
