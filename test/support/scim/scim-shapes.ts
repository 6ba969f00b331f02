import { CORE_GROUP, CORE_USER, ENTERPRISE, FACTORY, PATCH_OP } from './scim.js';

/**
 * Requests such as IdPs, and people who mean harm, might send: made from a seed, so that what fails can be
 * made again. Most are nearly right, since what is all wrong is refused at the door.
 */
export interface Shapes {
  filter(): string;
  path(): string;
  userBody(): unknown;
  groupBody(): unknown;
  patchBody(): unknown;
  groupPatchBody(): unknown;
  /** The query of a list, not yet encoded. */
  query(): Record<string, string>;
  value(): unknown;
  text(): string;
  /** One of a list. */
  pick<T>(list: readonly T[]): T;
}

const USER_NAMES = [
  'userName',
  'USERNAME',
  'externalId',
  'id',
  'displayName',
  'active',
  'name',
  'name.givenName',
  'name.formatted',
  'emails',
  'emails.value',
  'emails.type',
  'phoneNumbers',
  'addresses',
  'addresses.locality',
  'roles',
  'groups',
  'groups.value',
  'meta',
  'meta.created',
  'meta.location',
  'meta.resourceType',
  'meta.version',
  'schemas',
  'password',
  'title',
  'profileUrl',
  'x509Certificates',
  'members',
  'nothing',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty.value',
  CORE_USER,
  `${CORE_USER}:userName`,
  `${ENTERPRISE}:department`,
  `${ENTERPRISE}:manager`,
  `${ENTERPRISE}:manager.value`,
  `${ENTERPRISE}:manager.displayName`,
  ENTERPRISE,
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0User:division',
  'urn:other:1.0:thing',
  'urn:',
  ':',
  '.',
  'emails.',
  '.value',
  'emails.value.more',
  ...[
    'badge',
    'floor',
    'load',
    'trained',
    'since',
    'card',
    'pin',
    'notes',
    'tags',
    'machines',
    'machines.hours',
  ].map((name) => `${FACTORY}:${name}`),
];
const GROUP_NAMES = [
  'displayName',
  'externalId',
  'id',
  'members',
  'members.value',
  'members.display',
  'members.type',
  'members.$ref',
  'MEMBERS',
  CORE_GROUP,
  `${CORE_GROUP}:members`,
  'userName',
  'meta.lastModified',
  'nothing',
  '__proto__',
];
const TEXT_NAMES = [
  'userName',
  'externalId',
  'id',
  'displayName',
  'name.givenName',
  'name.formatted',
  'emails.value',
  'emails',
  'phoneNumbers.value',
  'roles.value',
  'addresses.locality',
  'groups.display',
  'title',
  `${ENTERPRISE}:department`,
  `${ENTERPRISE}:manager`,
  `${FACTORY}:badge`,
  `${FACTORY}:tags`,
  `${FACTORY}:machines`,
  'urn:ietf:params:scim:schemas:extension:scimctl:2.0:User:hostUserId',
  'urn:ietf:params:scim:schemas:extension:scimctl:2.0:User:licenceType',
];
const ORDER = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'];
const TEXT_OPERATORS = [...ORDER, 'co', 'sw', 'ew'];
const PARTS = [
  'value',
  'type',
  'primary',
  'display',
  'hours',
  'locality',
  'formatted',
  '$ref',
  'nothing',
  '__proto__',
];
const OPERATORS = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le', 'EQ', 'pr', 'is', '='];

/** What has broken parsers, databases and terminals before. */
export const HOSTILE: readonly string[] = [
  "' or 1=1 --",
  "'; drop table scim.identity; --",
  '" or userName pr or userName eq "',
  "') union select null, null --",
  "admin'/*",
  "1; waitfor delay '0:0:5'--",
  "'||pg_sleep(5)||'",
  '$' + '{7*7}',
  '{{7*7}}',
  '%27%20or%201=1',
  '\\',
  '\\"',
  '"',
  "''",
  '%',
  '_',
  '[a-z]',
  '%00',
  '\0',
  'a\0b',
  '\ud800',
  '\udc00x',
  'ﬀ',
  'İ',
  'ß',
  'ẞ',
  'é',
  'e\u0301',
  '\u202e',
  '\u200b',
  '🚀',
  '??',
  '?',
  ':name',
  '$1',
  '@p0',
  '--',
  '/* */',
  ';',
  '\r\n',
  '\t',
  '\u2028',
  'null',
  'undefined',
  'NaN',
  'true',
  'True',
  '-0',
  '1e999',
  '0x10',
  '9007199254740993',
  '../../etc/passwd',
  '<script>',
  '__proto__',
  'constructor',
  'a'.repeat(400),
];

const PLAIN = [
  'ann@contoso.example',
  'Ann',
  'work',
  'home',
  'mobile',
  'a',
  '',
  ' ',
  'object-1',
  '2026-01-31T12:00:00Z',
  '2026-13-45T99:00:00Z',
  '12',
  'False',
  'Engineer',
];

/** What IdPs do send. */
const USUAL: readonly object[] = [
  { op: 'Replace', path: 'active', value: 'False' },
  { op: 'replace', value: { active: true } },
  { op: 'Replace', path: 'emails[type eq "work"].value', value: 'new@contoso.example' },
  { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '+2' },
  { op: 'Remove', path: 'phoneNumbers[type eq "work"]' },
  { op: 'replace', value: { 'name.givenName': 'Ann', [`${ENTERPRISE}:department`]: 'Paint shop' } },
  { op: 'Add', path: `${ENTERPRISE}:manager`, value: [{ $ref: null, value: 'm2' }] },
  { op: 'Replace', path: `${ENTERPRISE}:manager`, value: '' },
  { op: 'add', path: 'roles', value: [{ value: 'r', primary: 'True' }] },
  { op: 'remove', path: 'title' },
  { op: 'add', path: `${FACTORY}:tags`, value: ['b'] },
];
const usualOf = (ids: readonly string[]): readonly object[] => [
  { op: 'Add', path: 'members', value: ids.map((value) => ({ $ref: null, value })) },
  { op: 'Remove', path: 'members', value: ids.map((value) => ({ value })) },
  ...ids.map((id) => ({ op: 'remove', path: `members[value eq "${id}"]` })),
  { op: 'replace', value: { id: 'x', displayName: 'Renamed' } },
  { op: 'replace', path: 'members', value: [] },
];

/** A generator of numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function createShapes(seed: number, ids: readonly string[] = []): Shapes {
  const random = seeded(seed);
  const chance = (of: number) => random() < of;
  const below = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const some = <T>(make: () => T, most: number): T[] => Array.from({ length: below(most + 1) }, make);
  const text = () => (chance(0.5) ? pick(PLAIN) : pick(HOSTILE));

  const value = (depth = 2): unknown => {
    const kind = below(depth > 0 ? 12 : 7);
    if (kind < 4) return text();
    if (kind === 4) return pick([true, false, 'True', 'False']);
    if (kind === 5) return pick([0, -1, 1.5, 42, 1e21, Number.MAX_SAFE_INTEGER]);
    if (kind === 6) return null;
    if (kind < 10) return Object.fromEntries(some(() => [pick(PARTS), value(depth - 1)] as const, 4));
    return some(() => value(depth - 1), 3);
  };

  const literal = (): string => {
    const kind = below(10);
    if (kind < 6) return JSON.stringify(text());
    if (kind < 7) return `"${text()}"`;
    return pick([
      'true',
      'False',
      'null',
      '5',
      '-1.5e3',
      'jdoe',
      '1e999',
      '2819c223-7f76',
      '',
      ...ids.map((id) => JSON.stringify(id)),
    ]);
  };
  /** Of the right type, with text of any kind. */
  const sensible = (names: readonly string[]): string => {
    if (names !== USER_NAMES)
      return `${pick(['displayName', 'externalId', 'members.value'])} ${pick(TEXT_OPERATORS)} ${quoted()}`;
    const kind = below(10);
    if (kind < 6) return `${pick(TEXT_NAMES)} ${pick(TEXT_OPERATORS)} ${quoted()}`;
    if (kind === 6)
      return pick([
        'active eq "True"',
        'active ne false',
        `${FACTORY}:trained eq true`,
        'title pr',
        'groups pr',
        'title eq null',
        'meta.resourceType eq "User"',
      ]);
    if (kind === 7)
      return `${FACTORY}:${pick(['floor', 'machines.hours'])} ${pick(ORDER)} ${pick(['0', '-7', '42', '9007199254740991'])}`;
    if (kind === 8)
      return `${pick(['meta.created', 'meta.lastModified', `${FACTORY}:since`])} ${pick(ORDER)} "${pick(['2026-01-31T12:00:00Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999+14:00'])}"`;
    return `${pick(['emails', 'phoneNumbers', 'roles', 'addresses'])}[type ${pick(TEXT_OPERATORS)} ${quoted()}]`;
  };
  const quoted = () => JSON.stringify(storable());
  const storable = () => text().replace(/[\0\p{Surrogate}]/gu, '');
  const comparison = (names: readonly string[]): string => {
    if (names !== PARTS && chance(0.7)) return sensible(names);
    const operator = pick(OPERATORS);
    return operator === 'pr' ? `${pick(names)} pr` : `${pick(names)} ${operator} ${literal()}`;
  };
  const filterOf = (names: readonly string[], depth: number): string => {
    const kind = below(depth > 0 ? 10 : 4);
    if (kind < 4) return comparison(names);
    if (kind < 6)
      return `${filterOf(names, depth - 1)} ${pick(['and', 'or', 'AND', 'xor'])} ${filterOf(names, depth - 1)}`;
    if (kind === 6) return `not (${filterOf(names, depth - 1)})`;
    if (kind === 7) return `(${filterOf(names, depth - 1)})`;
    const suffix = pick(['', '', `.${pick(PARTS)} ${pick(OPERATORS)} ${literal()}`]);
    return `${pick(names)}[${filterOf(PARTS, depth - 1)}]${suffix}`;
  };
  const cut = (whole: string) => (chance(0.05) ? whole.slice(0, below(whole.length + 1)) : whole);
  const pathOf = (names: readonly string[]): string => {
    const kind = below(10);
    if (kind < 6) return pick(names);
    if (kind < 9)
      return `${pick(names)}[${filterOf(PARTS, 1)}]${pick(['', '.value', `.${pick(PARTS)}`, 'value'])}`;
    return text();
  };

  const member = () =>
    pick<unknown>([
      { value: pick([...ids, text()]) },
      { $ref: null, value: pick([...ids, 'u1091']) },
      pick([...ids, 'x']),
      value(1),
    ]);
  const operation = (names: readonly string[], given: () => unknown, usual: readonly object[]): unknown => {
    const kind = below(20);
    if (kind < 12) return { ...pick(usual), ...(chance(0.3) ? { value: given() } : {}) };
    if (kind === 12) return value();
    return {
      op: chance(0.9) ? pick(['add', 'replace', 'remove', 'Add', 'Replace', 'REMOVE']) : pick(['move', 5]),
      ...(chance(0.8) ? { path: cut(pathOf(names)) } : {}),
      ...(chance(0.85) ? { value: given() } : {}),
    };
  };
  /** A user as it could be, with text of any kind. */
  const usualUser = (): Record<string, unknown> => {
    const name = `${below(1_000_000)}@contoso.example`;
    const part = (make: () => Record<string, unknown>) => (chance(0.5) ? make() : {});
    return {
      userName: name,
      ...part(() => ({ externalId: `object-${below(1_000_000)}` })),
      ...part(() => ({ active: pick([true, false, 'True', 'False']) })),
      ...part(() => ({ displayName: storable().slice(0, 100) })),
      ...part(() => ({
        name: {
          givenName: storable().slice(0, 50),
          familyName: storable().slice(0, 50),
          formatted: storable(),
        },
      })),
      ...part(() => ({
        emails: [{ value: name, type: pick(['work', 'home']), primary: pick([true, 'True', null]) }],
      })),
      ...part(() => ({ title: storable(), locale: storable() })),
      ...part(() => ({
        phoneNumbers: some(() => ({ value: storable(), type: pick(['work', 'mobile']) }), 3),
      })),
      ...part(() => ({ roles: some(storable, 3), addresses: some(() => ({ locality: storable() }), 2) })),
      ...part(() => ({
        [ENTERPRISE]: {
          department: storable(),
          manager: pick<unknown>(['m', { value: storable() }, [{ value: 'm' }], '']),
        },
      })),
      ...part(() => ({
        [FACTORY]: {
          floor: below(100),
          tags: some(storable, 3),
          since: '2026-01-31T12:00:00Z',
          trained: 'False',
          machines: [{ value: storable(), hours: below(9) }],
        },
      })),
    };
  };
  const bodyOf = (names: readonly string[], given: () => unknown) =>
    chance(0.03) ? value() : Object.fromEntries(some(() => [pathOf(names), given()] as const, 8));
  const patchOf = (names: readonly string[], given: () => unknown, usual: readonly object[]) =>
    chance(0.03)
      ? value()
      : {
          schemas: [PATCH_OP],
          Operations: [operation(names, given, usual), ...some(() => operation(names, given, usual), 2)],
        };
  const userValue = () =>
    chance(0.2) ? Object.fromEntries(some(() => [pick(USER_NAMES), value()] as const, 4)) : value();

  return {
    text,
    value: () => value(),
    pick,
    filter: () => cut(filterOf(chance(0.8) ? USER_NAMES : GROUP_NAMES, 3)),
    path: () => cut(pathOf(USER_NAMES)),
    userBody: () => {
      if (chance(0.2)) return bodyOf(USER_NAMES, value);
      return { ...usualUser(), ...(chance(0.3) ? { [pathOf(USER_NAMES)]: value() } : {}) };
    },
    groupBody: () => {
      if (chance(0.2)) return bodyOf(GROUP_NAMES, () => (chance(0.5) ? some(member, 3) : value()));
      const displayName = `group ${below(1_000_000)} ${storable().slice(0, 200)}`;
      return { displayName, ...(chance(0.5) ? { members: chance(0.8) ? ids : some(member, 3) } : {}) };
    },
    patchBody: () => patchOf(USER_NAMES, userValue, USUAL),
    groupPatchBody: () =>
      patchOf(GROUP_NAMES, () => (chance(0.7) ? some(member, 3) : userValue()), usualOf(ids)),
    query: () => ({
      ...(chance(0.7) ? { filter: cut(filterOf(chance(0.8) ? USER_NAMES : GROUP_NAMES, 3)) } : {}),
      ...(chance(0.3) ? { sortBy: chance(0.8) ? pick(TEXT_NAMES) : pathOf(USER_NAMES) } : {}),
      ...(chance(0.2) ? { sortOrder: chance(0.1) ? text() : pick(['ascending', 'DESCENDING']) } : {}),
      ...(chance(0.3)
        ? { startIndex: chance(0.1) ? text() : pick(['1', '0', '-5', '3', '99999999999']) }
        : {}),
      ...(chance(0.3) ? { count: chance(0.1) ? text() : pick(['0', '1', '2', '-1', '1000000']) } : {}),
      ...(chance(0.2) ? { cursor: pick(['', text(), Buffer.from(text()).toString('base64url')]) } : {}),
      ...(chance(0.3)
        ? { [pick(['attributes', 'excludedAttributes'])]: some(() => pick(USER_NAMES), 4).join() }
        : {}),
    }),
  };
}
