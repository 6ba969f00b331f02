import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { change } from '../../src/core/audit/change.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { cleanEnvironment, temporaryDirectory } from '../support/environment.js';
import { tieToThisProcess, within } from '../support/processes/children.js';
import { binFile, runCli } from '../support/processes/cli.js';

forEachEngine('audit follow', (engine) => {
  let product: Product;
  let cwd: string;
  const options = () => ({ cwd, env: { SCIMCTL_DATABASE: product.url } });
  const write = (name: string, rollsBack = false) =>
    change(
      product.core,
      { action: 'test.write', target: { type: 'user', name } },
      async () => ({ result: 1 }),
      {
        dryRun: rollsBack,
      },
    );
  const namesIn = (stdout: string) =>
    stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line).targetName);
  const sinceLast = async (...more: string[]) => {
    const { code, stdout, stderr } = await runCli(
      ['audit', 'follow', '--since-last', 'p.json', ...more],
      options(),
    );
    assert.equal(code, 0, stderr);
    return namesIn(stdout);
  };

  before(async () => {
    product = await freshProduct(engine, { host: false });
    cwd = await temporaryDirectory('follow');
  });
  after(() => product.close());

  it('prints what came since the last run, each event once, also behind a rollback', async () => {
    await write('before the first run');
    const first = await sinceLast();
    await write('one');
    await write('rolled back', true);
    await write('two');
    const second = await sinceLast();
    const third = await sinceLast();

    assert.deepEqual([first, second, third], [[], ['one', 'two'], []]);
  });

  it('chooses as audit list does, and goes on behind what was not chosen', async () => {
    await write('ANN');
    await write('bob');
    assert.deepEqual(await sinceLast('--target', 'ann', '--action', 'test.*', '--outcome', 'done'), ['ANN']);
    assert.deepEqual(await sinceLast('--action', 'other.*'), []);
    assert.deepEqual(await sinceLast(), []);
  });

  it('begins with a time where there is no file yet', async () => {
    await rm(join(cwd, 'p.json'));
    const all = await sinceLast('--since', '2000-01-01');
    assert.ok(all.includes('before the first run') && all.includes('bob'));
    assert.deepEqual(await sinceLast('--since', '2000-01-01'), []);
  });

  it('refuses a file that is no position, or of another database, and leaves it', async () => {
    for (const [text, code] of [
      ['', 'position-invalid'],
      ['{"seq":7}', 'position-invalid'],
      ['{"seq":"9000000000000000000"}', 'position-ahead'],
    ] as const) {
      await writeFile(join(cwd, 'wrong.json'), text);
      const {
        code: exit,
        stdout,
        stderr,
      } = await runCli(['audit', 'follow', '--since-last', 'wrong.json'], options());
      assert.deepEqual([exit === 0, stdout], [false, '']);
      assert.match(stderr, new RegExp(`\\[${code}\\]`));
      assert.equal(await readFile(join(cwd, 'wrong.json'), 'utf8'), text);
    }
  });

  const skip = engine.name === 'embedded' && 'the database has one owner, which writes here';
  it('prints events as they are written, until it is interrupted', { skip }, async () => {
    const home = await temporaryDirectory('home');
    const child = spawn(process.execPath, [binFile, 'audit', 'follow'], {
      cwd,
      env: cleanEnvironment(home, options().env),
    });
    tieToThisProcess(child);
    const lines = new EventEmitter();
    let [stdout, stderr] = ['', ''];
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      lines.emit('more');
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      lines.emit('more');
    });
    const more = async () =>
      assert.ok(await within(60_000, once(lines, 'more')), `no more than ${stdout}${stderr}`);
    // The driver may have warned of something before.
    while (!/Waiting for events/.test(stderr)) await more();
    for (const name of ['first', 'second', 'third']) {
      await write(name);
      while (!namesIn(stdout).includes(name)) await more();
    }
    child.kill('SIGINT');
    const [code] = (await within(60_000, once(child, 'close'))) ?? [];

    assert.equal(code, 130);
    assert.deepEqual(namesIn(stdout), ['first', 'second', 'third']);
  });
});
