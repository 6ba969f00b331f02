import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import knexFactory, { type Knex } from 'knex';
// @ts-expect-error: knex ships no types for its dialects
import stockClient from 'knex/lib/dialects/mssql/index.js';
import { mssqlClient } from '../../src/database/mssql/driver/knex-client.js';
import { forEachEngine } from '../support/engines.js';
import { serverSettings, withConnection } from '../support/faults/attempt-connection.js';
import { type Sent, stubTdsDriver } from '../support/faults/stub-tds-driver.js';
import { within } from '../support/processes/children.js';

// knex 3.3 has one queue of requests on the prototype of its mssql client, for all connections of all
// instances: https://github.com/knex/knex, lib/dialects/mssql/index.js. These show the fault with knex as it
// is, and that our client is free of it; should a later knex be mended, the first of them will say so.

type Client = typeof Knex.Client;
const quiet = { warn() {}, error() {}, debug() {}, deprecate() {} };
const ours = () => mssqlClient({ encryptionRequired: false, lockTimeoutMs: 1_000 });

/** Two instances, each with two transactions at once that start three queries together. */
async function sentBy(client: Client): Promise<Sent[]> {
  const { driver, sent } = stubTdsDriver();
  class Stubbed extends (client as new (config: Knex.Config) => Knex.Client) {
    _driver() {
      return driver;
    }
  }
  const instances = ['red', 'blue'].map((name) => ({
    name,
    knex: knexFactory({
      client: Stubbed as unknown as Client,
      connection: { server: 'stub' } as Knex.MsSqlConnectionConfig,
      log: quiet,
    }),
  }));
  const work = instances.flatMap(({ name, knex }) =>
    ['1', '2'].map((number) =>
      knex.transaction(async (transaction) => {
        await Promise.all(
          ['a', 'b', 'c'].map((query) => transaction.raw(`select '${name} ${number} ${query}'`)),
        );
      }),
    ),
  );
  // With the fault in it, some may wait for ever.
  await within(2_000, Promise.allSettled(work));
  for (const { knex } of instances) void knex.destroy();
  return sent.filter(({ sql }) => sql.startsWith("select '"));
}

/** The connections on which each transaction's queries were run. */
function connectionsOf(sent: readonly Sent[]): Map<string, Set<number>> {
  const found = new Map<string, Set<number>>();
  for (const { sql, connection } of sent) {
    const transaction = sql.replace(/^select '(\w+ \d).*/, '$1');
    found.set(transaction, (found.get(transaction) ?? new Set()).add(connection));
  }
  return found;
}

describe('queries that are started together in a transaction', () => {
  it('run on other transactions’ connections, with knex as it is', async () => {
    const strayed = [...connectionsOf(await sentBy(stockClient))].filter(([, on]) => on.size > 1);

    assert.ok(strayed.length > 0, 'the fault is gone: our own queue is not needed any more');
  });

  it('even on those of another instance', async () => {
    const sent = await sentBy(stockClient);
    const instancesOn = new Map<number, Set<string>>();
    for (const { sql, connection } of sent) {
      const instance = sql.includes('red') ? 'red' : 'blue';
      instancesOn.set(connection, (instancesOn.get(connection) ?? new Set()).add(instance));
    }

    assert.ok([...instancesOn.values()].some((instances) => instances.size > 1));
  });

  it('all run on their own, with our client', async () => {
    const sent = await sentBy(await ours());

    assert.equal(sent.length, 12);
    assert.deepEqual([...connectionsOf(sent)].map(([transaction, on]) => [transaction, on.size]).sort(), [
      ['blue 1', 1],
      ['blue 2', 1],
      ['red 1', 1],
      ['red 2', 1],
    ]);
    assert.equal(new Set([...connectionsOf(sent).values()].flatMap((on) => [...on])).size, 4);
  });
});

forEachEngine(
  'transactions of three parallel queries',
  (engine) => {
    const ROUNDS = 20;
    /** How many of them failed, or came to no end in time. */
    const failuresOf = async (knex: Knex, timeMs: number) => {
      const once = () =>
        knex.transaction((transaction) =>
          Promise.all([1, 2, 3].map((n) => transaction.raw('select cast(? as int) as n', [n]))),
        );
      let failed = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const ends = await within(timeMs, Promise.allSettled([once(), once()]));
        failed += ends?.filter(({ status }) => status === 'rejected').length ?? 2;
      }
      return failed;
    };

    it('fail with knex as it is, and never with our client', async () => {
      const { url } = await engine.freshDatabase();
      const { hosts, user, password, database } = await serverSettings(url);
      const [{ host: server, port } = { host: '' }] = hosts;
      const stock = knexFactory({
        client: 'mssql',
        connection: {
          server,
          port,
          user,
          password,
          database,
        } as Knex.MsSqlConnectionConfig,
        log: quiet,
        pool: { min: 0, max: 4 },
        acquireConnectionTimeout: 500,
      });

      const [withStock, withOurs] = [
        await failuresOf(stock, 1_000),
        // A busy server takes its time to open the first connections.
        await withConnection(url, (knex) => failuresOf(knex, 60_000)),
      ];

      const { used, free } = stock.client.pool as Record<'used' | 'free', { resource: { close(): void } }[]>;
      for (const { resource } of [...used, ...free]) resource.close();
      // It waits for queries that never end.
      void stock.destroy();
      assert.ok(withStock > ROUNDS / 2, `${withStock} of ${2 * ROUNDS} failed with knex as it is`);
      assert.equal(withOurs, 0);
    });
  },
  { only: ['mssql'] },
);
