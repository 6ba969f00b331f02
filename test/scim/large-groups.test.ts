import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { inTurnIfLarge } from '../../src/core/provisioning/groups/large-change.js';
import { fittingOf } from '../../src/core/provisioning/groups/list-groups.js';
import type { Idp } from '../../src/core/provisioning/types.js';
import { setAccountEnabled } from '../../src/core/service-accounts/change.js';
import { revokeToken } from '../../src/core/tokens/revoke.js';
import type { ScimHandler } from '../../src/scim/protocol/exchange.js';
import { createScimHandler } from '../../src/scim/protocol/handler/handler.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { watchStatements } from '../support/databases/statements.js';
import { forEachEngine } from '../support/engines.js';
import { addIdp, linkMany } from '../support/people/provisioned.js';
import { bearer, type Endpoint, issue, startEndpoint } from '../support/scim/endpoint.js';

const MEMBERS = 1_100;
const NAMES = ['small', 'large', 'after it', 'last'];

// biome-ignore lint/suspicious/noExplicitAny: whatever the endpoint said
type Body = any;

forEachEngine(
  'groups that are sent in parts',
  (engine) => {
    let product: Product;
    let endpoint: Endpoint;
    let idp: Idp;
    let token: string;
    let tokenId: string;
    let users: string[];
    let meanwhile: (() => Promise<unknown>) | undefined;
    const ids = new Map<string, string>();

    before(async () => {
      product = await freshProduct(engine);
      idp = await addIdp(product, 'okta');
      users = await linkMany(product, idp, MEMBERS);
      ({ token, id: tokenId } = await issue(product, 'okta'));
      endpoint = await startEndpoint(product, { handler: withParts(createScimHandler({})) });
      for (const displayName of NAMES) {
        product.now = new Date(product.now.getTime() + 1);
        const members = displayName === 'large' ? users : users.slice(0, 10);
        const made = await send('POST', '/Groups', {
          displayName,
          members: members.map((value) => ({ value })),
        });
        assert.equal(made.status, 201);
        assert.equal(made.body.members.length, members.length);
        ids.set(displayName, made.body.id);
      }
    });
    after(async () => {
      await endpoint.stop(5000);
      await product.close();
    });

    /** The same, with something done before the second part of an answer is read. */
    const withParts =
      (handler: ScimHandler): ScimHandler =>
      async (request, door) => {
        const { parts, ...answer } = await handler(request, door);
        const doing = meanwhile;
        if (!parts || !doing) return { ...answer, ...(parts && { parts }) };
        async function* disturbed(all: AsyncGenerator<string>) {
          await doing?.();
          yield* all;
        }
        return { ...answer, parts: () => disturbed(parts()) };
      };

    async function send(method: string, path: string, body?: unknown) {
      const response = await fetch(`${endpoint.scim}${path}`, {
        method,
        headers: { ...bearer(token), 'content-type': 'application/scim+json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: (text === '' ? undefined : JSON.parse(text)) as Body,
      };
    }
    const large = () => `/Groups/${ids.get('large')}`;
    const namesIn = ({ Resources }: Body) => Resources.map((one: Body) => one.displayName ?? one.userName);

    it('are changed two at a time, whichever requests they belong to', async () => {
      let inside = 0;
      let most = 0;
      const change = async () => {
        most = Math.max(most, ++inside);
        await new Promise((resolve) => setTimeout(resolve, 20));
        inside--;
      };
      // As each request has a share of the connections of its own.
      const shareOf = () => product.database.claim(async () => () => undefined).database;

      await Promise.all(
        Array.from({ length: 6 }, () =>
          inTurnIfLarge({ ...product.core, database: shareOf() }, ids.get('large') ?? '', change),
        ),
      );

      assert.equal(most, 2);
    });

    it('are there whole, each member once, with the ETag of the group', async () => {
      const { status, headers, body } = await send('GET', large());
      assert.equal(status, 200);
      assert.equal(headers.get('content-length'), null);
      assert.equal(headers.get('etag'), body.meta.version);
      assert.equal(
        (await send('GET', `${large()}?excludedAttributes=members`)).body.meta.version,
        body.meta.version,
      );
      const values = body.members.map(({ value }: Body) => value.toLowerCase());
      assert.deepEqual(values.sort(), [...users].sort());
      assert.deepEqual(Object.keys(body.members.at(-1)), ['value', '$ref', 'display', 'type']);
      const small = await send('GET', `/Groups/${ids.get('small')}`);
      assert.ok(small.headers.has('content-length'));
    });

    it('have of each member what is asked for', async () => {
      const { body } = await send('GET', `${large()}?attributes=members.value`);
      assert.equal(body.members.length, MEMBERS);
      for (const member of body.members) assert.deepEqual(Object.keys(member), ['value']);
    });

    it('answer a change and HEAD the same way', async () => {
      const { headers, body } = await send('PATCH', `${large()}?attributes=members,displayName`, {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'add', path: 'externalId', value: 'group-large' }],
      });
      assert.deepEqual([body.members.length, body.displayName], [MEMBERS, 'large']);
      assert.equal((await send('HEAD', large())).headers.get('etag'), headers.get('etag'));
      const put = await send('PUT', large(), { displayName: 'large', externalId: 'group-large' });
      assert.deepEqual([put.status, put.body.members.length], [200, MEMBERS]);
    });

    it('are not read by a change that says nothing of members', async () => {
      const read: string[] = [];
      const stop = await watchStatements(product.database, (sql) => read.push(sql));
      const operations = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'] };
      const named = await send('PATCH', large(), {
        ...operations,
        Operations: [{ op: 'replace', path: 'externalId', value: 'group-large-2' }],
      });
      const put = await send('PUT', `${large()}?excludedAttributes=members`, { displayName: 'large' });
      const members = () => read.filter((sql) => /idp_group_member/.test(sql));
      assert.deepEqual([named.status, put.status, members()], [204, 200, []]);
      const emptied = await send('PATCH', large(), {
        ...operations,
        Operations: [{ op: 'remove', path: 'members[display eq "Nobody"]' }],
      });
      stop();
      assert.equal(emptied.status, 204);
      assert.ok(members().length > 0);
    });

    it('end a page of a list early, and the next goes on behind it', async () => {
      const pages: string[][] = [];
      for (let startIndex = 1; startIndex <= NAMES.length; ) {
        const { body } = await send('GET', `/Groups?count=200&startIndex=${startIndex}`);
        assert.deepEqual([body.totalResults, body.startIndex], [NAMES.length, startIndex]);
        assert.equal(body.itemsPerPage, body.Resources.length);
        for (const one of body.Resources) {
          assert.equal(one.members.length, one.displayName === 'large' ? MEMBERS : 10);
        }
        pages.push(namesIn(body));
        startIndex += body.itemsPerPage;
      }
      assert.deepEqual(pages, [['small'], ['large'], ['after it', 'last']]);

      const byCursor: string[][] = [];
      for (let cursor: string | undefined = ''; cursor !== undefined; ) {
        const { body } = await send('GET', `/Groups?count=200&cursor=${cursor}`);
        assert.equal(body.totalResults, NAMES.length);
        byCursor.push(namesIn(body));
        cursor = body.nextCursor;
      }
      assert.deepEqual(byCursor, pages);
      const { body } = await send('GET', '/Groups?count=200&excludedAttributes=members');
      assert.deepEqual(namesIn(body), NAMES);
    });

    it('are found in a list of users and groups, one behind the other', async () => {
      const found: string[] = [];
      for (let startIndex = 1; ; ) {
        const filter = 'meta.resourceType eq "Group" or userName eq "many-7"';
        const { body } = await send('POST', '/.search', { filter, count: 200, startIndex });
        assert.equal(body.totalResults, NAMES.length + 1);
        found.push(...namesIn(body));
        startIndex += body.itemsPerPage;
        if (startIndex > body.totalResults) break;
      }
      assert.deepEqual(found, ['many-7', ...NAMES]);
    });

    it('reach a client that reads them slowly', async () => {
      const response = await fetch(`${endpoint.scim}${large()}`, { headers: bearer(token) });
      let text = '';
      const decoder = new TextDecoder();
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        await new Promise((resolve) => setTimeout(resolve, 2));
        text += decoder.decode(chunk, { stream: true });
      }
      assert.equal(JSON.parse(text).members.length, MEMBERS);
    });

    for (const [how, problem, end] of [
      ['whose IdP was disabled', 'account-disabled', () => setAccountEnabled(product.core, 'okta', false)],
      ['whose token was revoked', 'token-revoked', () => revokeToken(product.core, tokenId)],
    ] as const) {
      it(`are read no further by a client ${how} meanwhile`, async () => {
        await setAccountEnabled(product.core, 'okta', true);
        meanwhile = end;
        await assert.rejects(send('GET', large()));
        const line = endpoint.log.findLast(({ event }) => event === 'request');
        assert.deepEqual([line?.problem, line?.aborted, line?.level], [problem, true, 'warn']);
      });
    }
  },
  { only: ['postgres', 'mssql'] },
);

it('a page of groups holds those from the first on whose members are not too many', () => {
  const cases: [sizes: number[], fitting: number][] = [
    [[], 0],
    [Array(200).fill(50), 200],
    [[1_000, 1_001, 1], 1],
    [[1_001, 1], 0],
    [Array(20).fill(1_000), 10],
  ];
  for (const [sizes, fitting] of cases) assert.equal(fittingOf(sizes), fitting, String(sizes.slice(0, 3)));
});
