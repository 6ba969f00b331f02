/*
 * Requests that no IdP sends and somebody will: generated from a seed, so that each can be had again.
 */

export interface FuzzRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
}

/** In every piece of text that is made up, so that it can be looked for where it must not be. */
export const MARKER = 'zqx7';

/** A small deterministic generator of chance (mulberry32). */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 0 (included) to 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }

  /** True so many times out of a hundred. */
  percent(n: number): boolean {
    return this.next() * 100 < n;
  }
}

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';

/** Every attribute that a filter may name, and some that none may. */
export const ATTRIBUTES = [
  ...['id', 'externalId', 'userName', 'displayName', 'active', 'title', 'nickName', 'locale', 'userType'],
  ...['name', 'name.givenName', 'name.familyName', 'name.formatted', 'preferredLanguage', 'timezone'],
  ...['emails', 'emails.value', 'emails.type', 'emails.primary', 'phoneNumbers.value', 'phoneNumbers.type'],
  ...['addresses.country', 'roles.value', 'groups', 'groups.value', 'groups.display', 'photos.value'],
  ...['meta.created', 'meta.lastModified', 'meta.resourceType', 'schemas', 'members', 'members.value'],
  ...[`${ENTERPRISE}:department`, `${ENTERPRISE}:manager.value`, `${ENTERPRISE}:employeeNumber`],
  ...[`${CORE}:userName`, 'USERNAME', 'password', 'nosuch', 'name.nosuch', '__proto__', 'constructor.name'],
];

const OPERATORS = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le', 'EQ', 'Co', 'np', 'like', ''];

/** What is tried against whoever puts text together into SQL, and what breaks those who compare it. */
export const HOSTILE = [
  "' or '1'='1",
  "'; drop table scim.identity; --",
  "' union select digest from scim.token --",
  '" or ""="',
  "admin'--",
  "1; exec xp_cmdshell('dir'); --",
  "'; waitfor delay '0:0:5'; --",
  "' || pg_sleep(5) || '",
  "1' and 1=convert(int, @@version) --",
  "') or ('a'='a",
  '0x31303235343830303536',
  "\\'; select 1; --",
  '%',
  '_',
  '[a-z]%',
  '\\%',
  '$1',
  '?',
  '??',
  ':name',
  '@p0',
  '$(id)',
  '{{7*7}}',
  '\u0000',
  '\ud800',
  '\u202e',
  'İıßẞﬁ',
  '👩‍👩‍👧‍👦',
  ' trailing ',
  '9'.repeat(40),
  '-1',
  '1e999',
  'NaN',
  'true',
  'null',
  '2026-02-30T00:00:00Z',
  '2026-01-01T00:00:00.123456789+14:00',
  'a'.repeat(5000),
];

export function text(chance: Chance): string {
  const plain = () => chance.pick(['anna', 'Contoso', 'work', 'x', '', 'a b', 'anna@contoso.example']);
  return `${chance.percent(40) ? chance.pick(HOSTILE) : plain()}${chance.percent(60) ? MARKER : ''}`;
}

function literal(chance: Chance): string {
  if (chance.percent(70)) return JSON.stringify(text(chance));
  return chance.pick([
    'true',
    'false',
    'null',
    '0',
    '-1',
    '1.5',
    '1e999',
    'True',
    `bare-${MARKER}`,
    "'q'",
    '"open',
  ]);
}

export function filter(chance: Chance, depth = 0): string {
  const roll = chance.below(100);
  if (depth < 5 && roll < 15) return `${filter(chance, depth + 1)} and ${filter(chance, depth + 1)}`;
  if (depth < 5 && roll < 28) return `${filter(chance, depth + 1)} or ${filter(chance, depth + 1)}`;
  if (depth < 5 && roll < 34) return `not (${filter(chance, depth + 1)})`;
  if (depth < 5 && roll < 40) return `(${filter(chance, depth + 1)})`;
  if (depth < 5 && roll < 47) {
    const inner = `${chance.pick(['type', 'value', 'primary', 'display', 'nosuch'])} ${chance.pick(OPERATORS)} ${literal(chance)}`;
    return `${chance.pick(['emails', 'phoneNumbers', 'addresses', 'members', 'name', 'userName'])}[${inner}]${chance.pick(['', '.value pr', '.value eq "x"'])}`;
  }
  if (roll < 52) return `${chance.pick(ATTRIBUTES)} pr`;
  if (roll < 55) return '('.repeat(chance.below(2000)) + chance.pick(ATTRIBUTES);
  return `${chance.pick(ATTRIBUTES)} ${chance.pick(OPERATORS)} ${literal(chance)}`;
}

/** Takes out, doubles or puts in a character or two. */
function mangled(chance: Chance, whole: string): string {
  const at = chance.below(whole.length + 1);
  const put = chance.pick(['', '"', '\\', '[', ')', '\u0000', ' ', 'é', whole.slice(at, at + 3)]);
  return whole.slice(0, at) + put + whole.slice(at + chance.below(3));
}

export function value(chance: Chance, depth = 0): unknown {
  const roll = chance.below(100);
  if (roll < 45) return text(chance);
  if (roll < 60) return chance.pick<unknown>([true, false, null, 0, -1, 1.5, 1e308, 'True', 'False', '']);
  if (depth > 4) return text(chance);
  if (roll < 78) return Array.from({ length: chance.below(4) }, () => value(chance, depth + 1));
  const keys = [
    ...ATTRIBUTES,
    'value',
    'type',
    'primary',
    'display',
    '$ref',
    'givenName',
    'schemas',
    'toString',
  ];
  return Object.fromEntries(
    Array.from({ length: chance.below(5) }, () => [chance.pick(keys), value(chance, depth + 1)]),
  );
}

function user(chance: Chance, emails: readonly string[]): Record<string, unknown> {
  const email = chance.percent(70) ? chance.pick(emails) : text(chance);
  const whole: Record<string, unknown> = {
    schemas: chance.percent(90) ? [CORE, ENTERPRISE] : value(chance),
    userName: chance.percent(90) ? email : value(chance),
    externalId: chance.percent(70) ? `ext-${chance.below(200)}` : value(chance),
    active: chance.percent(80) ? chance.percent(70) : value(chance),
    displayName: text(chance),
    name: chance.percent(80) ? { givenName: text(chance), familyName: text(chance) } : value(chance),
    emails: chance.percent(80) ? [{ type: 'work', primary: true, value: email }] : value(chance),
    [ENTERPRISE]: { department: text(chance), manager: value(chance) },
  };
  for (let more = chance.below(4); more > 0; more--) whole[chance.pick(ATTRIBUTES)] = value(chance);
  return whole;
}

function patch(chance: Chance): unknown {
  const paths = [
    ...ATTRIBUTES,
    'emails[type eq "work"].value',
    'members[value eq "x"]',
    `addresses[type eq "${MARKER}"].country`,
    filter(chance),
  ];
  return {
    schemas: chance.percent(95) ? ['urn:ietf:params:scim:api:messages:2.0:PatchOp'] : value(chance),
    Operations: chance.percent(95)
      ? Array.from({ length: chance.below(5) }, () => ({
          op: chance.pick(['add', 'replace', 'remove', 'Add', 'Replace', 'Remove', 'move', '', text(chance)]),
          ...(chance.percent(75) ? { path: chance.pick(paths) } : {}),
          ...(chance.percent(85) ? { value: value(chance) } : {}),
        }))
      : value(chance),
  };
}

const HEADERS: [string, readonly string[]][] = [
  ['if-match', ['*', 'W/"x"', '"', MARKER, ', ,']],
  ['if-none-match', ['*', 'W/"x"', 'nonsense']],
  ['accept', ['*/*', 'text/html', 'application/json;q=0', 'x']],
  ['content-type', ['text/plain', 'application/json; charset=utf-16', 'application/scim+json;;', 'x']],
  ['x-request-id', ['a'.repeat(500), `${MARKER}"}`, '']],
  ['x-forwarded-for', ["1.1.1.1' or 1=1", '::', 'a'.repeat(300)]],
  ['authorization', ['Bearer ', 'Bearer x', 'Basic ====', `scimctl_${MARKER}`, 'Bearer a b c']],
];

export interface FuzzWorld {
  userIds: readonly string[];
  groupIds: readonly string[];
  emails: readonly string[];
  token: string;
}

/** One request: mostly well-formed enough to get past the door. */
export function fuzzRequest(chance: Chance, world: FuzzWorld): FuzzRequest {
  const headers: Record<string, string> = {
    authorization: `Bearer ${world.token}`,
    'content-type': chance.pick(['application/scim+json', 'application/json']),
  };
  if (chance.percent(10)) {
    const [name, values] = chance.pick(HEADERS);
    headers[name] = chance.pick(values);
  }
  const id = chance.percent(90)
    ? chance.pick([...world.userIds, ...world.groupIds])
    : encodeURIComponent(Buffer.from(text(chance)).toString());
  const roll = chance.below(100);
  if (roll < 40) return { method: 'GET', path: listPath(chance), headers };
  const body = (whole: unknown) => {
    const json = JSON.stringify(whole) ?? '';
    return chance.percent(8) ? mangled(chance, json) : json;
  };
  if (roll < 60) {
    const path = `/${chance.pick(['Users', 'Users', 'Groups'])}/${id}`;
    return { method: 'PATCH', path, headers, body: body(patch(chance)) };
  }
  if (roll < 75) return { method: 'POST', path: '/Users', headers, body: body(user(chance, world.emails)) };
  if (roll < 82)
    return { method: 'PUT', path: `/Users/${id}`, headers, body: body(user(chance, world.emails)) };
  if (roll < 88) {
    const members = chance.percent(70) ? [{ value: chance.pick(world.userIds) }] : value(chance);
    const group = { schemas: [GROUP], displayName: text(chance), members };
    const [method, path] = chance.pick([
      ['POST', '/Groups'],
      ['PUT', `/Groups/${id}`],
    ] as const);
    return { method, path, headers, body: body(group) };
  }
  if (roll < 91) return { method: 'DELETE', path: `/${chance.pick(['Users', 'Groups'])}/${id}`, headers };
  if (roll < 95) {
    const search = {
      filter: filter(chance),
      sortBy: chance.pick(ATTRIBUTES),
      startIndex: value(chance),
      count: value(chance),
    };
    return {
      method: 'POST',
      path: `${chance.pick(['/Users', '/Groups', ''])}/.search`,
      headers,
      body: body(search),
    };
  }
  const operations = Array.from({ length: chance.below(4) }, () => ({
    method: chance.pick(['POST', 'PATCH', 'DELETE', 'PUT', 'GET', text(chance)]),
    path: chance.pick(['/Users', `/Users/${id}`, '/Groups', '/Bulk', text(chance), '/Users/bulkId:a']),
    bulkId: chance.pick(['a', 'b', text(chance)]),
    data: chance.pick([() => user(chance, world.emails), () => patch(chance), () => value(chance)])(),
  }));
  const bulk = { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'], Operations: operations };
  return { method: 'POST', path: '/Bulk', headers, body: body(bulk) };
}

function listPath(chance: Chance): string {
  const parameters = new URLSearchParams();
  const whole = filter(chance);
  if (chance.percent(80)) parameters.set('filter', chance.percent(15) ? mangled(chance, whole) : whole);
  if (chance.percent(20))
    parameters.set('sortBy', chance.percent(90) ? chance.pick(ATTRIBUTES) : text(chance));
  if (chance.percent(10)) parameters.set('sortOrder', chance.pick(['ascending', 'descending', MARKER]));
  if (chance.percent(20))
    parameters.set('startIndex', chance.pick(['1', '0', '-5', '2', '99999999999999999999', 'x']));
  if (chance.percent(20)) parameters.set('count', chance.pick(['0', '1', '5', '-1', '1e9', 'x', '10000']));
  if (chance.percent(10))
    parameters.set('cursor', chance.pick(['', 'x', MARKER, Buffer.from('{"a":1}').toString('base64url')]));
  if (chance.percent(10)) parameters.set('attributes', chance.pick([...ATTRIBUTES, text(chance)]));
  if (chance.percent(10)) parameters.set('excludedAttributes', chance.pick([...ATTRIBUTES, text(chance)]));
  const path = chance.percent(92)
    ? chance.pick(['/Users', '/Users', '/Groups'])
    : chance.pick([
        '',
        '/',
        '/Schemas',
        '/ResourceTypes/x',
        '/ServiceProviderConfig',
        '/Me',
        '/%00',
        '/Users/..%2f..',
        '//Users',
      ]);
  return `${path}?${parameters}`;
}
