import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readSchemaFiles } from '../../../src/database/migrator/files.js';
import { migrate } from '../../../src/database/migrator/migrate.js';
import { openTestDatabase } from '../../support/databases/product.js';
import type { AdviceCase, Scene, Stage } from '../advice-case.js';

/** Databases that each case may have for itself. */
export interface InstallationScene extends Scene {
  freshDatabase(): Promise<{ url: string; query(sql: string): Promise<unknown> }>;
}

const on = (stage: Stage) => stage as Stage & InstallationScene;
const env = (url: string) => ({ SCIMCTL_DATABASE: url });

/** An empty database. */
const empty = async (stage: Stage) => ({ env: env((await on(stage).freshDatabase()).url) });

type Database = Awaited<ReturnType<InstallationScene['freshDatabase']>>;

/** The database of a case. */
const databases = new WeakMap<Stage, Database>();
const databaseOf = (stage: Stage) => databases.get(stage) as Database;

/** The schema, and nothing of a host application. */
async function installed(stage: Stage): Promise<Database> {
  const database = await on(stage).freshDatabase();
  await stage.run('db migrate', env(database.url));
  databases.set(stage, database);
  return database;
}

/** As if a file had been edited; the second time, as it was. */
const edit = (database: Database) =>
  database.query('update scim.schema_history set checksum = reverse(checksum) where version = 2');

/** What a schema is, what is bound to it, and the directory of an embedded one. */
export const INSTALLATION: AdviceCase[] = [
  { code: 'schema-missing', given: empty, words: 'audit list' },
  {
    code: 'schema-outdated',
    given: async (stage) => {
      const { url } = await on(stage).freshDatabase();
      const database = await openTestDatabase(url);
      const { bootstrap, migrations } = await readSchemaFiles(database.dialect.name);
      await migrate(database, '0.0.0-test', { bootstrap, migrations: migrations.slice(0, -1) });
      await database.close();
      return { env: env(url) };
    },
    words: 'audit list',
  },
  {
    code: 'schema-drift',
    given: async (stage) => {
      const database = await installed(stage);
      await edit(database);
      return { env: env(database.url) };
    },
    words: 'db migrate',
    reports: [4],
    says: /original/,
    follow: async (_, stage) => void (await edit(databaseOf(stage))),
  },
  {
    code: 'host-views-missing',
    given: async (stage) => ({ env: env((await installed(stage)).url) }),
    words: 'seats',
    reports: [4],
    // There is no application whose tables could be bound.
    choose: (line) => !line.includes('host scaffold'),
  },
  {
    code: 'host-views-missing',
    about: 'to init',
    given: async (stage) => ({ env: env((await installed(stage)).url) }),
    words: 'init --no-input --config c.json --host stop --hosting on-premises --idp entra --no-token',
    says: /again/,
    choose: (line) => !line.includes('host scaffold'),
    follow: async (_, stage) => void (await stage.run('host install-reference', env(databaseOf(stage).url))),
  },
  {
    code: 'host-exists',
    given: async (stage) => {
      const database = await installed(stage);
      await database.query('create schema app');
      await database.query('create table app.users (id int)');
      return { env: env(database.url) };
    },
    words: 'host install-reference',
    reports: [4],
    says: /empty database/,
    follow: async (_, stage) => ({ env: env((await installed(stage)).url) }),
  },
];

/** The same of the embedded database alone. */
export const EMBEDDED: AdviceCase[] = [
  {
    code: 'embedded-directory-unusable',
    given: async ({ directory }) => {
      await mkdir(join(directory, 'taken'));
      await writeFile(join(directory, 'taken', 'letter.txt'), 'Dear');
      return { env: env('embedded:taken') };
    },
    words: 'db status',
    says: /empty directory/,
    follow: (_, { url }) => ({ env: env(url ?? '') }),
  },
  {
    code: 'embedded-directory-unusable',
    about: 'a file',
    given: async ({ directory }) => {
      await writeFile(join(directory, 'file'), '');
      return { env: env('embedded:file') };
    },
    words: 'db status',
    says: /another directory/,
    follow: (_, { url }) => ({ env: env(url ?? '') }),
  },
  {
    code: 'database-in-use',
    given: async (stage) => {
      const { url } = await on(stage).freshDatabase();
      const lock = {
        owner: { pid: 1, host: 'elsewhere.example' },
        address: '/nowhere',
        nonce: 'n',
        released: false,
      };
      await writeFile(join(url.replace('embedded:', ''), 'lock.99'), JSON.stringify(lock));
      return { env: env(url) };
    },
    words: 'db status',
    says: /delete (\S+)\.$/,
    follow: ([, file = '']) => rm(file),
  },
  {
    code: 'embedded-database-damaged',
    given: async (stage) => {
      const { url } = await on(stage).freshDatabase();
      const control = join(url.replace('embedded:', ''), 'data', 'global', 'pg_control');
      await writeFile(join(stage.directory, 'copy'), await readFile(control));
      await rm(control);
      return { env: env(url) };
    },
    words: 'db status',
    says: /copy/,
    follow: (_, { url }) => ({ env: env(url ?? '') }),
  },
];
