import type { Database } from '../../../src/database/database.js';
import { selectRaw } from '../../../src/database/queries/rows.js';

/** Every row of every table and view of the database that is not the server's own, as text. */
export function dumpOf(database: Database): Promise<string> {
  return database.read(async (session) => {
    const own = "('information_schema', 'pg_catalog', 'sys', 'pg_toast')";
    const tables = await selectRaw<{ place: string; thing: string }>(
      session,
      `select TABLE_SCHEMA as place, TABLE_NAME as thing from INFORMATION_SCHEMA.TABLES
        where TABLE_SCHEMA not in ${own} order by TABLE_SCHEMA, TABLE_NAME`,
    );
    const parts: string[] = [];
    for (const { place, thing } of tables) {
      const rows = await session.knex(thing).withSchema(place).select('*');
      parts.push(`${place}.${thing}`, ...rows.map((row) => JSON.stringify(row, withBytesAsText)).sort());
    }
    return parts.join('\n');
  });
}

/** Bytes as hexadecimal digits and as the text that they may be. */
function withBytesAsText(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  const { type, data } = (value ?? {}) as { type?: string; data?: number[] };
  if (type !== 'Buffer' || !data) return value;
  const bytes = Buffer.from(data);
  return [bytes.toString('hex'), bytes.toString('latin1')];
}
