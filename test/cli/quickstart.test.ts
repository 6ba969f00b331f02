import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { it } from 'node:test';
import { promisify } from 'node:util';
import { forEachEngine } from '../support/engines.js';
import { cleanEnvironment, noModes, temporaryDirectory } from '../support/environment.js';
import { closedPort } from '../support/fake-servers/listen.js';
import { failureOf } from '../support/faults/failure.js';
import { binFile, runCli, runCliOk, runJson, startCli, startCommand } from '../support/processes/cli.js';

interface Report {
  directory: string;
  config: string;
  tokens: { idp: string; file: string; created: boolean }[];
  check: { status: string; checks: { name: string; status: string }[] };
  pending: { loginName: string; idp: string; reason: string; days: number }[];
  nextSteps: { does: string; command: string }[];
}

const created = ({ tokens }: Report) => tokens.map((token) => [token.idp, token.created]);

forEachEngine(
  'quickstart',
  () => {
    it('makes everything there is to see, and run again changes nothing', async () => {
      const home = await temporaryDirectory('home');

      const first = await runJson<Report>(['quickstart'], { home });

      assert.equal(first.directory, join(home, 'scimctl-quickstart'));
      assert.deepEqual(
        first.check.checks.filter(({ status }) => status !== 'pass'),
        [],
      );
      assert.deepEqual(
        first.pending.map(({ loginName, idp, reason, days }) => [loginName.split('.')[0], idp, reason, days]),
        [
          ['sergej', 'entra', 'deleted', 45],
          ['layla', 'entra', 'disabled', 12],
          ['kim', 'okta', 'disabled', 3],
        ],
      );
      assert.deepEqual(created(first), [
        ['entra', true],
        ['okta', true],
      ]);
      for (const { idp, file } of first.tokens) {
        const verify = ['token', 'verify', '--config', first.config, '--token-file', file];
        assert.equal((await runJson<{ idp: string }>(verify, { home })).idp, idp);
        if (process.platform !== 'win32') assert.equal((await stat(file)).mode & 0o777, 0o600);
      }

      const trail = ['audit', 'list', '--limit', '1000', '--config', first.config];
      const before = await runJson<{ action: string; targetName: string }[]>(trail, { home });
      const again = await runCliOk(['quickstart', '-o', 'json'], { home });

      const second = JSON.parse(again.stdout) as Report;
      assert.deepEqual(created(second), [
        ['entra', false],
        ['okta', false],
      ]);
      assert.deepEqual(second.pending.map(({ loginName }) => loginName).length, 3);
      assert.deepEqual(await runJson(trail, { home }), before);
      assert.match(again.stderr, /IdP entra: already exists/);
      // Each sample user has an event, also the one who is not pending because the account is disabled.
      assert.equal(before.filter(({ action }) => action === 'user.link').length, 5);
      const left = before.filter(({ action }) => action === 'user.deprovision');
      assert.equal(left.length, 4);
      assert.ok(left.some(({ targetName }) => targetName.startsWith('peter.vogel')));
    });

    it('prints next steps that work when pasted, wherever it is', async (test) => {
      if (process.platform === 'win32') return test.skip('a POSIX shell pastes');
      const home = await temporaryDirectory('home');
      await makeCommand(home);
      const env = { PATH: `${join(home, 'bin')}${delimiter}${process.env.PATH}` };

      const { stdout } = await runCliOk(['quickstart', '--dir', "it's my $HOME"], { home });
      const commands = stdout.split('\n').flatMap((line) => /^ {2}(scimctl .*)$/.exec(line)?.[1] ?? []);
      const [serve = '', probe = ''] = commands.splice(-2);
      const paste = (command: string) =>
        promisify(execFile)('/bin/sh', ['-c', command], { cwd: home, env: cleanEnvironment(home, env) });

      assert.equal(commands.length, 7);
      for (const command of commands) await paste(command);
      // Somebody else may have the port.
      const port = `${await closedPort()}`;
      const serving = await startCommand('/bin/sh', ['-c', `exec ${serve}`], {
        home,
        env: { ...env, SCIMCTL_SERVE_PORT: port },
      });
      await serving.waitFor(/listening/);
      const probed = await paste(probe.replace(':8090/', `:${port}/`));
      serving.kill();

      assert.match(probed.stdout, /^pass +okta +test-connection /m);
      assert.equal((await serving.end()).code, 0);
    });

    it('never prints a token, and keeps every part of it in one directory that can be moved', async () => {
      const home = await temporaryDirectory('home');
      const { stdout, stderr } = await runCliOk(['quickstart', '--dir', 'one', '--verbose'], { home });

      await rename(join(home, 'one'), join(home, 'two'));
      const config = ['--config', join(home, 'two', 'scimctl.json')];
      const pending = await runJson<unknown[]>(['users', 'pending', ...config], { home });

      assert.equal(pending.length, 3);
      assert.deepEqual((await readdir(home)).sort(), ['two']);
      const token = (await readFile(join(home, 'two', 'entra.token'), 'utf8')).trim();
      assert.match(token, /^scimctl_\w{62}$/);
      assert.doesNotMatch(stdout + stderr, /scimctl_\w{20}/);
    });

    it('may run twice at once', async () => {
      const home = await temporaryDirectory('home');

      const both = await Promise.all([1, 2].map(() => runCliOk(['quickstart', '-o', 'json'], { home })));

      const reports = both.map(({ stdout }) => JSON.parse(stdout) as Report);
      for (const idp of ['entra', 'okta']) {
        const makers = reports.filter(({ tokens }) =>
          tokens.some((token) => token.idp === idp && token.created),
        );
        assert.equal(makers.length, 1, `${idp} got one token`);
      }
      const config = ['--config', reports[0]?.config ?? ''];
      assert.equal((await runJson<unknown[]>(['token', 'list', ...config], { home })).length, 2);
      for (const { file } of reports[0]?.tokens ?? []) {
        await runCliOk(['token', 'verify', '--token-file', file, ...config], { home });
      }
    });

    it('completes what an interrupted run has begun', async () => {
      const home = await temporaryDirectory('home');
      const running = await startCli(['quickstart'], { home });
      await running.waitFor(/Schema: installed/);
      running.kill('SIGINT');
      const interrupted = await running.end();
      // And what a run left that was killed while it wrote a token.
      await writeFile(join(home, 'scimctl-quickstart', 'okta.token'), '');

      const report = await runJson<Report>(['quickstart'], { home });

      if (process.platform !== 'win32') assert.equal(interrupted.code, 130);
      assert.equal(report.pending.length, 3);
      const config = ['--config', report.config];
      for (const { file } of report.tokens) {
        await runCliOk(['token', 'verify', '--token-file', file, ...config], { home });
      }
    });

    it('leaves alone what is not its own', async () => {
      const home = await temporaryDirectory('home');
      await mkdir(join(home, 'precious'));
      await writeFile(join(home, 'precious', 'scimctl.json'), '{"database": "env:PRODUCTION"}');
      await writeFile(join(home, 'file'), '');

      const taken = await runCli(['quickstart', '--dir', 'precious', '-o', 'json'], { home });
      const noDirectory = await runCli(['quickstart', '--dir', 'file', '-o', 'json'], { home });
      const below = await runCli(['quickstart', '--dir', 'file/below', '-o', 'json'], { home });

      assert.deepEqual(
        [taken, noDirectory, below].map(({ code, stderr }) => [code, failureOf(stderr).code]),
        [
          [3, 'quickstart-directory-taken'],
          [3, 'quickstart-directory-unusable'],
          [3, 'quickstart-directory-unusable'],
        ],
      );
      assert.deepEqual(await readdir(join(home, 'precious')), ['scimctl.json']);
    });

    it('says so where it may not write', {
      skip: noModes || (process.getuid?.() === 0 && 'root may write anywhere'),
    }, async () => {
      const home = await temporaryDirectory('home');
      await mkdir(join(home, 'locked'), { mode: 0o500 });

      const { code, stderr } = await runCli(['quickstart', '--dir', 'locked/x', '-o', 'json'], { home });
      await chmod(join(home, 'locked'), 0o700);

      assert.equal(code, 3);
      assert.equal(failureOf(stderr).code, 'quickstart-directory-unusable');
    });

    it('never touches another database', async () => {
      const home = await temporaryDirectory('home');
      const env = { SCIMCTL_DATABASE: 'embedded:production' };

      const flag = await runCli(['quickstart', '--database', 'embedded:production', '-o', 'json'], { home });
      const report = await runJson<Report>(['quickstart'], { home, env });

      assert.equal(flag.code, 2);
      assert.equal(failureOf(flag.stderr).code, 'options-conflict');
      assert.deepEqual(await readdir(home), ['scimctl-quickstart']);
      // The variable beats the config file, so that the next steps must beat the variable.
      const onDatabase = report.nextSteps.filter(({ command }) => !command.startsWith('scimctl probe '));
      assert.equal(onDatabase.length, report.nextSteps.length - 1);
      for (const { command } of onDatabase) {
        assert.match(command, /^scimctl --database embedded:scimctl-quickstart\/database /);
      }
    });

    it('changes nothing with --dry-run', async () => {
      const home = await temporaryDirectory('home');

      const answer = await runJson<{ isNew: boolean }>(['quickstart', '--dry-run'], { home });

      assert.equal(answer.isNew, true);
      assert.deepEqual(await readdir(home), []);
    });
  },
  { only: ['embedded'] },
);

/** `scimctl`, as it is found after it was installed. */
async function makeCommand(home: string): Promise<void> {
  await mkdir(join(home, 'bin'));
  const script = `#!/bin/sh\nexec '${process.execPath}' '${binFile}' "$@"\n`;
  await writeFile(join(home, 'bin', 'scimctl'), script, { mode: 0o755 });
}
