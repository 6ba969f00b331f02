import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Database } from '../../src/database/database.js';
import { readSchemaFiles } from '../../src/database/migrator/files.js';
import { readHistory } from '../../src/database/migrator/history.js';
import { migrate, schemaStatus } from '../../src/database/migrator/migrate.js';
import { installScript } from '../../src/database/migrator/script.js';
import { verifySchema } from '../../src/database/migrator/verify.js';
import { forEachEngine } from '../support/engines.js';
import { openFresh, openMigrated, TOOL_VERSION } from './open-test-database.js';
import { scriptClients } from './script-clients.js';

const GOOD = { ok: true, drift: [], missing: [], unexpected: [] };

/** Everything that an installation leaves, but for instants and ids. */
const left = (database: Database) =>
  database.read(async (session) => ({
    catalogue: await database.dialect.catalogue(session.knex, session.schema),
    history: (await readHistory(session)).map(({ appliedAt, ...rest }) => rest),
    events: await session
      .knex('event')
      .withSchema(session.schema)
      .orderBy('seq')
      .select('seq', 'actor', 'action', 'target_type', 'target_id', 'target_name', 'outcome', 'details'),
    installation: await session.knex('installation').withSchema(session.schema).select('hosting'),
  }));

for (const client of scriptClients) {
  const skip = client.absent ?? false;
  forEachEngine(
    `the script for a DBA, run with ${client.name}`,
    (engine) => {
      for (const schema of ['scim', 'scim_other']) {
        it(`leaves in the schema ${schema} what the tool leaves, and may be run again`, {
          skip,
        }, async (context) => {
          const byTool = await openMigrated(context, engine, schema);
          const byScript = await openFresh(context, engine, schema);
          const script = await installScript(byScript.database.dialect, schema, TOOL_VERSION);

          assert.deepEqual(await client.run(byScript.test.url, script), []);
          const once = await left(byScript.database);
          assert.deepEqual(once, await left(byTool.database));

          assert.deepEqual(await client.run(byScript.test.url, script), []);
          assert.deepEqual(await left(byScript.database), once);
          assert.deepEqual((await migrate(byScript.database, TOOL_VERSION)).applied, []);
        });
      }

      it('takes a schema of an earlier version to this one', { skip }, async (context) => {
        const { database, test } = await openFresh(context, engine);
        const files = await readSchemaFiles(database.dialect.name);
        await migrate(database, TOOL_VERSION, { ...files, migrations: files.migrations.slice(0, 1) });
        const script = await installScript(database.dialect, 'scim', TOOL_VERSION);

        assert.deepEqual(await client.run(test.url, script), []);

        assert.equal((await schemaStatus(database)).state, 'current');
        assert.deepEqual(await verifySchema(database), GOOD);
      });

      it('leaves nothing at all when a step fails', { skip }, async (context) => {
        const { database, test } = await openFresh(context, engine);
        const { bootstrap } = await readSchemaFiles(database.dialect.name);
        const go = engine.name === 'mssql' ? '\nGO\n' : '\n';
        const script = database.dialect.installScript({
          schema: 'scim',
          bootstrap,
          title: ['broken'],
          steps: [
            {
              version: 1,
              name: 'good',
              sql: 'create table scim.good (a int not null);',
              record: 'select 1;',
            },
            {
              version: 2,
              name: 'bad',
              sql: `create table scim.before (a int not null);${go}select a from scim.nowhere;${go}create table scim.after (a int not null);`,
              record: 'select 1;',
            },
          ],
        });

        const errors = await client.run(test.url, script);

        assert.notDeepEqual(errors, []);
        assert.deepEqual(await database.read(({ knex }) => database.dialect.catalogue(knex, 'scim')), []);
      });

      it('does not touch a schema that is newer', { skip }, async (context) => {
        const { database, test } = await openMigrated(context, engine);
        await test.query(`insert into scim.schema_history (version, name, checksum, applied_at, applied_by, tool_version)
          select 99, 'from_the_future', checksum, applied_at, applied_by, '9.9.9' from scim.schema_history where version = 1`);
        const before = await left(database);

        const errors = await client.run(
          test.url,
          await installScript(database.dialect, 'scim', TOOL_VERSION),
        );

        assert.notDeepEqual(errors, []);
        assert.deepEqual(await left(database), before);
      });
    },
    { only: [client.engine] },
  );
}
