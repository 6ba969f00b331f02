import type { EngineName, TestDatabase } from './engines.js';

/** Every row of every table and view of the database that is not the server's own, as text. */
export async function dumpOf(database: TestDatabase, engine: EngineName): Promise<string> {
  const own =
    "('information_schema', 'pg_catalog', 'sys', 'pg_toast', 'master_dbo', 'msdb_dbo', 'tempdb_dbo')";
  const tables = await database.query<{ place: string; thing: string }>(
    `select TABLE_SCHEMA as place, TABLE_NAME as thing from INFORMATION_SCHEMA.TABLES
      where TABLE_SCHEMA not in ${own} order by 1, 2`,
  );
  const parts: string[] = [];
  for (const { place, thing } of tables) {
    const name = engine === 'mssql' ? `[${place}].[${thing}]` : `"${place}"."${thing}"`;
    const rows = await database.query(`select * from ${name}`);
    parts.push(`${place}.${thing}`, ...rows.map((row) => JSON.stringify(row, withBytesAsText)));
  }
  return parts.join('\n');
}

/** Bytes as hexadecimal digits and as the text that they may be. */
function withBytesAsText(_: string, value: unknown): unknown {
  const bytes = (value as { type?: string; data?: number[] } | null)?.type === 'Buffer' ? value : undefined;
  if (!bytes) return typeof value === 'bigint' ? String(value) : value;
  const buffer = Buffer.from((bytes as { data: number[] }).data);
  return [buffer.toString('hex'), buffer.toString('latin1')];
}
