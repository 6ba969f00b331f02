import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Core } from '../../src/core/core.js';
import { changeUser } from '../../src/core/provisioning/change-user.js';
import { createUser } from '../../src/core/provisioning/create-user.js';
import { readUser } from '../../src/core/provisioning/read-user.js';
import type { Idp, ProvisionedUser } from '../../src/core/provisioning/types.js';
import type { Database } from '../../src/database/database.js';
import { updateIdentity } from '../../src/database/queries/links/identities.js';
import { raw } from '../../src/database/sql/fragment.js';
import {
  AS_SERVED,
  freshProduct,
  openTestDatabase,
  type Product,
  rowsOf,
} from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { type CommitCutter, type Cut, cutCommits } from '../support/faults/commit-cutter.js';
import { addHostUser, hostUsers, person } from '../support/people/people.js';
import { addIdp } from '../support/people/provisioned.js';
import { problemOf } from '../support/running/problem.js';

forEachEngine(
  'a change whose COMMIT goes out with its last statement',
  (engine) => {
    let product: Product;
    let cutter: CommitCutter;
    let served: Database;
    let core: Core;
    let idp: Idp;
    let user: ProvisionedUser;
    before(async () => {
      product = await freshProduct(engine);
      idp = await addIdp(product, 'entra');
      cutter = await cutCommits(product.url);
      // As the endpoint opens it.
      served = await openTestDatabase(cutter.url, 'scim', AS_SERVED);
      core = { ...product.core, database: served };
      user = (await createUser(core, idp, person('ada'))).user;
    });
    after(async () => {
      await served.close();
      cutter.close();
      await product.close();
    });

    const rename = (displayName: string) =>
      changeUser(core, idp, user.id, (current) => ({ ...current, displayName }));
    const updates = async () =>
      (await rowsOf(product, 'scim.event')).filter(
        ({ action, outcome }) => action === 'user.update' && outcome === 'done',
      ).length;
    const nameNow = async () => (await readUser(product.core, idp, user.id)).displayName;

    it('and whose time ends before that is not made by half', async () => {
      const claim = served.claim(async () => () => undefined);
      const late = new Error('the time is over');
      const work = claim.database.transaction(async (session) => {
        await updateIdentity(session, user.id, { externalId: 'half' });
        claim.end(late);
        await session.conclude(undefined, [raw('select 1')]);
      });

      await assert.rejects(work, late);
      assert.notEqual((await readUser(product.core, idp, user.id)).externalId, 'half');
    });

    for (const cut of ['before it arrives', 'after its answer', 'on its way'] satisfies Cut[]) {
      it(`and is cut ${cut} is made once`, async (context) => {
        const [before, cuts] = [await updates(), cutter.cuts];
        cutter.cutNext(cut);

        const { user: changed } = await rename(`Cut ${cut}`);

        if (cutter.cuts === cuts)
          return context.skip('the connection is encrypted: its COMMIT cannot be seen');
        assert.equal(changed.displayName, `Cut ${cut}`);
        assert.equal(await nameNow(), `Cut ${cut}`);
        assert.equal(await updates(), before + 1);
      });
    }

    for (const cut of ['before it arrives', 'after its answer', 'on its way'] satisfies Cut[]) {
      for (const what of ['a new account', 'an account that is there'] as const) {
        it(`and that links ${what} is made once where it is cut ${cut}`, async (context) => {
          const login = `${what} ${cut}`.replaceAll(' ', '.');
          if (what === 'an account that is there') await addHostUser(product, `${login}@contoso.example`);
          const cuts = cutter.cuts;
          cutter.cutNext(cut);

          const { user: created } = await createUser(core, idp, person(login));

          if (cutter.cuts === cuts)
            return context.skip('the connection is encrypted: its COMMIT cannot be seen');
          assert.deepEqual(await readUser(product.core, idp, created.id), created);
          const ofUser = (await rowsOf(product, 'scim.event')).filter(
            ({ target_id }) => target_id === created.id,
          );
          assert.deepEqual(
            ofUser.map(({ action, outcome }) => `${action} ${outcome}`),
            [what === 'a new account' ? 'user.create done' : 'user.match done'],
          );
          assert.equal((await hostUsers(product, `${login}@contoso.example`)).length, 1);
        });
      }
    }

    it('is not made at all when the statement is refused, and the next one is', async () => {
      const [before, name] = [await updates(), await nameNow()];

      const problem = await problemOf(rename('x'.repeat(5_000)));

      assert.equal(problem.code, 'host-refused');
      assert.deepEqual([await nameNow(), await updates()], [name, before]);
      await rename('After that');
      assert.deepEqual([await nameNow(), await updates()], ['After that', before + 1]);
    });

    it('has nothing asked after it', async () => {
      const asked = served.transaction(async (session) => {
        await session.conclude('done', [raw("update scim.identity set user_name = 'late' where 1 = 0")]);
        return session.rows('select 1 as one');
      });

      if (engine.name === 'postgres') await assert.rejects(asked, /the transaction is over/);
      else assert.deepEqual(await asked, [{ one: 1 }]);
    });
  },
  { only: ['postgres', 'mssql'] },
);
