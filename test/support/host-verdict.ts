import type { Proposal } from '../../src/core/scaffold/proposal.js';
import type { ExpectedHost } from './hosts.js';

export type Verdict = 'right' | 'wrong';

const FIELDS: Readonly<Record<string, string>> = {
  'users.login': 'loginName',
  'users.email': 'email',
  'users.display-name': 'displayName',
  'users.given-name': 'givenName',
  'users.family-name': 'familyName',
  'users.last-sign-in': 'lastSignIn',
};

/** Whether a proposal says what somebody who knows the application says; nothing where they say nothing about it. */
export function verdictOn(
  { name, value }: Proposal,
  { users, licences, ...rest }: ExpectedHost,
): Verdict | undefined {
  const says = (text: unknown) =>
    `${typeof text === 'string' ? text : JSON.stringify(text ?? '')}`.toLowerCase();
  const verdict = (holds: boolean): Verdict => (holds ? 'right' : 'wrong');
  const isNothing = value === null || value === 'all' || value === 'none';
  if (name === 'users.table') {
    const last = /[^.]+$/.exec(users.table.replaceAll(/["[\]]/g, ''))?.[0];
    return verdict(String(value).toLowerCase().endsWith(`.${last?.toLowerCase()}`));
  }
  if (name === 'users.key')
    return verdict(mentions(says(users.key), columnsIn((value as { column: string })?.column)));
  const field = FIELDS[name];
  if (field !== undefined) {
    const expected = users[field] ?? null;
    if (expected === null || isNothing) return verdict((expected === null) === isNothing);
    return verdict(mentions(says(expected), columnsIn((value as { read?: unknown }).read), users));
  }
  if (name === 'users.enabled') {
    return verdict(mentions(says(users.enabled), columnsIn(value)) && !isNothing);
  }
  if (name === 'users.where') {
    if (users.filter === null || isNothing) return verdict((users.filter === null) === isNothing);
    return verdict(mentions(says(users.filter), columnsIn(value)));
  }
  if (name === 'users.protected') {
    if ((users.protected ?? null) === null || isNothing) return verdict((users.protected ?? null) === null);
    const said = says(users.protected);
    return verdict([...columnsIn(value), ...namesIn(value)].some((one) => said.includes(one.toLowerCase())));
  }
  if (name === 'seats') return verdict((licences === null) === isNothing);
  if (name.startsWith('insert.')) return insertVerdict(name, value, rest);
  return undefined;
}

function insertVerdict(name: string, value: unknown, expected: Partial<ExpectedHost>): Verdict | undefined {
  const needs = (expected as { insertNeeds?: { column: string; value: string }[] }).insertNeeds ?? [];
  const [, , table = '', column = ''] = name.toLowerCase().split('.');
  const need = needs.find((one) => [column, `${table}.${column}`].includes(one.column.toLowerCase()));
  if (!need) return undefined;
  const said = need.value.toLowerCase();
  const made = JSON.stringify(value).toLowerCase();
  const forms: [RegExp, RegExp][] = [
    [/guid|uuid/, /guid|field/],
    [/epoch ms/, /epoch-milliseconds/],
    [/epoch s\b/, /epoch-seconds/],
    [/^now\(|sysutcdatetime|getdate|^now/, /"now"/],
    [/^upper/, /upper/],
    [/^lower\(/, /lower/],
    [/^(1|true)\b/, /constant":(true|1)/],
    [/^(0|false)\b/, /constant":(false|0)/],
    [/random|matches nothing|hash/, /random/],
    [/^e-mail/, /field":"email/],
    [/^'(saml)'/, /constant":"saml/],
  ];
  const form = forms.find(([pattern]) => pattern.test(said));
  return form === undefined || form[1].test(made) ? 'right' : 'wrong';
}

/** Whether a text names all of these columns. `users` may say elsewhere what a name is made of. */
function mentions(text: string, columns: readonly string[], users?: ExpectedHost['users']): boolean {
  const more = users ? `${users.loginName} ${users.givenName} ${users.familyName}`.toLowerCase() : '';
  return columns.length > 0 && columns.every((column) => `${text} ${more}`.includes(column.toLowerCase()));
}

function columnsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(columnsInside);
  return columnsInside(value);
}

function columnsInside(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(columnsInside);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) =>
    key === 'column' && typeof one === 'string' ? [one] : columnsInside(one),
  );
}

/** Names of groups and logins. */
function namesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => (typeof one === 'string' ? [one] : namesIn(one)));
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(namesIn) : [];
}
