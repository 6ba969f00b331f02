import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Database } from '../../src/database/database.js';
import { openDatabase } from '../../src/database/open.js';
import { parseConnectionSetting } from '../../src/database/settings/parse.js';
import { forEachEngine, type TestDatabase } from '../support/engines.js';

forEachEngine(
  'look-ups of one moment',
  (engine) => {
    let test: TestDatabase;
    let database: Database;
    before(async () => {
      test = await engine.freshDatabase();
      const { settings } = await parseConnectionSetting(test.url, { cwd: '/', env: {}, homeDirectory: '/' });
      const use = { maxConnections: 4, repeatsStatements: true };
      database = await openDatabase(settings, { schema: 'scim', jitter: Math.random, use });
    });
    after(() => database.close());

    const lookUp = (n: number, sql = 'select ?::int as n, pg_backend_pid() as pid') =>
      database.read(async (session) => {
        const [row] = await session.lookUp<{ n: number; pid: number }>(sql, [n]);
        return row;
      });
    const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

    it('share connections, eight at most each, and get each its own answer', async () => {
      const rows = await Promise.all(numbers(20).map((n) => lookUp(n)));

      assert.deepEqual(
        rows.map((row) => row?.n),
        numbers(20),
      );
      assert.equal(new Set(rows.slice(0, 8).map((row) => row?.pid)).size, 1);
      assert.ok(new Set(rows.map((row) => row?.pid)).size <= 3);
    });

    it('fail each by itself', async () => {
      const outcomes = await Promise.allSettled(
        numbers(8).map((n) => lookUp(n - 3, 'select 12 / ?::int as n, 0 as pid')),
      );

      assert.deepEqual(
        outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value?.n : outcome.status)),
        [-4, -6, -12, 'rejected', 12, 6, 4, 3],
      );
    });

    it('are asked again when their connection is cut', async () => {
      await test.query('create sequence times_asked');
      // Only the first goes on until it is cut.
      const slow = `select ?::int as n, pg_backend_pid() as pid
        from pg_sleep(case nextval('times_asked') when 1 then 60 else 0 end)`;
      const asked = Promise.all(numbers(3).map((n) => lookUp(n, slow)));
      const victims = async () =>
        test.query<{ pid: number }>(
          `select pid from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()`,
        );
      let cut: { pid: number }[] = [];
      while (cut.length === 0) cut = await victims();
      for (const { pid } of cut) await test.query(`select pg_terminate_backend(${pid})`);

      const rows = await asked;

      assert.deepEqual(
        rows.map((row) => row?.n),
        numbers(3),
      );
      assert.ok(rows.every((row) => row?.pid !== cut[0]?.pid));
    });

    it('wait for no others within a transaction, which has one connection', async () => {
      const [a, b] = await database.transaction(async (session) => [
        await session.lookUp<{ pid: number }>('select pg_backend_pid() as pid'),
        await session.rows<{ pid: number }>('select pg_backend_pid() as pid'),
      ]);

      assert.equal(a?.[0]?.pid, b?.[0]?.pid);
    });
  },
  { only: ['postgres'] },
);
