import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { createScimHandler } from '../../src/scim/protocol/handler/handler.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { addHostUser, hostUser } from '../support/people/people.js';
import { startCli } from '../support/processes/cli.js';
import { runHere } from '../support/processes/world.js';
import { type Endpoint, issue, startEndpoint } from '../support/scim/endpoint.js';

forEachEngine('what probe --write leaves behind the endpoint', (engine) => {
  let product: Product;
  let endpoint: Endpoint;
  let url: string;
  let token: string;
  before(async () => {
    product = await freshProduct(engine, { served: true });
    url = product.url;
    await addServiceAccount(product.core, { name: 'entra', kind: 'entra' });
    ({ token } = await issue(product, 'entra'));
    endpoint = await startEndpoint(product, { handler: createScimHandler() });
  });
  after(async () => {
    await endpoint.stop(0);
    await product.close();
  });

  const probe = (words: readonly string[] = ['--idp', 'entra'], database?: string) =>
    runHere(['probe', '--url', endpoint.scim, '--write', '--yes', ...words], {
      env: { SCIMCTL_PROBE_TOKEN: token, ...(database !== undefined && { SCIMCTL_DATABASE: database }) },
    });
  const run = (...words: string[]) => runHere(words, { env: { SCIMCTL_DATABASE: url } });
  const pending = async () => JSON.parse((await run('users', 'pending', '-o', 'json')).stdout);
  const testAccounts = async () =>
    (await rowsOf(product, 'app.users')).filter(({ login }) => /scimctl-probe/.test(String(login)));

  it('is cleared away where the database is at hand', async () => {
    const { code, stdout, stderr } = await probe(['--idp', 'entra'], url);

    assert.equal(code, 0, stdout + stderr);
    assert.match(
      stdout,
      /^pass +any +clean-up +all test data .*; its 2 accounts are disabled and no longer linked$/m,
    );
    assert.deepEqual(await pending(), []);
    const accounts = await testAccounts();
    assert.deepEqual(
      accounts.map(({ enabled, licence_type }) => [Boolean(enabled), licence_type]),
      [
        [false, null],
        [false, null],
      ],
    );
    assert.ok((await rowsOf(product, 'scim.identity')).every(({ unlinked_at }) => unlinked_at !== null));
    const events = (await rowsOf(product, 'scim.event')).filter(({ action }) => action === 'user.disable');
    assert.equal(events.length, 2);
  });

  for (const idp of ['entra', 'okta', 'both']) {
    it(`is listed where it is not, with the command that disables it: ${idp}`, async () => {
      const { code, stdout } = await probe(idp === 'both' ? [] : ['--idp', idp]);

      assert.equal(code, 0, stdout);
      const [, command = ''] = /`scimctl (users disable [^`]+)`/.exec(stdout) ?? [];
      const waiting = (await pending()) as { loginName: string }[];
      assert.deepEqual(waiting.map(({ loginName }) => loginName).sort(), command.split(' ').slice(2).sort());
      const disabled = await run(...command.split(' '), '--yes');
      assert.equal(disabled.code, 0, disabled.stderr);
      assert.deepEqual(await pending(), []);
    });
  }

  const untilAccounts = async (count: number) => {
    for (const end = Date.now() + 120_000; (await enabledTestAccounts()).length < count; await delay(20))
      assert.ok(Date.now() < end, `${count} test accounts have not been made`);
  };
  const enabledTestAccounts = async () => (await testAccounts()).filter(({ enabled }) => Boolean(enabled));
  const interrupted = async (count: number, database?: string) => {
    const running = await startCli(['probe', '--url', endpoint.scim, '--write', '--yes', '--idp', 'entra'], {
      env: { SCIMCTL_PROBE_TOKEN: token, ...(database !== undefined && { SCIMCTL_DATABASE: database }) },
    });
    await untilAccounts(count);
    running.kill('SIGINT');
    return running.end(60_000);
  };

  // The embedded database belongs to the process of the endpoint: no other can open it.
  const alone = engine.name === 'embedded';
  for (const count of [1, 2]) {
    it(`is cleared away after Ctrl-C, too, with ${count} of its users made`, { skip: alone }, async () => {
      const { code, stdout, stderr } = await interrupted(count, url);

      assert.equal(code, 130, stdout + stderr);
      assert.match(stderr, /Disabled and no longer linked in the application: scimctl-probe-/);
      assert.doesNotMatch(stderr, /may still have|applied completely/);
      assert.deepEqual(await enabledTestAccounts(), []);
      assert.deepEqual(await pending(), []);
    });

    it(`is listed after Ctrl-C where the database is not at hand, with ${count} of its users made`, async () => {
      const { code, stdout, stderr } = await interrupted(count);

      assert.equal(code, 130, stdout + stderr);
      const [, command = ''] = /`scimctl (users disable [^`]+)`/.exec(stderr) ?? [];
      const left = (await enabledTestAccounts()).map(({ login }) => login);
      assert.ok(left.length > 0);
      assert.deepEqual(left.sort(), command.split(' ').slice(2).sort());
      const disabled = await run(...command.split(' '), '--yes');
      assert.equal(disabled.code, 0, disabled.stderr);
      assert.deepEqual(await enabledTestAccounts(), []);
    });
  }

  it('is not an account that was there before', async () => {
    const login = 'resident@contoso.example';
    await addHostUser(product, login, { email: login });

    const { stdout } = await probe(['--idp', 'entra', '--user-name', login], url);

    assert.match(stdout, /the application behind it may still have the accounts: .*contoso\.example/);
    assert.equal(Boolean((await hostUser(product, login)).enabled), true);
  });
});
