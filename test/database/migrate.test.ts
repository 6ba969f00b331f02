import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readSchemaFiles, type SchemaFiles } from '../../src/database/migrator/files.js';
import { readHistory } from '../../src/database/migrator/history.js';
import { migrate, schemaStatus } from '../../src/database/migrator/migrate.js';
import { forEachEngine, type TestEngine } from '../support/engines.js';
import { tieToThisProcess, within } from '../support/processes/children.js';
import { openFresh, openMigrated, TOOL_VERSION } from './open-test-database.js';

const CHILD = fileURLToPath(new URL('./migrate-child.js', import.meta.url));

/** The files of an engine, changed. */
async function changedFiles(engine: TestEngine, change: (files: SchemaFiles) => void): Promise<SchemaFiles> {
  const files = await readSchemaFiles(engine.name === 'mssql' ? 'mssql' : 'postgres');
  change(files);
  return files;
}

/** One more file than there is. */
const addFile = (engine: TestEngine, sql: string): Promise<SchemaFiles> =>
  changedFiles(engine, ({ migrations }) => {
    migrations.push({ version: migrations.length + 1, name: 'new', sql, checksum: '2'.repeat(64) });
  });

forEachEngine('the migrator', (engine) => {
  it('installs the schema, records each file, and then has nothing to do', async (context) => {
    const { database, test } = await openFresh(context, engine);
    assert.equal((await schemaStatus(database)).state, 'missing');

    const first = await migrate(database, TOOL_VERSION);
    const second = await migrate(database, TOOL_VERSION);

    const { migrations } = await readSchemaFiles(database.dialect.name);
    assert.deepEqual(
      first.applied,
      migrations.map(({ version, name, checksum }) => ({ version, name, checksum })),
    );
    assert.deepEqual(second, { applied: [], version: first.version });
    assert.equal((await schemaStatus(database)).state, 'current');
    const history = await database.read(readHistory);
    assert.deepEqual(
      history.map(({ version, checksum, toolVersion }) => ({ version, checksum, toolVersion })),
      migrations.map(({ version, checksum }) => ({ version, checksum, toolVersion: TOOL_VERSION })),
    );
    const events = await test.query('select action, target_id, outcome from scim.event order by seq');
    assert.deepEqual(
      events,
      migrations.map(({ version }) => ({
        action: 'schema.apply',
        target_id: String(version),
        outcome: 'done',
      })),
    );
  });

  it('lets one of 8 processes at once apply, and the others wait and find nothing to do', async (context) => {
    const { test } = await openFresh(context, engine);

    const ending = Promise.all(
      Array.from({ length: 8 }, async () => {
        const child = spawn(process.execPath, [CHILD, test.url, TOOL_VERSION]);
        tieToThisProcess(child);
        const [out, errors, code] = await Promise.all([
          text(child.stdout),
          text(child.stderr),
          new Promise((resolve) => child.once('exit', resolve)),
        ]);
        return { code, errors, applied: out.trim() };
      }),
    );
    const ended = await within(240_000, ending);
    assert.ok(ended, 'a process hangs');

    const { migrations } = await readSchemaFiles(engine.name === 'mssql' ? 'mssql' : 'postgres');
    const all = JSON.stringify(migrations.map(({ version }) => version));
    assert.deepEqual(
      ended.filter(({ code }) => code !== 0).map(({ errors }) => errors),
      [],
    );
    assert.deepEqual(ended.map(({ applied }) => applied).sort(), [all, ...Array(7).fill('[]')].sort());
  });

  it('applies only what is missing', async (context) => {
    const { database, test } = await openMigrated(context, engine);
    const files = await addFile(engine, 'create table scim.new_thing (thing_id int not null primary key);');

    const { applied } = await migrate(database, TOOL_VERSION, files);

    assert.deepEqual(
      applied.map(({ name }) => name),
      ['new'],
    );
    assert.deepEqual(await test.query('select thing_id from scim.new_thing'), []);
  });

  it('leaves nothing behind of a file that fails half-way', async (context) => {
    const { database } = await openMigrated(context, engine);
    const present = () =>
      database.read(async (session) => ({
        catalogue: await database.dialect.catalogue((query) => query(session.knex), 'scim'),
        history: await readHistory(session),
      }));
    const before = await present();
    const go = engine.name === 'mssql' ? '\nGO\n' : '';
    const files = await addFile(
      engine,
      `create table scim.half (half_id int not null primary key);${go}
       insert into scim.half (half_id) values (1);${go}
       insert into scim.half (half_id) values (1);`,
    );

    await assert.rejects(migrate(database, TOOL_VERSION, files), {
      name: 'DatabaseFault',
      fault: 'unique-violation',
    });

    assert.deepEqual(await present(), before);
  });

  it('refuses a schema that is newer than its files', async (context) => {
    const { database, test } = await openMigrated(context, engine);
    await test.query(`insert into scim.schema_history (version, name, checksum, applied_at, applied_by, tool_version)
      select 99, 'from_the_future', checksum, applied_at, applied_by, '9.9.9' from scim.schema_history where version = 1`);

    await assert.rejects(migrate(database, TOOL_VERSION), { name: 'Problem', code: 'schema-newer' });

    assert.equal((await schemaStatus(database)).state, 'newer');
  });

  it('refuses a file that was edited after it was applied', async (context) => {
    const { database } = await openMigrated(context, engine);
    const edited = await changedFiles(engine, ({ migrations }) => {
      for (const migration of migrations) migration.checksum = 'f'.repeat(64);
    });

    await assert.rejects(migrate(database, TOOL_VERSION, edited), {
      name: 'Problem',
      code: 'schema-drift',
      message: /0001_initial\.sql was edited/,
    });
  });

  it('refuses a file whose number is below what is already applied', async (context) => {
    const { database, test } = await openMigrated(context, engine);
    const files = await addFile(engine, 'select 1;');
    const late = files.migrations.length;
    await test.query(`insert into scim.schema_history (version, name, checksum, applied_at, applied_by, tool_version)
      select ${late + 1}, name, checksum, applied_at, applied_by, tool_version from scim.schema_history where version = 1`);
    const [first] = files.migrations;
    if (first) files.migrations.push({ ...first, version: late + 1 });

    await assert.rejects(migrate(database, TOOL_VERSION, files), {
      code: 'schema-drift',
      message: new RegExp(`${String(late).padStart(4, '0')}_new\\.sql has a lower number`),
    });
  });
});
