import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { it } from 'node:test';
import type { Knex } from 'knex';
import {
  classifyMssql,
  violatedConstraintMssql as mssqlConstraint,
} from '../../src/database/mssql/driver/errors.js';
import { loadDialect } from '../../src/database/open.js';
import {
  classifyPostgres,
  violatedConstraintPostgres as postgresConstraint,
} from '../../src/database/postgres/driver/errors.js';
import type { Problem } from '../../src/problem.js';
import { forEachEngine, type TestEngine } from '../support/engines.js';
import { closedPort } from '../support/fake-servers/listen.js';
import { connectionFailure, serverSettings, withConnection } from '../support/faults/attempt-connection.js';

const servers = ['postgres', 'mssql'] as const;

/** The same URL with something else in it. */
function changed(url: string, change: (url: URL) => void): string {
  const other = new URL(url);
  change(other);
  return other.href;
}

const rejection = async (work: Promise<unknown>): Promise<unknown> => {
  try {
    await work;
  } catch (error) {
    return error;
  }
  return assert.fail('nothing was refused');
};

forEachEngine(
  'connecting',
  (engine: TestEngine) => {
    const classify = engine.name === 'mssql' ? classifyMssql : classifyPostgres;
    const violatedConstraint = engine.name === 'mssql' ? mssqlConstraint : postgresConstraint;
    const text = engine.name === 'mssql' ? 'nvarchar(50)' : 'text';

    it('refuses a wrong password, an unknown login, a missing database and a missing password by name', async () => {
      const { url } = await engine.freshDatabase();

      const problems = await Promise.all([
        connectionFailure(changed(url, (to) => (to.password = 'not-it'))),
        connectionFailure(changed(url, (to) => (to.username = 'nobody_of_this_name'))),
        connectionFailure(changed(url, (to) => (to.pathname = '/no_such_database'))),
        connectionFailure(changed(url, (to) => (to.password = ''))),
      ]);

      assert.deepEqual(
        problems.map(({ code }) => code),
        ['database-login-failed', 'database-login-failed', 'database-missing', 'database-password-missing'],
      );
      assert.ok(problems.every(({ message, hint }) => !`${message} ${hint}`.includes('not-it')));
    });

    it('tells faults apart and names the constraint', async () => {
      const { url } = await engine.freshDatabase();

      await withConnection(url, async (knex) => {
        for (const statement of [
          'create schema thing',
          `create table thing.parent (id int not null constraint pk_parent primary key, name ${text} not null,
             size int not null constraint ck_parent_size check (size > 0), constraint uq_parent_name unique (name))`,
          'create table thing.child (parent_id int not null constraint fk_child_parent references thing.parent (id))',
          'create unique index ux_parent_size on thing.parent (size) where size > 5',
          "insert into thing.parent (id, name, size) values (1, 'one', 9)",
        ]) {
          await knex.raw(statement);
        }
        const faultOf = async (statement: string) => {
          const error = await rejection(knex.raw(statement));
          return [classify(error), violatedConstraint(error)];
        };

        assert.deepEqual(await faultOf("insert into thing.parent values (1, 'two', 1)"), [
          'unique-violation',
          'pk_parent',
        ]);
        assert.deepEqual(await faultOf("insert into thing.parent values (2, 'one', 1)"), [
          'unique-violation',
          'uq_parent_name',
        ]);
        assert.deepEqual(await faultOf("insert into thing.parent values (2, 'two', 9)"), [
          'unique-violation',
          'ux_parent_size',
        ]);
        assert.deepEqual(await faultOf("insert into thing.parent values (2, 'two', 0)"), [
          'check-violation',
          'ck_parent_size',
        ]);
        assert.deepEqual(await faultOf('insert into thing.child values (7)'), [
          'foreign-key-violation',
          'fk_child_parent',
        ]);
        assert.equal((await faultOf('insert into thing.parent (id) values (3)'))[0], 'check-violation');
        assert.equal((await faultOf('select * from thing.nothing'))[0], 'missing-object');
        assert.equal((await faultOf('select nothing from thing.parent'))[0], 'missing-object');
      });
    });

    it('tells deadlocks and lock time-outs apart', async () => {
      const { url } = await engine.freshDatabase();

      await withConnection(url, async (knex) => {
        await knex.raw('create table pair (id int not null primary key, n int not null)');
        await knex.raw('insert into pair values (1, 0), (2, 0)');
        const crossing = (first: number, second: number, ready: Promise<unknown>, mine: () => void) =>
          knex.transaction(async (transaction) => {
            await transaction.raw('update pair set n = n + 1 where id = ?', [first]);
            mine();
            await ready;
            await transaction.raw('update pair set n = n + 1 where id = ?', [second]);
          });
        const [one, other] = [signal(), signal()];
        const outcomes = await Promise.allSettled([
          crossing(1, 2, other.given, one.give),
          crossing(2, 1, one.given, other.give),
        ]);
        const victims = outcomes.flatMap((outcome) =>
          outcome.status === 'rejected' ? [outcome.reason] : [],
        );

        const waiting = await knex.transaction(async (holder) => {
          await holder.raw('update pair set n = 9 where id = 1');
          return rejection(
            knex.transaction(async (transaction) => {
              await transaction.raw(
                engine.name === 'mssql' ? 'set lock_timeout 200' : "set local lock_timeout = '200ms'",
              );
              await transaction.raw('update pair set n = 8 where id = 1');
            }),
          );
        });

        assert.deepEqual(victims.map(classify), ['deadlock']);
        assert.equal(classify(waiting), 'lock-timeout');
      });
    });

    it('answers permission-denied for what a login may not do', async () => {
      const { url, query } = await engine.freshDatabase();
      const login = `low_${randomBytes(5).toString('hex')}`;
      await query('create table mine (id int)');
      await query(
        engine.name === 'mssql'
          ? `create login ${login} with password = 'Low-Priv-1x'`
          : `create role ${login} login password 'Low-Priv-1x'`,
      );
      if (engine.name === 'mssql') await query(`create user ${login} for login ${login}`);
      const low = changed(url, (to) => {
        to.username = login;
        to.password = 'Low-Priv-1x';
      });

      try {
        const error = await withConnection(low, (knex) => rejection(knex.raw('select * from mine')));

        assert.equal(classify(error), 'permission-denied');
      } finally {
        if (engine.name === 'mssql') await query(`drop user ${login}`);
        await query(engine.name === 'mssql' ? `drop login ${login}` : `drop role ${login}`);
      }
    });

    it('fails a statement at once when its connection was closed before, and uses a new one next', async () => {
      const { url } = await engine.freshDatabase();
      const start = performance.now();

      await withConnection(
        url,
        async (knex) => {
          const error = await rejection(
            knex.transaction(async (transaction) => {
              await transaction.raw('select 1 as one');
              const connection = await transaction.client.acquireConnection();
              (connection.socket ?? connection.connection.stream).destroy();
              await new Promise((resolve) => setTimeout(resolve, 50));
              await transaction.raw('select 2 as two');
            }),
          );

          assert.equal(classify(error), 'connection-lost');
          assert.deepEqual(await rowOf(knex, 'select 3 as three', []), { three: 3 });
        },
        { maxConnections: 1 },
      );

      // Closing the pool waits five seconds for a connection that never says it has ended.
      assert.ok(performance.now() - start < 4500);
    });

    it('keeps the values of a statement out of its error', async () => {
      const { url } = await engine.freshDatabase();

      const error = await withConnection(url, (knex) =>
        rejection(knex.raw('select ? from nowhere', ['s3cret'])),
      );

      assert.match(String(error), /nowhere/);
      assert.doesNotMatch(String(error), /s3cret/);
    });

    it('reports a pool that stays in use', async () => {
      const { url } = await engine.freshDatabase();

      const error = await withConnection(
        url,
        (knex) =>
          knex.transaction(async () => {
            // Set only now: making the first connection may take its time.
            (knex.client as { pool: { acquireTimeoutMillis: number } }).pool.acquireTimeoutMillis = 200;
            return rejection(knex.raw('select 1 as one'));
          }),
        { maxConnections: 1 },
      );

      const dialect = await loadDialect(engine.name === 'mssql' ? 'mssql' : 'postgres');
      const problem = dialect.connectionProblem(error, await serverSettings(url)) as Problem;
      assert.equal(problem.code, 'database-pool-exhausted');
    });
  },
  { only: servers },
);

forEachEngine(
  'connecting to one of several hosts',
  (engine) => {
    it('takes the first that answers and, where asked for, takes writes', async () => {
      const { url, query } = await engine.freshDatabase();
      const { host, pathname } = new URL(url);
      const several = changed(url, () => undefined).replace(
        `@${host}`,
        `@127.0.0.1:${await closedPort()},${host}`,
      );
      const one = await withConnection(several, (knex) =>
        rowOf(knex, 'select current_database() as name', []),
      );
      await query(`alter database ${pathname.slice(1)} set default_transaction_read_only = on`);

      const problem = await connectionFailure(`${url}?target_session_attrs=read-write`);

      assert.equal(one.name, pathname.slice(1));
      assert.equal(problem.code, 'database-read-only');
    });

    it('cuts a statement off after its time', async () => {
      const { url } = await engine.freshDatabase();

      const error = await withConnection(url, (knex) => rejection(knex.raw('select pg_sleep(10)')), {
        statementTimeoutMs: 200,
      });

      assert.equal(classifyPostgres(error), 'statement-timeout');
    });
  },
  { only: ['postgres'] },
);

// knex 3.3's own queue of requests is shared by all connections: with it, most of these fail.
forEachEngine(
  'queries of one transaction',
  (engine) => {
    it('runs queries that are started together on the connection of their own transaction', async () => {
      const { url } = await engine.freshDatabase();

      await withConnection(url, async (knex) => {
        const together = () =>
          knex.transaction(async (transaction) => {
            const rows = await Promise.all(
              [1, 2, 3].map((n) => rowOf(transaction, 'select @@spid as session, cast(? as int) as n', [n])),
            );
            return {
              sessions: new Set(rows.map(({ session }) => session)).size,
              numbers: rows.map(({ n }) => n),
            };
          });

        for (let round = 0; round < 10; round++) {
          const results = await Promise.all([together(), together(), together()]);
          for (const result of results) assert.deepEqual(result, { sessions: 1, numbers: [1, 2, 3] });
        }
      });
    });
  },
  { only: ['mssql'] },
);

function signal(): { given: Promise<void>; give: () => void } {
  let give = () => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give };
}

type Row = Record<string, unknown>;

async function rowOf(runner: Knex, sql: string, bindings: number[]): Promise<Row> {
  const result = await runner.raw<{ rows: Row[] } | Row[]>(sql, bindings);
  return (Array.isArray(result) ? result : result.rows)[0] ?? {};
}
