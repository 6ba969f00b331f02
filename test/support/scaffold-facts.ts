import { factsOf, hostColumnsOf, type TableFacts } from '../../src/core/scaffold/facts.js';
import { attributeNamesIn, attributesIn } from '../../src/core/scaffold/people/attributes.js';
import { isShowable, MOST_VALUES } from '../../src/core/scaffold/people/showable.js';
import type {
  ColumnKind,
  ColumnStatistics,
  HostColumn,
  HostTable,
  ValueCount,
} from '../../src/database/scaffold/host/host-facts.js';

/**
 * A column in a few words: `integer key`, `text(40) unique not null`, `boolean not null default false`,
 * `guid -> public.tenants.id`, `integer pk` for each column of a key of several.
 */
export type ColumnWords = string;

export type Row = Readonly<Record<string, string | number | boolean | Date | null>>;

/** What counts as the present. */
export const NOW = new Date('2026-11-29T12:00:00Z');

/** A table with its rows, as the database would describe it. Nothing is read from a database. */
export function tableFacts(
  name: string,
  described: Readonly<Record<string, ColumnWords>>,
  rows: readonly Row[] = [],
  more: Partial<Pick<HostTable, 'uniques' | 'foreignKeys'>> = {},
): TableFacts {
  const [schema = '', table = ''] = name.split('.');
  const columns = Object.entries(described).map(([column, words]) => columnFrom(column, words));
  const keys = Object.entries(described);
  const host: HostTable = {
    schema,
    name: table,
    owner: 'app',
    rows: rows.length,
    readable: true,
    columns,
    uniques: [
      ...keys.flatMap(([column, words]) =>
        /\b(key|unique)\b/.test(words)
          ? [{ primary: /\bkey\b/.test(words), parts: [{ column, expression: null }], where: null }]
          : [],
      ),
      ...keyOfSeveral(keys.flatMap(([column, words]) => (/\bpk\b/.test(words) ? [column] : []))),
      ...(more.uniques ?? []),
    ],
    foreignKeys: [
      ...(more.foreignKeys ?? []),
      ...keys.flatMap(([column, words]) => {
        const [, target] = /-> (\S+)/.exec(words) ?? [];
        const [other = '', otherTable = '', otherColumn = ''] = target?.split('.') ?? [];
        return target
          ? [{ columns: [column], table: [other, otherTable] as const, references: [otherColumn] }]
          : [];
      }),
    ],
    checks: [],
    triggers: [],
  };
  const statistics = new Map(columns.map((column) => [column.name, statisticsOf(column, rows)]));
  const values = new Map(
    hostColumnsOf(factsOf(host, { statistics }))
      .filter((column) => isShowable(column) && (column.statistics?.distinct ?? 0) <= MOST_VALUES)
      .map((column) => [column.name, countsOf(column, rows)]),
  );
  const key = attributesIn(factsOf(host, { statistics }))?.key;
  const attributeNames = attributeNamesIn(key ? countsOf(key, rows).map(({ value }) => value) : []);
  return factsOf(host, { statistics, values, attributeNames });
}

const keyOfSeveral = (columns: readonly string[]): HostTable['uniques'] =>
  columns.length === 0
    ? []
    : [{ primary: true, parts: columns.map((column) => ({ column, expression: null })), where: null }];

function columnFrom(name: string, words: string): HostColumn {
  const [, kind = 'other', length] = /^(\w+)(?:\((\d+)\))?/.exec(words) ?? [];
  const [, text] = /default (\S+)/.exec(words) ?? [];
  return {
    name,
    kind: kind as ColumnKind,
    type: kind,
    length: length === undefined ? null : Number(length),
    nullable: !/not null|\b(key|pk)\b/.test(words),
    default: text ?? null,
    generated: /\bidentity\b/.test(words) ? 'identity' : /\bcomputed\b/.test(words) ? 'computed' : null,
    sequence: null,
    labels: null,
  };
}

const textOf = (value: Row[string] | undefined): string | null => {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value ? '1' : '0';
  return value instanceof Date ? value.toISOString() : String(value);
};

const numberOf = ({ kind }: HostColumn, value: Row[string] | undefined): number | null => {
  if (value instanceof Date) return value.getTime() / 1000;
  return typeof value === 'number' && kind !== 'text' ? value : null;
};

function statisticsOf(column: HostColumn, rows: readonly Row[]): ColumnStatistics {
  const texts = rows.map((row) => textOf(row[column.name]));
  const there = texts.filter((text): text is string => text !== null);
  const numbers = rows.flatMap((row) => numberOf(column, row[column.name]) ?? []);
  const those = (holds: (text: string) => boolean) => there.filter(holds).length;
  const lengths = there.map((text) => text.length);
  return {
    rows: rows.length,
    filled: there.length,
    empty: those((text) => text === ''),
    distinct: new Set(there).size,
    distinctFolded: new Set(there.map((text) => text.toLowerCase())).size,
    addresses: those((text) => /^[^@ ]+@[^@ ]+$/.test(text)),
    spaced: those((text) => text.includes(' ')),
    guids: those((text) => /^.{8}-.{4}-.{4}-.{4}-.{12}$/.test(text)),
    hex: those((text) => /^[\da-f]{16,}$/i.test(text)),
    lower: those((text) => text !== '' && text === text.toLowerCase()),
    upper: those((text) => text !== '' && text === text.toUpperCase()),
    shortest: lengths.length > 0 ? Math.min(...lengths) : null,
    longest: lengths.length > 0 ? Math.max(...lengths) : null,
    least: numbers.length > 0 ? Math.min(...numbers) : null,
    greatest: numbers.length > 0 ? Math.max(...numbers) : null,
    future: numbers.filter((seconds) => column.kind === 'instant' && seconds > NOW.getTime() / 1000).length,
  };
}

function countsOf({ name }: HostColumn, rows: readonly Row[]): ValueCount[] {
  const counts = new Map<string | null, number>();
  for (const row of rows) counts.set(textOf(row[name]), (counts.get(textOf(row[name])) ?? 0) + 1);
  return [...counts].map(([value, count]) => ({ value, rows: count })).sort((a, b) => b.rows - a.rows);
}
