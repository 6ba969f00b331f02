import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
import { link } from '../support/people/provisioned.js';
import { binFile, startCli } from '../support/processes/cli.js';
import type { InitReport } from '../support/processes/init-report.js';
import { Terminal, terminalMissing } from '../support/processes/pty.js';
import { runHere } from '../support/processes/world.js';

interface Listed {
  id: string;
  status: string;
  expiresAt: string | null;
  validUntil: string | null;
}

const CENTURY_MS = 36_500 * 86_400_000;

forEachEngine('a value that means none', (engine) => {
  let product: Product;
  let directory: string;
  let number = 0;

  before(async () => {
    product = await freshProduct(engine);
    directory = await temporaryDirectory();
  });
  after(() => product.close());

  const run = async <T>(...words: string[]): Promise<T> => {
    const env = { SCIMCTL_DATABASE: product.url };
    const { code, stdout, stderr } = await runHere([...words, '-o', 'json'], { env, cwd: directory });
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as T;
  };
  const freshIdp = async () => {
    const name = `idp-${++number}`;
    await addServiceAccount(product.core, { name, kind: 'generic' });
    return name;
  };
  const liveTokens = async (idp: string) =>
    (await run<Listed[]>('token', 'list', '--idp', idp)).filter(({ status }) => status === 'active');
  /** As the DBA does it. */
  const runScript = async (script: string) => {
    await product.database.read(async ({ knex, dialect }) => {
      for (const batch of dialect.splitScript(script)) await knex.raw(batch);
    });
  };
  const engineName = engine.name === 'mssql' ? 'mssql' : 'postgres';

  for (const verb of ['create', 'rotate'] as const) {
    it(`token ${verb} --expires never makes a token that never expires`, async () => {
      const idp = await freshIdp();
      if (verb === 'rotate') await run('token', 'create', '--idp', idp);

      const issued = await run<Listed>('token', verb, '--idp', idp, '--expires', 'never');

      assert.equal(issued.expiresAt, null);
      const [active] = await liveTokens(idp);
      assert.deepEqual([active?.id, active?.expiresAt, active?.validUntil], [issued.id, null, null]);
    });

    it(`token ${verb} --expires never --script makes the same by the DBA's hand`, async () => {
      const idp = await freshIdp();
      if (verb === 'rotate') await run('token', 'create', '--idp', idp);
      const words = ['token', verb, '--idp', idp, '--expires', 'never', '--script', '--engine', engineName];

      const scripted = await run<{ id: string; script: string }>(...words);
      await runScript(scripted.script);

      const [active] = await liveTokens(idp);
      assert.deepEqual([active?.id, active?.expiresAt, active?.validUntil], [scripted.id, null, null]);
    });

    it(`token ${verb} takes the longest lifetime there is, in both ways`, async () => {
      for (const script of [[], ['--script', '--engine', engineName]]) {
        const idp = await freshIdp();
        if (verb === 'rotate') await run('token', 'create', '--idp', idp);
        const began = Date.now();

        const issued = await run<{ script?: string }>(
          ...['token', verb, '--idp', idp, '--expires', '36500d', ...script],
        );
        if (issued.script !== undefined) await runScript(issued.script);

        const [active] = await liveTokens(idp);
        const lifetime = new Date(active?.expiresAt ?? 0).getTime() - began;
        assert.ok(Math.abs(lifetime - CENTURY_MS) < 60_000, active?.expiresAt ?? 'null');
      }
    });
  }

  it('token rotate --overlap 0s ends the old token as --now does, in both ways', async () => {
    for (const script of [[], ['--script', '--engine', engineName]]) {
      const idp = await freshIdp();
      const old = await run<Listed>('token', 'create', '--idp', idp);

      const issued = await run<{ id: string; script?: string }>(
        ...['token', 'rotate', '--idp', idp, '--overlap', '0s', ...script],
      );
      if (issued.script !== undefined) await runScript(issued.script);

      const statuses = new Map(
        (await run<Listed[]>('token', 'list', '--idp', idp)).map(({ id, status }) => [id, status]),
      );
      assert.deepEqual([statuses.get(issued.id), statuses.get(old.id)], ['active', 'revoked']);
    }
  });

  it('init --expires never makes a token that never expires', async () => {
    const idp = `idp-${++number}`;
    const { token } = await run<InitReport>(
      ...['init', '--yes', '--config', join(directory, 'flags.json'), '--idp', idp, '--kind', 'generic'],
      ...['--token-file', `${idp}.token`, '--expires', 'never'],
    );

    assert.equal(token?.expiresAt, null);
    assert.deepEqual(
      (await liveTokens(idp)).map(({ expiresAt }) => expiresAt),
      [null],
    );
    assert.match(await readFile(join(directory, `${idp}.token`), 'utf8'), /^scimctl_/);
  });

  it('the wizard takes it as well', { skip: terminalMissing }, async () => {
    const idp = `idp-${++number}`;
    const words = [
      'init',
      '--config',
      'wizard.json',
      '--idp',
      idp,
      '--kind',
      'generic',
      '--expires',
      'never',
    ];
    const terminal = await Terminal.start([process.execPath, binFile, ...words], {
      home: directory,
      env: { SCIMCTL_DATABASE: product.url },
      columns: 140,
      rows: 80,
    });
    for (const question of [
      /deprovisions a user:/,
      /Create a bearer token/,
      /File for the token/,
      /Base URL for the IdP/,
      /it never expires[\s\S]*Apply these changes\?/,
    ]) {
      await terminal.waitFor(question);
      terminal.type('\r');
    }

    assert.equal(await terminal.end(90_000), 0, terminal.screen());
    assert.deepEqual(
      (await liveTokens(idp)).map(({ expiresAt }) => expiresAt),
      [null],
    );
  });

  it('users pending --older-than 0s lists everybody, and the longest there is nobody', async () => {
    const idp = await addServiceAccount(product.core, { name: 'leavers', kind: 'generic' });
    await link(product, idp, '4', { deprovisionedAt: product.now, deprovisionReason: 'disabled' });

    const all = await run<unknown[]>('users', 'pending', '--older-than', '0s');
    const none = await run<unknown[]>('users', 'pending', '--older-than', '36500d');

    assert.deepEqual([all.length, none.length], [1, 0]);
  });

  it('serve runs without waits and without seals, and answers', async () => {
    const words = ['serve', '--port', '0', '--stop-timeout', '0s', '--wait', '0', '--seal-every', '0s'];
    const serving = await startCli([...words, '--max-queue', '0', '-o', 'json'], {
      env: { SCIMCTL_DATABASE: product.url },
    });
    await serving.waitFor(/"event":"listening"/);
    const { url } = JSON.parse(serving.stdout) as { url: string };

    const { status } = await fetch(`${url}/scim/v2/Users?count=1`);

    assert.equal(status, 401, 'it is answered, and not 503');
    serving.kill('SIGTERM');
    assert.equal((await serving.end()).code, 0);
  });

  it('audit seal --margin 0s and check --expect-users 0 wait for nothing and expect nobody', async () => {
    const { waiting } = await run<{ waiting: number }>('audit', 'seal', '--margin', '0s');
    assert.equal(waiting, 0);
    const { checks } = await run<{ checks: { name: string }[] }>('check', 'seats', '--expect-users', '0');
    assert.ok(checks.some(({ name }) => name === 'seats'));
  });
});
