import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Core } from '../../src/core/core.js';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { updateAccount } from '../../src/core/service-accounts/change.js';
import type { Database, Session } from '../../src/database/database.js';
import { DatabaseFault, type Fault } from '../../src/database/faults/fault.js';
import { selectRaw } from '../../src/database/queries/rows.js';
import type { ConnectionUse } from '../../src/database/settings/settings.js';
import { freshProduct, openTestDatabase, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { type TroubleProxy, troubleProxy } from '../support/faults/trouble-proxy.js';
import { gate } from '../support/processes/gate.js';

const both = { only: ['postgres', 'mssql'] } as const;

forEachEngine(
  'trouble with the database',
  (engine) => {
    let product: Product;
    let proxy: TroubleProxy;
    let slow: string;
    before(async () => {
      product = await freshProduct(engine);
      proxy = await troubleProxy(product.url);
      await addServiceAccount(product.core, { name: 'entra', kind: 'entra' });
      const { product: server } = await product.database.read(({ knex, dialect }) =>
        dialect.serverInfo(knex),
      );
      slow = SLOW[server] ?? '';
    });
    after(async () => {
      await proxy.close();
      await product.close();
    });
    beforeEach(() => {
      proxy.thaw();
      proxy.delayAnswers(0);
    });

    /** A database with waits of its own, closed when the test ends; its closing must not hang either. */
    const opened = async (url: string, use: ConnectionUse, work: (database: Database) => Promise<void>) => {
      const database = await openTestDatabase(url, 'scim', use);
      try {
        await work(database);
      } finally {
        const closing = performance.now();
        await database.close({ abandon: true });
        assert.ok(performance.now() - closing < 4_000, 'closing hangs');
      }
    };
    const rename = (database: Database, displayName: string) =>
      updateAccount({ ...product.core, database }, 'entra', { displayName });
    const state = async () => ({
      name: (await rowsOf(product, 'scim.service_account')).map((row) => row.display_name),
      events: (await rowsOf(product, 'scim.event')).length,
    });
    /** Somebody else takes a lock and holds it until told to let go, or until the test ends. */
    let letGo = async () => {};
    afterEach(() => letGo());
    const hold = async (take: (session: Session) => Promise<unknown>) => {
      const [held, done] = [gate(), gate()];
      const holding = product.database.transaction(async (session) => {
        await take(session);
        held.open();
        await done.opened;
      });
      await held.opened;
      letGo = async () => {
        done.open();
        await holding;
      };
    };
    const writeAccount = ({ knex }: Session) =>
      knex('service_account').withSchema('scim').increment('token_changes', 1);

    it('a lock that is never let go ends the wait, and nothing is changed', async () => {
      await hold(writeAccount);
      const before = await state();

      await opened(product.url, { timeoutMs: 2_000, lockTimeoutMs: 1_000 }, async (database) => {
        const { fault, took } = await failureOf(rename(database, 'Too late'));

        assert.equal(fault, 'lock-timeout');
        assert.ok(took > 900 && took < 4_000, `${took} ms`);
      });

      assert.deepEqual(await state(), before);
    });

    it('a lock that is let go in time is waited for, also over several attempts', async () => {
      await hold(writeAccount);
      const before = await state();

      await opened(product.url, { lockTimeoutMs: 300 }, async (database) => {
        const attempts = attemptsOf(database);
        const renamed = rename(attempts.database, 'In time');
        await sleep(1_500);
        await letGo();
        await renamed;

        assert.ok(attempts.count > 1, `${attempts.count} attempts`);
      });

      assert.deepEqual(await state(), { name: ['In time'], events: before.events + 1 });
    });

    it('a schema lock is not waited for any longer', async () => {
      const lockSchema = ({ knex, schema, dialect }: Session) => dialect.lockSchema(knex, schema);
      await hold(lockSchema);

      await opened(product.url, { timeoutMs: 2_000, lockTimeoutMs: 1_000 }, async (database) => {
        const { fault, took } = await failureOf(database.transaction(lockSchema));

        assert.equal(fault, 'lock-timeout');
        assert.ok(took > 900 && took < 4_000, `${took} ms`);
      });
    });

    it('a statement that takes too long is cut off once, and not tried again', async () => {
      await opened(product.url, { timeoutMs: 1_000 }, async (database) => {
        const attempts = attemptsOf(database);
        const work = attempts.database.transaction(async (session) => {
          await session.knex('service_account').withSchema('scim').update({ display_name: 'Half done' });
          await session.knex.raw(slow);
        });
        const { fault, took } = await failureOf(work);

        assert.ok(fault === 'statement-timeout' || fault === 'unanswered', fault);
        assert.equal(attempts.count, 1);
        assert.ok(took > 900 && took < 2_800, `${took} ms`);
        // The pool goes on.
        assert.deepEqual(await database.read(one), [{ one: 1 }]);
      });
      assert.notDeepEqual((await state()).name, ['Half done']);
    });

    it('a server that falls silent is given up, in a statement', async () => {
      await opened(proxy.url, { timeoutMs: 1_000 }, async (database) => {
        proxy.freeze();
        const { fault, took } = await failureOf(database.read(one));

        assert.equal(fault, 'unanswered');
        assert.ok(took > 900 && took < 3_000, `${took} ms`);
        proxy.thaw();
        assert.deepEqual(await database.read(one), [{ one: 1 }]);
      });
    });

    it('a server that falls silent before the first answer is given up, too', async () => {
      proxy.freeze();
      const began = performance.now();

      await assert.rejects(openTestDatabase(proxy.url, 'scim', { timeoutMs: 1_000 }), (error) => {
        assert.equal((error as { code?: string }).code, 'database-timeout');
        assert.match(String((error as { hint?: string }).hint), /--timeout/);
        return true;
      });

      assert.ok(performance.now() - began < 4_000);
    });

    it('a change whose COMMIT gets no answer is found to have been made', async () => {
      const before = await state();
      await opened(proxy.url, { timeoutMs: 1_500 }, async (database) => {
        const thaws = { ...product.core, database: freezeAtCommit(database, proxy, 1_900) };
        const renamed = await updateAccount(thaws, 'entra', { displayName: 'Made after all' });

        assert.equal(renamed.displayName, 'Made after all');
      });
      assert.deepEqual(await state(), { name: ['Made after all'], events: before.events + 1 });
    });

    it('a change whose COMMIT gets no answer, on a server that stays silent, is said to be unknown', async () => {
      await opened(proxy.url, { timeoutMs: 1_000 }, async (database) => {
        const core: Core = { ...product.core, database: freezeAtCommit(database, proxy) };
        const { fault, took } = await failureOf(updateAccount(core, 'entra', { displayName: 'Who knows' }));

        assert.equal(fault, 'outcome-unknown');
        assert.ok(took < 6_000, `${took} ms`);
        proxy.thaw();
      });
    });

    it('a slow server is slow, and nothing else', async () => {
      const before = await state();
      proxy.delayAnswers(60);

      await opened(proxy.url, { timeoutMs: 5_000 }, async (database) => {
        await rename(database, 'Slowly');
      });

      assert.deepEqual(await state(), { name: ['Slowly'], events: before.events + 1 });
    });

    it('more work at once than there are connections waits its turn', async () => {
      const before = await state();
      await opened(product.url, { timeoutMs: 20_000 }, async (database) => {
        const names = Array.from({ length: 24 }, (_, n) => `Number ${n}`);
        await Promise.all([
          ...names.map((name) => rename(database, name)),
          ...names.map(() => database.read(one)),
        ]);
      });
      assert.equal((await state()).events, before.events + 24);
    });

    it('a pool that stays in use is reported as that', async () => {
      await opened(product.url, { timeoutMs: 1_000, maxConnections: 2 }, async (database) => {
        const done = gate();
        const held = [1, 2].map(() => database.transaction(() => done.opened));
        const { fault, took } = await failureOf(database.read(one));
        done.open();
        await Promise.all(held);

        assert.equal(fault, 'pool-exhausted');
        assert.ok(took > 900 && took < 3_000, `${took} ms`);
        assert.deepEqual(await database.read(one), [{ one: 1 }]);
      });
    });

    it('a server that goes away and comes back is waited for, by reads and changes alike', async () => {
      const before = await state();
      await opened(proxy.url, { timeoutMs: 15_000 }, async (database) => {
        await Promise.all([database.read(one), database.read(one)]);
        await proxy.down();
        const work = Promise.all([rename(database, 'After the failover'), database.read(one)]);
        await sleep(2_500);
        await proxy.up();
        await work;
      });
      assert.deepEqual(await state(), { name: ['After the failover'], events: before.events + 1 });
    });

    it('a server that does not come back is waited for no longer than was said', async () => {
      const before = await state();
      await opened(proxy.url, { timeoutMs: 1_500 }, async (database) => {
        await proxy.down();
        const { fault, took } = await failureOf(rename(database, 'Never'));

        assert.equal(fault, 'connection-lost');
        assert.ok(took > 1_000 && took < 3_500, `${took} ms`);
      });
      await proxy.up();
      assert.deepEqual(await state(), before);
    });
  },
  both,
);

/** A statement that takes three seconds. Babelfish has no WAITFOR, but what PostgreSQL has. */
const SLOW: Record<string, string> = {
  PostgreSQL: 'select pg_sleep(3)',
  Babelfish: 'select 1 as one where cast(pg_sleep(3) as varchar(9)) is null',
  'SQL Server': "waitfor delay '00:00:03'",
};

const one = (session: Session) => selectRaw(session, 'select 1 as one');

async function failureOf(work: Promise<unknown>): Promise<{ fault: Fault; took: number }> {
  const began = performance.now();
  try {
    await work;
  } catch (error) {
    if (error instanceof DatabaseFault) return { fault: error.fault, took: performance.now() - began };
    throw error;
  }
  return assert.fail('nothing failed');
}

/** The same database, and how often its work was begun. */
function attemptsOf(database: Database) {
  const counted = {
    count: 0,
    database: {
      ...database,
      transaction: (work, options) =>
        database.transaction((session) => {
          counted.count++;
          return work(session);
        }, options),
    } satisfies Database as Database,
  };
  return counted;
}

/** The network falls silent when the first transaction has only its COMMIT to send, which still gets there. */
function freezeAtCommit(database: Database, proxy: TroubleProxy, forMs?: number): Database {
  let done = false;
  return {
    ...database,
    transaction: (work, options) =>
      database.transaction(async (session) => {
        const result = await work(session);
        if (!done) {
          proxy.freezeAnswers();
          if (forMs !== undefined) setTimeout(() => proxy.thaw(), forMs);
        }
        done = true;
        return result;
      }, options),
  };
}
