import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { clearAccessTokens } from '../../src/core/authentication/access-token.js';
import { markHosting } from '../../src/core/host/installation.js';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { removeAccount, setAccountEnabled, updateAccount } from '../../src/core/service-accounts/change.js';
import { createToken } from '../../src/core/tokens/create.js';
import { generateToken } from '../../src/core/tokens/format.js';
import { parseTokenKeys } from '../../src/core/tokens/keys.js';
import { revokeToken } from '../../src/core/tokens/revoke.js';
import { finishRotation, rotateToken } from '../../src/core/tokens/rotate.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { basic, bearer, type Endpoint, forge, issue, startEndpoint } from '../support/scim/endpoint.js';
import { rawClient } from '../support/scim/raw-http.js';
import { plantSeal } from '../support/trail/tamper.js';

const DAY_MS = 86_400_000;

forEachEngine('authentication at the endpoint', (engine) => {
  let product: Product;
  let endpoint: Endpoint;

  before(async () => {
    product = await freshProduct(engine, { served: true });
    endpoint = await startEndpoint(product);
  });
  after(async () => {
    await endpoint.stop(0);
    await product.close();
  });

  let names = 0;
  /** An IdP of its own for a test. */
  async function idp(options: { allowBasic?: boolean; allowOauth?: boolean } = {}): Promise<string> {
    const name = `idp-${++names}`;
    await addServiceAccount(product.core, { name, kind: 'generic', ...options });
    return name;
  }

  const get = async (headers: Record<string, string>, url = `${endpoint.scim}/Users`) => {
    const response = await fetch(url, { headers });
    const body = (await response.json()) as Record<string, unknown>;
    return { status: response.status, headers: response.headers, body };
  };

  describe('by bearer token', () => {
    it('lets the IdP in as itself', async () => {
      const name = await idp();
      const { token } = await issue(product, name);

      const { status, body } = await get(bearer(token));

      assert.equal(status, 200);
      const { name: found, kind, deprovisionPolicy } = body.idp as Record<string, unknown>;
      assert.deepEqual([found, kind, deprovisionPolicy], [name, 'generic', 'manual']);
      assert.equal(body.actor, `idp:${name}`);
    });

    it('takes the scheme in any case', async () => {
      const { token } = await issue(product, await idp());

      assert.equal((await get({ Authorization: `bearer ${token}` })).status, 200);
    });

    it('takes no request with two headers, whichever of them is good', async () => {
      const { token } = await issue(product, await idp());
      for (const two of [
        [`Bearer ${token}`, 'Bearer x'],
        ['Bearer x', `Bearer ${token}`],
        [`Bearer ${token}`, `Bearer ${token}`],
      ]) {
        const client = await rawClient(endpoint.port);
        // Of more than 2000 headers, Node would leave some out.
        const headers = two.map((value) => `Authorization: ${value}\r\n`).join('a:\r\n'.repeat(2100));
        client.write(`GET /scim/v2/Users HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${headers}\r\n`);
        const text = await client.read();

        assert.match(text, /^HTTP\/1\.1 400 /);
        assert.match(text, /WWW-Authenticate: Bearer realm="scimctl", error="invalid_request"/i);
        assert.match(text, /more than one Authorization header/);
      }
    });

    it('asks for one that is missing, without an error code', async () => {
      const { status, headers, body } = await get({});

      assert.equal(status, 401);
      assert.equal(headers.get('www-authenticate'), 'Bearer realm="scimctl"');
      assert.deepEqual(body.schemas, ['urn:ietf:params:scim:api:messages:2.0:Error']);
      assert.equal(body.status, '401');
      assert.match(String(body.detail), /Authorization: Bearer TOKEN/);
    });

    it('refuses one that is not right, and says no more than that', async () => {
      const { token } = await issue(product, await idp());
      const { text: other } = generateToken(product.core.random);
      // The id of a real token with another secret.
      const forged = forge(token);
      const details = new Set<unknown>();
      for (const wrong of [other, forged]) {
        const { status, headers, body } = await get(bearer(wrong));

        assert.equal(status, 401);
        assert.equal(headers.get('www-authenticate'), 'Bearer realm="scimctl", error="invalid_token"');
        details.add(body.detail);
      }
      assert.equal(details.size, 1);
    });

    for (const [what, mangle] of [
      ['cut off', (token: string) => token.slice(0, -1)],
      ['mistyped', (token: string) => token.slice(0, 40) + (token[40] === 'a' ? 'b' : 'a') + token.slice(41)],
      ['in quotes', (token: string) => `"${token}"`],
    ] as const) {
      it(`says so where it is ${what}`, async () => {
        const { token } = await issue(product, await idp());

        const { status, body } = await get(bearer(mangle(token)));

        assert.equal(status, 401);
        assert.match(String(body.detail), /whole token/);
      });
    }

    it('never takes one from the URL', async () => {
      const { token } = await issue(product, await idp());

      assert.equal((await get({}, `${endpoint.scim}/Users?access_token=${token}`)).status, 401);
    });

    it('honours a rotation, its end and a revocation at once', async () => {
      const name = await idp();
      const old = await issue(product, name);
      assert.equal((await get(bearer(old.token))).status, 200);

      const next = await rotateToken(product.core, name, { expiresInMs: DAY_MS, overlapMs: 3_600_000 });
      assert.deepEqual(
        [(await get(bearer(old.token))).status, (await get(bearer(next.token))).status],
        [200, 200],
      );

      product.now = new Date(product.now.getTime() + 3_600_000);
      assert.deepEqual(
        [(await get(bearer(old.token))).status, (await get(bearer(next.token))).status],
        [401, 200],
      );

      await revokeToken(product.core, next.id);
      const { status, body } = await get(bearer(next.token));
      assert.equal(status, 401);
      assert.match(String(body.detail), new RegExp(`${next.id} was revoked.*token create --idp ${name}`));
    });

    it('says when one ended, and how to get another', async () => {
      const name = await idp();
      const { token } = await createToken(product.core, name, { expiresInMs: 60_000 });
      product.now = new Date(product.now.getTime() + 60_000);

      const { status, body } = await get(bearer(token));

      assert.equal(status, 401);
      assert.match(
        String(body.detail),
        new RegExp(`expired at ${product.now.toISOString().slice(0, 16)}.*--idp ${name}`),
      );
    });

    it('answers 403 while the IdP is disabled, 401 once it is removed', async () => {
      const name = await idp();
      const { token } = await issue(product, name);
      await setAccountEnabled(product.core, name, false);

      const disabled = await get(bearer(token));
      assert.equal(disabled.status, 403);
      assert.match(String(disabled.body.detail), new RegExp(`scimctl idp enable ${name}`));
      assert.equal((await get(bearer(forge(token)))).status, 401);

      await setAccountEnabled(product.core, name, true);
      assert.equal((await get(bearer(token))).status, 200);

      await removeAccount(product.core, name);
      assert.equal((await get(bearer(token))).status, 401);
    });

    it('answers 403 where the installation is cloud-hosted', async () => {
      const { token } = await issue(product, await idp());
      await markHosting(product.core, 'cloud');

      const { status, body } = await get(bearer(token));
      await markHosting(product.core, 'on-premises');

      assert.equal(status, 403);
      assert.match(String(body.detail), /`scimctl host mark --hosting on-premises`/);
    });

    it('answers 500, not 401, where the key of the token is not there', async () => {
      const name = await idp();
      const keys = parseTokenKeys(`k1 ${Buffer.alloc(32, 7).toString('base64')}`, 'test');
      const core = { ...product.core, tokenKeys: keys };
      const { token } = await createToken(core, name, { expiresInMs: DAY_MS });
      const keyed = await startEndpoint({ ...product, core });

      assert.equal((await get(bearer(token))).status, 500);
      assert.equal((await get(bearer(token), `${keyed.scim}/Users`)).status, 200);
      await keyed.stop(0);
    });
  });

  describe('by HTTP basic', () => {
    it('is off until it is allowed', async () => {
      const name = await idp();
      const { token } = await issue(product, name);
      const refused = await get(basic(name, token));
      await updateAccount(product.core, name, { allowBasic: true });

      assert.equal(refused.status, 401);
      assert.match(refused.headers.get('www-authenticate') ?? '', /^Bearer .*, Basic realm="scimctl"/);
      assert.match(String(refused.body.detail), /--allow-basic/);
      assert.equal((await get(basic(name, token))).status, 200);
    });

    it('takes the name and a token of the same IdP only', async () => {
      const [name, other] = [await idp({ allowBasic: true }), await idp({ allowBasic: true })];
      const { token } = await issue(product, name);

      const statuses = [];
      for (const [user, password] of [
        [other, token],
        ['', token],
        [name, `${token}x`],
        [name, ''],
        [name, forge(token)],
      ] as const)
        statuses.push((await get(basic(user, password))).status);

      assert.deepEqual(statuses, [401, 401, 401, 401, 401]);
      assert.equal((await get({ Authorization: 'Basic !!!' })).status, 401);
    });
  });

  describe('by OAuth 2.0 client credentials', () => {
    // As the clock of the database has gone on.
    beforeEach(() => {
      product.now = new Date();
    });

    const ask = async (
      form: Record<string, string> | string,
      headers: Record<string, string> = {},
    ): Promise<{ status: number; headers: Headers; body: Record<string, unknown> }> => {
      const response = await fetch(`${endpoint.url}/oauth/token`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
        body: typeof form === 'string' ? form : new URLSearchParams(form).toString(),
      });
      return {
        status: response.status,
        headers: response.headers,
        body: (await response.json()) as Record<string, unknown>,
      };
    };
    const grant = { grant_type: 'client_credentials' };

    it('gives a token for an hour at most, by form or header, which lets in as the IdP', async () => {
      const name = await idp({ allowOauth: true });
      const { token } = await issue(product, name);
      const answers = [
        await ask({ ...grant, client_id: name, client_secret: token }),
        await ask({ ...grant, scope: 'scim' }, basic(name, token)),
      ];
      for (const { status, headers, body } of answers) {
        assert.equal(status, 200);
        assert.equal(headers.get('cache-control'), 'no-store');
        assert.equal(body.token_type, 'Bearer');
        assert.equal(body.expires_in, 3600);
        const { status: admitted, body: seen } = await get(bearer(String(body.access_token)));
        assert.equal(admitted, 200);
        assert.equal((seen.idp as { name: string }).name, name);
      }
      assert.notEqual(answers[0]?.body.access_token, answers[1]?.body.access_token);
    });

    it('stores a digest alone, and clears away what has expired', async () => {
      const name = await idp({ allowOauth: true });
      const { token } = await issue(product, name);
      const { body } = await ask({ ...grant, client_id: name, client_secret: token });

      const rows = await rowsOf(product, 'scim.access_token');
      assert.ok(rows.length > 0);
      assert.ok(!JSON.stringify(rows).includes(String(body.access_token).slice(-49)));
      // The database may be some seconds ahead of this test.
      product.now = new Date(Date.now() + 3_600_001 + 60_000);
      await clearAccessTokens(product.core);
      assert.deepEqual(await rowsOf(product, 'scim.access_token'), []);
    });

    it('ends with its hour, and never outlives its token', async () => {
      const name = await idp({ allowOauth: true });
      const { token } = await createToken(product.core, name, { expiresInMs: 90 * 60_000 });
      const { token: brief } = await createToken(product.core, name, { expiresInMs: 30 * 60_000 });
      const ask30 = await ask({ ...grant, client_id: name, client_secret: brief });
      const ask90 = await ask({ ...grant, client_id: name, client_secret: token });
      assert.deepEqual([ask30.body.expires_in, ask90.body.expires_in], [1800, 3600]);
      const statuses = async () => [
        (await get(bearer(String(ask30.body.access_token)))).status,
        (await get(bearer(String(ask90.body.access_token)))).status,
      ];

      const began = product.now.getTime();
      const seen = [];
      // The hour is the database's: it has gone on since the clock of this test was set.
      for (const minutes of [29, 30, 59, 89]) {
        product.now = new Date(began + minutes * 60_000);
        seen.push(await statuses());
      }

      assert.deepEqual(seen, [
        [200, 200],
        [401, 200],
        [401, 200],
        [401, 401],
      ]);
    });

    it('ends the oldest beyond ten of a token, and refuses none, however many come at once', async () => {
      const name = await idp({ allowOauth: true });
      const { id, token } = await issue(product, name);
      const secret = { ...grant, client_id: name, client_secret: token };
      const beside = await idp({ allowOauth: true });
      const other = await issue(product, beside);
      await ask({ ...grant, client_id: beside, client_secret: other.token });

      const oldest = String((await ask(secret)).body.access_token);
      // Times are to the millisecond.
      await new Promise((resolve) => setTimeout(resolve, 5));
      const answers = await Promise.all(Array.from({ length: 10 }, () => ask(secret)));

      assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
      assert.equal((await get(bearer(oldest))).status, 401);
      for (const { body } of answers)
        assert.equal((await get(bearer(String(body.access_token)))).status, 200);
      const of = (await rowsOf(product, 'scim.access_token')).map((row) => row.token_public_id);
      assert.deepEqual(
        [id, other.id].map((one) => of.filter((found) => found === one).length),
        [10, 1],
      );
    });

    it('lasts for the hour that the database sets, whatever is stated', async () => {
      const { id } = await issue(product, await idp({ allowOauth: true }));
      const digest =
        engine.name === 'mssql' ? `convert(varbinary(32), '${'x'.repeat(32)}')` : `'${'x'.repeat(32)}'`;
      const plant = (columns: string, values: string) =>
        product.test.query(
          `insert into scim.access_token (access_token_id, token_public_id, digest${columns}) values ('planted', '${id}', ${digest}${values})`,
        );
      const ten = plant(', created_at, expires_at', ", '2026-01-01', '2036-01-01'");
      // The owner of the table may state times on PostgreSQL, within the hour.
      if (engine.name === 'mssql') await ten;
      else {
        await assert.rejects(ten, /access_token_within_hour/);
        await plant('', '');
      }
      const [row] = (await rowsOf(product, 'scim.access_token')).filter(
        (one) => one.access_token_id === 'planted',
      );
      const [from, to] = [row?.created_at, row?.expires_at].map((at) => (at as Date).getTime()) as [
        number,
        number,
      ];
      assert.equal(to - from, 3_600_000);
      assert.ok(Math.abs(Date.now() - from) < 60_000);
    });

    for (const [what, end, status] of [
      ['its token is revoked', (_: string, id: string) => revokeToken(product.core, id), 401],
      [
        'its token is rotated away',
        (name: string) => rotateToken(product.core, name, { expiresInMs: DAY_MS, overlapMs: 0 }),
        401,
      ],
      ['the IdP is disabled', (name: string) => setAccountEnabled(product.core, name, false), 403],
      [
        'it is no longer allowed',
        (name: string) => updateAccount(product.core, name, { allowOauth: false }),
        401,
      ],
    ] as const) {
      it(`is of no use as soon as ${what}`, async () => {
        const name = await idp({ allowOauth: true });
        const { id, token } = await issue(product, name);
        const { body } = await ask({ ...grant, client_id: name, client_secret: token });
        const access = bearer(String(body.access_token));
        assert.equal((await get(access)).status, 200);

        await end(name, id);

        assert.equal((await get(access)).status, status);
      });
    }

    it('is off until it is allowed', async () => {
      const name = await idp();
      const { token } = await issue(product, name);

      const { status, body } = await ask({ ...grant, client_id: name, client_secret: token });

      assert.deepEqual([status, body.error], [400, 'unauthorized_client']);
    });

    it('answers in the words of RFC 6749', async () => {
      const name = await idp({ allowOauth: true });
      const { token } = await issue(product, name);
      const secret = { client_id: name, client_secret: token };
      for (const [form, headers, status, error] of [
        [{ ...secret }, {}, 400, 'invalid_request'],
        [{ ...secret, grant_type: 'password' }, {}, 400, 'unsupported_grant_type'],
        [{ ...grant }, {}, 401, 'invalid_client'],
        [{ ...grant, client_id: name, client_secret: forge(token) }, {}, 401, 'invalid_client'],
        [{ ...grant, client_id: 'other', client_secret: token }, {}, 401, 'invalid_client'],
        [{ ...grant, ...secret }, basic(name, token), 400, 'invalid_request'],
        [`grant_type=client_credentials&client_id=a&client_id=b`, {}, 400, 'invalid_request'],
        [{ ...grant }, { 'Content-Type': 'application/json' }, 415, 'invalid_request'],
      ] as const) {
        const answer = await ask(form, headers);
        assert.deepEqual([answer.status, answer.body.error], [status, error], JSON.stringify(form));
        assert.match(String(answer.body.error_description), /^[\x20-\x7e]+$/);
      }
      const { status, headers } = await ask(grant, basic(name, forge(token)));
      assert.deepEqual([status, headers.get('www-authenticate')?.slice(0, 6)], [401, 'Basic ']);
      assert.equal((await fetch(`${endpoint.url}/oauth/token`)).status, 405);
    });
  });

  describe('writes down the last use', () => {
    const lastUse = async (id: string) => {
      const rows = await rowsOf(product, 'scim.token');
      return rows.find((row) => row.public_id === id)?.last_used_at as Date | null;
    };

    it('and lets a token in whose last use is no instant', { skip: engine.name === 'mssql' }, async () => {
      const { id, token } = await issue(product, await idp());
      const planted = `update scim.token set last_used_at = 'infinity' where public_id = '${id}'`;
      await product.database.transaction(({ knex }) => knex.raw(planted));

      assert.equal((await get(bearer(token))).status, 200);
    });

    it('soon after the first, so that a rotation can be finished', async () => {
      const name = await idp();
      const old = await issue(product, name);
      await get(bearer(old.token));
      const next = await rotateToken(product.core, name, { expiresInMs: DAY_MS, overlapMs: DAY_MS });
      await assert.rejects(finishRotation(product.core, name, {}), { code: 'token-unused' });

      await get(bearer(next.token));
      for (let tries = 0; tries < 100 && !(await lastUse(next.id)); tries++);

      assert.deepEqual(await lastUse(next.id), product.now);
      assert.equal((await finishRotation(product.core, name, {}))[0]?.id, old.id);
    });

    it('once a minute at most, the last of it at the end, and never back in time', async () => {
      const own = await startEndpoint(product);
      const { id, token } = await issue(product, await idp());
      const use = () => get(bearer(token), `${own.scim}/Users`);
      await use();
      const first = product.now;
      for (let tries = 0; tries < 100 && !(await lastUse(id)); tries++);

      product.now = new Date(first.getTime() + 30_000);
      await use();
      assert.deepEqual(await lastUse(id), first);
      await own.stop(1000);
      assert.deepEqual(await lastUse(id), product.now);

      const late = await startEndpoint(product);
      const latest = product.now;
      product.now = first;
      await get(bearer(token), `${late.scim}/Users`);
      await late.stop(1000);
      product.now = latest;
      assert.deepEqual(await lastUse(id), latest);
    });
  });

  it('turns away who fails too often, and lets a good token in all the same', async () => {
    const own = await startEndpoint(product, { attempts: { attempts: 3, windowMs: 60_000, sources: 100 } });
    const { token } = await issue(product, await idp());
    const users = `${own.scim}/Users`;
    const statuses = [];
    for (let tries = 0; tries < 5; tries++) statuses.push((await get(bearer('wrong'), users)).status);
    const refused = await get(bearer(forge(token)), users);

    assert.deepEqual(statuses, [401, 401, 401, 429, 429]);
    assert.equal(refused.status, 429);
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    assert.equal(refused.body.status, '429');
    assert.equal((await get(bearer(token), users)).status, 200);
    await own.stop(0);
  });

  it('seals the trail by itself, as several do at the same time, and warns of what was planted', async () => {
    await idp();
    const sealed = async () => (await rowsOf(product, 'scim.event_seal')).length - 1;
    const events = (await rowsOf(product, 'scim.event')).length;
    await plantSeal(product);
    const several = await Promise.all([1, 2].map(() => startEndpoint(product, { sealEveryMs: 20 })));
    for (let tries = 0; tries < 200 && (await sealed()) === 0; tries++);
    for (const one of several) await one.stop(0);

    const seals = await rowsOf(product, 'scim.event_seal');
    assert.equal(
      seals.reduce((sum, { event_count: count }) => sum + Number(count), -1),
      events,
    );
    assert.ok(several.some(({ log }) => log.some(({ event }) => event === 'trail-planted')));
    assert.ok(several.every(({ log }) => !log.some(({ event }) => event === 'housekeeping-failed')));
  });

  it('logs who was not let in and why, and never a secret', async () => {
    const name = await idp({ allowBasic: true, allowOauth: true });
    const { id, token } = await issue(product, name);
    const before = endpoint.log.length;
    await get(bearer(forge(token)));
    await get(bearer(token), `${endpoint.scim}/Users?filter=userName%20eq%20%22ann@example.com%22`);
    await get({ ...basic(name, token), 'X-Request-Id': 'abc-1' });
    await get({ ...bearer(token), 'X-Request-Id': token });
    await fetch(`${endpoint.url}/oauth/token?client_secret=${token}`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials', client_id: name, client_secret: token }),
    });

    const lines = endpoint.log.slice(before).filter(({ event }) => event === 'request');
    assert.equal(lines.length, 5);
    const [failed, good, , , oauth] = lines;
    const { time, requestId, ms, bytes, ...fixed } = failed ?? {};
    assert.deepEqual(fixed, {
      level: 'warn',
      event: 'request',
      method: 'GET',
      route: '/scim/v2/Users',
      status: 401,
      problem: 'token-digest',
      auth: 'digest',
      token: id,
      source: '127.0.0.1',
    });
    assert.deepEqual(
      [typeof time, typeof requestId, typeof ms, typeof bytes],
      ['string', 'string', 'number', 'number'],
    );
    assert.deepEqual([good?.idp, good?.status, good?.level, good?.source], [name, 200, 'info', undefined]);
    assert.deepEqual([oauth?.route, oauth?.status], ['/oauth/token', 200]);
    const text = JSON.stringify(lines);
    assert.ok(text.includes('"abc-1"'));
    for (const secret of [token.slice(-49), 'ann@example.com', 'filter', 'client_secret'])
      assert.ok(!text.includes(secret), secret);
  });
});
