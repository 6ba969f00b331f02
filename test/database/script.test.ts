import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import type { Database } from '../../src/database/database.js';
import { readSchemaFiles } from '../../src/database/migrator/files.js';
import { readHistory } from '../../src/database/migrator/history.js';
import { migrate, schemaStatus } from '../../src/database/migrator/migrate.js';
import { installScript } from '../../src/database/migrator/script.js';
import { verifySchema } from '../../src/database/migrator/verify.js';
import { listingOf } from '../support/databases/listing.js';
import { pgDumpOf, whyNoPgDump } from '../support/databases/pg-dump.js';
import { forEachEngine, type TestEngine } from '../support/engines.js';
import { type OpenTestDatabase, openFresh, openMigrated, TOOL_VERSION } from './open-test-database.js';
import { scriptClients } from './script-clients.js';

/** Everything that an installation leaves, but for instants and ids. */
const left = (database: Database) =>
  database.read(async (session) => ({
    catalogue: await database.dialect.catalogue((query) => query(session.knex), session.schema),
    history: (await readHistory(session)).map(({ appliedAt, ...rest }) => rest),
    events: await session
      .knex('event')
      .withSchema(session.schema)
      .orderBy('seq')
      .select('seq', 'actor', 'action', 'target_type', 'target_id', 'target_name', 'outcome', 'details'),
    installation: await session.knex('installation').withSchema(session.schema).select('hosting'),
  }));

/** A database that stopped at an earlier version. */
async function openAtVersion(
  context: TestContext,
  engine: TestEngine,
  version: number,
): Promise<OpenTestDatabase> {
  const opened = await openFresh(context, engine);
  const { bootstrap, migrations } = await readSchemaFiles(opened.database.dialect.name);
  const earlier = migrations.filter((file) => file.version <= version);
  if (version > 0) await migrate(opened.database, TOOL_VERSION, { bootstrap, migrations: earlier });
  return opened;
}

const scriptFor = ({ dialect }: Database, schema = 'scim') => installScript(dialect, schema, TOOL_VERSION);

const versions = (await readSchemaFiles('postgres')).migrations.map(({ version }) => version);
const newest = versions.at(-1) ?? 0;

/** What the tool leaves, looked at once for each engine and schema. */
const byTool = new Map<string, Promise<{ left: unknown; listing: string[] }>>();

async function leftByTool(context: TestContext, engine: TestEngine, schema: string) {
  const { database, test } = await openMigrated(context, engine, schema);
  return { left: await left(database), listing: await listingOf(test, engine.name, schema) };
}

for (const client of scriptClients) {
  const skip = client.absent ?? false;
  const done = { errors: [], exitCode: 0 };
  // One client for each engine goes through everything; the others differ in how they run a script only.
  const thorough = ['psql', 'bsqldb'].includes(client.name);
  const earlier = versions.filter((each) => each < newest);
  forEachEngine(
    `the script for a DBA, run with ${client.name}`,
    (engine) => {
      const whole = (test: OpenTestDatabase['test'], schema = 'scim') => listingOf(test, engine.name, schema);
      const asMade = (context: TestContext, schema = 'scim') => {
        const key = `${engine.name} ${schema}`;
        const known = byTool.get(key) ?? leftByTool(context, engine, schema);
        byTool.set(key, known);
        return known;
      };

      for (const schema of thorough ? ['scim', 'scim_other'] : ['scim']) {
        it(`leaves in the schema ${schema} what the tool leaves, and may be run again`, {
          skip,
        }, async (context) => {
          const expected = await asMade(context, schema);
          const { database, test } = await openFresh(context, engine, schema);
          const script = await scriptFor(database, schema);

          assert.deepEqual(await client.run(test.url, script), done);
          const once = await left(database);
          assert.deepEqual(once, expected.left);
          assert.deepEqual(await whole(test, schema), expected.listing);

          assert.deepEqual(await client.run(test.url, script), done);
          assert.deepEqual(await left(database), once);
          assert.deepEqual((await migrate(database, TOOL_VERSION)).applied, []);
        });
      }

      for (const version of thorough ? earlier : []) {
        it(`takes a schema of version ${version} to this one`, { skip }, async (context) => {
          const expected = await asMade(context);
          const { database, test } = await openAtVersion(context, engine, version);

          assert.deepEqual(await client.run(test.url, await scriptFor(database)), done);

          assert.equal((await schemaStatus(database)).state, 'current');
          assert.equal((await verifySchema(database)).ok, true);
          assert.deepEqual(await whole(test), expected.listing);
          assert.deepEqual((await migrate(database, TOOL_VERSION)).applied, []);
        });
      }

      for (const version of thorough ? [0, 1] : [0]) {
        it(`changes nothing at version ${version} when it is broken half way`, { skip }, async (context) => {
          const { database, test } = await openAtVersion(context, engine, version);
          const before = await whole(test);
          const script = await broken(database);

          const { errors, exitCode } = await client.run(test.url, script);

          assert.notDeepEqual(errors, []);
          assert.equal(exitCode !== 0, client.stops, `it ended with ${exitCode}`);
          if (client.stops) assert.equal(errors.length, 1, errors.join('\n'));
          assert.deepEqual(await whole(test), before);
          assert.equal((await schemaStatus(database)).version, version);
        });
      }

      it('does not touch a schema that is newer', { skip }, async (context) => {
        const { database, test } = await openMigrated(context, engine);
        await test.query(`insert into scim.schema_history (version, name, checksum, applied_at, applied_by, tool_version)
          select 99, 'from_the_future', checksum, applied_at, applied_by, '9.9.9' from scim.schema_history where version = 1`);
        const before = await left(database);

        const { errors, exitCode } = await client.run(test.url, await scriptFor(database));

        assert.notDeepEqual(errors, []);
        assert.equal(exitCode !== 0, client.stops);
        assert.deepEqual(await left(database), before);
      });
    },
    { only: [client.engine] },
  );
}

/** The script with an error in the middle of its last step, between statements that are good. */
async function broken({ dialect }: Database): Promise<string> {
  const { bootstrap, migrations } = await readSchemaFiles(dialect.name);
  const go = dialect.name === 'mssql' ? '\nGO\n' : '\n';
  return dialect.installScript({
    schema: 'scim',
    bootstrap,
    title: ['broken half way'],
    steps: migrations.map(({ version, name, sql }) => ({
      version,
      name,
      sql:
        version === newest
          ? `${sql}${go}select a from scim.nowhere;${go}create table scim.too_late (a int not null);`
          : sql,
      record: `insert into scim.schema_history (version, name, checksum, applied_at, applied_by, tool_version)
        values (${version}, '${name}', 'x', ${dialect.expressions.now}, 'x', 'x');`,
    })),
  });
}

forEachEngine(
  'pg_dump of a schema',
  (engine) => {
    it('is the same to the byte, made by the tool, by the script, or from an earlier version', async (context) => {
      const psql = scriptClients.find(({ name }) => name === 'psql');
      const reason = psql?.absent ?? (await whyNoPgDump((await engine.freshDatabase()).url));
      if (reason) return context.skip(reason);
      const byTool = await openMigrated(context, engine);
      const dump = await pgDumpOf(byTool.test.url, 'scim');

      for (const version of versions.map((each) => each - 1)) {
        const { database, test } = await openAtVersion(context, engine, version);
        await psql?.run(test.url, await scriptFor(database));

        assert.equal(await pgDumpOf(test.url, 'scim'), dump, `by the script, from version ${version}`);
      }
      assert.match(dump, /CREATE TABLE scim\.token/);
    });
  },
  { only: ['postgres'] },
);
