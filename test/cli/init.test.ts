import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { forEachEngine } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
import { failureOf } from '../support/faults/failure.js';
import { runCli, runCliOk, runJson } from '../support/processes/cli.js';
import type { InitReport } from '../support/processes/init-report.js';

forEachEngine('init without a terminal', (engine) => {
  it('sets up everything, and run again keeps everything', async () => {
    const { url } = await engine.freshDatabase();
    const home = await temporaryDirectory('home');
    const args = ['init', '--yes', '--database', url, '--host', 'reference', '--idp', 'entra'];
    const more = ['--base-url', 'https://iqm.example.com', '--token-file', 'entra.token'];

    const first = await runJson<InitReport>([...args, ...more], { home });

    assert.equal(first.host.installed, true);
    assert.equal(first.host.hosting, 'on-premises');
    assert.ok(first.schema.applied.length > 0);
    assert.deepEqual([first.idp?.name, first.idp?.kind, first.idp?.created], ['entra', 'entra', true]);
    assert.equal(first.idp?.tokens.active, 1);
    assert.notEqual(first.check.status, 'fail');
    assert.equal(first.sheet?.tenantUrl, 'https://iqm.example.com/scim/v2');
    // The token is in its file, for its owner only, and works.
    assert.equal(first.token?.token, undefined);
    assert.equal(first.token?.file, 'entra.token');
    const verify = ['token', 'verify', '--token-file', 'entra.token', '--database', url];
    assert.equal((await runJson<{ id: string }>(verify, { home })).id, first.token?.id);
    if (process.platform !== 'win32')
      assert.equal((await stat(join(home, 'entra.token'))).mode & 0o777, 0o600);

    const events = await runJson<unknown[]>(['audit', 'list', '--database', url], { home });
    const config = await readFile(first.config.path, 'utf8');
    const again = await runJson<InitReport>([...args, ...more], { home });

    assert.deepEqual(again.schema.applied, []);
    assert.equal(again.host.installed, false);
    assert.equal(again.idp?.created, false);
    assert.equal(again.token, undefined);
    assert.equal(again.config.written, false);
    assert.equal(await readFile(first.config.path, 'utf8'), config);
    assert.deepEqual(await runJson(['audit', 'list', '--database', url], { home }), events);
  });

  it('writes a config file that later commands need nothing else for, but the password', async () => {
    const { url } = await engine.freshDatabase();
    const home = await temporaryDirectory('home');
    const password = /:\/\/[^:/]*:([^@]*)@/.exec(url)?.[1];
    const args = ['init', '--yes', '--database', 'env:DB', '--config', 'etc/scimctl.json', '--no-token'];

    const byReference = await runJson<InitReport>([...args, '--host', 'reference', '--idp', 'okta'], {
      home,
      env: { DB: url },
    });
    const kept = JSON.parse(await readFile(byReference.config.path, 'utf8'));
    const pasted = await runCliOk(
      ['init', '--yes', '--database', url, '--config', 'etc/scimctl.json', '--no-token'],
      { home },
    );
    const text = await readFile(byReference.config.path, 'utf8');

    assert.deepEqual(kept, { database: 'env:DB' });
    assert.equal(byReference.config.path, join(home, 'etc', 'scimctl.json'));
    if (process.platform !== 'win32') assert.equal((await stat(byReference.config.path)).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(join(home, 'etc')), ['scimctl.json']);
    if (password) {
      assert.ok(!text.includes(password), text);
      assert.match(pasted.stderr, /SCIMCTL_DATABASE_PASSWORD/);
    }
    const env = {
      SCIMCTL_CONFIG: 'etc/scimctl.json',
      SCIMCTL_DATABASE_PASSWORD: password && decodeURIComponent(password),
    };
    assert.equal((await runJson<{ name: string }>(['idp', 'show', 'okta'], { home, env })).name, 'okta');
  });

  it('run twice at once, adds one IdP with one token', async () => {
    const { url } = await engine.freshDatabase();
    const args = ['init', '--yes', '--database', url, '--host', 'reference', '--idp', 'okta'];

    const reports = await Promise.all(
      [0, 1].map(async () => runJson<InitReport>(args, { home: await temporaryDirectory('home') })),
    );

    assert.deepEqual(reports.map(({ idp }) => idp?.created).sort(), [false, true]);
    assert.equal(reports.filter(({ token }) => token?.token !== undefined).length, 1);
    assert.equal((await runJson<unknown[]>(['token', 'list', '--database', url])).length, 1);
  });

  it('wants to know which SAML provider, where several are enabled', async () => {
    const database = await engine.freshDatabase();
    const at = ['--database', database.url];
    await runCliOk(['db', 'migrate', ...at]);
    await runCliOk(['host', 'install-reference', ...at]);
    const id = '7f0a6c52-93be-4d18-8a47-1b2c3d4e5f60';
    await database.query(
      "insert into app.SY_IdentityProviders (Id, Name, Protocol, Enabled) values ($1, 'Fabrikam SAML', 'SAML 2.0', $2)",
      [id, true],
    );
    const args = ['init', '--yes', ...at, '--idp', 'okta', '--no-token'];

    const unsaid = await runCli([...args, '-o', 'json']);
    const said = await runJson<InitReport>([...args, '--sso-provider', id]);

    assert.equal(unsaid.code, 2);
    assert.equal(failureOf(unsaid.stderr).code, 'answer-missing');
    assert.match(failureOf(unsaid.stderr).message, /--sso-provider/);
    assert.equal(said.idp?.ssoProviderId.toLowerCase(), id);
  });
});
