import type {
  Binding,
  Declared,
  Enabled,
  EndSessions,
  Key,
  Providers,
  Related,
  RowWrites,
  Seats,
  Users,
} from '../../binding/binding.js';
import { parseTableName } from '../../binding/table-name.js';
import type { Value } from '../../binding/value.js';
import type { HostFacts, TableFacts } from './facts.js';
import { EVERY_ROW } from './people/not-people.js';
import { memberAlias, memberTable, type Proposal, placeOf } from './proposal.js';
import type { Answers } from './propose.js';
import { stateWrites } from './state/state-writes.js';

/** Names that hold one part of `users` each. */
const PARTS: Readonly<Record<string, keyof Users>> = {
  'users.key': 'key',
  'users.where': 'where',
  'users.login': 'login',
  'users.email': 'email',
  'users.display-name': 'displayName',
  'users.given-name': 'givenName',
  'users.family-name': 'familyName',
  'users.enabled': 'enabled',
  'users.protected': 'protected',
  'users.last-sign-in': 'lastSignIn',
  'users.sso-provider': 'ssoProvider',
  'users.external-id': 'externalId',
  'users.sso-subject': 'ssoSubject',
  'users.licence': 'licence',
  'users.login-rule': 'loginRule',
  'users.rename-on-match': 'renameOnMatch',
  'users.create': 'create',
  'users.time-zone': 'timeZone',
};

/**
 * Puts proposals and answers together. Nothing for what neither says: the result may lack what a binding needs, which
 * its reader then names.
 * @param declared who declares what no table of the application says.
 */
export function composeBinding(
  users: TableFacts,
  facts: HostFacts,
  proposals: readonly Proposal[],
  answers: Answers,
  declared: Declared,
): Binding {
  const values = new Map<string, unknown>([
    ...proposals.flatMap(({ name, value, certainty }): [string, unknown][] =>
      certainty === 'ask' ? [] : [[name, value]],
    ),
    ...answers,
  ]);
  const part = (name: string) => values.get(name);
  const result: Record<string, unknown> = { table: users.id };
  for (const [name, key] of Object.entries(PARTS)) {
    const value = part(name);
    if (
      value !== null &&
      value !== undefined &&
      value !== EVERY_ROW &&
      value !== 'none' &&
      !isDefault(key, value)
    )
      result[key] = value;
  }
  const binding: Users = result as unknown as Users;
  const related = relatedOf(values);
  const tables = new Map(
    [...related].map(([name, { table }]) => [name, facts.tables.find(({ id }) => id === table)]),
  );
  const enabled = binding.enabled as Enabled | undefined;
  if (enabled) {
    const { of, enable, disable } = stateWrites(enabled, (name) =>
      name === undefined ? users : tables.get(name),
    );
    const target = of === undefined ? binding : related.get(of);
    if (target)
      Object.assign(target, {
        enable: { ...target.enable, ...enable },
        disable: { ...target.disable, ...disable },
      });
  }
  for (const [name, value] of values) {
    const place = placeOf(name);
    if (!place || value === null || value === 'none') continue;
    const rows = [...related.values()].filter(({ table }) => table === place.table);
    for (const target of place.table === users.id ? [binding] : rows)
      Object.assign(target, { [place.kind]: { ...target[place.kind], [place.column]: value as Value } });
  }
  const sessions = [...values].flatMap(([name, value]) =>
    name.startsWith('end-sessions.') && value !== null && value !== 'none' ? [value as EndSessions] : [],
  );
  if (related.size > 0) binding.related = Object.fromEntries(related);
  if (sessions.length > 0) binding.endSessions = sessions;
  keepLoginAsKey(binding);
  for (const table of [binding, ...related.values()]) followOnly(table, binding);
  if (binding.create === 'enable-only')
    binding.createReason ??= 'Rows alone make no working account in this application.';
  return {
    format: 1,
    users: ordered(binding),
    providers: providersOf(part('providers'), declared),
    seats: part('seats') === 'none' ? { none: declared } : (part('seats') as Seats),
  };
}

const isDefault = (key: keyof Users, value: unknown) =>
  (key === 'loginRule' && value === 'email') ||
  (key === 'renameOnMatch' && value === true) ||
  (key === 'create' && value === 'yes') ||
  (key === 'timeZone' && value === 'UTC');

/** A login that is the key is given once: rows of other tables refer to the account by it. */
function keepLoginAsKey(users: Users): void {
  const { key, login } = users;
  const made = key?.made;
  if (!login || typeof made !== 'object' || !('field' in made) || made.field !== 'login') return;
  if (!('column' in login.read) || login.read.of !== undefined || login.read.column !== key.column) return;
  users.login = { ...login, write: false };
  users.renameOnMatch = false;
}

/** What follows a field that the application has not follows the others. */
function followOnly(table: RowWrites, users: Users): void {
  for (const [column, update] of Object.entries(table.update ?? {})) {
    if (!('set' in update)) continue;
    const on = update.on.filter((field) => users[field] !== undefined);
    table.update = { ...table.update, [column]: { ...update, on } };
  }
}

function relatedOf(values: ReadonlyMap<string, unknown>): Map<string, Related> {
  const found = new Map<string, Related>();
  for (const [name, value] of values) {
    if (memberTable(name, value) === undefined) continue;
    const table = name.slice('member.'.length);
    const bare = memberAlias(name, (value as Related).table) ?? parseTableName(table)?.name ?? table;
    found.set(found.has(bare) ? table : bare, { ...(value as Related) });
  }
  return found;
}

function providersOf(value: unknown, declared: Declared): Providers {
  if (typeof value === 'string' && value.startsWith(DECLARED))
    return { declared: { name: value.slice(DECLARED.length), ...declared } };
  return value as Providers;
}

/** `declared:NAME`: the name of a provider that no table lists. */
export const DECLARED = 'declared:';

const ORDER: readonly (keyof Users)[] = [
  'table',
  'key',
  'where',
  'related',
  'login',
  'email',
  'displayName',
  'givenName',
  'familyName',
  'enabled',
  'protected',
  'lastSignIn',
  'ssoProvider',
  'licence',
  'externalId',
  'ssoSubject',
  'loginRule',
  'renameOnMatch',
  'create',
  'createReason',
  'timeZone',
  'insert',
  'once',
  'update',
  'enable',
  'disable',
  'endSessions',
];

const ordered = (users: Users): Users =>
  Object.fromEntries(
    ORDER.flatMap((key) => (users[key] === undefined ? [] : [[key, users[key]]])),
  ) as unknown as Users & { key: Key };
