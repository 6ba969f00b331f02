import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../support/environment.js';
import { runCli, runCliOk, runJson } from '../support/processes/cli.js';

const TOKEN = /scimctl_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}/;

for (const engine of ['postgres', 'mssql']) {
  for (const verb of ['create', 'rotate']) {
    const command = ['token', verb, '--idp', 'entra', '--script', '--engine', engine];

    test(`token ${verb} --script for ${engine} needs no database and keeps the token out of the SQL`, async () => {
      const cwd = await temporaryDirectory('script');
      const { stdout, stderr } = await runCliOk([...command, '--token-file', 'entra.token'], { cwd });
      assert.match(stdout, /insert into scim\.token/);
      assert.doesNotMatch(stdout + stderr, TOKEN);
      const file = join(cwd, 'entra.token');
      assert.match(await readFile(file, 'utf8'), TOKEN);
      if (process.platform !== 'win32') assert.equal((await stat(file)).mode & 0o777, 0o600);
    });

    test(`token ${verb} --script for ${engine} gives both in one JSON document`, async () => {
      const scripted = await runJson<{ token: string; script: string }>(command);
      assert.match(scripted.token, TOKEN);
      assert.doesNotMatch(scripted.script, TOKEN);
    });
  }
}

test('token create --script does not put token and SQL into one file unasked', async () => {
  const { code, stdout, stderr } = await runCli([
    'token',
    'create',
    '--idp',
    'entra',
    '--script',
    '--engine',
    'mssql',
  ]);
  assert.equal(code, 2);
  assert.equal(stdout, '');
  assert.match(stderr, /\[token-file-needed\]/);
});

test('token create --script writes nothing where it cannot know the engine', async () => {
  const cwd = await temporaryDirectory('script');
  const { code, stderr } = await runCli(
    ['token', 'create', '--idp', 'entra', '--script', '--token-file', 'it'],
    { cwd },
  );
  assert.equal(code, 3);
  assert.match(stderr, /\[database-not-set\]/);
  await assert.rejects(stat(join(cwd, 'it')), { code: 'ENOENT' });
});
