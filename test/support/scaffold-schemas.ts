import type { Enabled } from '../../src/binding/binding.js';
import type { Condition, Scalar } from '../../src/binding/value.js';
import type { TableFacts } from '../../src/core/scaffold/facts.js';
import { type ColumnWords, NOW, type Row, tableFacts } from './scaffold-facts.js';
import { type KeyOfSeveral, keyOf, sessionsOf, TENANCIES, type Tenancy } from './scaffold-tenancy.js';
import type { Chance } from './scim/fuzz.js';

/** What a made-up application calls its things, as words. */
interface Language {
  table: string[];
  id: string[];
  login: string[];
  email: string[];
  given: string[];
  family: string[];
  display: string[];
  password: string[];
  admin: string[];
  lastSignIn: string[];
  active: string[];
  disabled: string[];
  status: string[];
  statusWords: readonly [on: string, off: string];
  deletedAt: string[];
  yesNo: readonly [yes: string, no: string];
}

const LANGUAGES: readonly Language[] = [
  {
    table: ['users'],
    id: ['id'],
    login: ['user', 'name'],
    email: ['email'],
    given: ['first', 'name'],
    family: ['last', 'name'],
    display: ['full', 'name'],
    password: ['password', 'hash'],
    admin: ['is', 'admin'],
    lastSignIn: ['last', 'login', 'at'],
    active: ['is', 'active'],
    disabled: ['is', 'disabled'],
    status: ['status'],
    statusWords: ['active', 'inactive'],
    deletedAt: ['deleted', 'at'],
    yesNo: ['Y', 'N'],
  },
  {
    table: ['benutzer'],
    id: ['id'],
    login: ['benutzername'],
    email: ['email', 'adresse'],
    given: ['vorname'],
    family: ['nachname'],
    display: ['anzeigename'],
    password: ['passwort', 'hash'],
    admin: ['ist', 'administrator'],
    lastSignIn: ['letzte', 'anmeldung'],
    active: ['aktiv'],
    disabled: ['gesperrt'],
    status: ['status'],
    statusWords: ['aktiv', 'inaktiv'],
    deletedAt: ['geloescht', 'am'],
    yesNo: ['J', 'N'],
  },
  {
    table: ['utilisateurs'],
    id: ['id'],
    login: ['identifiant'],
    email: ['courriel'],
    given: ['prénom'],
    family: ['nom', 'famille'],
    display: ['nom', 'complet'],
    password: ['mot', 'de', 'passe'],
    admin: ['est', 'administrateur'],
    lastSignIn: ['dernière', 'connexion'],
    active: ['actif'],
    disabled: ['bloqué'],
    status: ['statut'],
    statusWords: ['actif', 'inactif'],
    deletedAt: ['supprimé', 'le'],
    yesNo: ['O', 'N'],
  },
  {
    table: ['usuarios'],
    id: ['id'],
    login: ['nombre', 'usuario'],
    email: ['correo'],
    given: ['nombre'],
    family: ['apellidos'],
    display: ['nombre', 'completo'],
    password: ['contraseña'],
    admin: ['es', 'administrador'],
    lastSignIn: ['último', 'acceso'],
    active: ['activo'],
    disabled: ['bloqueado'],
    status: ['estado'],
    statusWords: ['activo', 'inactivo'],
    deletedAt: ['eliminado', 'el'],
    yesNo: ['S', 'N'],
  },
  {
    table: ['yonghu'],
    id: ['id'],
    login: ['yonghuming'],
    email: ['youxiang'],
    given: ['mingzi'],
    family: ['xing'],
    display: ['xingming'],
    password: ['mima'],
    admin: ['shi', 'guanliyuan'],
    lastSignIn: ['zuihou', 'denglu', 'shijian'],
    active: ['qiyong'],
    disabled: ['jinyong'],
    status: ['zhuangtai'],
    statusWords: ['qiyong', 'jinyong'],
    deletedAt: ['shanchu', 'shijian'],
    yesNo: ['Y', 'N'],
  },
  {
    table: ['用户'],
    id: ['id'],
    login: ['用户名'],
    email: ['邮箱'],
    given: ['名字'],
    family: ['姓氏'],
    display: ['姓名'],
    password: ['密码'],
    admin: ['管理员'],
    lastSignIn: ['最后登录时间'],
    active: ['启用'],
    disabled: ['禁用'],
    status: ['状态'],
    statusWords: ['启用', '禁用'],
    deletedAt: ['删除时间'],
    yesNo: ['是', '否'],
  },
  {
    table: ['社員'],
    id: ['id'],
    login: ['ログイン', 'ID'],
    email: ['メールアドレス'],
    given: ['名'],
    family: ['姓'],
    display: ['氏名'],
    password: ['パスワード'],
    admin: ['管理者', 'フラグ'],
    lastSignIn: ['最終ログイン日時'],
    active: ['有効', 'フラグ'],
    disabled: ['無効', 'フラグ'],
    status: ['状態'],
    statusWords: ['有効', '無効'],
    deletedAt: ['削除日時'],
    yesNo: ['1', '0'],
  },
  {
    table: ['funcionarios'],
    id: ['id'],
    login: ['login'],
    email: ['email'],
    given: ['primeiro', 'nome'],
    family: ['sobrenome'],
    display: ['nome', 'completo'],
    password: ['senha'],
    admin: ['administrador'],
    lastSignIn: ['ultimo', 'acesso'],
    active: ['ativo'],
    disabled: ['bloqueado'],
    status: ['situacao'],
    statusWords: ['ativo', 'desativado'],
    deletedAt: ['excluido', 'em'],
    yesNo: ['S', 'N'],
  },
];

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

const TYPES = ['str', 'lng', 'dtm', 'bln', 'chr'];

const STYLES: readonly ((words: readonly string[]) => string)[] = [
  (words) => words.join('_'),
  (words) => words.map((word, at) => (at === 0 ? word : capital(word))).join(''),
  (words) => words.map(capital).join(''),
  (words) => words.join('_').toUpperCase(),
  (words) => words.join(''),
  (words) => `us_${words.join('_')}`,
  (words) => `u_${words.join('')}`,
  // As some schools did it, before each name its type.
  (words) => `${TYPES[words.join('').length % TYPES.length]}${words.map(capital).join('')}`,
];

/** What looks like what is looked for, and is not. */
const DECOYS: readonly (readonly [
  words: readonly string[],
  column: ColumnWords,
  value: (at: number) => Row[string],
])[] = [
  [['email', 'confirmed'], 'boolean not null', (at) => at % 5 !== 0],
  [['lockout', 'enabled'], 'boolean not null', () => true],
  [['two', 'factor', 'enabled'], 'boolean not null default false', (at) => at % 7 === 0],
  [['phone', 'number', 'confirmed'], 'boolean not null', () => false],
  [['enable', 'notifications'], 'boolean not null default true', (at) => at % 4 !== 0],
  [['must', 'change', 'password'], 'boolean not null default false', (at) => at % 6 === 0],
  [['backup', 'email'], 'text(200)', (at) => (at % 3 === 0 ? `private${at}@home.example` : null)],
  [['is', 'subscribed'], 'boolean', (at) => at % 2 === 0],
  [['login', 'count'], 'integer not null default 0', (at) => at * 3],
  [['preferred', 'language'], 'text(5)', (at) => (at % 3 === 0 ? 'de' : 'en')],
  [['manager', 'name'], 'text(100)', (at) => (at % 2 === 0 ? `Boss Number${at}` : null)],
  [['api', 'access', 'enabled'], 'boolean not null default false', (at) => at % 9 === 0],
];

/** What only the application may write: whoever has it can do something. Most rows have none. */
const SECRETS: readonly (readonly string[])[] = [
  ['unlock', 'token'],
  ['reset', 'password', 'token'],
  ['api', 'key'],
  ['block', 'token'],
  ['remember', 'token'],
];

/** Checks of the login that every row below fulfils, some of them by what would be their opposite. */
const CHECKS: readonly ((login: string) => string)[] = [
  (login) => `(char_length(${login}) <= 50)`,
  (login) => `((${login})::text ~ '^[a-z][a-z0-9]*$'::text)`,
  (login) => `(${login} = lower(${login}))`,
  (login) => `(NOT ((${login})::text ~ '^[0-9]+$'::text))`,
  (login) => `((${login})::text !~ '^[A-Z ]+$'::text)`,
  (login) => `(NOT (char_length(${login}) < 3))`,
  (login) => `(NOT (${login} = upper(${login})))`,
  (login) => `CASE WHEN (kind = 'svc'::text) THEN (length(${login}) <= 2) ELSE true END`,
  (login) => `((kind = 'svc'::text) OR (length(${login}) <= 60))`,
  (login) => `((length(${login}) <= 2) = (kind = 'svc'::text))`,
  (login) => `((length(${login}) <= 2) IS NOT TRUE)`,
  (login) => `(NOT ((length(${login}) <= 2) AND (${login} ~ '^[0-9]+$'::text)))`,
];

/** How an application tells who can sign in. */
interface Encoding {
  name: string;
  /** Whether a person has to say it. */
  isPlain: boolean;
  columns: (language: Language, style: (words: readonly string[]) => string) => Record<string, ColumnWords>;
  row: (language: Language, style: (words: readonly string[]) => string, on: boolean, at: number) => Row;
}

const one = (
  name: string,
  isPlain: boolean,
  words: (language: Language) => string[],
  column: ColumnWords,
  value: (on: boolean, language: Language) => Row[string],
): Encoding => ({
  name,
  isPlain,
  columns: (language, style) => ({ [style(words(language))]: column }),
  row: (language, style, on) => ({ [style(words(language))]: value(on, language) }),
});

const ENDED = new Date('2024-05-01T00:00:00Z');

export const ENCODINGS: readonly Encoding[] = [
  one(
    'a bit',
    true,
    ({ active }) => active,
    'boolean not null default true',
    (on) => on,
  ),
  one(
    'an inverted bit',
    true,
    ({ disabled }) => disabled,
    'boolean not null default false',
    (on) => !on,
  ),
  one(
    'a number',
    true,
    ({ active }) => active,
    'integer not null default 1',
    (on) => (on ? 1 : 0),
  ),
  one(
    'yes or no',
    true,
    ({ active }) => active,
    'text(1) not null',
    (on, { yesNo }) => yesNo[on ? 0 : 1],
  ),
  one(
    'a word',
    true,
    ({ status }) => status,
    'text(20) not null',
    (on, { statusWords }) => statusWords[on ? 0 : 1],
  ),
  one(
    'a code',
    false,
    ({ status }) => status,
    'integer not null',
    (on) => (on ? 1 : 3),
  ),
  one(
    'a date that is null',
    true,
    ({ deletedAt }) => deletedAt,
    'instant',
    (on) => (on ? null : ENDED),
  ),
  one(
    'milliseconds that are zero',
    true,
    ({ deletedAt }) => deletedAt,
    'integer',
    (on) => (on ? 0 : ENDED.getTime()),
  ),
  {
    name: 'a bit beside a lock that ends',
    isPlain: true,
    columns: ({ active }, style) => ({
      [style(active)]: 'boolean not null default true',
      [style(['locked', 'until'])]: 'instant',
    }),
    row: ({ active }, style, on, at) => ({
      [style(active)]: on,
      [style(['locked', 'until'])]: at % 7 === 0 ? new Date('2099-01-01T00:00:00Z') : null,
    }),
  },
  {
    name: 'a bit beside a state',
    isPlain: false,
    columns: ({ active, status }, style) => ({
      [style(active)]: 'boolean not null default true',
      [style(status)]: 'text(20) not null',
    }),
    row: ({ active, status, statusWords }, style, on, at) => ({
      [style(active)]: on || at % 2 === 0,
      [style(status)]: statusWords[on || at % 2 === 1 ? 0 : 1],
    }),
  },
  {
    name: 'two bits',
    isPlain: false,
    columns: ({ active, disabled }, style) => ({
      [style(active)]: 'boolean not null default true',
      [style(disabled)]: 'boolean not null default false',
    }),
    row: ({ active, disabled }, style, on, at) => ({
      [style(active)]: on || at % 2 === 0,
      [style(disabled)]: !on && at % 2 === 0,
    }),
  },
];

export interface MadeUp {
  description: string;
  tables: TableFacts[];
  users: TableFacts;
  rows: Row[];
  known: {
    table: string;
    key: string;
    login: string;
    email: string;
    given?: string;
    family?: string;
    display?: string;
  };
  encoding: Encoding;
  tenancy: Tenancy;
  /** Whether a foreign key says what refers to it. */
  isDeclared: boolean;
  /** The other column of its key. */
  other: KeyOfSeveral['other'];
  isOn: (at: number) => boolean;
  /** Columns that nobody but the application may write. */
  secrets: string[];
}

/** An application that nobody has, with what is true of it. */
export function madeUpApplication(chance: Chance): MadeUp {
  const language = chance.pick(LANGUAGES);
  const style = chance.pick(STYLES);
  const encoding = chance.pick(ENCODINGS);
  const hasNames = chance.percent(60);
  const hasDisplay = !hasNames || chance.percent(40);
  const decoys = DECOYS.filter(() => chance.percent(50));
  const name = (words: readonly string[]) => style(words);
  const secrets = SECRETS.filter(() => chance.percent(40)).map(name);
  const login = name(language.login);
  const key = name(language.id);
  const columns: [string, ColumnWords][] = [
    [login, chance.percent(50) ? 'text(100) unique not null' : 'text(100) not null'],
    [name(language.email), 'text(200)'],
    ...(hasNames
      ? ([
          [name(language.given), 'text(60)'],
          [name(language.family), 'text(60)'],
        ] as [string, ColumnWords][])
      : []),
    ...(hasDisplay ? ([[name(language.display), 'text(120) not null']] as [string, ColumnWords][]) : []),
    [name(language.password), 'text(200)'],
    [name(language.admin), 'boolean not null default false'],
    [name(language.lastSignIn), 'instant'],
    ...Object.entries(encoding.columns(language, style)),
    ...decoys.map(([words, column]): [string, ColumnWords] => [name(words), column]),
    ...secrets.map((column): [string, ColumnWords] => [column, 'text(60)']),
  ];
  const shuffled = columns
    .map((column) => ({ column, at: chance.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ column }) => column);
  const plain = style(language.table).replace(/^(us?_|str|lng|dtm|bln|chr)/, '');
  const checks = CHECKS.filter(() => chance.percent(20)).map((check) => check(`"${login}"`));
  const tenancy = chance.percent(50) ? (TENANCIES[0] as Tenancy) : chance.pick(TENANCIES);
  const isDeclared = chance.percent(50);
  const keys = keyOf(tenancy, plain.toLowerCase(), key, style);
  const described = { ...keys.columns, ...Object.fromEntries(shuffled) };
  const isOn = (at: number) => at % 6 !== 5;
  const rows = Array.from(
    { length: 36 },
    (_, at): Row => ({
      ...keys.row(at),
      [login]: `person${at}`,
      [name(language.email)]: `person${at}@corp.example`,
      ...(hasNames && { [name(language.given)]: `Given${at}`, [name(language.family)]: `Family${at}` }),
      ...(hasDisplay && { [name(language.display)]: `Given${at} Family${at}` }),
      [name(language.password)]: 'x'.repeat(40),
      [name(language.admin)]: at === 0,
      [name(language.lastSignIn)]: at % 3 === 0 ? null : new Date('2026-01-01T00:00:00Z'),
      ...encoding.row(language, style, isOn(at), at),
      ...Object.fromEntries(decoys.map(([words, , value]) => [name(words), value(at)])),
      ...Object.fromEntries(secrets.map((column) => [column, at % 12 === 0 ? `k${at}`.repeat(9) : null])),
    }),
  );
  const table = `public.${plain}`;
  const users = { ...tableFacts(table, described, rows), checks };
  const tables = [users, ...otherTables(table, key), sessionsOf(table, key, keys, isDeclared)];
  return {
    description: `${table}: ${encoding.name}, ${tenancy.name}`,
    tables,
    users,
    rows,
    known: {
      ...{ table, key },
      login,
      email: name(language.email),
      ...(hasNames && { given: name(language.given), family: name(language.family) }),
      ...(hasDisplay && { display: name(language.display) }),
    },
    ...{ encoding, tenancy, isDeclared, other: keys.other },
    isOn,
    secrets,
  };
}

/** Tables that have columns as people have, and no people. */
const otherTables = (users: string, key: string): TableFacts[] => [
  tableFacts(
    'public.company',
    {
      id: 'integer key identity',
      name: 'text(100) not null',
      email: 'text(100) unique',
      status: 'text(20)',
      is_active: 'boolean not null',
    },
    [{ id: 1, name: 'Contoso', email: 'it@contoso.example', status: 'active', is_active: true }],
  ),
  tableFacts(
    'public.orders',
    {
      id: 'integer key identity',
      user_id: `integer not null -> ${users}.${key}`,
      customer_name: 'text(100)',
      status: 'text(20)',
      created_at: 'instant',
    },
    [],
  ),
  tableFacts(
    'public.audit_logins',
    { id: 'integer key identity', user_name: 'text(100)', login_date: 'instant', password: 'text(10)' },
    [],
  ),
];

/** Whether an account can sign in, but for locks that end by themselves: what neither side names can. */
export const reads = ({ yes, no }: Enabled, row: Row): boolean =>
  (yes !== undefined && holds(yes, row)) || !(no !== undefined && holds(no, row));

export function holds(condition: Condition, row: Row): boolean {
  if ('all' in condition) return condition.all.every((one) => holds(one, row));
  if ('any' in condition) return condition.any.some((one) => holds(one, row));
  if ('not' in condition) return !holds(condition.not, row);
  if (!('column' in condition)) throw new Error(`no rows to test ${JSON.stringify(condition)} by`);
  const value = row[condition.column] ?? null;
  if ('null' in condition) return (value === null) === condition.null;
  if ('after' in condition) return value instanceof Date && value > NOW;
  if ('before' in condition) return value instanceof Date && value < NOW;
  if ('above' in condition) return typeof value === 'number' && value > condition.above;
  if ('in' in condition) return condition.in.some((one) => same(one, value, condition.ignoreCase));
  throw new Error(`nothing to test ${JSON.stringify(condition)} by`);
}

const same = (one: Scalar, value: Row[string], ignoreCase = false): boolean =>
  ignoreCase && typeof one === 'string' && typeof value === 'string'
    ? one.toLowerCase() === value.toLowerCase()
    : one === value;
