import type { Database, Session } from '../../../src/database/database.js';
import { selectRaw } from '../../../src/database/queries/rows.js';
import { bound, joined, raw, sql } from '../../../src/database/sql/fragment.js';
import { type Characters, UNSTORABLE } from './evaluate.js';

/**
 * What the engine makes of text: which letters are each other's capitals differs from one to the next, and so
 * is asked of it, for each text as a whole.
 */
export interface Alphabet extends Characters {
  /** Asks the engine about texts that are going to be compared. */
  learn: (texts: string[]) => Promise<void>;
}

export async function alphabetOf(database: Database): Promise<Alphabet> {
  const known = new Map<string, string>();
  const { product } = await database.read(({ knex, dialect }) => dialect.serverInfo(knex));
  return {
    async learn(texts) {
      const unknown = [...new Set(texts)].filter((text) => !known.has(text) && !UNSTORABLE.test(text));
      for (let from = 0; from < unknown.length; from += 200) {
        const some = unknown.slice(from, from + 200);
        const folded = await database.read((session) => fold(session, some));
        for (const [at, text] of some.entries()) known.set(text, folded[at] ?? '');
      }
    },
    // What cannot be stored is equal to nothing that is.
    fold: (text) => known.get(text) ?? text,
    // SQL Server orders by UTF-16 units, the others by characters.
    order: (one, other) =>
      product === 'SQL Server'
        ? one < other
          ? -1
          : 1
        : Buffer.compare(Buffer.from(one), Buffer.from(other)),
  };
}

/** Each text as a parameter of its own: Babelfish leaves JSON's escapes in what it takes out of JSON. */
async function fold(session: Session, texts: readonly string[]): Promise<string[]> {
  const { folded, handedOver } = session.dialect.search;
  const columns = texts.map((text, at) => sql`${handedOver(folded(bound(text)))} as ${raw(`f${at}`)}`);
  const query = sql`select ${joined(columns, ', ')}`;
  const [row] = await selectRaw<Record<string, string>>(session, query.sql, [...query.bindings]);
  return texts.map((_, at) => row?.[`f${at}`] ?? '');
}

/** All text in something. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
