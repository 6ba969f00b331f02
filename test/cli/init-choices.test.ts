import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { forEachEngine } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
import { failureOf } from '../support/faults/failure.js';
import { runCli, runCliOk, runJson } from '../support/processes/cli.js';
import type { InitReport } from '../support/processes/init-report.js';

forEachEngine(
  'the choices of init',
  (engine) => {
    it('names the flags of all missing answers at once, and changes nothing', async () => {
      const { url } = await engine.freshDatabase();
      const home = await temporaryDirectory('home');

      const result = await runCli(['init', '--database', url, '-o', 'json'], { home });

      assert.equal(result.code, 2);
      const { code, message } = failureOf(result.stderr);
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
      assert.equal(failureOf(stopped.stderr).code, 'host-views-missing');
      assert.match(stopped.stderr, /host_user with user_id, login_name/);
      // As far as that was all that was asked for.
      assert.equal(skipped.code, 0, skipped.stderr);
      const report = JSON.parse(skipped.stdout) as InitReport;
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
      assert.equal(failureOf(result.stderr).code, 'schema-missing');
      assert.match(failureOf(result.stderr).hint, /db script/);
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
      const report = JSON.parse(result.stdout) as InitReport;
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
      assert.equal(failureOf(result.stderr).code, 'token-file-exists');
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
      assert.match(failureOf(refused.stderr).message, /--force/);
      assert.equal(untouched, '{"database": "env:OTHER", "schema": "scim"}');
      assert.match(forced.stderr, /Config file: written/);
      const written = JSON.parse(await readFile(config, 'utf8'));
      assert.notEqual(written.database, 'env:OTHER');
      assert.equal(written.schema, 'scim');
    });
  },
  // None of them has to do with the engine.
  { only: ['embedded'] },
);
