import type { Condition, Value } from '../../../../binding/value.js';
import { type ColumnFacts, columnOf, isColumnCalled, scalarOf, type TableFacts } from '../../facts.js';
import type { GatheredFacts } from '../../gathered.js';
import type { Choice } from '../../proposal.js';
import { TENANT } from '../../words/vocabulary.js';
import type { WherePart } from '../no-account.js';
import { isAlone, keyParts, personKey } from './person-key.js';

/** What `users.where` has to tie of a key of several columns, such as the tenant. */
export interface KeyParts {
  parts: WherePart[];
  /** The most frequent value of each. */
  chosen: Condition[];
  /** Each ties all of these columns; none where there is one value of each. */
  choices: Choice[];
  /** Columns whose values are not known here: only a person can name one. */
  untold: ColumnFacts[];
}

/** Of each column beside the one that tells people apart: a row of another tenant may have the same key. */
export function keyPartsOf(users: TableFacts, { names }: Pick<GatheredFacts, 'names'>): KeyParts {
  const others = personKey(users)?.others ?? [];
  const columns = others.flatMap((name) => columnOf(users, name) ?? []);
  const untold = columns.filter((column) => valuesOf(column).length === 0);
  const each = columns
    .filter((column) => !untold.includes(column))
    .map((column) => partsOf(column, names.get(column.name) ?? []));
  const parts = each.flat();
  const chosen = each.flatMap(([first]) => first ?? []);
  const choices = each
    .filter((ofColumn) => ofColumn.length > 1)
    .flatMap((ofColumn) =>
      ofColumn.map((part) => {
        const all = chosen.map((one) => (ofColumn.includes(one) ? part : one));
        return { value: tied(all), evidence: all.map(({ evidence }) => evidence).join('; ') };
      }),
    );
  return { parts, chosen: chosen.map(({ value }) => value), choices, untold };
}

const tied = (parts: readonly WherePart[]): Condition => {
  const [only, ...more] = parts.map(({ value }) => value);
  return only && more.length === 0 ? only : { all: [...(only ? [only] : []), ...more] };
};

const valuesOf = ({ values = [] }: ColumnFacts) =>
  values.filter(({ value }) => value !== null && value !== '');

function partsOf(column: ColumnFacts, names: readonly { key: string; name: string }[]): WherePart[] {
  const values = valuesOf(column);
  // One tenant is tied without a question. Of a column with another name, a person has to say what it is.
  const isPlain = values.length === 1 && isColumnCalled(column, TENANT);
  return values.slice(0, 20).map(({ value, rows }, at) => {
    const name = names.find(({ key }) => key === value)?.name;
    return {
      value: { column: column.name, in: [scalarOf(column, value)] },
      evidence: `${column.name}, a part of the primary key, is ${value}${name === undefined ? '' : ` (${name})`}: ${rows} ${rows === 1 ? 'row' : 'rows'}`,
      isLikely: at === 0,
      isForPerson: !isPlain,
      ...(at > 0 && { kind: 'tenant' as const }),
    };
  });
}

/** What a person is told about columns without known values. */
export const untoldInWords = (untold: readonly ColumnFacts[]): string[] =>
  untold.map(({ name, statistics }) => {
    const many =
      statistics && statistics.distinct > 0 ? ` and has ${statistics.distinct} different values` : '';
    return `${name} is part of the primary key${many}: name the one to be provisioned, {"column": ${JSON.stringify(name)}, "in": [VALUE]}`;
  });

/** What is asked where no column identifies a person. */
export function unknownKey(
  users: TableFacts,
  untied: readonly string[],
  keyOf: (column: string) => { column: string; made: 'database' | Value },
): { choices: Choice[]; evidence: string } {
  const parts = keyParts(users);
  const alone = users.columns.filter(({ name }) => isAlone(users, name));
  const some = parts
    .filter((name) => !alone.some((one) => one.name === name))
    .flatMap((name) => columnOf(users, name) ?? [])
    .filter((column) => column.kind !== 'instant' && isNeverTwice(column));
  return {
    choices: [
      ...alone.map(({ name }) => ({ value: keyOf(name), evidence: 'unique' })),
      ...some.map(({ name }) => ({
        value: keyOf(name),
        evidence: 'part of the primary key, and no value twice in the sample; no index guarantees it',
      })),
    ],
    evidence:
      parts.length > 1
        ? `the primary key has several columns (${parts.join(', ')})${untied.length > 0 ? `, and users.where does not tie ${untied.join(' and ')} to one value` : ''}`
        : 'the table has no primary key',
  };
}

const isNeverTwice = ({ statistics }: ColumnFacts): boolean =>
  statistics !== undefined && statistics.filled >= 3 && statistics.distinct === statistics.filled;
