import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { changeUser } from '../../src/core/provisioning/change-user.js';
import { createUser } from '../../src/core/provisioning/create-user.js';
import { createGroup } from '../../src/core/provisioning/groups/create-group.js';
import { readUser } from '../../src/core/provisioning/read-user.js';
import type { Idp } from '../../src/core/provisioning/types.js';
import { linkByHand } from '../../src/core/users/link.js';
import { reuseKey } from '../support/databases/odd-host.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { addHostUser, changeHostUser, hostUser, person } from '../support/people/people.js';
import { addIdp, link } from '../support/people/provisioned.js';

forEachEngine('the groups that the host application reads', (engine) => {
  let product: Product;
  let entra: Idp;
  before(async () => {
    product = await freshProduct(engine);
    entra = await addIdp(product, 'entra');
  });
  after(() => product.close());

  const readers = async () =>
    (await rowsOf(product, 'scim.live_group_member')).map((row) => String(row.host_user_id)).sort();
  const member = async (identityId: string) => {
    const group = { displayName: `Lab of ${identityId}`, externalId: null, memberIds: [identityId] };
    await createGroup(product.core, entra, group);
  };

  it('are not those of a person whose key another has by now, until somebody says whose the account is', async () => {
    const { user } = await createUser(product.core, entra, person('ann'));
    await member(user.id);
    const id = user.hostUserId;
    assert.deepEqual(await readers(), [id]);

    await changeHostUser(product, 'ann@contoso.example', { login: 'ann.b@contoso.example' });
    assert.deepEqual(await readers(), [id]);
    await changeUser(product.core, entra, user.id, (now) => ({ ...now, displayName: 'Ann B' }));
    await changeHostUser(product, 'ann.b@contoso.example', { email: 'ANN.B@contoso.example' });
    assert.deepEqual(await readers(), [id]);

    await reuseKey(product, id, {
      login: 'jane@contoso.example',
      email: 'jane@contoso.example',
      display_name: 'Jane',
    });
    assert.equal((await readUser(product.core, entra, user.id)).seesAccount, false);
    assert.deepEqual(await readers(), []);

    await linkByHand(product.core, { account: id, idp: 'entra', userName: 'ann@contoso.example' });
    assert.deepEqual(await readers(), [id]);
  });

  it('go by the same rule as all that an IdP sees of the account', async () => {
    const cases: [
      about: string,
      account: Record<string, unknown>,
      noted: [login: string | null, email: string | null],
    ][] = [
      ['nothing was noted', { email: 'a@x.example' }, [null, null]],
      ['both agree', { email: 'a@x.example' }, ['LOGIN', 'A@x.example']],
      ['the address alone', { email: 'Ä@x.example' }, ['another', 'ä@X.example']],
      ['the login name alone', { email: 'a@x.example' }, ['login', null]],
      ['no address now', { email: null }, ['login', 'a@x.example']],
      ['neither', { email: 'a@x.example' }, ['another', 'b@x.example']],
      ['neither, and no addresses', { email: null }, ['another', null]],
      ['a part', { email: 'a@x.example' }, ['log', 'x.example']],
    ];
    const seen: [string, boolean][] = [];
    const read: [string, boolean][] = [];
    for (const [at, [about, account, [login, email]]] of cases.entries()) {
      const name = `login-${at}`;
      const id = await addHostUser(product, name, account);
      const noted = {
        accountLogin: login?.replace(/login/i, (word) => `${word}-${at}`) ?? null,
        accountEmail: email,
      };
      const identityId = await link(product, entra, id, { userName: name, ...noted });
      await member(identityId);
      seen.push([about, (await readUser(product.core, entra, identityId)).seesAccount]);
      read.push([about, (await readers()).includes(id)]);
    }
    assert.deepEqual(read, seen);
    assert.deepEqual(
      seen.filter(([, is]) => !is).map(([about]) => about),
      ['neither', 'neither, and no addresses', 'a part'],
    );
  });

  it('stay those of an account that is gone, and of a link whose key is none of the host application', async () => {
    const noted = { accountLogin: 'gone', accountEmail: 'gone@x.example' };
    await member(await link(product, entra, '999999', { userName: 'gone', ...noted }));
    assert.ok((await readers()).includes('999999'));
  });

  it('are shown where the owner of the schema may not read the accounts', {
    skip: engine.name !== 'postgres',
  }, async () => {
    const shown = await readers();
    const seen = await product.database.transaction(async ({ knex }) => {
      await knex.raw('create role owner_without_accounts');
      await knex.raw('grant usage on schema scim to owner_without_accounts');
      await knex.raw('grant select on scim.identity to owner_without_accounts');
      await knex.raw('grant create on schema scim to owner_without_accounts');
      await knex.raw('alter function scim.link_is_sure(uuid) owner to owner_without_accounts');
      const rows = await knex('live_group_member').withSchema('scim').select('host_user_id');
      await knex.raw('alter function scim.link_is_sure(uuid) owner to current_user');
      await knex.raw('drop owned by owner_without_accounts');
      await knex.raw('drop role owner_without_accounts');
      return rows.map((row) => String(row.host_user_id));
    });
    for (const id of shown) assert.ok(seen.includes(id), id);
    // Doubtful ones among them: nothing can be told there, and rights that somebody has do not end by that.
    assert.ok(seen.length > shown.length);
  });

  it('are read with the right to read them and no other', { skip: engine.name !== 'postgres' }, async () => {
    const id = String((await hostUser(product, 'login-1')).id);
    await product.test.query('create role app_reader_of_groups');
    try {
      await product.test.query('grant usage on schema scim to app_reader_of_groups');
      await product.test.query('grant select on scim.live_group_member to app_reader_of_groups');
      const rows = await product.database.transaction(async ({ knex }) => {
        await knex.raw('set local role app_reader_of_groups');
        return knex('live_group_member').withSchema('scim').where({ host_user_id: id }).select('*');
      });
      assert.equal(rows.length, 1);
    } finally {
      await product.test.query('drop owned by app_reader_of_groups');
      await product.test.query('drop role app_reader_of_groups');
    }
  });
});
