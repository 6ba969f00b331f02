import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
import { listen } from '../support/fake-servers/listen.js';
import { type TroubleProxy, troubleProxy } from '../support/faults/trouble-proxy.js';
import { runCli } from '../support/processes/cli.js';
import { gate } from '../support/processes/gate.js';
import { runHere } from '../support/processes/world.js';

const errorOf = (stderr: string): { code: string; message: string; hint: string } => JSON.parse(stderr).error;

describe('--timeout', () => {
  for (const wrong of ['', '5', '5x', '-1s', '1.5s', '0s', '25h', 'never']) {
    it(`cannot be ${JSON.stringify(wrong)}`, async () => {
      const flag = await runHere(['db', 'status', `--timeout=${wrong}`, '-o', 'json']);
      const variable = wrong === '' ? flag : await runHere(['db', 'status', '-o', 'json'], env(wrong));

      for (const { code, stderr } of [flag, variable]) {
        assert.equal(code, 2, stderr);
        assert.equal(errorOf(stderr).code, 'timeout-invalid');
        assert.match(errorOf(stderr).hint, /30s/);
      }
      if (wrong) assert.match(variable.stderr, /SCIMCTL_TIMEOUT/);
    });
  }

  it('in the config file is held to the same', async () => {
    const config = await configWith({ timeout: 'soon' });

    const { code, stderr } = await runHere(['db', 'status', '--config', config, '-o', 'json']);

    assert.equal(code, 3);
    assert.equal(errorOf(stderr).code, 'config-invalid');
    assert.match(errorOf(stderr).message, /"timeout".*"soon"/);
  });

  it('in the config file may be a number of seconds', async (test) => {
    const server = await listen((socket) => socket.resume());
    test.after(() => server.close());
    const database = `postgres://joe:pw@127.0.0.1:${server.port}/app?sslmode=disable`;
    const outcomes = await Promise.all(
      [1, 0, 86_401].map(async (timeout) => {
        const config = await configWith({ timeout, database });
        const { stderr } = await runHere(['db', 'status', '--config', config, '-o', 'json']);
        return errorOf(stderr);
      }),
    );

    assert.match(outcomes[0]?.message ?? '', /within 1 seconds/);
    for (const refused of outcomes.slice(1)) {
      assert.equal(refused.code, 'config-invalid');
      assert.match(refused.hint, /1s to 24h/);
    }
  });

  it('as a flag beats the environment, which beats the config file', async (test) => {
    const server = await listen((socket) => socket.resume());
    test.after(() => server.close());
    const database = `postgres://joe:pw@127.0.0.1:${server.port}/app?sslmode=disable`;
    const config = await configWith({ timeout: '3s', database });
    const waitedFor = async (words: string[], variables: Record<string, string> = {}) => {
      const { stderr } = await runHere(['db', 'status', '--config', config, '-o', 'json', ...words], {
        env: variables,
      });
      return /within (\d+) seconds/.exec(errorOf(stderr).message)?.[1];
    };

    const waited = await Promise.all([
      waitedFor([]),
      waitedFor([], { SCIMCTL_TIMEOUT: '2s' }),
      waitedFor(['--timeout', '1s'], { SCIMCTL_TIMEOUT: '2s' }),
    ]);

    assert.deepEqual(waited, ['3', '2', '1']);
  });
});

const env = (timeout: string) => ({ env: { SCIMCTL_TIMEOUT: timeout } });

async function configWith(content: Record<string, unknown>): Promise<string> {
  const path = join(await temporaryDirectory(), 'config.json');
  // With a password in it, a file that all can read brings a warning.
  await writeFile(path, JSON.stringify(content), { mode: 0o600 });
  return path;
}

forEachEngine('a command with --timeout', (engine) => {
  let product: Product;
  let proxy: TroubleProxy;
  const skip = engine.name === 'embedded' && 'there is no server';
  let letGo = async () => {};
  before(async () => {
    product = await freshProduct(engine);
    await addServiceAccount(product.core, { name: 'entra', kind: 'entra' });
    if (!skip) proxy = await troubleProxy(product.url);
  });
  after(async () => {
    await proxy?.close();
    await product.close();
  });
  afterEach(() => letGo());

  const holdAccount = async () => {
    const [held, done] = [gate(), gate()];
    const holding = product.database.transaction(async ({ knex }) => {
      await knex('service_account').withSchema('scim').increment('token_changes', 1);
      held.open();
      await done.opened;
    });
    await held.opened;
    letGo = async () => {
      done.open();
      await holding;
    };
  };
  const rename = (name: string, timeout: string, url = product.url) =>
    runHere(['idp', 'update', 'entra', '--display-name', name, '--timeout', timeout, '-o', 'json'], {
      env: { SCIMCTL_DATABASE: url },
    });
  const updates = async () =>
    (await rowsOf(product, 'scim.event')).filter(({ action }) => action === 'idp.update').length;

  it('gives up a lock that somebody holds, and has changed nothing', async () => {
    await holdAccount();
    const began = performance.now();

    const { code, stderr } = await rename('Blocked', '2s');

    assert.equal(code, 1, stderr);
    assert.match(errorOf(stderr).code, /^database-(lock-)?timeout$/);
    if (engine.name === 'postgres') assert.equal(errorOf(stderr).code, 'database-lock-timeout');
    assert.match(errorOf(stderr).hint, /--timeout/);
    assert.ok(performance.now() - began < 6_000);
    await letGo();
    assert.equal(await updates(), 0);
  });

  it('does it once, when the lock is let go in time', async () => {
    await holdAccount();

    const renaming = rename('Let in', '30s');
    setTimeout(() => void letGo(), 500);
    const { code, stdout } = await renaming;

    assert.equal(code, 0);
    assert.equal(JSON.parse(stdout).displayName, 'Let in');
    assert.equal(await updates(), 1);
  });

  it('ends, process and all, when the server falls silent', { skip }, async () => {
    proxy.freeze();
    const began = performance.now();

    const { code, stderr } = await runCli(['idp', 'list', '--timeout', '2s', '-o', 'json'], {
      env: { SCIMCTL_DATABASE: proxy.url },
      timeoutMs: 30_000,
    });

    proxy.thaw();
    assert.equal(code, 3);
    assert.equal(errorOf(stderr).code, 'database-timeout');
    assert.match(errorOf(stderr).hint, /--timeout/);
    assert.ok(performance.now() - began < 12_000, `${performance.now() - began} ms`);
  });

  it('waits for a server that goes away under it, and comes back', { skip }, async () => {
    await holdAccount();
    const before = await updates();
    const renaming = rename('After the restart', '30s', proxy.url);
    await proxy.quiet();

    await proxy.down();
    await letGo();
    setTimeout(() => void proxy.up(), 1_500);
    const { code, stdout, stderr } = await renaming;

    assert.equal(code, 0, stderr);
    assert.equal(JSON.parse(stdout).displayName, 'After the restart');
    assert.equal(await updates(), before + 1);
  });
});
