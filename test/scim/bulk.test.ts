import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createScimHandler } from '../../src/scim/protocol/handler/handler.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { ENTERPRISE } from '../support/scim/scim.js';
import { BASE_URL, type ScimClient, scimClient } from '../support/scim/scim-client.js';

interface Outcome {
  method: string;
  bulkId?: string;
  location?: string;
  version?: string;
  status: string;
  response?: { detail: string; scimType?: string; status: string };
}

forEachEngine('bulk requests', (engine) => {
  let product: Product;
  let idp: ScimClient;
  before(async () => {
    product = await freshProduct(engine, { served: true });
    const handler = createScimHandler({ bulk: { maxOperations: 10, maxPayloadSize: 1_000_000 } });
    idp = await scimClient(product, handler, 'generic');
  });
  after(() => product.close());

  const bulk = async (operations: unknown[], more: object = {}): Promise<Outcome[]> => {
    const { status, body } = await idp.send('POST', '/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: operations,
      ...more,
    });
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(body.schemas, ['urn:ietf:params:scim:api:messages:2.0:BulkResponse']);
    return body.Operations as Outcome[];
  };
  const user = (name: string, more: object = {}) => ({
    method: 'POST',
    path: '/Users',
    bulkId: name,
    data: { userName: `${name}@contoso.example`, ...more },
  });
  const idOf = (outcome: Outcome | undefined) => outcome?.location?.split('/').at(-1) ?? '';
  const statuses = (outcomes: Outcome[]) => outcomes.map(({ status }) => status).join();

  it('make, change and delete, and say of each what became of it', async () => {
    const [made] = await bulk([user('ann')]);
    const id = idOf(made);
    const { headers } = await idp.get(`/Users/${id}`);
    assert.deepEqual(made, {
      method: 'POST',
      bulkId: 'ann',
      location: `${BASE_URL}/Users/${id}`,
      version: headers.ETag,
      status: '201',
    });
    const path = `/Users/${id}`;
    const outcomes = await bulk([
      { method: 'patch', path, data: { Operations: [{ op: 'replace', path: 'title', value: 'Boss' }] } },
      { method: 'PUT', path, version: 'W/"old"', data: { userName: 'ann@contoso.example' } },
      { method: 'DELETE', path },
      { method: 'DELETE', path },
    ]);
    assert.equal(statuses(outcomes), '200,412,204,404');
    assert.deepEqual(outcomes[2], { method: 'DELETE', location: `${BASE_URL}${path}`, status: '204' });
    assert.equal(outcomes[3]?.response?.status, '404');
  });

  it('refer to what they make, before and after', async () => {
    const outcomes = await bulk([
      {
        method: 'POST',
        path: '/Groups',
        bulkId: 'g',
        data: { displayName: 'Team', members: [{ value: 'bulkId:ben' }] },
      },
      user('ben', { [ENTERPRISE]: { manager: { value: 'bulkId:cleo' } } }),
      user('cleo'),
      {
        method: 'PATCH',
        path: '/Users/bulkId:ben',
        data: { Operations: [{ op: 'add', path: 'title', value: 'Engineer' }] },
      },
    ]);
    assert.deepEqual(
      outcomes.map(({ bulkId, status }) => [bulkId, status]),
      [
        ['cleo', '201'],
        ['ben', '201'],
        ['g', '201'],
        [undefined, '200'],
      ],
    );
    const [cleo, ben, group] = outcomes.map(idOf);
    const { body } = await idp.get(`/Users/${ben}`);
    assert.deepEqual(body[ENTERPRISE], { manager: { value: cleo } });
    assert.equal(body.title, 'Engineer');
    assert.deepEqual(
      (body.groups as { value: string }[]).map(({ value }) => value),
      [group],
    );
  });

  it('fail one by one, and with them what refers to them', async () => {
    const outcomes = await bulk([
      user('dora', { emails: ['no address'] }),
      {
        method: 'POST',
        path: '/Groups',
        bulkId: 'h',
        data: { displayName: 'Nobody', members: [{ value: 'bulkId:dora' }] },
      },
      user('etta'),
    ]);
    assert.equal(statuses(outcomes), '400,409,201');
    assert.match(
      outcomes[1]?.response?.detail ?? '',
      /"bulkId:dora" does not refer to a resource that was created/,
    );
    assert.equal(outcomes[0]?.location, undefined);
  });

  it('change the members of a group whoever was not made', async () => {
    const made = await bulk([
      {
        method: 'POST',
        path: '/Groups',
        bulkId: 'crew',
        data: { displayName: 'Crew', members: [{ value: 'bulkId:ida' }] },
      },
      user('ida'),
      user('jon'),
    ]);
    const [crew, ida, jon] = ['crew', 'ida', 'jon'].map((name) =>
      idOf(made.find(({ bulkId }) => bulkId === name)),
    );
    const path = `/Groups/${crew}`;
    const membersOf = async () =>
      (((await idp.get(path)).body.members ?? []) as { value: string }[]).map(({ value }) => value);
    assert.deepEqual(await membersOf(), [ida]);
    const nobody = { value: 'bulkId:kim' };

    const answer = await idp.send('POST', '/Bulk', {
      Operations: [
        user('kim', { emails: ['no address'] }),
        {
          method: 'PATCH',
          path,
          data: {
            Operations: [
              { op: 'add', path: 'members', value: [nobody, { value: jon }] },
              { op: 'remove', path: `members[value eq "${ida}"]` },
            ],
          },
        },
      ],
    });
    assert.equal(statuses(answer.body.Operations as Outcome[]), '400,204');
    assert.deepEqual(answer.skipped?.members, ['bulkId:kim']);
    assert.deepEqual(await membersOf(), [jon]);

    const put = {
      method: 'PUT',
      path,
      data: { displayName: 'Crew', members: [nobody, { value: crew }] },
    };
    assert.equal(statuses(await bulk([user('kim', { emails: ['no address'] }), put])), '400,200');
    assert.deepEqual(await membersOf(), []);
  });

  describe('that refer to each other', () => {
    const manager = (value: string) => ({ title: 'Head', [ENTERPRISE]: { manager: { value } } });
    const managerOf = async (id: string) => {
      const { body, headers } = await idp.get(`/Users/${id}`);
      assert.equal(body.title, 'Head');
      const { manager: one } = (body[ENTERPRISE] ?? {}) as { manager?: { value: string } };
      return { manager: one?.value, version: headers.ETag };
    };

    it('make all of them, and then what they refer to', async () => {
      const outcomes = await bulk([
        user('fay', manager('bulkId:gil')),
        user('gil', manager('bulkId:fay')),
        user('hal', manager('bulkId:hal')),
      ]);
      assert.equal(statuses(outcomes), '201,201,201');
      const made = new Map(outcomes.map((one) => [one.bulkId, one]));
      for (const [name, other] of Object.entries({ fay: 'gil', gil: 'fay', hal: 'hal' })) {
        const found = await managerOf(idOf(made.get(name)));
        assert.deepEqual(found, { manager: idOf(made.get(other)), version: made.get(name)?.version });
      }
    });

    it('leave out what could not be made, and name it for the log', async () => {
      const { body, skipped } = await idp.send('POST', '/Bulk', {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations: [
          user('ivy', { ...manager('bulkId:jed'), emails: ['no address'] }),
          user('jed', manager('bulkId:ivy')),
        ],
      });
      const outcomes = body.Operations as Outcome[];
      assert.deepEqual(skipped?.attributes, [ENTERPRISE]);
      const [jed, ivy] = [
        outcomes.find(({ bulkId }) => bulkId === 'jed'),
        outcomes.find(({ bulkId }) => bulkId === 'ivy'),
      ];
      assert.deepEqual([ivy?.status, jed?.status], ['400', '201']);
      assert.equal((await managerOf(idOf(jed))).manager, undefined);
    });
  });

  it('lose no departure for what stands beside it', async () => {
    const ids = (await bulk([user('ina'), user('jo'), user('kai')])).map(idOf);
    const [ina, jo, kai] = ids.map((id) => `/Users/${id}`);
    const off = { op: 'replace', path: 'active', value: false };
    const manager = `${ENTERPRISE}:manager`;
    const nobody = { op: 'add', path: manager, value: { value: 'bulkId:nobody' } };

    const answer = await idp.send('POST', '/Bulk', {
      Operations: [
        null,
        { method: 'PATCH', path: ina, data: { Operations: [off, nobody] } },
        'x',
        {
          method: 'PUT',
          path: jo,
          data: { userName: 'jo@contoso.example', active: false, title: 'bulkId:nobody' },
        },
        { method: 'PATCH', path: kai, data: { Operations: [nobody] } },
      ],
    });

    assert.equal(statuses(answer.body.Operations as Outcome[]), '400,200,400,200,409');
    assert.deepEqual(answer.skipped?.attributes, [manager, 'title']);
    const active = await Promise.all(ids.map(async (id) => (await idp.get(`/Users/${id}`)).body.active));
    assert.deepEqual(active, [false, false, true]);
  });

  it('stop after so many errors', async () => {
    const nobody = { method: 'DELETE', path: '/Users/00000000-0000-0000-0000-000000000000' };
    assert.equal(statuses(await bulk([nobody, nobody, nobody], { failOnErrors: 2 })), '404,404');
    assert.equal(statuses(await bulk([nobody, nobody, nobody])), '404,404,404');
  });

  it('are of users and groups alone, and are bounded', async () => {
    const outcomes = await bulk([
      { method: 'POST', path: '/Bulk', data: { Operations: [] } },
      { method: 'GET', path: '/Users' },
      { method: 'POST', path: '/Users/.search', data: { count: 1 } },
      { path: '/Users' },
      {},
    ]);
    assert.equal(statuses(outcomes), '400,405,400,405,400');
    for (const [operations, status] of [
      [Array.from({ length: 11 }, () => user('x')), 413],
      ['x', 400],
      [undefined, 400],
    ] as const) {
      assert.equal((await idp.send('POST', '/Bulk', { Operations: operations })).status, status);
    }
    assert.equal((await idp.send('POST', '/Bulk', { Operations: [], failOnErrors: 0 })).status, 400);
  });
});
