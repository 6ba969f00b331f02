import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ACCESS_TOKEN_MS, issueAccessToken } from '../../src/core/authentication/access-token.js';
import { createAuthenticate, recognise } from '../../src/core/authentication/authenticate.js';
import type { Core } from '../../src/core/core.js';
import { setAccountEnabled, updateAccount } from '../../src/core/service-accounts/change.js';
import { revokeToken } from '../../src/core/tokens/revoke.js';
import type { Database } from '../../src/database/database.js';
import { createScimHandler } from '../../src/scim/protocol/handler/handler.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { hostUser, setSeats } from '../support/people/people.js';
import { addIdp } from '../support/people/provisioned.js';
import { bearer, type Endpoint, forge, issue, startEndpoint } from '../support/scim/endpoint.js';
import { rawClient } from '../support/scim/raw-http.js';
import { PATCH_OP } from '../support/scim/scim.js';

const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

forEachEngine('a credential that ends while a request is under way', (engine) => {
  let product: Product;
  let endpoint: Endpoint;
  let token: { id: string; token: string };
  let made = 0;
  /** How often the endpoint has looked at its clock, as it does when it has found a credential. */
  let looks = 0;
  before(async () => {
    product = await freshProduct(engine, { served: true });
    await setSeats(product, 'Concurrent', 500);
    await addIdp(product, 'entra');
    await addIdp(product, 'okta');
    const clock = () => {
      looks++;
      return product.core.clock();
    };
    endpoint = await startEndpoint({ core: { ...product.core, clock } }, { handler: createScimHandler({}) });
  });
  after(async () => {
    await endpoint?.stop(5000);
    await product?.close();
  });
  beforeEach(async () => {
    token = await issue(product, 'entra');
  });
  // Two tokens at most are live; to revoke one again is no fault.
  afterEach(() => revoked());

  const user = () => {
    const userName = `ends-${++made}@contoso.example`;
    return { userName, externalId: userName, emails: [{ value: userName }], displayName: 'Ends' };
  };
  const change = (path: string, value: unknown) => ({
    schemas: [PATCH_OP],
    Operations: [{ op: 'replace', path, value }],
  });
  async function send(method: string, path: string, body: unknown, by = token.token) {
    const headers = { ...bearer(by), 'content-type': 'application/scim+json' };
    const response = await fetch(`${endpoint.scim}${path}`, { method, headers, body: JSON.stringify(body) });
    const text = await response.text();
    // biome-ignore lint/suspicious/noExplicitAny: whatever the endpoint said
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as any };
  }
  const idOf = async (path: string, body: unknown) => String((await send('POST', path, body)).body.id);
  const stateOf = async () =>
    JSON.stringify([await rowsOf(product, 'scim.identity'), await rowsOf(product, 'scim.idp_group')]);

  /** Sends the head and a part of the body, has something done, and then the rest. */
  async function interrupted(method: string, path: string, body: unknown, meanwhile: () => Promise<unknown>) {
    const text = JSON.stringify(body);
    const client = await rawClient(endpoint.port);
    const head = [
      `${method} /scim/v2${path} HTTP/1.1`,
      'Host: localhost',
      `Authorization: Bearer ${token.token}`,
      'Content-Type: application/scim+json',
      `Content-Length: ${Buffer.byteLength(text)}`,
      'Connection: close',
    ];
    const seen = looks;
    client.write(`${head.join('\r\n')}\r\n\r\n${text.slice(0, 10)}`);
    while (looks === seen) await sleep(5);
    await meanwhile();
    client.write(text.slice(10));
    return client.read();
  }

  const revoked = () => revokeToken(product.core, token.id);
  const disabled = () => setAccountEnabled(product.core, 'entra', false);

  const CASES: Record<string, () => Promise<[string, string, unknown]>> = {
    'a create': async () => ['POST', '/Users', user()],
    'a PATCH': async () => [
      'PATCH',
      `/Users/${await idOf('/Users', user())}`,
      change('displayName', 'Other'),
    ],
    'a departure': async () => ['PATCH', `/Users/${await idOf('/Users', user())}`, change('active', false)],
    'a PUT': async () => {
      const one = user();
      return ['PUT', `/Users/${await idOf('/Users', one)}`, { ...one, displayName: 'Other' }];
    },
    'a new group': async () => ['POST', '/Groups', { displayName: `group ${++made}` }],
    'a change of a group': async () => [
      'PATCH',
      `/Groups/${await idOf('/Groups', { displayName: `group ${++made}` })}`,
      change('displayName', `group ${++made}`),
    ],
  };

  for (const [what, prepare] of Object.entries(CASES)) {
    it(`refuses ${what} after its token was revoked`, async () => {
      const [method, path, body] = await prepare();
      const state = await stateOf();
      const answer = await interrupted(method, path, body, revoked);
      assert.match(answer, /^HTTP\/1\.1 401 /);
      assert.match(answer, /WWW-Authenticate: Bearer realm="scimctl", error="invalid_token"/);
      assert.match(answer, /was revoked\. Create a new one with `scimctl token create --idp entra`/);
      assert.equal(await stateOf(), state);
    });
  }

  describe('whose IdP is disabled', () => {
    after(() => setAccountEnabled(product.core, 'entra', true));
    for (const what of ['a PATCH', 'a change of a group'] as const) {
      it(`refuses ${what}`, async () => {
        await setAccountEnabled(product.core, 'entra', true);
        const [method, path, body] = await (CASES[what] as (typeof CASES)[string])();
        const state = await stateOf();
        const answer = await interrupted(method, path, body, disabled);
        assert.match(answer, /^HTTP\/1\.1 403 /);
        assert.match(answer, /The IdP entra is disabled/);
        assert.equal(await stateOf(), state);
      });
    }
  });

  it('refuses a search whose body comes late', async () => {
    const answer = await interrupted('POST', '/Users/.search', { schemas: [SEARCH], count: 1 }, async () => {
      await revoked();
      await sleep(1_100);
    });
    assert.match(answer, /^HTTP\/1\.1 401 /);
  });

  /** Requests of a credential that was admitted, straight to the handler. */
  async function admitted(secret: string, core: Core = product.core) {
    const recognised = recognise({ method: 'bearer', secret });
    assert.ok('publicId' in recognised);
    const found = await createAuthenticate(core)(recognised);
    assert.ok('asker' in found, JSON.stringify(found));
    const { idp, asker, credential } = found;
    const handler = createScimHandler({});
    return {
      credential,
      send: (method: string, path: string, body?: unknown) =>
        handler(
          { method, path, query: new URLSearchParams(), baseUrl: endpoint.scim, body },
          { core: { ...core, asker }, idp },
        ),
    };
  }

  it('refuses a DELETE by an access token that has expired', async () => {
    await updateAccount(product.core, 'entra', { allowOauth: true });
    const id = await idOf('/Users', user());
    const { credential } = await admitted(token.token);
    const access = await admitted((await issueAccessToken(product.core, { credential })).text);
    const state = await stateOf();
    // By the clock of the database, which did not stand still.
    product.now = new Date(Date.now() + ACCESS_TOKEN_MS + 60_000);
    const { status, problem } = await access.send('DELETE', `/Users/${id}`);
    assert.deepEqual([status, problem], [401, 'token-expired']);
    assert.equal(await stateOf(), state);
  });

  it('ends a bulk request with the operation that meets it', async () => {
    let transactions = 0;
    const { database } = product;
    const revoking: Database = {
      ...database,
      transaction: async (work, options) => {
        transactions++;
        if (transactions === 3) await revoked();
        return database.transaction(work, options);
      },
    };
    const { sharing: _, ...alone } = product.core;
    const client = await admitted(token.token, { ...alone, database: revoking });
    const users = Array.from({ length: 5 }, user);
    const { status, body, problem } = await client.send('POST', '/Bulk', {
      schemas: [BULK],
      Operations: users.map((data) => ({ method: 'POST', path: '/Users', bulkId: data.userName, data })),
    });
    const { Operations: outcomes } = body as { Operations: { status: string }[] };
    assert.deepEqual([status, problem], [200, 'token-revoked']);
    assert.deepEqual(
      outcomes.map((one) => one.status),
      ['201', '201', '401'],
    );
    const stored = (await rowsOf(product, 'scim.identity')).map(({ user_name: name }) => name);
    assert.deepEqual(
      users.map(({ userName }) => stored.includes(userName)),
      [true, true, false, false, false],
    );
  });

  it('leaves those alone who share a transaction with it', async () => {
    const other = await issue(product, 'okta');
    const [ended, good] = [await admitted(token.token), await admitted(other.token)];
    await revoked();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => (n % 2 === 0 ? ended : good).send('POST', '/Users', user())),
    );
    assert.deepEqual(
      answers.map(({ status }) => status),
      [401, 201, 401, 201, 401, 201, 401, 201],
    );
  });

  describe('which was good a moment ago', () => {
    /** One of each kind: what a revoked credential must not have. */
    const requests = async (): Promise<[string, string, unknown?][]> => {
      const one = user();
      const id = await idOf('/Users', one);
      return [
        ['GET', `/Users/${id}`],
        ['GET', '/Users'],
        ['GET', '/Schemas'],
        ['POST', '/Users/.search', { schemas: [SEARCH], count: 1 }],
        ['POST', '/Users/%2Esearch', { schemas: [SEARCH], count: 1 }],
        ['POST', '/%55sers', user()],
        ['POST', '/Users', user()],
        ['PUT', `/Users/${id}`, { ...one, displayName: 'Other' }],
        ['PATCH', `/Users/${id}`, change('displayName', 'Other')],
        ['DELETE', `/Users/${id}`],
      ];
    };

    for (const [how, end, status] of [
      ['revoked', revoked, 401],
      ['disabled', disabled, 403],
    ] as const) {
      it(`is refused whatever it asks for as soon as it is ${how}`, async () => {
        await setAccountEnabled(product.core, 'entra', true);
        const asked = await requests();
        const state = await stateOf();
        await end();

        for (const [method, path, body] of asked) {
          const answer = await send(method, path, body);
          assert.equal(answer.status, status, `${method} ${path}`);
          assert.equal(answer.body.Resources ?? answer.body.userName, undefined);
        }
        assert.equal(await stateOf(), state);
        await setAccountEnabled(product.core, 'entra', true);
      });
    }

    it('is refused also where the request asks for nothing that could be done', async () => {
      const id = await idOf('/Users', user());
      for (const [method, path, body] of [
        ['POST', '/Bulk', { schemas: [BULK], Operations: [] }],
        ['POST', '/Bulk', { schemas: [BULK], Operations: [{ method: 'DELETE', path: '/None/1' }] }],
        ['POST', '/%42ulk', { schemas: [BULK], Operations: [] }],
        ['POST', '/Users', {}],
        ['PATCH', `/Users/${id}`, {}],
        ['PUT', `/Users/${id}`, []],
        ['DELETE', '/Schemas', {}],
      ] as const) {
        const other = await issue(product, 'entra');
        await send('GET', '/Users?count=1', undefined, other.token);
        await revokeToken(product.core, other.id);

        assert.equal((await send(method, path, body, other.token)).status, 401, `${method} ${path}`);
        assert.equal(endpoint.log.at(-1)?.auth, 'revoked', `${method} ${path}`);
      }
    });

    it('lets nobody in with another secret', async () => {
      await send('GET', '/Users?count=1', undefined);

      for (const [method, path, body] of await requests()) {
        const { status } = await send(method, path, body, forge(token.token));
        // The latter once there were too many of them.
        assert.ok(status === 401 || status === 429, `${method} ${path}: ${status}`);
      }
    });

    it('goes by what its IdP is set to now', async () => {
      const users = [user(), user(), user()].map((one) => ({ ...one, active: true }));
      const [first, ...others] = await Promise.all(users.map((one) => idOf('/Users', one)));
      await updateAccount(product.core, 'entra', { deprovisionPolicy: 'disable', maxDepartures: null });

      await send('PATCH', `/Users/${first}`, change('active', false));
      await updateAccount(product.core, 'entra', { deprovisionPolicy: 'manual' });
      const { body } = await send('POST', '/Bulk', {
        schemas: [BULK],
        Operations: others.map((id) => ({
          method: 'PATCH',
          path: `/Users/${id}`,
          data: change('active', false),
        })),
      });

      assert.deepEqual(
        body.Operations.map((one: { status: string }) => one.status),
        ['200', '200'],
      );
      const enabled = await Promise.all(
        users.map(async ({ userName }) => (await hostUser(product, userName)).enabled),
      );
      assert.deepEqual(enabled.map(Boolean), [false, true, true]);
    });

    it('decides by its own settings, whoever shares the transaction', async () => {
      await updateAccount(product.core, 'entra', { deprovisionPolicy: 'disable', maxDepartures: null });
      const users = [user(), user()].map((one) => ({ ...one, active: true }));
      const ids = await Promise.all(users.map((one) => idOf('/Users', one)));
      const before = await admitted(token.token);
      await updateAccount(product.core, 'entra', { deprovisionPolicy: 'manual' });
      const now = await admitted(token.token);

      const answers = await Promise.all(
        [now, before].map((by, n) => by.send('PATCH', `/Users/${ids[n]}`, change('active', false))),
      );

      for (const { status, body } of answers) assert.equal(status, 200, JSON.stringify(body));
      for (const { userName } of users) assert.ok((await hostUser(product, userName)).enabled, userName);
    });
  });
});
