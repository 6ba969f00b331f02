import type { HostTable } from '../scaffold/host/host-facts.js';
import type { Sampling } from '../scaffold/host/sampling.js';

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

const named = ({ schema, name }: HostTable) => `${quoted(schema)}.${quoted(name)}`;

/** From so many rows on, pages are chosen at random instead of reading the first. */
const LARGE = 100_000;

/** See `Sampling`. */
export const postgresSampling: Sampling = {
  quoted,
  whole: (table, alias) => `${named(table)} ${alias}`,
  some: (table, columns, limit) => {
    // Somewhat more than needed: pages differ.
    const share = Math.min(100, (limit * 120) / (table.rows ?? 1));
    const sampled = (table.rows ?? 0) > LARGE ? ` tablesample system (${share.toFixed(4)})` : '';
    return `select ${columns.map(quoted).join(', ')} from ${named(table)}${sampled} limit ${limit}`;
  },
  text: ({ kind, labels }, reference) => {
    if (kind === 'boolean') return `${reference}::integer::text`;
    if (kind === 'binary' || (kind === 'other' && !labels))
      return `case when ${reference} is not null then 'x' end`;
    return `left(${reference}::text, 200)`;
  },
  number: ({ kind }, reference) => {
    if (kind === 'integer' || kind === 'decimal') return `${reference}::float8`;
    if (kind === 'instant') return `extract(epoch from ${reference})::float8`;
    return 'null::float8';
  },
  apply: 'cross join lateral',
  exact: (text) => text,
  length: (text) => `length(${text})`,
  isHex: (text) => `${text} ~ '^[0-9a-fA-F]{16,}$'`,
};
