import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { updateAccount } from '../../src/core/service-accounts/change.js';
import type { Database, Session } from '../../src/database/database.js';
import { type DatabaseFault, problemOfFault } from '../../src/database/faults/fault.js';
import { selectRaw } from '../../src/database/queries/rows.js';
import type { Problem } from '../../src/problem.js';
import { openTestDatabase } from '../support/databases/product.js';
import { forEachEngine, type TestDatabase } from '../support/engines.js';
import { keepPostgres } from '../support/postgres/keep.js';
import type { HaltMode, RunningServer } from '../support/postgres/server.js';
import { startCli } from '../support/processes/cli.js';
import { gate } from '../support/processes/gate.js';
import { runHere } from '../support/processes/world.js';

forEachEngine(
  'a server that stops and comes back',
  () => {
    let server: RunningServer;
    let database: Database;
    before(async () => {
      // A crash must take back nothing that was committed.
      server = await keepPostgres({ configuration: 'synchronous_commit = on' });
      await runHere(['db', 'migrate'], { env: { SCIMCTL_DATABASE: server.url } });
      await runHere(['host', 'install-reference'], { env: { SCIMCTL_DATABASE: server.url } });
      database = await openTestDatabase(server.url, 'scim', { timeoutMs: 30_000 });
    });
    after(async () => {
      await database.close({ abandon: true });
      await server.stop();
    });

    for (const how of ['fast', 'immediate'] satisfies HaltMode[]) {
      it(`(${how}) is waited for by the changes under way, each of which is made once`, async () => {
        const core = { database, clock: () => new Date(), random: randomly, actor: 'cli:tester@test' };
        const names = ['one', 'two', 'three', 'four', 'five', 'six'].map((name) => `${how}-${name}`);
        const CHANGES = 40;
        let made = 0;
        const work = Promise.all(
          names.map(async (name) => {
            await addServiceAccount(core, { name, kind: 'generic' });
            for (let n = 1; n <= CHANGES; n++) {
              await updateAccount(core, name, { displayName: `Name ${n}` });
              made++;
            }
          }),
        );
        while (made < CHANGES) await sleep(5);

        await server.halt(how);
        await sleep(1_500);
        await server.resume();
        await work;

        const [events = 0] = await database.read(async (session) =>
          (
            await selectRaw<{ count: number }>(
              session,
              "select count(*) as count from scim.event where outcome = 'done' and action = 'idp.update' and target_name like ?",
              [`${how}-%`],
            )
          ).map(({ count }) => Number(count)),
        );
        assert.equal(events, names.length * CHANGES);
      });
    }

    it('is waited for by `db wait`, and commands work from then on', async () => {
      const env = { SCIMCTL_DATABASE: server.url };
      await server.halt('fast');
      const waiting = await startCli(['db', 'wait', '--for', '1m', '--verbose', '-o', 'json'], { env });
      await waiting.waitFor(/Try 1/);
      const refused = await runHere(['idp', 'list', '-o', 'json'], { env });

      await server.resume();
      const { code } = await waiting.end();
      const listed = await runHere(['idp', 'list', '-o', 'json'], { env });

      assert.equal(JSON.parse(refused.stderr).error.code, 'database-unreachable');
      assert.equal(refused.code, 3);
      assert.equal(code, 0);
      assert.equal(listed.code, 0);
    });

    it('is not missed by a program that was idle meanwhile', async () => {
      await database.read(askOne);
      await server.halt('immediate');
      await server.resume();

      assert.deepEqual(await database.read(askOne), [{ one: 1 }]);
    });
  },
  { only: ['postgres'] },
);

forEachEngine(
  'a server that has few connections',
  (engine) => {
    const LIMIT = 2;
    const role = `few_${Math.random().toString(36).slice(2)}`;
    let test: TestDatabase;
    let url: string;
    before(async () => {
      test = await engine.freshDatabase();
      await test.query(`create role ${role} login password 'Few-Conn-1x' connection limit ${LIMIT}`);
      const as = new URL(test.url);
      [as.username, as.password] = [role, 'Few-Conn-1x'];
      url = as.href;
    });
    after(async () => {
      await test.query(`drop role ${role}`);
    });
    const slowly = (database: Database) =>
      database.read((session) => selectRaw(session, 'select 1 as one, pg_sleep(0.2)'));

    it('has its work done by those it has', async () => {
      const database = await openTestDatabase(url, 'scim', { timeoutMs: 20_000, maxConnections: 6 });
      const done = await Promise.all(Array.from({ length: 12 }, () => slowly(database)));
      await database.close();

      assert.equal(done.length, 12);
    });

    it('is named when there is none left, at the start and later', async () => {
      const one = await openTestDatabase(url, 'scim', { timeoutMs: 1_000 });
      const rival = await openTestDatabase(url, 'scim', { maxConnections: 1 });
      const done = gate();
      const held = [one, rival].map((database) => database.transaction(() => done.opened));
      await sleep(300);

      const atStart = await openTestDatabase(url).catch((error: Problem) => error.code);
      const later = await one.read(askOne).catch((error: DatabaseFault) => problemOfFault(error).code);
      done.open();
      await Promise.all(held);
      await Promise.all([one.close(), rival.close()]);

      assert.equal(atStart, 'database-too-many-connections');
      assert.equal(later, 'database-too-many-connections');
    });
  },
  { only: ['postgres'] },
);

const askOne = (session: Session) => selectRaw(session, 'select 1 as one');
const randomly = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
