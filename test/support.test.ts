import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { cleanEnvironment, projectDirectory } from './support/environment.js';
import { closedPort } from './support/fake-servers/listen.js';
import { binFile, runCliOk, startCli, startCommand } from './support/processes/cli.js';
import { Terminal, terminalMissing } from './support/processes/pty.js';
import { normalised, normalisedJson } from './support/running/golden.js';
import { RunReport } from './support/running/report.js';

describe('the command line as a process of its own', () => {
  it('starts, and is the version of this checkout', async () => {
    const { version } = JSON.parse(await readFile(join(projectDirectory, 'package.json'), 'utf8'));

    assert.equal((await runCliOk(['--version'])).stdout, `${version}\n`);
  });

  it('refuses a Node.js that is older than package.json says', async () => {
    const { engines } = JSON.parse(await readFile(join(projectDirectory, 'package.json'), 'utf8'));
    const [, major, minor] = /^>=(\d+)\.(\d+)$/.exec(engines.node) ?? [];
    const ended = async (version: string) => {
      const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`;
      const start = ['--import', `data:text/javascript,${encodeURIComponent(older)}`, binFile, '--version'];
      return (await startCommand(process.execPath, start)).end();
    };

    for (const version of [`${major}.${Number(minor) - 1}.9`, `${Number(major) - 2}.99.0`]) {
      const { code, stderr } = await ended(version);
      assert.equal(code, 3);
      assert.match(
        stderr,
        new RegExp(`requires Node\\.js ${major}\\.${minor} or later, and this is ${version}`),
      );
      assert.match(stderr, /\[node-too-old\]\n {2}Install a newer Node\.js/);
    }
    for (const version of [`${major}.${minor}.0`, `${Number(major) + 1}.0.0`]) {
      assert.equal((await ended(version)).code, 0);
    }
  });

  it('ends in order at a signal, and where there are none, at a message', async () => {
    for (const withoutSignals of [true, process.platform === 'win32']) {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        const url = `postgres://postgres@127.0.0.1:${await closedPort()}/none`;
        const words = ['db', 'wait', '-v', '--for', '10m', '--database', url];
        const running = await startCli(words, { withoutSignals });
        await running.waitFor(/^Try 1: /m);
        running.kill(signal);
        assert.equal((await running.end(30_000)).code, 130);
      }
    }
  });

  it('is given nothing of the environment that could change what it does', () => {
    const ours = { ...process.env };
    Object.assign(process.env, { SCIMCTL_DATABASE: 'x', PGHOST: 'x', NO_COLOR: '1', NODE_OPTIONS: '' });
    try {
      const given = cleanEnvironment('/nowhere', { SCIMCTL_CONFIG: 'asked for' });

      const foreign = Object.keys(given).filter((name) => /^(SCIMCTL|PG|NO_|NODE_(?!V8))/.test(name));
      assert.deepEqual(foreign, ['SCIMCTL_CONFIG']);
      assert.equal(given.HOME, '/nowhere');
    } finally {
      process.env = ours;
    }
  });
});

describe('the report of a run', () => {
  const test = (type: string, name: string, nesting: number, more = {}) => ({
    type,
    data: { name, nesting, details: {}, ...more },
  });
  const suite = { details: { type: 'suite' } };

  it('counts what ran on each engine, and says so right before the summary', async () => {
    const report = new RunReport([
      { name: 'embedded', label: 'embedded' },
      { name: 'postgres', label: 'PostgreSQL 18.4' },
      { name: 'mssql', label: 'SQL Server', skipped: 'SCIMCTL_TEST_MSSQL is not set' },
      { name: 'tsql', label: 'a parser' },
    ]);
    const events = [
      test('test:pass', 'one', 1),
      test('test:fail', 'two', 2),
      test('test:fail', 'inner', 1, suite),
      test('test:pass', 'left out', 1, { skip: true }),
      test('test:fail', 'names [embedded]', 0, suite),
      test('test:pass', 'alone', 0),
      test('test:pass', 'one', 1),
      test('test:pass', 'names [postgres]', 0, suite),
      test('test:pass', 'names [mssql]', 0, { ...suite, skip: 'SCIMCTL_TEST_MSSQL is not set' }),
      test('test:pass', 'rules [tsql]', 0, { ...suite, skip: 'dotnet is not installed' }),
      test('test:pass', '/dist/test/empty.test.js', 0),
      { type: 'test:diagnostic', data: { nesting: 0, message: 'tests 6' } },
      { type: 'test:diagnostic', data: { nesting: 0, message: 'pass 4' } },
    ];

    const messages: unknown[] = [];
    for await (const { data } of Readable.from(events).compose(report)) {
      if ('message' in data) messages.push(data.message);
    }

    assert.deepEqual(messages, [
      'embedded: 2 tests ran',
      'PostgreSQL 18.4: 1 test ran',
      'SQL Server: skipped, SCIMCTL_TEST_MSSQL is not set',
      'a parser: skipped, dotnet is not installed',
      'tests 6',
      'pass 4',
    ]);
    assert.deepEqual([report.ran, report.emptyFiles], [4, ['/dist/test/empty.test.js']]);
    assert.ok(report.failed > 0);
  });
});

describe('a driven terminal', { skip: terminalMissing }, () => {
  it('is a terminal on both sides, as wide as asked, and passes on the exit code', async () => {
    const program = `
      console.log('in', process.stdin.isTTY, 'out', process.stdout.isTTY, 'wide', process.stdout.columns);
      process.exitCode = 7;`;
    const terminal = await Terminal.start([process.execPath, '-e', program], { columns: 90 });

    assert.equal(await terminal.end(), 7);
    assert.match(terminal.screen(), /^in true out true wide 90$/m);
  });

  it('answers prompts that redraw themselves, and shows what is left of them', async () => {
    const inquirer = import.meta.resolve('inquirer');
    const program = `
      const { default: inquirer } = await import(${JSON.stringify(inquirer)});
      const answers = await inquirer.prompt([
        { type: 'input', name: 'name', message: 'Name of the service account?' },
        { type: 'select', name: 'kind', message: 'Which IdP?', choices: ['entra', 'okta', 'generic'] },
      ]);
      console.log(JSON.stringify(answers));`;
    const terminal = await Terminal.start([process.execPath, '--input-type=module', '-e', program]);

    await terminal.waitFor(/Name of the service account\?/);
    terminal.type("o'brien\r");
    await terminal.waitFor(/Which IdP\?/);
    terminal.type('\x1b[B');
    await terminal.waitFor(/❯ okta/);
    terminal.type('\r');

    assert.equal(await terminal.end(), 0);
    const lines = terminal.screen().split('\n');
    assert.deepEqual(lines, [
      "✔ Name of the service account? o'brien",
      '✔ Which IdP? okta',
      '{"name":"o\'brien","kind":"okta"}',
    ]);
  });

  it('interrupts with Control-C', async () => {
    const program =
      "process.on('SIGINT', () => process.exit(130)); setInterval(() => {}, 1000); console.log('up')";
    const terminal = await Terminal.start([process.execPath, '-e', program]);

    await terminal.waitFor(/up/);
    terminal.type('\x03');

    assert.equal(await terminal.end(), 130);
  });
});

describe('normalised output', () => {
  it('tells one id that occurs twice from two, and keeps what does not vary', () => {
    const one = '0b8f4c1e-7a52-4d4c-9a5e-0d2f6d6f8a11';
    const other = '5f0f1d0e-1111-4222-8333-944444444444';

    assert.deepEqual(
      normalisedJson({
        id: one,
        again: one.toUpperCase(),
        other,
        at: '2026-01-31T08:00:00.123Z',
        overlap: '24h',
        n: 3,
      }),
      { id: '<uuid-1>', again: '<uuid-1>', other: '<uuid-2>', at: '<instant>', overlap: '24h', n: 3 },
    );
    assert.equal(
      normalised(`token scimctl_a1B2_${'x'.repeat(49)} in 12.5 ms`),
      'token <token-1> in <duration>',
    );
  });
});
