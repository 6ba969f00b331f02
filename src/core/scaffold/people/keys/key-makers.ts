import type { Counter, Value } from '../../../../binding/value.js';
import type { HostSequence } from '../../../../database/scaffold/host/host-facts.js';
import type { CounterRow } from '../../../../database/scaffold/host/people.js';
import { hostColumnsOf, type TableFacts } from '../../facts.js';
import { collapsed } from '../../words/names.js';

/** Something that gives numbers, from which the keys of a table may come. */
export interface KeyMaker {
  value: Value;
  evidence: string;
  /** It names the table or its key, and has given the highest key that there is. */
  isNamed: boolean;
}

/** Of tables whose rows hold the last number that was given, or the next. */
const COUNTERS =
  /(^seq\p{L}*|^ids|^keys|nextids?|lastids?|maxids?|idgen|keygen|idtable|idstore|uniquekeys?|uniqueids?|hilo|counters?|sequences?|sequencevalueitem|seqs?|autonumbers?|autoincrements?|numerators?|generators?|nummern(kreise?)?|zaehler|compteurs?|numeradore?s?|contadore?s?|folios?|correlativos?|liushuihao|xuliehao|流水号|序列|採番)(tbl|table|tab|item|value|store|master|マスタ)?$/u;

/** Tables of counters: a number or two, and what it counts for. */
export const counterTables = (tables: readonly TableFacts[]): TableFacts[] =>
  tables.filter(
    (table) =>
      table.readable &&
      COUNTERS.test(table.plain) &&
      table.columns.length <= 6 &&
      hostColumnsOf(table).some(isNumber),
  );

const isNumber = ({ kind }: { kind: string }) => kind === 'integer' || kind === 'decimal';

/** Sequences that no column draws from by its default, those that name the table first. */
export function sequenceMakers(
  sequences: readonly HostSequence[],
  users: TableFacts,
  key: string,
  tables: readonly TableFacts[],
  highest: number,
): KeyMaker[] {
  const drawn = new Set(
    tables.flatMap(({ columns, schema }) =>
      columns.flatMap(({ sequence }) =>
        sequence ? [`${sequence[0] === '' ? schema : sequence[0]}.${sequence[1]}`, sequence[1]] : [],
      ),
    ),
  );
  const free = sequences.filter(({ schema, name }) => !drawn.has(`${schema}.${name}`) && !drawn.has(name));
  const reaches = (one: HostSequence) => one.last === null || one.last >= highest;
  return free
    .filter((one) => reaches(one) && (names(one.name, users, key) || GENERAL.test(collapsed(one.name))))
    .map((one) => ({
      value: { sequence: `${quoted(one.schema)}.${quoted(one.name)}` },
      evidence: `the sequence ${one.schema}.${one.name}${one.last === null ? '' : `, which gave ${one.last}; the highest key is ${highest}`}`,
      isNamed: names(one.name, users, key) && one.last !== null && one.last >= highest,
    }))
    .sort((a, b) => Number(b.isNamed) - Number(a.isNamed))
    .slice(0, 4);
}

/** Of sequences that serve a whole application. */
const GENERAL =
  /^(hibernate|global|main|common|shared|app|object|entity|master|default)?(sequence|seq|ids?|gen)$/u;

/** Whether a name is that of the table or of its key, with what such names have around it. */
function names(name: string, users: TableFacts, key: string): boolean {
  const stem = users.plain.replace(/(entity|s)$/u, '');
  const plain = collapsed(name).replace(/^(sq|seq|gen|s)(?=\p{L}{3})|(sq|seq|sequence|gen|nr|no|num)$/gu, '');
  return [
    users.plain,
    stem,
    collapsed(key),
    `${stem}${collapsed(key)}`,
    `${users.plain}${collapsed(key)}`,
  ].some((one) => plain === one || plain === `${one}s` || plain === `${one}id`);
}

/** Rows of such tables whose number has reached the highest key, those that name the table first. */
export function counterMakers(
  rows: readonly CounterRow[],
  users: TableFacts,
  key: string,
  highest: number,
): KeyMaker[] {
  return rows
    .flatMap(({ table, column, where, number }) => {
      if (number === null || number < highest) return [];
      const values = Object.values(where);
      const isNamed = values.some((value) => names(value, users, key));
      const named = Object.entries(where).map(([name, value]) => [name, { constant: value }]);
      const counter = { table, column, where: Object.fromEntries(named) };
      const is = `${table}.${column}${values.length > 0 ? ` for ${values.join(', ')}` : ''} is ${number}`;
      const rank = isNamed ? 0 : values.length === 0 ? 1 : values.some((one) => mentions(one, users)) ? 2 : 3;
      return meaningsOf(`${table} ${column}`, number - highest).map(({ gives, isClear }) => ({
        value: { counter: { ...counter, ...(gives === 'next' && { gives }) } },
        evidence: `${is}, read as the ${gives} key; the highest key is ${highest}`,
        isNamed: isNamed && isClear,
        rank,
      }));
    })
    .filter(({ rank }) => rank < 3)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, 4)
    .map(({ rank: _, ...maker }) => maker);
}

/**
 * What a number may be that lies above the highest key: the last one that was given, whose row is gone, or the one that
 * comes next. Whoever takes the next for the last leaves the application a number that has been used.
 */
function meaningsOf(
  name: string,
  above: number,
): { gives: NonNullable<Counter['gives']>; isClear: boolean }[] {
  if (above === 0) return [{ gives: 'last', isClear: true }];
  const plain = collapsed(name);
  const saysNext = SAYS_NEXT.test(plain);
  const saysLast = !saysNext && SAYS_LAST.test(plain);
  return [
    ...(saysLast ? [] : [{ gives: 'next' as const, isClear: saysNext && above === 1 }]),
    ...(saysNext ? [] : [{ gives: 'last' as const, isClear: false }]),
  ];
}

const SAYS_NEXT = /next|naechste|nächste|suivant|prochain|siguiente|proxim|próxim|volgende|次/u;
const SAYS_LAST = /last|max|current|letzte|hoechste|höchste|derni|ultim|últim|laatste|最大|最後|最后/u;

const mentions = (value: string, users: TableFacts): boolean => {
  const [plain, stem] = [collapsed(value), users.plain.replace(/(entity|s)$/u, '')];
  return plain.includes(stem) || (plain.length >= 4 && stem.includes(plain));
};

const quoted = (name: string) => (/[."=]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);
