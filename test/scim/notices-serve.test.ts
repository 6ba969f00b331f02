import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { receiverOf } from '../../src/core/audit/follow/receiver.js';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { createToken } from '../../src/core/tokens/create.js';
import { readReceiver } from '../../src/database/queries/audit/receivers.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
import { tlsFixture } from '../support/fake-servers/listen.js';
import { type Hook, isSignedWith, startHook } from '../support/scim/hook.js';
import { type Endpoint, startEndpoint } from '../support/scim/served.js';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const secretText = () => `whsec_${randomBytes(32).toString('base64')}`;

forEachEngine('serve --on-pending', (engine) => {
  let product: Product;
  let token: string;
  let directory: string;
  let secretFile: string;
  let serial = 0;
  const secret = secretText();
  const open: { endpoints: Endpoint[]; hooks: Hook[] } = { endpoints: [], hooks: [] };

  before(async () => {
    product = await freshProduct(engine);
    await addServiceAccount(product.core, { name: 'entra', kind: 'entra' });
    token = (await createToken(product.core, 'entra', { expiresInMs: null })).token;
    await product.test.query('update app.licence_pools set seats_total = 100000');
    directory = await temporaryDirectory('notices');
    secretFile = join(directory, 'secret.txt');
    await writeFile(secretFile, secret, { mode: 0o600 });
  });
  after(() => product.close());
  afterEach(async () => {
    for (const { process } of open.endpoints.splice(0)) {
      process.kill('SIGKILL');
      await process.end();
    }
    for (const hook of open.hooks.splice(0)) await hook.close();
  });

  async function hooked(options?: Parameters<typeof startHook>[0]): Promise<Hook> {
    const hook = await startHook(options);
    open.hooks.push(hook);
    return hook;
  }
  async function serving(url: string, ...more: string[]): Promise<Endpoint> {
    const words = [
      '--on-pending',
      url,
      '--on-pending-secret-file',
      secretFile,
      '--seal-every',
      '1s',
      ...more,
    ];
    const endpoint = await startEndpoint(product.url, words);
    open.endpoints.push(endpoint);
    return endpoint;
  }
  const logged = (endpoint: Endpoint, event: string) =>
    endpoint.process.waitFor(new RegExp(`"event":"${event}"`));

  const nextName = () => `noticed${serial}@contoso.example`;
  /** @returns the user name. */
  async function hiredAndLeft(endpoint: Endpoint): Promise<string> {
    const email = nextName();
    serial++;
    const user = { schemas: [CORE], userName: email, externalId: `id-of-${email}`, active: true };
    const emails = [{ type: 'work', primary: true, value: email }];
    const created = await endpoint.send(token, 'POST', '/Users', { ...user, displayName: email, emails });
    assert.equal(created.status, 201, JSON.stringify(created.body));
    const left = await endpoint.send(token, 'PATCH', `/Users/${created.body.id}`, {
      schemas: [PATCH],
      Operations: [{ op: 'replace', value: { active: false } }],
    });
    assert.equal(left.status, 200);
    return email;
  }
  const loginsAt = (hook: Hook) => hook.received.map(({ notice }) => notice.data.loginName);
  const stored = (url: string) =>
    product.database.read((session) => readReceiver(session, receiverOf(new URL(url)).receiverId));
  async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
    for (let left = 1200; !(await condition()); left--) {
      assert.ok(left > 0, 'it does not come to that');
      await sleep(50);
    }
  }

  it('posts a signed document, with two secrets while they are changed, and counts in /metrics', async () => {
    const hook = await hooked();
    const endpoint = await serving(hook.url);
    await logged(endpoint, 'notices-begun');
    const first = await hiredAndLeft(endpoint);
    await until(() => hook.received.length === 1);
    const [message] = hook.received;
    assert.ok(message && isSignedWith(secret, message));
    assert.match(String(message.headers['webhook-id']), /^[0-9a-f-]{36}$/);
    assert.ok(Math.abs(Number(message.headers['webhook-timestamp']) - Date.now() / 1000) < 60);
    assert.equal(message.headers['content-type'], 'application/json; charset=utf-8');
    const { type, data } = message.notice;
    assert.deepEqual(
      [type, data.loginName, data.idp, data.reason],
      ['account.pending', first, 'entra', 'disabled'],
    );

    const next = secretText();
    await writeFile(secretFile, `# the next one, and the one until then\n${next}\n${secret}\n`);
    await hiredAndLeft(endpoint);
    await until(() => hook.received.length === 2);
    const [, both] = hook.received;
    assert.ok(both && isSignedWith(next, both) && isSignedWith(secret, both));
    assert.ok(!isSignedWith(secretText(), both));
    // A file that is being written, or is broken, does not keep a notice from being told.
    await writeFile(secretFile, 'whsec_oops');
    await hiredAndLeft(endpoint);
    await until(() => hook.received.length === 3);
    const [, , third] = hook.received;
    assert.ok(third && isSignedWith(next, third));
    await writeFile(secretFile, secret);

    await until(async () => (await stored(hook.url))?.deliveredCount === 3);
    const metrics = await (await fetch(`http://127.0.0.1:${endpoint.port}/metrics`)).text();
    assert.match(metrics, /^scimctl_notices_delivered_total 3$/m);
    assert.match(metrics, /^scimctl_notices_waiting 0$/m);
    assert.match(metrics, /^scimctl_notices_failing 0$/m);
    assert.match(metrics, /^scimctl_notices_last_delivered_timestamp_seconds \d+/m);
    const { stderr } = await endpoint.stop();
    assert.doesNotMatch(stderr, /whsec_|hooks\/leavers|noticed\d/, 'no secret, path or name is logged');
  });

  it('tells everything in order although the endpoint is killed again and again', async () => {
    const hook = await hooked();
    const expected: string[] = [];
    let endpoint = await serving(hook.url);
    await logged(endpoint, 'notices-begun');
    for (let kill = 0; kill < 3; kill++) {
      // Between the answer of the receiver and the stored position.
      const killed = new Promise<void>((resolve) => {
        const awaited = nextName();
        expected.push(awaited);
        hook.answer = ({ notice }) => {
          if (notice.data.loginName === awaited) {
            endpoint.process.kill('SIGKILL');
            resolve();
          }
          return { status: 204 };
        };
      });
      // The notice may be there before the answer of the endpoint.
      await hiredAndLeft(endpoint).catch(() => undefined);
      await killed;
      await endpoint.process.end();
      hook.answer = () => ({ status: 204 });
      await product.test.query('update scim.event_receiver set held_by = null');
      endpoint = await serving(hook.url);
      await logged(endpoint, 'notices-begun');
    }
    expected.push(await hiredAndLeft(endpoint));
    await until(() => loginsAt(hook).at(-1) === expected.at(-1));
    const firstTold = [...new Set(loginsAt(hook))];
    assert.deepEqual(firstTold, expected, 'each is told, in the order of the trail');
    const ids = new Map(
      hook.received.map(({ headers, notice }) => [headers['webhook-id'], notice.data.event]),
    );
    assert.equal(ids.size, expected.length, 'what was told twice has the same id');
  });

  it('goes on at another endpoint when the one that delivers is killed', async () => {
    const hook = await hooked();
    const one = await serving(hook.url);
    await logged(one, 'notices-begun');
    const two = await serving(hook.url);
    const expected = [await hiredAndLeft(two)];
    await until(() => hook.received.length === 1);
    one.process.kill('SIGKILL');
    await one.process.end();
    expected.push(await hiredAndLeft(two));
    await logged(two, 'notices-begun');
    expected.push(await hiredAndLeft(two));
    await until(() => loginsAt(hook).at(-1) === expected.at(-1));
    // The one that was killed may not have stored that it was told.
    assert.deepEqual([...new Set(loginsAt(hook))], expected);
  });

  it('follows no redirect, gives up on a silent receiver, and answers IdPs at once all the while', async () => {
    const other = await hooked();
    const hook = await hooked();
    hook.answer = () => ({ status: 307, headers: { location: other.url } });
    const endpoint = await serving(hook.url);
    await logged(endpoint, 'notices-begun');
    const name = await hiredAndLeft(endpoint);
    await logged(endpoint, 'notice-failed');
    assert.match(endpoint.process.stderr, /"failure":"redirected"/);
    await until(async () => (await stored(hook.url))?.failure === 'redirected');

    hook.answer = () => undefined;
    await until(() => hook.received.length >= 2);
    const began = performance.now();
    await hiredAndLeft(endpoint);
    assert.ok(performance.now() - began < 8000, 'the IdP does not wait for the receiver');
    await until(() => /"failure":"timed-out"/.test(endpoint.process.stderr));

    hook.answer = () => ({ status: 200, body: 'x'.repeat(5_000_000) });
    await until(async () => (await stored(hook.url))?.deliveredCount === 2);
    assert.equal(other.received.length, 0);
    assert.equal(loginsAt(hook)[0], name);
    await logged(endpoint, 'notices-recovered');
  });

  it('says of TLS what is wrong, and trusts an authority that is named', async () => {
    const key = readFileSync(tlsFixture('key-for-tests-only'));
    const cert = readFileSync(tlsFixture('trusted'));
    const hook = await hooked({ tls: { key, cert } });
    const distrusting = await serving(hook.url);
    await logged(distrusting, 'notices-begun');
    const name = await hiredAndLeft(distrusting);
    await logged(distrusting, 'notice-failed');
    assert.match(distrusting.process.stderr, /"failure":"tls-untrusted"/);
    assert.match(distrusting.process.stderr, /not from an authority that this machine trusts/);
    await distrusting.stop();
    assert.equal(hook.received.length, 0);
    const trusting = await serving(hook.url, '--on-pending-ca', tlsFixture('authority'));
    await until(() => hook.received.length === 1);
    assert.deepEqual(loginsAt(hook), [name]);
    await trusting.stop();
  });
});
