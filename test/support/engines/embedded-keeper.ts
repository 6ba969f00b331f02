import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Database } from '../../../src/database/database.js';
import { openDatabase } from '../../../src/database/open.js';
import { copyTemplate } from './embedded-template.js';

/**
 * The process that keeps the embedded databases of a test run. Starting PGlite costs seconds, and its first
 * statements are slow; so a database that a suite has given back is emptied and lent again. A borrower connects
 * and is told a directory, which is its own until it hangs up. Ends when the channel to its parent closes.
 */
interface Kept {
  directory: string;
  database: Database;
  /** What an empty database looks like. */
  empty: string;
  lent: number;
}

/** A database is not lent more often than that: what was dropped leaves traces in the catalogues. */
const MOST_LENT = 60;

/** Everything that a suite may have made or changed. */
const EMPTY = `
do $$
declare each record;
begin
  for each in select nspname as name from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema' loop
    execute format('drop schema %I cascade', each.name);
  end loop;
  for each in select rolname as name from pg_roles where rolname !~ '^pg_' and rolname <> 'postgres' loop
    execute format('drop owned by %I cascade', each.name);
    execute format('drop role %I', each.name);
  end loop;
  create schema public authorization pg_database_owner;
  grant usage on schema public to public;
end $$;
alter database postgres reset all`;

/** What is there, and what is set. */
const STATE = `
select json_build_array(
  (select json_agg(array[nspname, pg_get_userbyid(nspowner), nspacl::text] order by nspname) from pg_namespace where nspname !~ '^pg_(temp|toast_temp)'),
  (select json_agg(rolname order by rolname) from pg_roles), (select json_agg(rolconfig) from pg_roles where rolconfig is not null),
  (select count(*) from pg_class where relnamespace::regnamespace::text !~ '^pg_(temp|toast)'), (select count(*) from pg_proc), (select count(*) from pg_type where typrelid = 0),
  (select count(*) from pg_default_acl), (select count(*) from pg_event_trigger), (select count(*) from pg_collation), (select count(*) from pg_auth_members),
  (select count(*) from pg_db_role_setting), (select datacl::text from pg_database where datname = 'postgres')
)::text as state`;

const free: Kept[] = [];
const all = new Set<Kept>();
const runDirectory = process.env.SCIMCTL_TEST_RUN_DIR;
if (runDirectory === undefined) throw new Error('there is no run to keep databases for');

const server = createServer((socket) => void lend(socket).catch(() => socket.destroy()));
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
await once(process, 'disconnect');
server.close();
await Promise.all([...all].map(({ database }) => database.close().catch(() => {})));
process.exit();

async function lend(socket: Socket): Promise<void> {
  const hungUp = once(socket, 'close');
  socket.on('error', () => {});
  socket.resume();
  const kept = free.pop() ?? (await make().catch(() => undefined));
  if (kept === undefined) return void socket.destroy();
  kept.lent++;
  socket.write(`${kept.directory}\n`);
  await hungUp;
  if (kept.lent < MOST_LENT && (await empty(kept).catch(() => false))) free.push(kept);
  else await discard(kept);
}

async function make(): Promise<Kept> {
  const directory = await mkdtemp(join(String(runDirectory), 'embedded-'));
  await copyTemplate(String(runDirectory), directory);
  const database = await openDatabase({ engine: 'embedded', directory }, { schema: 'scim', jitter: () => 0 });
  const kept = { directory, database, empty: await stateOf(database), lent: 0 };
  all.add(kept);
  return kept;
}

async function empty({ database, empty }: Kept): Promise<boolean> {
  await database.read(({ knex }) => knex.raw(EMPTY));
  return (await stateOf(database)) === empty;
}

async function stateOf(database: Database): Promise<string> {
  const { rows } = await database.read(({ knex }) => knex.raw<{ rows: { state: string }[] }>(STATE));
  return rows[0]?.state ?? '';
}

async function discard(kept: Kept): Promise<void> {
  all.delete(kept);
  await kept.database.close().catch(() => {});
  await rm(kept.directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}
