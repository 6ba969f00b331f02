import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createScimHandler } from '../../src/scim/protocol/handler/handler.js';
import { installProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { setSeats } from '../support/people/people.js';
import { type ScimClient, scimClient } from '../support/scim/scim-client.js';

// What a request says besides, or asks for, decides nothing of the departure in it.
forEachEngine('a departure comes before what else is in its request', (engine) => {
  let product: Product;
  let idp: ScimClient;
  let made = 0;
  before(async () => {
    product = await installProduct(await engine.freshDatabase(), { served: true });
    await setSeats(product, 'Concurrent', 500);
    idp = await scimClient(product, createScimHandler(), 'entra', { deprovisionPolicy: 'disable' });
  });
  after(() => product.close());
  beforeEach(() => {
    product.now = new Date(product.now.getTime() + 1_000);
  });

  const user = (name: string) => ({
    userName: `${name}@contoso.example`,
    externalId: `object-${name}`,
    active: true,
    emails: [{ value: `${name}@contoso.example`, type: 'work', primary: true }],
  });
  const hired = async () => (await idp.create('/Users', user(`first.${++made}`))).id;
  const isEnded = async (id: string) => {
    const link = (await rowsOf(product, 'scim.identity')).find(({ identity_id }) => identity_id === id);
    return (link ?? assert.fail(id)).deprovisioned_at !== null;
  };

  describe('also where the answer is asked for in a way that cannot be', () => {
    const both = '?attributes=userName&excludedAttributes=emails';

    it('a departure is answered with the whole user', async () => {
      const id = await hired();
      const operation = { op: 'replace', path: 'active', value: false };
      const { status, body } = await idp.patch(`/Users/${id}${both}`, operation);
      assert.deepEqual([status, body.active], [200, false]);
      assert.equal(await isEnded(id), true);
    });

    it('anything else is refused before it is done', async () => {
      const id = await hired();
      const users = async () => [await rowsOf(product, 'app.users'), await rowsOf(product, 'scim.identity')];
      const before = await users();
      const change = await idp.patch(`/Users/${id}${both}`, {
        op: 'replace',
        path: 'displayName',
        value: 'New',
      });
      assert.deepEqual([change.status, change.body.scimType], [400, 'invalidValue']);
      assert.equal((await idp.send('POST', `/Users${both}`, user('never'))).status, 400);
      assert.deepEqual(await users(), before);
    });

    it('members leave their group', async () => {
      const id = await hired();
      const group = await idp.create('/Groups', { displayName: `Lab ${made}`, members: [{ value: id }] });
      const rename = { op: 'replace', path: 'displayName', value: `Other ${made}` };
      assert.equal((await idp.patch(`/Groups/${group.id}${both}`, rename)).status, 400);
      assert.equal((await idp.get(`/Groups/${group.id}`)).body.displayName, `Lab ${made}`);
      const leave = { op: 'remove', path: `members[value eq "${id}"]` };
      assert.equal((await idp.patch(`/Groups/${group.id}${both}`, leave)).status, 200);
      assert.deepEqual((await idp.get(`/Groups/${group.id}`)).body.members ?? [], []);
    });
  });
});
