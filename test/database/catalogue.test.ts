import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Database } from '../../src/database/database.js';
import { compareCatalogues, verifySchema } from '../../src/database/migrator/verify.js';
import { forEachEngine } from '../support/engines.js';
import { projectDirectory } from '../support/environment.js';
import { execute, openFresh, openMigrated } from './open-test-database.js';

const GOOD = { ok: true, drift: [], missing: [], unexpected: [] };

const listing = (database: Database, schema: string) =>
  database.read(({ knex }) => database.dialect.catalogue(knex, schema));

const fileOf = (database: Database) => join(projectDirectory, 'sql', database.dialect.name, 'catalogue.txt');

/**
 * The file as it would be after this version's migrations: `SCIMCTL_TEST_UPDATE=1` writes it. What this
 * server does not tell is taken over from the present file, and is for its author to complete.
 */
async function regenerated(database: Database, schema: string): Promise<{ now: string; before: string }> {
  const before = await readFile(fileOf(database), 'utf8');
  const known = before.split('\n');
  const lines = (await listing(database, schema)).map((line) => {
    if (!line.endsWith(' ?')) return line;
    const told = line.slice(0, -2);
    const at = known.findIndex((one) => one === told || one.startsWith(`${told} `));
    return at < 0 ? told : (known.splice(at, 1)[0] ?? told);
  });
  return { before, now: `${lines.sort().join('\n')}\n` };
}

for (const schema of ['scim', 'event']) {
  forEachEngine(`the catalogue of the schema ${schema}`, (engine) => {
    it('is what sql/<engine>/catalogue.txt says', async (context) => {
      const { database } = await openMigrated(context, engine, schema);

      const { now, before } = await regenerated(database, schema);

      if (process.env.SCIMCTL_TEST_UPDATE) await writeFile(fileOf(database), now);
      else assert.equal(now, before);
      assert.deepEqual(await verifySchema(database), GOOD);
    });
  });
}

// The embedded engine is PostgreSQL in this.
const servers = { only: ['postgres', 'mssql'] as const };

forEachEngine(
  'the verification of a schema',
  (engine) => {
    it('has nothing to compare with where there is no schema', async (context) => {
      const { database } = await openFresh(context, engine);

      await assert.rejects(verifySchema(database), { name: 'Problem', code: 'schema-missing' });
    });

    it('names what was taken away, and what was added', async (context) => {
      const { database } = await openMigrated(context, engine);
      const on = engine.name === 'mssql' ? ' on scim.event' : '';
      const index = engine.name === 'mssql' ? 'event_target' : 'scim.event_target';
      await execute(database, `drop index ${index}${on}`);
      await execute(
        database,
        `drop trigger ${engine.name === 'mssql' ? 'scim.' : ''}event_append_only${engine.name === 'mssql' ? '' : ' on scim.event'}`,
      );
      await execute(database, 'alter table scim.token drop constraint token_slot_check');
      await execute(database, 'alter table scim.token add note int');
      await execute(database, 'create table scim.intruder (intruder_id int not null)');

      const { ok, drift, missing, unexpected } = await verifySchema(database);

      assert.equal(ok, false);
      assert.deepEqual(drift, []);
      assert.equal(missing.length, 3, missing.join('\n'));
      for (const part of [/^index.*event.*target_type/i, /^trigger.*event_append_only/, /token_slot_check/]) {
        assert.ok(
          missing.some((line) => part.test(line)),
          String(part),
        );
      }
      assert.deepEqual(
        unexpected.map((line) => line.split(' ').slice(0, 2).join(' ')),
        ['column intruder.intruder_id', 'column token.note'],
      );
    });

    it('notices a trigger that was replaced by one that does nothing', async (context) => {
      const { database } = await openMigrated(context, engine);
      const statements =
        engine.name === 'mssql'
          ? [
              'drop trigger scim.event_append_only',
              'create trigger scim.event_append_only on scim.event instead of update, delete as\nbegin\n  declare @nothing int;\nend',
            ]
          : [
              'create or replace function scim.refuse_event_change() returns trigger language plpgsql as $$ begin return new; end $$',
            ];
      for (const statement of statements) await execute(database, statement);

      const { missing, unexpected } = await verifySchema(database);

      assert.equal(missing.length, 1);
      assert.equal(unexpected.length, 1);
      assert.notEqual(missing[0], unexpected[0]);
    });

    it('says which file of the history was edited', async (context) => {
      const { database } = await openMigrated(context, engine);
      await execute(
        database,
        `update scim.schema_history set checksum = '${'0'.repeat(64)}' where version = 1`,
      );

      assert.deepEqual(await verifySchema(database), {
        ...GOOD,
        ok: false,
        drift: ['0001_initial.sql was edited after it was applied'],
      });
    });

    it('does not mind host views, whatever they are', async (context) => {
      const { database } = await openMigrated(context, engine);
      await execute(database, "create view scim.host_user as select 'x' as user_id");

      assert.deepEqual(await verifySchema(database), GOOD);
    });
  },
  servers,
);

describe('comparing catalogues', () => {
  it('lets a line that is only half told stand for one that begins like it', () => {
    const expected = ['index a (b)', 'index a (b, c)', 'unique index a (b) where b is not null'];

    assert.deepEqual(
      compareCatalogues(expected, ['index a (b) ?', 'index a (b, c) ?', 'unique index a (b) ?']),
      {
        missing: [],
        unexpected: [],
      },
    );
    assert.deepEqual(compareCatalogues(expected, ['index a (b) ?', 'index a (b) ?', 'index a (d) ?']), {
      missing: ['index a (b, c)', 'unique index a (b) where b is not null'],
      unexpected: ['index a (b) ?', 'index a (d) ?'],
    });
  });
});
