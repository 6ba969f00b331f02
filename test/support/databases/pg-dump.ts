import { spawnSync } from 'node:child_process';
import { openDatabase } from '../../../src/database/open.js';
import { serverSettings } from '../faults/attempt-connection.js';

const run = (args: string[]) => spawnSync('pg_dump', args, { encoding: 'utf8', timeout: 60_000 });

/** Why this server's schema cannot be dumped here; nothing where it can. A dump needs a pg_dump as new as the server. */
export async function whyNoPgDump(url: string): Promise<string | undefined> {
  const [, own] = /(\d+)/.exec(run(['--version']).stdout ?? '') ?? [];
  if (own === undefined) return 'pg_dump is not installed';
  const database = await openDatabase(await serverSettings(url), { schema: 'scim', jitter: () => 0 });
  const { majorVersion } = await database.read(({ knex, dialect }) => dialect.serverInfo(knex));
  await database.close();
  return Number(own) < majorVersion
    ? `pg_dump ${own} does not dump PostgreSQL ${majorVersion}; the complete listing is compared instead`
    : undefined;
}

/** A schema without its rows, as pg_dump writes it; but for a key that newer ones make up for each dump. */
export async function pgDumpOf(url: string, schema: string): Promise<string> {
  const { stdout, stderr, status } = run(['--schema-only', `--schema=${schema}`, '--dbname', url]);
  if (status !== 0) throw new Error(stderr);
  return stdout.replace(/^\\(un)?restrict .*$/gm, '');
}
