import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Core } from '../../src/core/core.js';
import { changeUser, type UserChangeOptions } from '../../src/core/provisioning/change-user.js';
import { createUser } from '../../src/core/provisioning/create-user.js';
import { deleteUser } from '../../src/core/provisioning/departures/delete-user.js';
import { readUser } from '../../src/core/provisioning/read-user.js';
import type { Held } from '../../src/core/provisioning/transactions/held.js';
import { locksOf, SLOTS } from '../../src/core/provisioning/transactions/locks.js';
import { Sharing } from '../../src/core/provisioning/transactions/sharing.js';
import type { Idp, Profile } from '../../src/core/provisioning/types.js';
import type { Database } from '../../src/database/database.js';
import { AS_SERVED, freshProduct, openTestDatabase, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { type CommitCutter, cutCommits } from '../support/faults/commit-cutter.js';
import { eventsOf, hostUsers, person, setSeats } from '../support/people/people.js';
import { addIdp } from '../support/people/provisioned.js';
import { outcomeOf } from '../support/running/problem.js';

forEachEngine(
  'changes of users that come together',
  (engine) => {
    let product: Product;
    let cutter: CommitCutter;
    let served: Database;
    let core: Core;
    let entra: Idp;
    let okta: Idp;
    before(async () => {
      product = await freshProduct(engine);
      [entra, okta] = [await addIdp(product, 'entra'), await addIdp(product, 'okta')];
      cutter = await cutCommits(product.url);
      // As the endpoint opens it.
      served = await openTestDatabase(cutter.url, 'scim', AS_SERVED);
      const { random } = product.core;
      core = { ...product.core, actor: 'idp:entra', database: served, sharing: new Sharing(random) };
    });
    after(async () => {
      await served.close();
      cutter.close();
      await product.close();
    });
    beforeEach(async () => {
      await setSeats(product, 'Concurrent', 100_000);
      // That they were scarce, and how many there were.
      served.memory.forget();
      served.memory.hints.clear();
    });

    const create = (name: string, more: Partial<Profile> = {}, idp = entra) =>
      createUser({ ...core, actor: `idp:${idp.name}` }, idp, person(name, more));
    const createAll = (names: string[]) => Promise.all(names.map((name) => outcomeOf(create(name))));

    /** In how many transactions these users were written last. */
    async function transactionsOf(names: string[]): Promise<number> {
      const rows = await product.test.query('select user_name, xmin::text as tx from scim.identity');
      const wanted = names.map((name) => `${name}@contoso.example`);
      const found = rows.filter(({ user_name }) => wanted.includes(String(user_name)));
      assert.equal(found.length, names.length);
      return new Set(found.map(({ tx }) => tx)).size;
    }

    it('share a transaction, and each has its own event', async () => {
      const names = ['ann', 'ben', 'cem'];

      const events = await product.test.query('select count(*) as count from scim.event');
      await createAll(names);

      assert.equal(await transactionsOf(names), 1);
      const made = await product.test.query('select actor, target_name from scim.event order by seq');
      assert.deepEqual(
        made.slice(Number(events[0]?.count)).map(({ actor, target_name }) => `${actor} ${target_name}`),
        names.map((name) => `idp:entra ${name}@contoso.example`),
      );
    });

    it('share none with those of another IdP, and do not wait for them', async () => {
      const names = ['apart.1', 'apart.2', 'apart.3', 'apart.4'];

      await Promise.all(names.map((name, n) => create(name, {}, n % 2 ? entra : okta)));

      assert.deepEqual(
        [await transactionsOf(names), await transactionsOf(['apart.1', 'apart.3'])],
        [2, 1],
        'each IdP shares with itself',
      );
    });

    it('are eight at most in one', async () => {
      const names = Array.from({ length: 20 }, (_, n) => `many.${n}`);

      await createAll(names);

      assert.equal(await transactionsOf(names), 3);
    });

    it('are decided and written by statements that are planned once', async () => {
      const one = await openTestDatabase(product.url, 'scim', { ...AS_SERVED, maxConnections: 1 });
      const alone = { ...core, database: one, sharing: new Sharing(core.random) };
      const createOf = (name: string) => createUser(alone, entra, person(name));
      // PostgreSQL looks at five plans with values before it takes one without.
      for (let n = 0; n < 8; n++) await Promise.all([createOf(`plan.a.${n}`), createOf(`plan.b.${n}`)]);

      const plans = await one.read((session) =>
        session.rows(
          "select generic_plans as kept from pg_prepared_statements where statement like '%with ordinality%'",
        ),
      );

      assert.equal(plans.length, 2);
      for (const { kept } of plans as { kept: string }[]) assert.ok(Number(kept) > 0, `${kept}`);
      await one.close();
    });

    it('are written by one statement where they change the same, whatever that is', async () => {
      const names = ['alike.1', 'alike.2', 'alike.3', 'alike.4'];
      const made = await Promise.all(names.map((name) => create(name)));
      const steps: [(n: number) => Partial<Profile>, UserChangeOptions?][] = [
        [(n) => ({ displayName: `Person ${n}`, givenName: n % 2 ? null : `O'Neil "${n}", {x\\y} NULL` })],
        [(n) => ({ attributes: { title: `Title ${n}`, nickName: 'null' } })],
        [() => ({ active: false }), { likely: { move: 'departure' } }],
        [(n) => ({ familyName: `While away ${n}` })],
        [() => ({ active: true }), { likely: { move: 'return' } }],
      ];
      for (const [change, options] of steps) {
        const changed = await Promise.all(
          made.map(({ user }, n) =>
            changeUser(core, entra, user.id, (now) => ({ ...now, ...change(n) }), options),
          ),
        );

        const step = JSON.stringify(change(0));
        assert.equal(await transactionsOf(names), 1, step);
        const stored = await Promise.all(made.map(({ user }) => readUser(core, entra, user.id)));
        for (const [n, { user, changed: isChanged }] of changed.entries()) {
          assert.ok(isChanged, step);
          assert.deepEqual({ ...user, ...change(n) }, user, step);
          assert.deepEqual(stored[n], user, step);
        }
      }
      assert.equal((await hostUsers(product, 'alike.2@contoso.example'))[0]?.display_name, 'Person 1');
    });

    it('may be of every kind', async () => {
      const [one, two, three] = await Promise.all([create('kind.1'), create('kind.2'), create('kind.3')]);

      const events = await eventsOf(product, () =>
        Promise.all([
          changeUser(core, entra, one.user.id, (now) => ({ ...now, displayName: 'Kind One' })),
          changeUser(core, entra, two.user.id, (now) => now),
          deleteUser(core, entra, three.user.id),
          create('kind.4'),
        ]),
      );

      assert.deepEqual(events.map(({ action, outcome }) => `${action} ${outcome}`).sort(), [
        'user.create done',
        'user.delete done',
        'user.update done',
      ]);
      assert.equal(await transactionsOf(['kind.1', 'kind.3', 'kind.4']), 1);
      assert.equal((await hostUsers(product, 'kind.1@contoso.example'))[0]?.display_name, 'Kind One');
    });

    it('are none the worse for one that is refused', async () => {
      await create('here.already');

      const events = await eventsOf(product, async () => {
        const outcomes = await createAll(['good.1', 'here.already', 'good.2']);
        assert.equal(outcomes[1], 'user-exists');
      });

      assert.equal(await transactionsOf(['good.1', 'good.2']), 1);
      assert.deepEqual(events.map(({ targetName, outcome }) => `${outcome} ${targetName}`).sort(), [
        'done good.1@contoso.example',
        'done good.2@contoso.example',
        'refused here.already@contoso.example',
      ]);
    });

    it('are made one by one when the host does not take one of them', async () => {
      const events = await eventsOf(product, async () => {
        const [, refused] = await Promise.all([
          create('short.1'),
          outcomeOf(create('long', { displayName: 'x'.repeat(5_000) })),
          create('short.2'),
        ]);
        assert.equal(refused, 'host-refused');
      });

      assert.deepEqual(events.map(({ targetName, outcome }) => `${outcome} ${targetName}`).sort(), [
        'done short.1@contoso.example',
        'done short.2@contoso.example',
        'refused long@contoso.example',
      ]);
      assert.deepEqual(await hostUsers(product, 'long@contoso.example'), []);
    });

    it('wait for one another only where they want the same', async () => {
      const one = await create('same.1');
      const rename = (displayName: string) =>
        changeUser(core, entra, one.user.id, (now) => ({ ...now, displayName }));

      await Promise.all([
        rename('First'),
        rename('Second'),
        create('same.2'),
        create('same.3'),
        rename('Last'),
      ]);

      assert.equal(await transactionsOf(['same.2', 'same.3']), 1);
      assert.equal((await hostUsers(product, 'same.1@contoso.example'))[0]?.display_name, 'Last');
    });

    it('and are of one person are one account', async () => {
      const outcomes = await createAll(['same', 'same', 'SAME', 'other']);

      const codes = outcomes.map((outcome) => (typeof outcome === 'string' ? outcome : outcome.how));
      assert.deepEqual(codes.sort(), ['created', 'created', 'user-exists', 'user-exists']);
      assert.equal((await hostUsers(product, 'same@contoso.example')).length, 1);
    });

    it('do not wait for the lock that one of them needs', async () => {
      const blocked = await create('blocked');
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      const blocking = product.database.transaction(async ({ knex }) => {
        await knex.raw("update app.users set display_name = 'Mine' where login = 'blocked@contoso.example'");
        await held;
      });
      const done: string[] = [];
      const change = changeUser(core, entra, blocked.user.id, (now) => ({
        ...now,
        displayName: 'Theirs',
      })).then(() => done.push('blocked'));

      await createAll(['free.1', 'free.2']);

      assert.deepEqual(done, [], 'the others are there while it waits');
      release();
      await Promise.all([blocking, change]);
      assert.equal((await hostUsers(product, 'blocked@contoso.example'))[0]?.display_name, 'Theirs');
    });

    it('of one user are made in the order in which they came, however long each takes, and on one connection', async () => {
      const slow = await create('slow');
      let release = () => {};
      const held = new Promise<void>((resolve) => {
        release = resolve;
      });
      const blocking = product.database.transaction(async ({ knex }) => {
        await knex.raw("update app.users set display_name = 'Mine' where login = 'slow@contoso.example'");
        await held;
      });
      const changes: Promise<unknown>[] = [];
      const order: number[] = [];
      for (let n = 0; n < 6; n++) {
        const change = changeUser(core, entra, slow.user.id, (now) => ({ ...now, displayName: `Name ${n}` }));
        changes.push(change.then(() => order.push(n)));
        // Longer than anybody waits for company.
        await sleep(10);
      }
      const waiting = await product.test.query(
        "select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );

      release();
      await Promise.all([blocking, ...changes]);

      assert.deepEqual(waiting, [{ n: 1 }]);
      assert.deepEqual(order, [0, 1, 2, 3, 4, 5]);
      assert.equal((await hostUsers(product, 'slow@contoso.example'))[0]?.display_name, 'Name 5');
    });

    it('take no seat that is not there', async () => {
      const [{ used } = {}] = await product.test.query(
        "select count(*) as used from app.users where licence_type = 'Concurrent' and enabled",
      );
      await setSeats(product, 'Concurrent', Number(used) + 3);
      await setSeats(product, 'Dedicated', 0);

      const outcomes = await createAll(Array.from({ length: 8 }, (_, n) => `seat.${n}`));

      const counts = outcomes.map((outcome) => (typeof outcome === 'string' ? outcome : outcome.how));
      assert.deepEqual(counts.sort(), [...Array(3).fill('created'), ...Array(5).fill('seats-exhausted')]);
    });

    describe('where the host', () => {
      let before: string;
      beforeEach(async () => {
        const [row] = await product.test.query(
          `select pg_get_functiondef('app.write_host_user'::regproc) as text`,
        );
        before = String(row?.text);
      });
      afterEach(() => product.test.query(before));

      /** Has the host do this with each new user, after it was inserted. */
      const afterwards = (what: string) =>
        product.test.query(before.replace('return new;', `${what} return new;`));

      /** Each of them is linked to the account of that address. */
      async function assertLinked(names: string[]): Promise<void> {
        const linked = await product.test.query(
          `select i.user_name, h.email, i.attributes ->> 'urn:scimctl:address' as address, e.details
             from scim.identity i
             join scim.host_user h on h.user_id = i.host_user_id
             join scim.event e on e.target_id = i.identity_id::text and e.action = 'user.create'`,
        );
        for (const name of names) {
          const [row, ...more] = linked.filter(({ user_name }) => user_name === `${name}@contoso.example`);
          assert.equal(more.length, 0);
          assert.deepEqual([row?.email, row?.address], [row?.user_name, row?.user_name]);
          assert.match(String(row?.details), /"hostUserId":"\d+"/);
        }
      }

      it('does as it is told, each is linked to its own account', async () => {
        const names = ['own.1', 'own.2', 'own.3', 'own.4', 'own.5'];

        await createAll(names);

        await assertLinked(names);
        assert.equal(await transactionsOf(names), 1);
      });

      it('changes login names, so that none can be told from another, they are made one by one', async () => {
        await afterwards(
          'update app.users set login = upper(login) where id = new.user_id::int; new.login_name := upper(new.login_name);',
        );
        const names = ['renamed.1', 'renamed.2'];

        await createAll(names);

        await assertLinked(names);
        assert.equal(await transactionsOf(names), 2);
      });

      it('does not say which id it gave, they are made one by one, and later ones at once so', async () => {
        await afterwards('new.user_id := null;');

        await createAll(['silent.1', 'silent.2']);
        await createAll(['silent.3', 'silent.4']);

        await assertLinked(['silent.1', 'silent.2', 'silent.3', 'silent.4']);
      });
    });

    for (const cut of ['before it arrives', 'after its answer', 'on its way'] as const) {
      it(`and whose COMMIT is cut ${cut} are made once`, async (context) => {
        const names = [1, 2, 3].map((n) => `cut.${cut.replaceAll(' ', '-')}.${n}`);
        const cuts = cutter.cuts;
        cutter.cutNext(cut);

        const events = await eventsOf(product, async () => {
          for (const outcome of await createAll(names))
            assert.equal(typeof outcome, 'object', String(outcome));
        });

        if (cutter.cuts === cuts)
          return context.skip('the connection is encrypted: its COMMIT cannot be seen');
        assert.deepEqual(
          events.map(({ action, outcome }) => `${action} ${outcome}`),
          Array(3).fill('user.create done'),
        );
        assert.equal(await transactionsOf(names), 1);
      });
    }
  },
  { only: ['postgres'] },
);

describe('the locks of those who share a transaction', () => {
  const beside = (name: string): Held => ({ names: [name, 'both'], claims: 'beside' });

  test('are in one order, each once, with a slot for everybody who may take a seat', () => {
    const locks = locksOf([beside('b'), { names: ['a'], claims: 'none' }, beside('c')], SLOTS - 1);

    assert.deepEqual(
      locks.map(({ name, shared }) => `${name}${shared ? ', shared' : ''}`),
      ['a', 'b', 'both', 'c', 'claims, shared', 'claims 0', `claims ${SLOTS - 1}`],
    );
  });

  test('hold no claims where nobody takes a seat', () => {
    assert.deepEqual(locksOf([{ names: ['a'], claims: 'none' }], 7), [{ name: 'a' }]);
  });
});
