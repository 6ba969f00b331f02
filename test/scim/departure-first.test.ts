import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createScimHandler } from '../../src/scim/protocol/handler/handler.js';
import { DEFAULT_LIMITS } from '../../src/scim/server/fairness/limits.js';
import { parseJson } from '../../src/scim/server/http/body.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { eventsOf, setSeats } from '../support/people/people.js';
import { PATCH_OP } from '../support/scim/scim.js';
import { type ScimClient, scimClient } from '../support/scim/scim-client.js';

// What a request says besides, or asks for, decides nothing of the departure in it.
forEachEngine('a departure comes before what else is in its request', (engine) => {
  let product: Product;
  let idp: ScimClient;
  let made = 0;
  before(async () => {
    product = await freshProduct(engine, { served: true });
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

  /** A request as it arrives: text, of which the server reads what can be read. */
  async function sent(method: string, url: string, text: string) {
    const { value, unread } = parseJson(text, DEFAULT_LIMITS.maxDepth);
    return idp.send(method, url, value, { unread });
  }
  const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  const patch = (operation: string) => `{"schemas":["${PATCH_OP}"],"Operations":[${operation}]}`;

  describe('also beside what cannot be read:', () => {
    const deep = 500_000;
    for (const [what, text, skipped] of [
      ['a trap', '{"op":"replace","value":{"active":false,"__proto__":{"x":1}}}', ['__proto__']],
      [
        'a trap in a value',
        '{"op":"replace","value":{"active":false,"title":{"__proto__":1}}}',
        ['title.__proto__', 'title'],
      ],
      ['many levels', `{"op":"replace","value":{"active":false,"title":${nested(40)}}}`, ['title']],
      [
        'more levels than a stack has',
        `{"op":"replace","value":{"active":false,"x":${nested(deep)}}}`,
        ['x'],
      ],
      [
        'a trap in another operation',
        '{"op":"replace","path":"active","value":false},{"op":"add","path":"name","value":{"__proto__":{}}}',
        ['name.__proto__'],
      ],
      [
        'an operation that is none',
        '{"op":"bogus","path":"title"},{"op":"replace","path":"active","value":"False"}',
        ['title'],
      ],
      [
        'unknown attributes',
        '{"op":"replace","value":{"active":false,"nonsense":{"a":1},"password":"x","name":{"odd":"x"}}}',
        ['nonsense', 'password', 'name.odd'],
      ],
      [
        'a password by its path',
        '{"op":"replace","path":"password","value":"x"},{"op":"replace","path":"active","value":false}',
        ['password'],
      ],
    ] as const) {
      it(`${what}, by PATCH`, async () => {
        const id = await hired();
        const [event, ...more] = await eventsOf(product, async () => {
          const { status, body, skipped: told } = await sent('PATCH', `/Users/${id}`, patch(text));
          assert.deepEqual([status, body.active], [200, false], JSON.stringify(body));
          assert.deepEqual(told?.attributes, skipped);
        });
        assert.deepEqual(
          [event?.action, event?.details.skipped, more],
          ['user.deprovision', { attributes: skipped }, []],
        );
        assert.equal(await isEnded(id), true);
      });
    }

    it('a trap and unknown attributes, by PUT', async () => {
      const id = await hired();
      const whole = JSON.stringify({
        ...user(`first.${made}`),
        active: false,
        nonsense: 1,
        password: 'x',
        schemas: [],
      });
      const { status, skipped } = await sent(
        'PUT',
        `/Users/${id}`,
        `{"__proto__":{"active":true},${whole.slice(1)}`,
      );
      assert.equal(status, 200);
      assert.deepEqual([...(skipped?.attributes ?? [])].sort(), ['__proto__', 'nonsense', 'password']);
      assert.equal(await isEnded(id), true);
    });

    it('in a bulk request, where another operation is refused for it', async () => {
      const id = await hired();
      const bad =
        '{"method":"POST","path":"/Users","bulkId":"a","data":{"__proto__":1,"userName":"never.bulk"}}';
      const leaves = `{"method":"PATCH","path":"/Users/${id}","data":${patch('{"op":"replace","value":{"active":false,"__proto__":1}}')}}`;
      const { body } = await sent('POST', '/Bulk', `{"Operations":[${bad},${leaves}]}`);
      assert.deepEqual(
        (body.Operations as { status: string }[]).map((one) => one.status),
        ['400', '200'],
      );
      assert.equal(await isEnded(id), true);
    });

    it('members leave their group, and no group is renamed by such a request', async () => {
      const id = await hired();
      const group = await idp.create('/Groups', { displayName: `Trap ${made}`, members: [{ value: id }] });
      const trap = '{"op":"replace","value":{"displayName":"New","__proto__":{}}}';
      assert.equal((await sent('PATCH', `/Groups/${group.id}`, patch(trap))).status, 400);
      const leave = `{"op":"remove","path":"members[value eq \\"${id}\\"]"}`;
      const { status, skipped } = await sent(
        'PATCH',
        `/Groups/${group.id}`,
        patch(`${leave},{"op":"add","value":{"__proto__":{}}}`),
      );
      assert.deepEqual([status, skipped?.attributes], [204, ['__proto__']]);
      assert.deepEqual((await idp.get(`/Groups/${group.id}`)).body.members ?? [], []);
    });

    it('and nothing else is done by such a request', async () => {
      const id = await hired();
      for (const value of [
        '{"active":true,"__proto__":{}}',
        '{"active":true,"title":{"\\u005f_proto__":{}}}',
        `{"displayName":"New","x":${nested(40)}}`,
      ]) {
        const { status, body } = await sent(
          'PATCH',
          `/Users/${id}`,
          patch(`{"op":"replace","value":${value}}`),
        );
        assert.deepEqual([status, body.scimType], [400, 'invalidSyntax']);
      }
      assert.equal((await sent('POST', '/Users', '{"userName":"never.trap","__proto__":1}')).status, 400);
      assert.equal(await isEnded(id), false);
      assert.equal(({} as { x?: unknown }).x, undefined);
    });
  });

  it('is told with both external ids, where it changes that too; so is what follows it', async () => {
    const id = await hired();
    const change = (externalId: string, ...more: object[]) =>
      eventsOf(product, () =>
        idp.patch(`/Users/${id}`, { op: 'replace', path: 'externalId', value: externalId }, ...more),
      );
    const [left] = await change(`next-${made}`, { op: 'replace', path: 'active', value: false });
    assert.deepEqual(
      [left?.action, left?.details.externalId],
      ['user.deprovision', [`object-first.${made}`, `next-${made}`]],
    );
    const [changed] = await change(`last-${made}`, { op: 'replace', path: 'active', value: false });
    assert.deepEqual(
      [changed?.action, changed?.details.externalId],
      ['user.update', [`next-${made}`, `last-${made}`]],
    );
  });

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
