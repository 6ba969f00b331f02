import type { Update } from '../../../binding/binding.js';
import type { FieldName, Value } from '../../../binding/value.js';
import {
  type ColumnFacts,
  filledShare,
  hostColumnsOf,
  isColumnCalled,
  isDistinct,
  percent,
  scalarOf,
  type TableFacts,
  valuesInWords,
} from '../facts.js';
import type { Same } from '../gathered.js';
import { madeFor } from '../people/keys/key.js';
import { clockOf } from '../people/last-sign-in.js';
import { askedFor, type Certainty, type Choice, type Inserted, likely, type Proposal } from '../proposal.js';
import { flagValues, isFlag } from '../state/flags.js';
import * as called from '../words/vocabulary.js';
import { ofEverybody } from './everybody.js';
import { followedBy, isNeeded, isOfItsOwn } from './followed.js';
import { insteadOfDefault } from './instead-of-default.js';
import { hasNoTime, isMomentInDigits, isTimeKind } from './moments.js';
import { hiddenOf, LETTERS, stampValue, textsFor } from './texts.js';

/** What a new row needs beside what scimctl writes of a person, and what changes with every write. */
export interface Writing {
  /** Columns that something else writes already. */
  written: ReadonlySet<string>;
  /** Columns that repeat others; those by the fields that they hold. */
  same: readonly Same[];
  /** The columns of fields, by their names. */
  fields: ReadonlyMap<string, FieldName>;
}

export function proposeWritten(table: TableFacts, writing: Writing): Proposal[] {
  const found: Proposal[] = [];
  for (const column of hostColumnsOf(table)) {
    if (column.generated !== null || writing.written.has(column.name)) continue;
    const inserted = insertOf(table, column, writing);
    if (inserted) found.push({ name: `insert.${table.id}.${part(column.name)}`, ...inserted });
    const updated = updateOf(column) ?? vouchedOf(column, inserted);
    if (updated)
      found.push(likely(`update.${table.id}.${part(column.name)}`, updated.value, updated.evidence));
  }
  return found;
}

/** A column's name in the name of a proposal. */
export const part = (name: string): string => (/[."=]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);

/** The name in what `part` writes. */
export const plainPart = (text: string): string =>
  text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;

const given = (certainty: Certainty, value: Value, evidence: string): Inserted => ({
  certainty,
  value,
  evidence,
});

/** Whether the account signs in by a password of the application: people who are provisioned may not. */
const ELSEWHERE = /local|external|sso|federated|extern/u;

function insertOf(table: TableFacts, column: ColumnFacts, { same, fields }: Writing): Inserted | undefined {
  const { words, kind } = column;
  const needed = isNeeded(column) || isOfItsOwn(table, column);
  const followed = followedBy(column, same, fields);
  if (followed) return given('likely', followed.value, followed.evidence);
  if (isColumnCalled(column, called.SECURITY_STAMP) || isColumnCalled(column, called.CHANGE_STAMP))
    return stampOf(column);
  if (
    isTimeKind(column) &&
    hasNoTime(column) &&
    (isColumnCalled(column, called.CREATED) || isColumnCalled(column, called.UPDATED))
  ) {
    return given('likely', { now: clockOf(column) }, `${column.name} has such a name`);
  }
  if (isFlag(column) && isColumnCalled(column, called.CONFIRMED)) return confirmed(column);
  if (isFlag(column) && isColumnCalled(column, called.LOCK_WORKS) && needed)
    return constant(column, flagValues(column).yes, 'so that the account can be locked');
  if (
    needed &&
    kind === 'text' &&
    called.PASSWORD.test(words.whole) &&
    !called.PASSWORD_DETAIL.test(words.whole)
  )
    return unmatched(column);
  if (needed && kind === 'text' && /^(salt|passwordsalt|rands)$/u.test(words.own)) return unmatched(column);
  if (
    needed &&
    isFlag(column) &&
    (isColumnCalled(column, called.ADMIN) ||
      called.BURDENS.test(words.bare) ||
      isColumnCalled(column, called.NOT_PERSON))
  ) {
    return constant(column, flagValues(column).no, 'not for a new person');
  }
  if (needed && isColumnCalled(column, called.WRITTEN_BY) && kind === 'text' && !refers(table, column)) {
    return given('likely', { constant: 'scimctl' }, 'who writes the row');
  }
  if (
    needed &&
    (isColumnCalled(column, called.SSO_REFERENCE) || (isFlag(column) && ELSEWHERE.test(column.words.bare)))
  )
    return question(column);
  if (isMomentInDigits(column) && !refers(table, column)) return needed ? withoutValues(column) : undefined;
  const usual = usualOf(column);
  if (kind === 'guid' && needed && !refers(table, column) && isDistinct(column) === true)
    return given('likely', { guid: {} }, 'all differ: a GUID that the application makes');
  if (needed && refers(table, column)) return referred(column, usual);
  if (!needed && refersToOwn(table, column)) return undefined;
  const other = usual && insteadOfDefault(column, usual);
  if (other) return given('likely', other.value, other.evidence);
  if (
    column.default === null &&
    usual &&
    (needed || ((filledShare(column) ?? 0) >= 0.85 && usual.share >= 0.6 && kind !== 'instant'))
  ) {
    return commonly(column, usual);
  }
  if (!needed) return ofEverybody(table, column);
  return required(column);
}

function stampOf(column: ColumnFacts): Inserted | undefined {
  if (column.kind === 'guid') return given('likely', { guid: {} }, `${column.name} has such a name`);
  if (column.kind === 'integer')
    return isNeeded(column) ? given('likely', { constant: 0 }, 'a version that begins at 0') : undefined;
  if (column.kind !== 'text') return undefined;
  return given('likely', stampValue(column), `${column.name} has such a name`);
}

const confirmed = (column: ColumnFacts): Inserted | undefined => {
  const { yes } = flagValues(column);
  const counts = column.values ?? [];
  const isUsual = counts[0] !== undefined && scalarOf(column, counts[0].value) === yes;
  if (!isNeeded(column) && !isUsual) return undefined;
  return constant(column, yes, 'the IdP vouches for the address');
};

const constant = (column: ColumnFacts, value: ReturnType<typeof scalarOf>, why: string): Inserted =>
  given('likely', { constant: value }, `${valuesInWords(column.name, column.values ?? [])}; ${why}`);

/** Random text where the hash of a password stands: no password has it. */
const unmatched = (column: ColumnFacts): Inserted =>
  given(
    'likely',
    {
      random: {
        length: Math.min(column.length ?? 40, 40),
        alphabet: LETTERS,
      },
    },
    'random text, which no password matches',
  );

interface Usual {
  value: string | null;
  share: number;
}

function usualOf({ values, statistics }: ColumnFacts): Usual | undefined {
  const [first] = (values ?? []).filter(({ value }) => value !== null);
  const rows = statistics?.rows ?? 0;
  return first && rows > 0 ? { value: first.value, share: first.rows / rows } : undefined;
}

const refers = (table: TableFacts, column: ColumnFacts) =>
  table.foreignKeys.some(({ columns }) => columns.length === 1 && columns[0] === column.name);

/** A column such as `created_by`: it stays empty, because no user of the application makes the new row. */
const refersToOwn = ({ foreignKeys, schema, name: own }: TableFacts, { name }: ColumnFacts): boolean =>
  foreignKeys.some(({ columns, table }) => columns.includes(name) && table[0] === schema && table[1] === own);

function referred(column: ColumnFacts, usual: Usual | undefined): Inserted {
  if (usual && usual.share >= 0.6) {
    return given(
      'likely',
      { copied: { column: column.name } },
      `${valuesInWords(column.name, column.values ?? [])}; the most frequent among the newest rows`,
    );
  }
  return question(column);
}

function commonly(column: ColumnFacts, { value, share }: Usual): Inserted {
  const evidence = valuesInWords(column.name, column.values ?? []);
  if (share < 0.5) return question(column);
  return given('likely', { constant: scalarOf(column, value) }, evidence);
}

/** A column that has to have a value, and nothing shows which. */
function required(column: ColumnFacts): Inserted {
  const { kind, statistics, words } = column;
  if (isFlag(column) && kind !== 'text') return constant(column, flagValues(column).no, 'not set');
  const made = madeFor(column);
  if (made && (statistics?.filled ?? 0) > 0) return given('likely', made.value, made.why);
  if (isTimeKind(column) && kind === 'instant')
    return given('likely', { now: 'instant' }, `${words.own} cannot be null`);
  if (kind === 'json') return given('likely', { constant: '{}' }, 'JSON without content');
  if (kind === 'text' && statistics && statistics.rows > 0 && statistics.empty >= statistics.rows / 2) {
    return given(
      'likely',
      { constant: '' },
      `empty in ${percent(statistics.empty / statistics.rows)} of rows`,
    );
  }
  if (
    kind === 'text' &&
    statistics &&
    statistics.distinct === statistics.filled &&
    statistics.filled >= 3 &&
    statistics.spaced === 0 &&
    /key|token|code|secret/u.test(words.own)
  ) {
    const length = Math.min(Math.max(statistics.longest ?? 32, 20), column.length ?? 64);
    return given('likely', { random: { length, alphabet: LETTERS } }, 'all differ: random text');
  }
  if (kind === 'text' && statistics?.distinct === 1) {
    const [only] = hiddenOf(column);
    if (only) return given('likely', only.value as Value, 'all rows have the same value');
  }
  if (kind === 'integer' && statistics?.least === 0) return given('likely', { constant: 0 }, '0 occurs');
  return question(column);
}

function question(column: ColumnFacts): Inserted {
  const values = column.values ?? [];
  const seen: Choice[] = values
    .filter(({ value }) => value !== null)
    .map(({ value, rows }) => ({
      value: { constant: scalarOf(column, value) },
      evidence: `${value}: ${rows} rows`,
    }));
  const isText = column.kind === 'text' && !called.ROLE_NAME.test(column.words.bare);
  const choices = seen.length === 0 && isText ? [...hiddenOf(column), ...textsFor(column)] : seen;
  const { question: text, ...rest } = askedFor(
    '',
    `What does a new person get in ${column.name}?`,
    choices[0]?.value ?? null,
    choices,
    values.length > 0
      ? valuesInWords(column.name, values)
      : `${column.name} cannot be null and has no default`,
  );
  return {
    certainty: rest.certainty,
    value: rest.value,
    evidence: rest.evidence,
    choices,
    ...(text !== undefined && { question: text }),
  };
}

/** The values of other rows are of other times. */
const withoutValues = ({ name, kind }: ColumnFacts): Inserted => ({
  certainty: 'ask',
  value: null,
  evidence: `${name} holds days or times in digits, cannot be null and has no default`,
  question: `What does a new person get in ${name}?`,
  choices: kind === 'text' ? [] : [{ value: { constant: 0 }, evidence: 'no time' }],
});

/** Whom an IdP provisions has the address that it says: also an account that was there before. */
function vouchedOf(
  column: ColumnFacts,
  inserted: Inserted | undefined,
): { value: Update; evidence: string } | undefined {
  if (!inserted || !isFlag(column) || !isColumnCalled(column, called.CONFIRMED)) return undefined;
  return {
    value: { set: inserted.value as Value, on: ['email', 'enabled', 'ssoProvider'] },
    evidence: 'the IdP vouches for the address',
  };
}

function updateOf(column: ColumnFacts): { value: Value | Update; evidence: string } | undefined {
  if (isTimeKind(column) && isColumnCalled(column, called.UPDATED)) {
    return { value: { now: clockOf(column) }, evidence: `${column.name} has such a name: with every write` };
  }
  if (column.kind !== 'text' && column.kind !== 'guid') return undefined;
  const value: Value = column.kind === 'guid' ? { guid: {} } : stampValue(column);
  if (isColumnCalled(column, called.SECURITY_STAMP)) {
    return {
      value: { set: value, on: ['login', 'email', 'enabled'] },
      evidence: `${column.name} has such a name: a new one ends open sessions`,
    };
  }
  if (isColumnCalled(column, called.CHANGE_STAMP))
    return { value, evidence: `${column.name} has such a name: with every write` };
  return undefined;
}
