import { checkedOf } from './checks.js';
import {
  type ColumnFacts,
  columnOf,
  filledShare,
  hostColumnsOf,
  isColumnCalled,
  percent,
  shareOf,
  type TableFacts,
} from './facts.js';
import type { LoginCopy } from './gathered.js';
import { personKey } from './people/keys/person-key.js';
import { isAccountOfEach, type Reference } from './people/references.js';
import { askedFor, likely, type Proposal, sure } from './proposal.js';
import { ENCRYPTION_KEYS, LDAP, LOGIN_STRONG } from './words/vocabulary.js';

/** What new people get for a login. An e-mail address, unless it cannot be one. */
export function proposeLoginRule(
  users: TableFacts,
  login: string | undefined,
  email: string | undefined,
): Proposal {
  const name = 'users.login-rule';
  if (login === undefined || login === email) return sure(name, 'email', 'the e-mail address is the login');
  const column = columnOf(users, login);
  const { allowed, maxLength } = column ? checkedOf(users.checks, login) : {};
  if (allowed !== undefined && !/@|[ -?]-[A-~]/.test(allowed)) {
    return likely(name, 'local-part', `a check of the table allows no @ in ${login}`);
  }
  const addresses = column && shareOf(column, 'addresses');
  const longest = Math.min(column?.length ?? SHORT, maxLength ?? SHORT);
  const isShort = longest < SHORT;
  if (isShort && (addresses ?? 0) < 0.1) {
    return askedFor(
      name,
      'What does a new person get for a login?',
      'local-part',
      [
        { value: 'email', evidence: `the e-mail address; ${login} takes ${longest} characters` },
        { value: 'user-name', evidence: 'the user name that the IdP sends' },
        { value: 'local-part', evidence: 'what stands before the @, made unique' },
      ],
      `${login} takes ${longest} characters, and no login looks like an address`,
    );
  }
  if (isNoAddress(column))
    return likely(name, 'user-name', `${percent(addresses ?? 0)} of the logins look like addresses`);
  return likely(
    name,
    'email',
    addresses === undefined ? 'the default' : `${percent(addresses)} of the logins look like addresses`,
  );
}

/** Whether enough logins are known, and (nearly) none is an address. */
const isNoAddress = (login: ColumnFacts | undefined): boolean =>
  login !== undefined &&
  (login.statistics?.filled ?? 0) - (login.statistics?.empty ?? 0) >= ENOUGH &&
  (shareOf(login, 'addresses') ?? 1) <= 0.02;

/** Fewer logins show no habit. */
const ENOUGH = 5;

/** Most addresses are shorter. */
const SHORT = 48;

/** Whether a match gives an account another login: not where the sign-in lies elsewhere or other rows hang on it. */
export function proposeRename(
  users: TableFacts,
  login: string | undefined,
  references: readonly Reference[],
  copies: readonly LoginCopy[] = [],
): Proposal {
  if (login !== undefined && personKey(users)?.column === login)
    return likely('users.rename-on-match', false, `${login} is the key: an account keeps its login name`);
  const name = 'users.rename-on-match';
  const elsewhere = hostColumnsOf(users).find((column) => LDAP.test(column.words.bare) && isSet(column));
  if (elsewhere)
    return likely(name, false, `${elsewhere.name} is set in some rows: their sign-in lies in a directory`);
  const hangs = references.find((one) => one.to === login && (one.declared || isAccountOfEach(one, users)));
  if (hangs)
    return likely(name, false, `${hangs.table.id} ${hangs.declared ? 'refers to' : 'repeats'} the login`);
  const named = references.find(({ table }) =>
    hostColumnsOf(table).some(
      (column) => column.kind === 'text' && isColumnCalled(column, LOGIN_STRONG) && column.name === login,
    ),
  );
  if (named) return likely(name, false, `${named.table.id} repeats the login`);
  const copy = copies.find(({ people, having }) => people >= 3 && having >= people * 0.9);
  if (copy) {
    const share = percent(copy.having / copy.people);
    return likely(name, false, `${copy.table}.${copy.column} repeats the login of ${share} of the users`);
  }
  if (login !== undefined && isNoAddress(columnOf(users, login)))
    return likely(
      name,
      false,
      'no login looks like an address, so a match keeps the login that a user knows',
    );
  return likely(name, true, 'nothing hangs on the login');
}

const isSet = (column: ColumnFacts): boolean =>
  column.kind === 'boolean'
    ? (column.values ?? []).some(({ value, rows }) => value === '1' && rows > 0)
    : column.nullable && (filledShare(column) ?? 0) > 0;

/** Rows that every person has in other tables. */
export interface RowsBeside {
  /** Tables that a new person gets a row in. */
  bound: readonly TableFacts[];
  /** Tables in which nothing is written, and why a person seems to need a row. */
  unbound: readonly { table: TableFacts; why: string }[];
  /** Columns that nothing writes, and that the application may have encrypted with a key of its own. */
  encrypted: readonly ColumnFacts[];
}

/** Whether rows alone make an account that works. */
export function proposeCreate(users: TableFacts, { bound, unbound, encrypted }: RowsBeside): Proposal {
  const keys = [users, ...bound]
    .map((table) =>
      hostColumnsOf(table).filter(
        (column) =>
          ['text', 'binary'].includes(column.kind) &&
          ENCRYPTION_KEYS.test(column.words.bare) &&
          (filledShare(column) ?? 1) > 0,
      ),
    )
    .find((one) => one.length >= 2);
  if (!keys && unbound.length + encrypted.length === 0)
    return likely('users.create', 'yes', 'no column holds keys that only the application can make');
  const evidence = keys
    ? `${keys.map(({ name }) => name).join(', ')} look like keys that the application makes for each account`
    : [
        ...unbound.map(
          ({ table, why }) => `each account has a row of its own in ${table.id}: ${why}; a new one gets none`,
        ),
        ...encrypted.map(
          (column) =>
            `${column.name} is binary and filled in ${percent(filledShare(column) ?? 0)} of the rows, as what the application encrypts with its own key; a new account gets none`,
        ),
      ].join('; ');
  return askedFor(
    'users.create',
    'Can a row written by SQL become a working account?',
    'enable-only',
    [
      { value: 'enable-only', evidence: 'no: accounts are matched, enabled and disabled, and never created' },
      { value: 'yes', evidence: 'yes' },
    ],
    evidence,
  );
}

/** The zone of instants in columns that have none. */
export function proposeTimeZone(users: TableFacts): Proposal[] {
  const without = users.columns.filter(
    ({ kind, type }) => kind === 'instant' && !/with time zone|timestamptz|offset/u.test(type),
  );
  return without.length === 0
    ? []
    : [
        likely(
          'users.time-zone',
          'UTC',
          `${without.length} columns hold instants without a time zone; UTC is assumed`,
        ),
      ];
}
