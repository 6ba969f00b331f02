import assert from 'node:assert/strict';
import type { EventEmitter } from 'node:events';
import { after, before, test } from 'node:test';
import pg from 'pg';
import type { Database, Session } from '../../src/database/database.js';
import { openDatabase } from '../../src/database/open.js';
import { describingOnce } from '../../src/database/postgres/driver/described-once.js';
import { parseConnectionSetting } from '../../src/database/settings/parse.js';
import { forEachEngine, type TestDatabase } from '../support/engines.js';

forEachEngine(
  'statements that the server keeps the plans of',
  (engine) => {
    let home: TestDatabase;
    let database: Database;
    before(async () => {
      home = await engine.freshDatabase();
      await home.query('create table kept (id integer primary key, name varchar(20))');
      await home.query("insert into kept values (1, 'one')");
      const { settings } = await parseConnectionSetting(home.url, { cwd: process.cwd(), env: {} });
      database = await openDatabase(settings, {
        schema: 'scim',
        jitter: Math.random,
        use: { maxConnections: 1, repeatsStatements: true },
      });
    });
    after(() => database.close());

    const byId = async ({ knex }: Session) => (await knex('kept').where({ id: 1 }))[0];
    const kept = async () => {
      const rows = await database.read(({ knex }) => knex.raw('select name from pg_prepared_statements'));
      return rows.rows.length;
    };

    test('each is kept once, however often it runs; what binds nothing is not', async () => {
      for (let times = 0; times < 3; times++) await database.read(byId);
      assert.equal(await kept(), 1);
    });

    test('a table that changes under its plan is read as it is now', async () => {
      assert.deepEqual(await database.read(byId), { id: 1, name: 'one' });
      await home.query('alter table kept add column more integer');
      assert.deepEqual(await database.read(byId), { id: 1, name: 'one', more: null });
    });

    test('in a transaction too, which is run again as a whole', async () => {
      await database.transaction(byId);
      await home.query('alter table kept drop column more');
      assert.deepEqual(await database.transaction(byId), { id: 1, name: 'one' });
    });

    test('a name is that of one text everywhere, whatever was asked for before', async () => {
      // Given two processes, one of which has asked for something else first.
      const { settings } = await parseConnectionSetting(home.url, { cwd: process.cwd(), env: {} });
      const use = { maxConnections: 1, repeatsStatements: true };
      const [one, other] = await Promise.all(
        [1, 2].map(() => openDatabase(settings, { schema: 'scim', jitter: Math.random, use })),
      );
      assert.ok(one && other);
      const named = async (database: Database): Promise<{ name: string; statement: string }[]> =>
        (await database.read(({ knex }) => knex.raw('select name, statement from pg_prepared_statements')))
          .rows;

      await one.read(byId);
      await other.read(({ knex }) => knex('kept').where({ name: 'one' }));
      await other.read(byId);

      const [first] = await named(one);
      assert.equal(
        (await named(other)).find(({ name }) => name === first?.name)?.statement,
        first?.statement,
      );
      await Promise.all([one.close(), other.close()]);
    });

    test('columns are described once for each connection, and a change of them is an error', async () => {
      const client = new pg.Client({ connectionString: home.url });
      await client.connect();
      let described = 0;
      const { connection } = client as unknown as { connection: EventEmitter };
      connection.on('rowDescription', () => described++);
      const ask = describingOnce(pg);
      const byId = (...values: unknown[]) =>
        ask(client, { name: 'by_id', text: 'select id, name from kept where id = $1', values });
      const write = (name: string) =>
        ask(client, { name: 'write', text: 'update kept set name = $1', values: [name] });

      assert.deepEqual((await byId(1)).rows, [{ id: 1, name: 'one' }]);
      assert.deepEqual((await byId(2)).rows, []);
      assert.deepEqual((await byId(1)).rows, [{ id: 1, name: 'one' }]);
      assert.equal(described, 1);
      // Nothing comes back of it, so there is nothing to describe.
      await write('two');
      await write('one');
      assert.deepEqual((await byId(1)).rows, [{ id: 1, name: 'one' }]);
      await assert.rejects(byId('none'), { code: '22P02' });
      assert.deepEqual((await byId(1)).rows, [{ id: 1, name: 'one' }]);
      assert.equal(described, 1);

      await home.query('alter table kept alter column name type text');
      await assert.rejects(byId(1), { code: '0A000' });
      await client.query('deallocate by_id');
      await assert.rejects(byId(1), { code: '26000' });
      await home.query('alter table kept alter column name type varchar(20)');
      await client.end();
    });

    test('where names get lost on the way, as with a pooler, it goes on without them', async () => {
      await database.read(byId);
      await database.read(({ knex }) => knex.raw('deallocate all'));
      assert.deepEqual(await database.read(byId), { id: 1, name: 'one' });
      assert.equal(await kept(), 0);
    });
  },
  { only: ['postgres'] },
);
