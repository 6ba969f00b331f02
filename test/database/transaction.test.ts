import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { change } from '../../src/core/audit/change.js';
import type { Core } from '../../src/core/core.js';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { removeAccount } from '../../src/core/service-accounts/change.js';
import { createToken } from '../../src/core/tokens/create.js';
import { readTokens } from '../../src/core/tokens/find.js';
import type { Database, Session } from '../../src/database/database.js';
import { DatabaseFault } from '../../src/database/faults/fault.js';
import { selectRaw } from '../../src/database/queries/rows.js';
import { operationProblem } from '../../src/problem.js';
import { freshProduct, openTestDatabase, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { type CommitCutter, type Cut, cutCommits } from '../support/faults/commit-cutter.js';
import { gate } from '../support/processes/gate.js';

forEachEngine('a transaction', (engine) => {
  let product: Product;
  before(async () => {
    product = await freshProduct(engine);
    for (const name of ['one', 'other']) await addServiceAccount(product.core, { name, kind: 'generic' });
  });
  after(() => product.close());

  const increment = ({ knex }: Session, name: string) =>
    knex('service_account').withSchema('scim').where({ name }).increment('token_changes', 1);
  const changes = async (name: string) =>
    (await rowsOf(product, 'scim.service_account')).find((row) => row.name === name)?.token_changes;

  it('is given up after five attempts that fail in the same way', async () => {
    const serialization = engine.name === 'mssql' ? { number: 41302 } : { code: '40001' };
    let attempts = 0;
    const work = async () => {
      attempts++;
      throw Object.assign(new Error('could not serialize access'), serialization);
    };

    await assert.rejects(
      product.database.transaction(work),
      (error) => error instanceof DatabaseFault && error.fault === 'serialization',
    );

    assert.equal(attempts, 5);
  });

  it('is not run again after a refusal or a mistake, and leaves nothing', async () => {
    const had = await changes('one');
    for (const failure of [operationProblem('no', 'No.'), new TypeError('a mistake')]) {
      let attempts = 0;
      const work = async (session: Session) => {
        attempts++;
        await increment(session, 'one');
        throw failure;
      };

      await assert.rejects(product.database.transaction(work), failure);

      assert.equal(attempts, 1);
    }
    assert.equal(await changes('one'), had);
  });

  it('is run again when it loses a deadlock', {
    skip: engine.name === 'embedded' && 'there is one session for all',
  }, async () => {
    const had = [await changes('one'), await changes('other')];
    let attempts = 0;
    const [oneHeld, otherHeld] = [gate(), gate()];
    const crossing = (mine: string, theirs: string, held: () => void, ready: Promise<void>) =>
      product.database.transaction(async (session) => {
        attempts++;
        await increment(session, mine);
        held();
        await ready;
        await increment(session, theirs);
      });

    await Promise.all([
      crossing('one', 'other', oneHeld.open, otherHeld.opened),
      crossing('other', 'one', otherHeld.open, oneHeld.opened),
    ]);

    assert.equal(attempts, 3);
    assert.deepEqual(
      [await changes('one'), await changes('other')],
      had.map((count) => Number(count) + 2),
    );
  });
});

forEachEngine(
  'a change whose connection is lost',
  (engine) => {
    let product: Product;
    let cutter: CommitCutter;
    let throughCutter: Database;
    before(async () => {
      product = await freshProduct(engine);
      cutter = await cutCommits(product.url);
      throughCutter = await openTestDatabase(cutter.url);
    });
    after(async () => {
      await throughCutter.close();
      cutter.close();
      await product.close();
    });

    const eventsOf = async (name: string) =>
      (await rowsOf(product, 'scim.event'))
        .filter(({ target_name }) => target_name === name)
        .map(({ action, outcome }) => `${action} ${outcome}`);
    const add = (core: Core, name: string) => addServiceAccount(core, { name, kind: 'generic' });

    it('between two of its statements is made once, on a new connection', async () => {
      let attempts = 0;
      const intent = { action: 'test.change', target: { type: 'idp', name: 'between' } };
      await change(product.core, intent, async (session) => {
        // The event is still to be written.
        if (++attempts === 1) await killSession(session, product);
        return { result: undefined };
      });

      assert.equal(attempts, 2);
      assert.deepEqual(await eventsOf('between'), ['test.change done']);
    });

    it('before its COMMIT is made once, on a new connection', async () => {
      let attempts = 0;
      const core: Core = {
        ...product.core,
        database: {
          ...product.database,
          transaction: (work, options) =>
            product.database.transaction(async (session) => {
              const result = await work(session);
              if (++attempts === 1) await killSession(session, product);
              return result;
            }, options),
        },
      };

      await add(core, 'killed');

      assert.equal(attempts, 2);
      assert.deepEqual(await eventsOf('killed'), ['idp.add done']);
    });

    for (const cut of ['before it arrives', 'after its answer', 'on its way'] satisfies Cut[]) {
      it(`with its COMMIT, ${cut}, is made once`, async (context) => {
        const core = { ...product.core, database: throughCutter };
        const [name, before] = [cut.replaceAll(' ', '-'), cutter.cuts];

        cutter.cutNext(cut);
        const account = await add(core, name);
        if (cutter.cuts === before)
          return context.skip('the connection is encrypted: its COMMIT cannot be seen');
        cutter.cutNext(cut);
        const token = await createToken(core, name, { expiresInMs: null });
        const tokens = await readTokens(product.core, name);
        cutter.cutNext(cut);
        await removeAccount(core, name);

        assert.equal(cutter.cuts, before + 3);
        assert.deepEqual(
          tokens.map(({ id, status }) => `${id} ${status}`),
          [`${token.id} active`],
        );
        assert.deepEqual(await eventsOf(name), ['idp.add done', 'token.create done', 'idp.remove done']);
        const rows = (await rowsOf(product, 'scim.service_account')).filter((row) => row.name === name);
        assert.deepEqual(
          rows.map(({ service_account_id }) => String(service_account_id).toLowerCase()),
          [account.id],
        );
      });
    }
  },
  { only: ['postgres', 'mssql'] },
);

/** Ends the session from outside, as an administrator would. */
async function killSession(session: Session, { test }: Product): Promise<void> {
  const mssql = session.dialect.name === 'mssql';
  const [{ id } = { id: 0 }] = await selectRaw<{ id: number }>(
    session,
    mssql ? 'select @@spid as id' : 'select pg_backend_pid() as id',
  );
  await test.query(mssql ? `kill ${id}` : `select pg_terminate_backend(${id})`);
}
