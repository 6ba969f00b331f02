import type { Enabled, Field, Related } from '../../binding/binding.js';
import type { Condition, FieldName, Scalar, Value } from '../../binding/value.js';
import { besideOf, parentsOf, tablesBeside } from './beside.js';
import { type HostFacts, hostColumnsOf, primaryKey, type TableFacts } from './facts.js';
import type { GatheredFacts } from './gathered.js';
import { proposeAddressRow } from './people/addresses/address-rows.js';
import { proposeEmail } from './people/addresses/email.js';
import { attributeFields, withAttributes } from './people/attributes.js';
import { proposeKey } from './people/keys/key.js';
import { personKey } from './people/keys/person-key.js';
import { proposeLastSignIn } from './people/last-sign-in.js';
import { proposeLogin } from './people/login.js';
import { proposeMembers } from './people/members.js';
import { EVERY_ROW, proposeWhere } from './people/not-people.js';
import { proposeNames } from './people/person-names.js';
import { aboutPeople, type Reference, referencesByLogin, referencesTo } from './people/references.js';
import { rowsBeside } from './people/rows-beside.js';
import { proposeEndSessions } from './people/sessions.js';
import { proposeCreate, proposeLoginRule, proposeRename, proposeTimeZone } from './policies.js';
import { likely, memberAlias, memberTable, type Proposal, placeOf } from './proposal.js';
import { proposeProviders, proposeSeats } from './providers.js';
import { proposeEnabled } from './state/enabled.js';
import { proposeProtected } from './state/protected.js';
import { qualifierIn, stateWrites } from './state/state-writes.js';
import { isNeeded } from './writes/followed.js';
import { proposeRemembered } from './writes/remembered.js';
import { columnsIn, columnsOfValue, fixedBy } from './writes/tied.js';
import { part, plainPart, proposeWritten } from './writes/written.js';

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
export function proposeRoles(
  users: TableFacts,
  facts: HostFacts,
  answers: Answers,
  gathered: GatheredFacts,
): Roles {
  const parents = parentsOf(users, facts.tables);
  const references = aboutPeople(referencesTo(users, facts.tables), parents);
  let proposals = proposeEmail(users, references, parents, gathered);
  const addresses = qualifierIn(decided('users.email', proposals, answers));
  proposals.push(...proposeAddressRow(addresses, references, gathered.presence));
  const email = ownColumn(decided('users.email', proposals, answers));
  proposals.push(proposeLogin(users, email));
  const login = ownColumn(decided('users.login', proposals, answers));
  proposals.push(...proposeNames(users, { login, email }, parents));
  proposals = withAttributes(proposals, attributeFields(references), login);
  proposals.push(proposeEnabled(users, references));
  const enabled = decided('users.enabled', proposals, answers) as Enabled | null;
  proposals.push(proposeWhere(users, { login, email, enabled: enabled ?? undefined, references, gathered }));
  const around = { ...facts, references, presence: gathered.presence };
  proposals.push(...tablesBeside(users, around, proposals, (name, all) => decided(name, all, answers)));
  const where = decided('users.where', proposals, answers);
  return {
    login,
    email,
    display:
      proposals
        .find(({ name, value }) => name.startsWith(`insert.${users.id}.`) && isField(value, 'displayName'))
        ?.name.slice(`insert.${users.id}.`.length) ??
      ownColumn(decided('users.display-name', proposals, answers)),
    where: conditionOf(where),
    proposals,
  };
}

const conditionOf = (where: unknown): Condition | undefined =>
  where === EVERY_ROW || where === null ? undefined : (where as Condition);

/** All that the binding holds, in the order in which it is asked. */
export function proposeAll(
  users: TableFacts,
  facts: HostFacts,
  answers: Answers,
  gathered: GatheredFacts,
): Proposal[] {
  const { login, email, display, where, proposals } = proposeRoles(users, facts, answers, gathered);
  const references = referencesTo(users, facts.tables);
  const enabled = decided('users.enabled', proposals, answers) as Enabled | null;
  const lastSignIn = proposeLastSignIn(users, references);
  const byLogin = referencesByLogin(users, login, facts.tables);
  const all = [...references, ...byLogin];
  const protectedOnes = proposeProtected(users, login, gathered, all);
  const inherited = inheritedKey(users, facts, references, proposals);
  proposals.push(...inherited.beside);
  const key = inherited.key ?? proposeKey(users, login, gathered, where);
  const fields = new Map<string, FieldName>();
  if (display !== undefined) fields.set(display, 'displayName');
  if (email !== undefined) fields.set(email, 'email');
  if (login !== undefined) fields.set(login, login === email ? 'email' : 'login');
  const keyColumn =
    (decided('users.key', [key], answers) as { column?: string } | null)?.column ?? personKey(users)?.column;
  const inserted = `insert.${users.id}.`;
  const written = new Set([
    ...proposals.flatMap(({ name }) =>
      name.startsWith(inserted) ? [plainPart(name.slice(inserted.length))] : [],
    ),
    ...[login, email, display, keyColumn].filter((one): one is string => one !== undefined),
    ...proposals.flatMap(({ name, value }) =>
      /^users\.(given|family)-name$/.test(name) ? (ownColumn(value) ?? []) : [],
    ),
    ...Object.keys(enabled ? ownWrites(enabled, users) : {}),
    ...fixedBy(where),
    // Nobody has signed in yet, unless the application wants an instant there.
    ...columnsIn((lastSignIn.value as { read?: unknown } | null)?.read).filter(
      (name) => !hostColumnsOf(users).some((column) => column.name === name && isNeeded(column)),
    ),
  ]);
  const taken = new Set(proposals.flatMap(({ name, value }) => memberTable(name, value) ?? []));
  const members = proposeMembers(users, { references, byLogin, facts, where }, gathered, taken);
  const found = [
    key,
    ...proposals,
    protectedOnes,
    lastSignIn,
    proposeLoginRule(users, login, email),
    proposeRename(users, login, all, gathered.copies),
    proposeCreate(
      users,
      rowsBeside(users, { facts, byLogin, presence: gathered.presence }, [...proposals, ...members], answers),
    ),
    ...proposeTimeZone(users),
    ...constantsOf(where, users),
    ...childWrites(proposals, facts, answers, gathered),
    ...members,
    ...proposeWritten(users, { written, same: gathered.same, fields }),
    ...proposeRemembered(users, written),
    ...proposeEndSessions(all),
    proposeProviders(facts.tables),
    proposeSeats(facts.tables, users, where),
  ];
  return withoutUnbound(found, users, answers);
}

/** Nothing is asked about the rows of a table in which a new person is to have none. */
function withoutUnbound(proposals: readonly Proposal[], users: TableFacts, answers: Answers): Proposal[] {
  const members = new Map([...proposals.map(({ name, value }) => [name, value] as const), ...answers]);
  const bound = new Set([
    users.id,
    ...[...members].flatMap(([name, value]) => memberTable(name, value) ?? []),
  ]);
  return proposals.filter(({ name }) => {
    const place = placeOf(name);
    return !place || bound.has(place.table);
  });
}

/** The key of a row that each person's row continues, such as that of a party or a principal. */
function inheritedKey(
  users: TableFacts,
  facts: HostFacts,
  references: readonly Reference[],
  proposals: readonly Proposal[],
): { key?: Proposal; beside: Proposal[] } {
  const column = primaryKey(users);
  const parent = parentsOf(users, facts.tables).find((one) => one.column === column);
  if (!parent || column === undefined) return { beside: [] };
  const of = parent.table.name;
  const value = { column, made: { column: parent.to, of } };
  const beside = besideOf(
    of,
    users,
    { references: aboutPeople(references, [parent]), ...facts, presence: [] },
    'each account shares its key with a row of this table',
  );
  return {
    key: likely('users.key', value, `the key of a row in ${parent.table.id}`),
    beside: beside.filter(
      ({ name }) => name.startsWith('member.') && !proposals.some((one) => one.name === name),
    ),
  };
}

/** A new person gets the constant of a condition that takes null as well, which by itself ties nothing. */
const constantsOf = (where: Condition | undefined, users: TableFacts): Proposal[] =>
  testsIn(where).flatMap(({ column, in: values }) =>
    values.length === 2 && values.includes(null)
      ? [
          likely(
            `insert.${users.id}.${part(column)}`,
            { constant: values.find((value) => value !== null) },
            'as users.where has it',
          ),
        ]
      : [],
  );

function testsIn(where: Condition | undefined): { column: string; in: Scalar[] }[] {
  if (!where) return [];
  if ('all' in where) return where.all.flatMap(testsIn);
  return 'in' in where && where.of === undefined ? [where] : [];
}

/** What the rows of tables beside need that new people get; of all rows of a table the same. */
function childWrites(
  proposals: readonly Proposal[],
  facts: HostFacts,
  answers: Answers,
  { sameBeside }: GatheredFacts,
): Proposal[] {
  const fields = proposals
    .filter(({ name }) => name.startsWith('users.'))
    .map(({ name }) => decided(name, proposals, answers));
  const [address] = columnsOfValue((decided('users.email', proposals, answers) as Field | null)?.read);
  const rows = proposals.flatMap(({ name, value: proposed }) => {
    const value = answers.has(name) ? answers.get(name) : proposed;
    const id = memberTable(name, value);
    const related = value as Related;
    return id === undefined || related.present === undefined ? [] : [{ name, id, related }];
  });
  return facts.tables.flatMap((table) => {
    const own = rows.filter(({ id }) => id === table.id);
    if (own.length === 0) return [];
    const written = own.flatMap(({ name, related: { match, where, key } }) => [
      ...fields.flatMap((field) => columnsIn(field, memberAlias(name, table.id) ?? table.name)),
      ...Object.keys(match),
      ...(key ? [key.column] : []),
      ...fixedBy(where),
    ]);
    const email = address?.of === table.name ? address.column : undefined;
    return proposeWritten(table, {
      written: new Set(written),
      same: email === undefined ? [] : (sameBeside.get(table.id) ?? []),
      fields: new Map(email === undefined ? [] : [[email, 'email' as const]]),
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
