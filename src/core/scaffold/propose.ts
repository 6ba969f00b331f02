import type { Enabled, Field } from '../../binding/binding.js';
import type { Condition } from '../../binding/condition.js';
import type { FieldName, Value } from '../../binding/value.js';
import { proposeEmail } from './email.js';
import { proposeEnabled } from './enabled.js';
import { type Facts, primaryKey, type Reference, referencesTo, type TableFacts } from './facts.js';
import type { Gathered } from './gathered.js';
import { proposeKey } from './key.js';
import { proposeLastSignIn } from './last-sign-in.js';
import { proposeLogin } from './login.js';
import { proposeMembers } from './members.js';
import { EVERY_ROW, proposeWhere } from './not-people.js';
import { proposeNames } from './person-names.js';
import { proposeCreate, proposeLoginRule, proposeRename, proposeTimeZone } from './policies.js';
import { likely, type Proposal } from './proposal.js';
import { proposeProtected } from './protected.js';
import { proposeProviders, proposeSeats } from './providers.js';
import { proposeEndSessions } from './sessions.js';
import { qualifierIn, stateWrites } from './state-writes.js';
import { proposeWritten } from './written.js';

/** What was answered, by name; later proposals rest on it. */
export type Answers = ReadonlyMap<string, unknown>;

/** Which columns are what, before anything is counted: what the counts rest on. */
export interface Roles {
  login: string | undefined;
  email: string | undefined;
  display: string | undefined;
  where: Condition | undefined;
  proposals: Proposal[];
}

const decided = (name: string, proposals: readonly Proposal[], answers: Answers): unknown =>
  answers.has(name) ? answers.get(name) : proposals.find((one) => one.name === name)?.value;

/** The columns of login, e-mail address and names. */
export function proposeRoles(users: TableFacts, facts: Facts, answers: Answers, gathered: Gathered): Roles {
  const references = referencesTo(users, facts.tables);
  const proposals = proposeEmail(users, references);
  const email = ownColumn(decided('users.email', proposals, answers));
  proposals.push(proposeLogin(users, email));
  const login = ownColumn(decided('users.login', proposals, answers));
  proposals.push(...proposeNames(users, { login, email }));
  proposals.push(proposeEnabled(users, references));
  const enabled = decided('users.enabled', proposals, answers) as Enabled | null;
  proposals.push(...stateTable(enabled, references));
  proposals.push(proposeWhere(users, { login, email, enabled: enabled ?? undefined, references, gathered }));
  const where = decided('users.where', proposals, answers);
  return {
    login,
    email,
    display:
      proposals
        .find(({ name, value }) => name.startsWith(`insert.${users.id}.`) && isField(value, 'displayName'))
        ?.name.slice(`insert.${users.id}.`.length) ??
      ownColumn(decided('users.display-name', proposals, answers)),
    where: where === EVERY_ROW || where === null ? undefined : (where as Condition),
    proposals,
  };
}

/** The table that has the state, where it is another one: who has no row there is no user. */
function stateTable(enabled: Enabled | null, references: readonly Reference[]): Proposal[] {
  const of = qualifierIn(enabled);
  const reference = of === undefined ? undefined : references.find(({ table }) => table.name === of);
  if (!reference) return [];
  const { table, column, to } = reference;
  return [
    likely(
      `member.${table.id}`,
      { table: table.id, match: { [column]: { column: to, of: 'users' } }, join: 'required' },
      'has the state of the account',
    ),
  ];
}

/** All that the binding holds, in the order in which it is asked. */
export function proposeAll(
  users: TableFacts,
  facts: Facts,
  answers: Answers,
  gathered: Gathered,
): Proposal[] {
  const { login, email, display, where, proposals } = proposeRoles(users, facts, answers, gathered);
  const references = referencesTo(users, facts.tables);
  const enabled = decided('users.enabled', proposals, answers) as Enabled | null;
  const lastSignIn = proposeLastSignIn(users, references);
  const protectedOnes = proposeProtected(users, login, gathered);
  const key = proposeKey(users);
  const fields = new Map<string, FieldName>();
  if (display !== undefined) fields.set(display, 'displayName');
  if (email !== undefined) fields.set(email, 'email');
  if (login !== undefined) fields.set(login, login === email ? 'email' : 'login');
  const keyColumn =
    (decided('users.key', [key], answers) as { column?: string } | null)?.column ?? primaryKey(users);
  const written = new Set([
    ...[login, email, display, keyColumn].filter((one): one is string => one !== undefined),
    ...proposals.flatMap(({ name, value }) =>
      /^users\.(given|family)-name$/.test(name) ? (ownColumn(value) ?? []) : [],
    ),
    ...Object.keys(enabled ? ownWrites(enabled, users) : {}),
    ...fixedBy(where),
    ...columnsIn((lastSignIn.value as { read?: unknown } | null)?.read),
  ]);
  const taken = new Set(
    proposals.flatMap(({ name }) => (name.startsWith('member.') ? [name.slice('member.'.length)] : [])),
  );
  return [
    key,
    ...proposals,
    protectedOnes,
    lastSignIn,
    proposeLoginRule(users, login, email),
    proposeRename(users, login, references),
    proposeCreate(users),
    ...proposeTimeZone(users),
    ...childWrites(proposals, facts),
    ...proposeMembers(users, references, gathered, taken),
    ...proposeWritten(users, { written, same: gathered.same, fields, where }),
    ...proposeEndSessions(references),
    proposeProviders(facts.tables),
    proposeSeats(facts.tables, users, where),
  ];
}

/** What the table of e-mail addresses needs beside the address. */
function childWrites(proposals: readonly Proposal[], facts: Facts): Proposal[] {
  const field = proposals.find(({ name }) => name === 'users.email')?.value as Field | null | undefined;
  const read = field?.read as { column?: string; of?: string } | undefined;
  if (read?.of === undefined || read.column === undefined) return [];
  return proposals.flatMap(({ name, value }) => {
    const table = name.startsWith('member.') && facts.tables.find(({ id }) => `member.${id}` === name);
    if (!table) return [];
    const { match, where } = value as { match: Record<string, Value>; where?: Condition };
    return proposeWritten(table, {
      written: new Set([read.column ?? '', ...Object.keys(match), ...fixedBy(where)]),
      same: [],
      fields: new Map(),
    });
  });
}

const isField = (value: unknown, field: FieldName) =>
  typeof value === 'object' && value !== null && 'field' in value && value.field === field;

/** The column of the people that a field reads. */
function ownColumn(field: unknown): string | undefined {
  const read = (field as Field | null | undefined)?.read;
  return read && 'column' in read && read.of === undefined ? read.column : undefined;
}

/** What enabling writes of the people themselves. */
function ownWrites(enabled: Enabled, users: TableFacts): Record<string, Value> {
  const { of, enable } = stateWrites(enabled, () => users);
  return of === undefined ? enable : {};
}

/** Every column of the people that a condition or a value names. */
function columnsIn(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(columnsIn);
  if (typeof part !== 'object' || part === null) return [];
  const { column, of } = part as { column?: unknown; of?: unknown };
  return [
    ...(typeof column === 'string' && of === undefined ? [column] : []),
    ...Object.values(part).flatMap(columnsIn),
  ];
}

/** Columns that a condition ties to one constant: a new row gets it. */
export function fixedBy(where: Condition | undefined): string[] {
  if (!where) return [];
  if ('all' in where) return where.all.flatMap(fixedBy);
  return 'in' in where && where.in.filter((one) => one !== null).length === 1 ? [where.column] : [];
}
