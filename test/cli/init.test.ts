import assert from 'node:assert/strict';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { runCli, runCliOk, runJson } from '../support/cli.js';
import { forEachEngine } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';

interface Report {
  config: { path: string; written: boolean };
  database: Record<string, unknown>;
  schema: { version: number; applied: unknown[] };
  host: { bound: boolean; installed: boolean; hosting: string };
  idp: {
    name: string;
    kind: string;
    created: boolean;
    ssoProviderId: string;
    tokens: { active: number };
  } | null;
  token?: { id: string; token?: string; file?: string };
  check: { status: string };
  sheet: { tenantUrl: string } | null;
}

interface Failure {
  error: { code: string; message: string; hint: string };
}

const failure = (stderr: string) => JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as Failure;

forEachEngine('init without a terminal', (engine) => {
  it('sets up everything, and run again keeps everything', async () => {
    const { url } = await engine.freshDatabase();
    const home = await temporaryDirectory('home');
    const args = ['init', '--yes', '--database', url, '--host', 'reference', '--idp', 'entra'];
    const more = ['--base-url', 'https://iqm.example.com', '--token-file', 'entra.token'];

    const first = await runJson<Report>([...args, ...more], { home });

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
    const again = await runJson<Report>([...args, ...more], { home });

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

    const byReference = await runJson<Report>([...args, '--host', 'reference', '--idp', 'okta'], {
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

  it('names the flags of all missing answers at once, and changes nothing', async () => {
    const { url } = await engine.freshDatabase();
    const home = await temporaryDirectory('home');

    const result = await runCli(['init', '--database', url, '-o', 'json'], { home });

    assert.equal(result.code, 2);
    const { code, message } = failure(result.stderr).error;
    assert.equal(code, 'answer-missing');
    for (const flag of ['--migrate', '--host', '--idp', '--token'])
      assert.ok(message.includes(flag), message);
    assert.ok(!message.includes('--sso-provider'), message);
    assert.deepEqual(await readdir(home), []);
    const status = await runJson<{ state: string }>(['db', 'status', '--database', url], { home });
    assert.equal(status.state, 'missing');
  });

  it('says with --dry-run what it would do, and changes nothing', async () => {
    const { url } = await engine.freshDatabase();
    const home = await temporaryDirectory('home');
    const args = ['init', '--yes', '--dry-run', '--database', url, '--host', 'reference', '--idp', 'entra'];

    const { would } = await runJson<{ would: string[] }>([...args, '--token-file', 'a.token'], { home });

    assert.equal(would.length, 5);
    assert.match(would.join('\n'), /schema.*\n.*sample.*\nIdP entra.*\n.*a\.token/);
    assert.deepEqual(await readdir(home), []);
    const status = await runJson<{ state: string }>(['db', 'status', '--database', url], { home });
    assert.equal(status.state, 'missing');
  });

  it('stops where the host views are missing, or goes on as far as it can', async () => {
    const { url } = await engine.freshDatabase();
    const home = await temporaryDirectory('home');
    const args = ['init', '--yes', '--database', url, '--idp', 'entra', '-o', 'json'];

    const stopped = await runCli([...args, '--host', 'stop'], { home });
    const skipped = await runCli([...args, '--host', 'skip'], { home });

    assert.equal(stopped.code, 4);
    assert.equal(failure(stopped.stderr).error.code, 'host-views-missing');
    assert.match(stopped.stderr, /host_user with user_id, login_name/);
    // As far as that was all that was asked for.
    assert.equal(skipped.code, 0, skipped.stderr);
    const report = JSON.parse(skipped.stdout) as Report;
    assert.equal(report.idp, null);
    assert.equal(report.check.status, 'fail');
    assert.equal(
      (await runJson<{ state: string }>(['db', 'status', '--database', url], { home })).state,
      'current',
    );
  });

  it('leaves the schema to a DBA with --no-migrate', async () => {
    const { url } = await engine.freshDatabase();

    const args = ['init', '--yes', '--no-migrate', '--database', url, '--host', 'skip', '--idp', 'entra'];
    const result = await runCli([...args, '-o', 'json']);

    assert.equal(result.code, 3);
    assert.equal(failure(result.stderr).error.code, 'schema-missing');
    assert.match(failure(result.stderr).error.hint, /db script/);
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
    const said = await runJson<Report>([...args, '--sso-provider', id]);

    assert.equal(unsaid.code, 2);
    assert.equal(failure(unsaid.stderr).error.code, 'answer-missing');
    assert.match(failure(unsaid.stderr).error.message, /--sso-provider/);
    assert.equal(said.idp?.ssoProviderId.toLowerCase(), id);
  });

  it('marks a cloud-hosted installation, and goes no further', async () => {
    const { url } = await engine.freshDatabase();
    const args = [
      'init',
      '--yes',
      '--database',
      url,
      '--host',
      'reference',
      '--hosting',
      'cloud',
      '--idp',
      'okta',
    ];

    const result = await runCli([...args, '-o', 'json']);

    assert.equal(result.code, 4);
    const report = JSON.parse(result.stdout) as Report;
    assert.deepEqual([report.host.hosting, report.idp, report.token], ['cloud', null, undefined]);
  });

  it('creates a second token only when asked to', async () => {
    const { url } = await engine.freshDatabase();
    const args = ['init', '--yes', '--database', url, '--host', 'reference', '--idp', 'okta'];
    const tokens = async () => (await runJson<unknown[]>(['token', 'list', '--database', url])).length;

    const shown = await runCliOk([...args, '-q']);
    assert.match(shown.stdout, /^scimctl_\w+\n$/);
    await runCliOk([...args, '--token']);
    assert.equal(await tokens(), 1);
    await runCliOk([...args, '--another-token', '--expires', '30d']);
    assert.equal(await tokens(), 2);
  });

  it('refuses a token file that exists before anything is changed', async () => {
    const { url } = await engine.freshDatabase();
    const home = await temporaryDirectory('home');
    await writeFile(join(home, 'okta.token'), 'precious');
    const args = ['init', '--yes', '--database', url, '--host', 'reference', '--idp', 'okta', '-o', 'json'];

    const result = await runCli([...args, '--token-file', 'okta.token'], { home });

    assert.equal(result.code, 1);
    assert.equal(failure(result.stderr).error.code, 'token-file-exists');
    assert.equal(await readFile(join(home, 'okta.token'), 'utf8'), 'precious');
    assert.equal((await runJson<{ state: string }>(['db', 'status', '--database', url])).state, 'missing');
  });

  it('puts another database into a config file only with consent', async () => {
    const { url } = await engine.freshDatabase();
    const home = await temporaryDirectory('home');
    const config = join(home, 'scimctl.json');
    await writeFile(config, '{"database": "env:OTHER", "schema": "scim"}');
    const args = [
      'init',
      '--config',
      config,
      '--database',
      url,
      '--migrate',
      '--host',
      'reference',
      '--idp',
      'okta',
    ];

    const refused = await runCli([...args, '--no-token', '-o', 'json'], { home });
    const untouched = await readFile(config, 'utf8');
    const forced = await runCliOk([...args, '--no-token', '--force'], { home });

    assert.equal(refused.code, 2, refused.stderr);
    assert.match(failure(refused.stderr).error.message, /--force/);
    assert.equal(untouched, '{"database": "env:OTHER", "schema": "scim"}');
    assert.match(forced.stderr, /Config file: written/);
    const written = JSON.parse(await readFile(config, 'utf8'));
    assert.notEqual(written.database, 'env:OTHER');
    assert.equal(written.schema, 'scim');
  });
});
