import assert from 'node:assert/strict';
import { it } from 'node:test';
import { runChecks } from '../../src/core/check/run-checks.js';
import type { Database } from '../../src/database/database.js';
import { openDatabase } from '../../src/database/open.js';
import { selectRaw } from '../../src/database/queries/rows.js';
import { parseConnectionSetting } from '../../src/database/settings/parse.js';
import { openAt } from '../database/open-test-database.js';
import { freshProduct } from '../support/databases/product.js';
import { forEachEngine, type TestDatabase } from '../support/engines.js';
import { troubleProxy } from '../support/faults/trouble-proxy.js';
import { runHere } from '../support/processes/world.js';

async function detailsOf(database: Database): Promise<Record<string, unknown>> {
  const { checks } = await runChecks({
    connect: async () => database,
    clock: () => new Date(),
    names: ['database'],
  });
  assert.equal(checks[0]?.status, 'pass');
  return checks[0]?.details ?? {};
}

/** What somebody looking at the database sees. */
async function detailsAt(url: string): Promise<Record<string, unknown>> {
  const database = await openAt(url);
  try {
    return await detailsOf(database);
  } finally {
    await database.close();
  }
}

const nameOf = (engine: string, { url }: TestDatabase) =>
  engine === 'embedded' ? undefined : new URL(url).pathname.slice(1);

forEachEngine('check database', (engine) => {
  it('says what answers, to those who ask for more', async () => {
    const test = await engine.freshDatabase();
    const words = ['check', 'database', '--database', test.url];

    const plain = await runHere(words);
    const verbose = await runHere([...words, '--verbose']);
    const json = JSON.parse((await runHere([...words, '-v', '-o', 'json'])).stdout).checks[0].details;

    assert.equal(plain.stdout, 'pass     database  the database can be reached\n');
    const shown = verbose.stdout.split('\n').map((line) => line.trim().split(': ')[0]);
    const always = ['server', 'product', 'version', 'database', 'login', 'collation'];
    for (const name of [...always, 'isolation', 'latencyMs']) {
      assert.ok(name in json, name);
      assert.ok(shown.includes(name), name);
    }
    const product = engine.name === 'mssql' ? /^(SQL Server|Babelfish)$/ : /^PostgreSQL$/;
    assert.match(json.product, product);
    assert.match(json.version, /^\d+/);
    assert.match(json.isolation, /^READ COMMITTED$/);
    assert.ok(json.server.length > 0 && json.login.length > 0 && json.collation.length > 0);
    const name = nameOf(engine.name, test);
    if (name) assert.equal(json.database, name);
    if (engine.name !== 'embedded') assert.equal(typeof json.encrypted, 'boolean');
    assert.ok(json.latencyMs > 0 && json.latencyMs < 5000, json.latencyMs);
    if (engine.name === 'mssql') {
      assert.equal(typeof json.readCommittedSnapshot, 'boolean');
      assert.equal(typeof json.allowSnapshotIsolation, 'boolean');
    }
  });
});

forEachEngine(
  'check database',
  (engine) => {
    it('tells the default isolation, which our own transactions do not have', async () => {
      const test = await engine.freshDatabase();
      const name = nameOf(engine.name, test);
      await test.query(`alter database "${name}" set default_transaction_isolation = 'serializable'`);
      const database = await openAt(test.url);

      const { isolation } = await detailsOf(database);
      const [ours] = await database.transaction((session) =>
        selectRaw(session, "select current_setting('transaction_isolation') as level"),
      );

      await database.close();
      assert.equal(isolation, 'SERIALIZABLE');
      assert.deepEqual(ours, { level: 'read committed' });
    });
  },
  { only: ['postgres'] },
);

forEachEngine(
  'check database',
  (engine) => {
    it('tells whether the connection is encrypted', async () => {
      const test = await engine.freshDatabase();
      const asked = new URL(test.url);
      asked.search = 'encrypt=true&trustServerCertificate=true';
      const unasked = new URL(test.url);
      unasked.search = 'encrypt=false';

      assert.equal((await detailsAt(asked.href)).encrypted, true);
      assert.equal((await detailsAt(unasked.href)).encrypted, false);
    });

    it('tells whether readers see row versions', async (context) => {
      const test = await engine.freshDatabase();
      if ((await detailsAt(test.url)).product === 'Babelfish') {
        return context.skip('Babelfish, which is PostgreSQL, cannot turn it off');
      }
      const name = nameOf(engine.name, test);
      for (const on of [true, false]) {
        await test.query(
          `alter database [${name}] set read_committed_snapshot ${on ? 'on' : 'off'} with rollback immediate`,
        );
        await test.query(`alter database [${name}] set allow_snapshot_isolation ${on ? 'on' : 'off'}`);

        const { readCommittedSnapshot, allowSnapshotIsolation } = await detailsAt(test.url);

        assert.deepEqual([readCommittedSnapshot, allowSnapshotIsolation], [on, on]);
      }
    });
  },
  { only: ['mssql'] },
);

forEachEngine(
  'a check of a server that falls silent',
  (engine) => {
    it('waits for it once, and leaves out what is left', async () => {
      const product = await freshProduct(engine);
      const proxy = await troubleProxy(product.url);
      const { settings } = await parseConnectionSetting(proxy.url, { cwd: '/', env: {}, homeDirectory: '/' });
      const database = await openDatabase(settings, {
        schema: 'scim',
        jitter: Math.random,
        use: { timeoutMs: 3_000 },
      });

      const { status, checks } = await runChecks({
        connect: async () => database,
        // Asked by the check of the clock, before it asks the server for its own.
        clock: () => {
          proxy.freeze();
          return new Date();
        },
      });

      proxy.thaw();
      await database.close();
      await proxy.close();
      await product.close();
      const rest = checks.slice(checks.findIndex(({ name }) => name === 'clock'));
      assert.equal(status, 'fail');
      assert.deepEqual(
        rest.map((check) => check.status),
        ['fail', ...Array(rest.length - 1).fill('skipped')],
      );
      assert.ok(rest.length > 5);
      assert.match(rest.at(-1)?.summary ?? '', /did not answer in time/);
    });

    it('ends when twice its time is over, however little each answer takes', async () => {
      const product = await freshProduct(engine);
      const proxy = await troubleProxy(product.url);
      const { settings } = await parseConnectionSetting(proxy.url, { cwd: '/', env: {}, homeDirectory: '/' });
      const use = { timeoutMs: 3_000, looksAround: true };
      const database = await openDatabase(settings, { schema: 'scim', jitter: Math.random, use });
      proxy.delayAnswers(1_000);
      const began = performance.now();

      const { status, checks } = await runChecks({ connect: async () => database, clock: () => new Date() });

      const took = performance.now() - began;
      await database.close();
      await proxy.close();
      await product.close();
      assert.equal(status, 'fail');
      assert.equal(checks.at(-1)?.status, 'skipped');
      const failed = checks.filter((check) => check.status === 'fail');
      assert.deepEqual(
        failed.map(({ details }) => details?.code),
        ['database-timeout'],
      );
      assert.ok(took < 10_000, `${took} ms`);
    });
  },
  { only: ['postgres', 'mssql'] },
);
