import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { readGroupsBehind } from '../../src/database/queries/users/users.js';
import { createScimHandler } from '../../src/scim/protocol/handler/handler.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { addIdp, linkMany } from '../support/people/provisioned.js';
import { bearer, type Endpoint, issue, startEndpoint } from '../support/scim/endpoint.js';

/** Two parts, and some more. */
const GROUPS = 2_100;

// biome-ignore lint/suspicious/noExplicitAny: whatever the endpoint said
type Body = any;

forEachEngine('users whose groups are sent in parts', (engine) => {
  let product: Product;
  let endpoint: Endpoint;
  let token: string;
  /** By id: some in few groups, one in many. */
  let users: string[];
  let popular: string;

  before(async () => {
    product = await freshProduct(engine);
    const idp = await addIdp(product, 'okta');
    users = (await linkMany(product, idp, 5)).sort();
    popular = users[2] ?? '';
    ({ token } = await issue(product, 'okta'));
    const at = product.database.dialect.bindInstant(product.now);
    await product.database.transaction(async ({ knex, schema }) => {
      const ids = Array.from({ length: GROUPS }, (_, n) => groupId(n));
      for (let from = 0; from < GROUPS; from += 250) {
        const some = ids.slice(from, from + 250);
        await knex('idp_group')
          .withSchema(schema)
          .insert(
            some.map((group_id, n) => ({
              ...{ group_id, service_account_id: idp.id, display_name: `group ${from + n}` },
              ...{ created_at: at, updated_at: at },
            })),
          );
        await knex('idp_group_member')
          .withSchema(schema)
          .insert(some.map((group_id) => ({ group_id, identity_id: popular })));
      }
      const few = ids.slice(0, 3);
      const others = users.filter((one) => one !== popular);
      await knex('idp_group_member')
        .withSchema(schema)
        .insert(others.flatMap((identity_id) => few.map((group_id) => ({ group_id, identity_id }))));
    });
    endpoint = await startEndpoint(product, { handler: createScimHandler({}) });
  });
  after(async () => {
    await endpoint?.stop(5000);
    await product?.close();
  });

  const groupId = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

  async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const response = await fetch(`${endpoint.scim}${path}`, {
      method,
      headers: { ...bearer(token), 'content-type': 'application/scim+json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: (text === '' ? undefined : JSON.parse(text)) as Body,
    };
  }
  const patch = (op: unknown) => ({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [op],
  });
  const assertWhole = (user: Body) => {
    assert.equal(new Set(user.groups.map(({ value }: Body) => value)).size, GROUPS);
    assert.equal(user.groups.length, GROUPS);
    for (const group of user.groups) {
      assert.deepEqual(Object.keys(group).sort(), ['$ref', 'display', 'type', 'value']);
      assert.ok(group.$ref.endsWith(`/Groups/${group.value}`));
    }
  };

  it('are there whole, each group once, with the ETag of the user', async () => {
    const { status, headers, body } = await send('GET', `/Users/${popular}`);

    assert.equal(status, 200);
    assert.equal(headers.get('content-length'), null);
    assert.equal(headers.get('etag'), body.meta.version);
    assertWhole(body);
    const { body: without } = await send('GET', `/Users/${popular}?excludedAttributes=groups`);
    assert.deepEqual([without.groups, without.meta.version], [undefined, body.meta.version]);
    const few = await send('GET', `/Users/${users[0]}`);
    assert.ok(few.headers.has('content-length'));
    assert.deepEqual(
      few.body.groups.map(({ display }: Body) => display),
      ['group 0', 'group 1', 'group 2'],
    );
  });

  it('have of each group what is asked for', async () => {
    const { body } = await send('GET', `/Users/${popular}?attributes=groups.display`);

    assert.equal(body.groups.length, GROUPS);
    for (const group of body.groups) assert.deepEqual(Object.keys(group), ['display']);
  });

  it('are sent again where the client has a version: it does not tell of all groups', async () => {
    const etag = async (id = '') => (await send('HEAD', `/Users/${id}`)).headers.get('etag') ?? '';
    const again = async (id = '') =>
      (await send('GET', `/Users/${id}`, undefined, { 'if-none-match': await etag(id) })).status;

    assert.equal(await again(users[0]), 304);
    assert.equal(await again(popular), 200);
  });

  it('answer a change, also under a condition', async () => {
    const body = patch({ op: 'replace', path: 'title', value: 'Popular' });
    const { headers } = await send('HEAD', `/Users/${popular}`);
    const condition = { 'if-match': headers.get('etag') ?? '' };

    const changed = await send('PATCH', `/Users/${popular}`, body, condition);

    assert.deepEqual([changed.status, changed.body.title], [200, 'Popular']);
    assertWhole(changed.body);
    assert.equal((await send('PATCH', `/Users/${popular}`, body, condition)).status, 412);
  });

  it('end a page of a list, and the next goes on behind them', async () => {
    const pages: string[][] = [];
    for (let startIndex = 1; startIndex <= users.length; ) {
      const { body } = await send('GET', `/Users?count=200&sortBy=id&startIndex=${startIndex}`);
      assert.deepEqual([body.totalResults, body.itemsPerPage], [users.length, body.Resources.length]);
      for (const user of body.Resources) {
        if (user.id === popular) assertWhole(user);
        else assert.equal(user.groups.length, 3);
      }
      pages.push(body.Resources.map(({ id }: Body) => id));
      startIndex += body.itemsPerPage;
    }
    assert.deepEqual(pages.flat().sort(), users);
    assert.ok(pages.some((page) => page.at(-1) === popular));

    const byCursor: string[][] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const { body } = await send('GET', `/Users?count=200&sortBy=id&cursor=${cursor}`);
      assert.equal(body.totalResults, users.length);
      byCursor.push(body.Resources.map(({ id }: Body) => id));
      cursor = body.nextCursor;
    }
    assert.deepEqual(byCursor, pages);
    const { body } = await send('GET', '/Users?count=200&sortBy=id&attributes=userName');
    assert.equal(body.Resources.length, users.length);
  });

  it('are found in a list of users and groups, one behind the other', async () => {
    const filter = `id eq "${popular}" or displayName eq "group 7" or displayName eq "group 8"`;
    const wanted = [popular, 'group 7', 'group 8'];
    const named = ({ Resources }: Body) => Resources.map((one: Body) => one.displayName ?? one.id);
    const byIndex: string[] = [];
    for (let startIndex = 1; startIndex <= wanted.length; ) {
      const { body } = await send('POST', '/.search', { filter, count: 200, startIndex });
      assert.equal(body.totalResults, wanted.length);
      for (const one of body.Resources) if (one.id === popular) assertWhole(one);
      byIndex.push(...named(body));
      startIndex += body.itemsPerPage;
    }
    assert.deepEqual(byIndex, wanted);

    const byCursor: string[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const { body } = await send('POST', '/.search', { filter, count: 200, cursor });
      assert.equal(body.totalResults, wanted.length);
      byCursor.push(...named(body));
      cursor = body.nextCursor;
    }
    assert.deepEqual(byCursor, wanted);
  });

  it('are read in parts of a thousand', async () => {
    const parts = await product.database.read(async (session) => {
      const first = await readGroupsBehind(session, popular, groupId(999));
      return [first.length, (await readGroupsBehind(session, popular, first.at(-1)?.id ?? '')).length];
    });

    assert.deepEqual(parts, [1_000, 100]);
  });

  it('leave their groups when they are deleted', async () => {
    assert.equal((await send('DELETE', `/Users/${popular}`)).status, 204);

    const { body } = await send('GET', '/Groups?count=1&filter=displayName%20eq%20%22group%20999%22');
    assert.deepEqual(body.Resources[0].members ?? [], []);
  });
});
