import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { createScimHandler } from '../../src/scim/protocol/handler/handler.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { CORE_GROUP, CORE_USER, ENTERPRISE } from '../support/scim/scim.js';
import { type ScimClient, scimClient } from '../support/scim/scim-client.js';

forEachEngine('an object of the core schema', (engine) => {
  let product: Product;
  let idp: ScimClient;
  before(async () => {
    product = await freshProduct(engine, { served: true });
    idp = await scimClient(product, createScimHandler({}), 'entra');
  });
  after(() => product.close());

  const user = (name: string) => ({
    userName: `${name}@contoso.example`,
    externalId: `object-${name}`,
    emails: [{ value: `${name}@contoso.example`, type: 'work', primary: true }],
    displayName: name,
  });

  for (const [title, operation] of [
    ['without a path', { op: 'replace', value: { [CORE_USER]: { active: false } } }],
    [
      'without a path, in another case',
      { op: 'Replace', value: { [CORE_USER.toUpperCase()]: { Active: 'False' } } },
    ],
    ['without a path, beside others', { op: 'add', value: { title: 'x', [CORE_USER]: { active: false } } }],
    ['as the path', { op: 'replace', path: CORE_USER, value: { active: false } }],
    ['as the path, in another case', { op: 'Add', path: CORE_USER.toLowerCase(), value: { ACTIVE: false } }],
    ['with a dot behind it', { op: 'replace', path: `${CORE_USER}.active`, value: false }],
  ] as const) {
    it(`disables a user by PATCH, ${title}`, async () => {
      const name = title.replaceAll(/\W+/g, '-');
      const { id } = await idp.create('/Users', user(name));
      const { status, body } = await idp.patch(`/Users/${id}`, operation);
      assert.deepEqual([status, body.active], [200, false]);
      assert.equal((await idp.get(`/Users/${id}`)).body.active, false);
    });
  }

  it('makes and replaces a user', async () => {
    const { id, ...made } = await idp.create('/Users', {
      [CORE_USER]: { ...user('whole'), title: 'Engineer', [ENTERPRISE]: { division: 'South' } },
    });
    assert.deepEqual(
      [made.userName, made.externalId, made.title, made[ENTERPRISE]],
      ['whole@contoso.example', 'object-whole', 'Engineer', { division: 'South' }],
    );

    const { externalId: _, ...rest } = user('whole');
    const kept = await idp.send('PUT', `/Users/${id}`, { [CORE_USER]: { ...rest, active: false } });
    assert.deepEqual([kept.status, kept.body.active, kept.body.externalId], [200, false, 'object-whole']);
    const cleared = await idp.send('PUT', `/Users/${id}`, { [CORE_USER]: { ...rest, externalId: null } });
    assert.deepEqual([cleared.status, cleared.body.externalId], [200, undefined]);
    const named = await idp.send('PUT', `/Users/${id}`, { ...rest, [`${CORE_USER}:externalId`]: 'object-2' });
    assert.deepEqual([named.status, named.body.externalId], [200, 'object-2']);
  });

  it('makes and changes a group, members and all', async () => {
    const [ann, ben] = await Promise.all(
      ['ann', 'ben'].map(async (name) => (await idp.create('/Users', user(name))).id),
    );
    const idsOf = async (id: string) =>
      ((await idp.get(`/Groups/${id}`)).body.members as { value: string }[]).map(({ value }) => value);
    const { id, displayName } = await idp.create('/Groups', {
      [CORE_GROUP.toUpperCase()]: { displayName: 'Lab', externalId: 'g', members: [{ value: ann }] },
    });
    assert.deepEqual([displayName, await idsOf(id)], ['Lab', [ann]]);

    const add = { op: 'add', value: { [CORE_GROUP]: { members: [{ value: ben }] } } };
    assert.equal((await idp.patch(`/Groups/${id}`, add)).status, 204);
    assert.deepEqual((await idsOf(id)).sort(), [ann, ben].sort());
    const replace = {
      op: 'replace',
      path: CORE_GROUP,
      value: { displayName: 'Labs', members: [{ value: ben }] },
    };
    assert.equal((await idp.patch(`/Groups/${id}`, replace)).status, 204);
    assert.deepEqual(await idsOf(id), [ben]);
    const { body } = await idp.send('PUT', `/Groups/${id}`, {
      [CORE_GROUP]: { displayName: 'Lab', members: [] },
    });
    assert.deepEqual([body.displayName, body.externalId, await idsOf(id)], ['Lab', 'g', []]);
  });

  it('that is none is refused, and so is its removal', async () => {
    const { id } = await idp.create('/Users', user('refused'));
    for (const operation of [
      { op: 'replace', value: { [CORE_USER]: 'x' } },
      { op: 'replace', path: CORE_USER, value: null },
      { op: 'remove', path: CORE_USER },
      { op: 'replace', path: `${CORE_USER}[active eq true]`, value: { active: false } },
    ]) {
      assert.equal((await idp.patch(`/Users/${id}`, operation)).status, 400, JSON.stringify(operation));
    }
    assert.equal((await idp.get(`/Users/${id}`)).body.active, true);
  });
});
