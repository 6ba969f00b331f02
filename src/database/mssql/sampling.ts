import type { ColumnKind, HostTable } from '../scaffold/host/host-facts.js';
import type { Sampling } from '../scaffold/host/sampling.js';

const quoted = (name: string) => `[${name.replaceAll(']', ']]')}]`;

const named = ({ schema, name }: HostTable) => `${quoted(schema)}.${quoted(name)}`;

/** The latest rows by the primary key, which needs no sort. */
function latest({ uniques }: HostTable): string {
  const columns = uniques.find(({ primary }) => primary)?.parts.map(({ column }) => column) ?? [];
  const keys = columns.filter((column): column is string => column !== null);
  return keys.length > 0 ? ` order by ${keys.map((key) => `${quoted(key)} desc`).join(', ')}` : '';
}

/** Columns may have collations of their own; in one list of values all need the same. */
function textOf(kind: ColumnKind, type: string, reference: string): string {
  if (kind === 'binary' || kind === 'other') return `case when ${reference} is not null then N'x' end`;
  if (kind === 'instant') return `convert(nvarchar(40), ${reference}, 126)`;
  if (/text|max/.test(type)) return `cast(left(cast(${reference} as nvarchar(max)), 200) as nvarchar(200))`;
  return `cast(left(cast(${reference} as nvarchar(4000)), 200) as nvarchar(200))`;
}

/** See `Sampling`. */
export const mssqlSampling: Sampling = {
  quoted,
  whole: (table, alias) => `${named(table)} ${alias} with (nolock)`,
  some: (table, columns, limit) =>
    `select top (${limit}) ${columns.map(quoted).join(', ')} from ${named(table)} with (nolock)${latest(table)}`,
  text: ({ kind, type }, reference) => `(${textOf(kind, type, reference)} collate database_default)`,
  number: ({ kind }, reference) => {
    if (kind === 'integer' || kind === 'decimal') return `cast(${reference} as float)`;
    if (kind === 'instant') return `datediff(day, '19700101', ${reference}) * cast(86400 as float)`;
    return 'cast(null as float)';
  },
  apply: 'cross apply',
  exact: (text) => `${text} collate Latin1_General_BIN2`,
  length: (text) => `len(${text})`,
  isHex: (text) => `(len(${text}) >= 16 and ${text} not like N'%[^0-9a-fA-F]%')`,
};
