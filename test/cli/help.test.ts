import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { isGroup } from '../../src/cli/command.js';
import { COMMANDS } from '../../src/cli/commands/index.js';
import { EXIT_CODES } from '../../src/cli/exit-codes.js';
import { displayWidth } from '../../src/cli/output/width.js';
import { ENVIRONMENT } from '../../src/cli/settings/environment.js';
import { projectDirectory } from '../support/environment.js';
import { runCli, runCliOk, runJson } from '../support/processes/cli.js';
import { runHere } from '../support/processes/world.js';

describe('help', () => {
  it('is for every command and verb what --help is', async () => {
    const all = await Promise.all(COMMANDS.map(async ({ name, load }) => ({ name, command: await load() })));
    const some = all.flatMap(({ name, command }) =>
      isGroup(command) ? [[name], [name, command.commands[0]?.name ?? '']] : [[name]],
    );
    for (const words of [[], ...some]) {
      const [help, flag] = await Promise.all([runCliOk(['help', ...words]), runCliOk([...words, '--help'])]);
      assert.equal(help.stdout, flag.stdout);
      assert.match(help.stdout, new RegExp(`^Usage: ${['scimctl', ...words].join(' ')}\\b`, 'm'));
    }
  });

  it('fits into a terminal of 40 columns, but for commands to copy, and into one of 80', async () => {
    for (const columns of [40, 80]) {
      const asked = [['--help'], ['users', 'pending', '--help'], ['help', 'output'], ['help', 'exit-codes']];
      const heard = await Promise.all(asked.map((words) => runHere(words, { isTTY: true, columns })));
      const lines = heard.flatMap(({ stdout }) => stripVTControlCharacters(stdout).split('\n'));
      assert.ok(lines.length > 100);
      const tooLong = lines.filter((line) => displayWidth(line) > columns && !/^ {2}scimctl /.test(line));
      assert.deepEqual(tooLong, []);
    }
  });

  it('hands a declaration to a script', async () => {
    const rotate = await runJson<{ name: string; options: { flags: string }[] }>(['help', 'token', 'rotate']);
    const token = await runJson<{ commands: { name: string }[] }>(['help', 'token']);
    const all = await runJson<{ name: string }[]>(['help']);

    assert.ok(rotate.options.some(({ flags }) => flags === '--overlap <duration>'));
    assert.ok(token.commands.some(({ name }) => name === 'rotate'));
    assert.deepEqual(
      all.map(({ name }) => name),
      COMMANDS.map(({ name }) => name),
    );
  });

  it('lists the exit codes', async () => {
    const listed = await runJson<{ code: number; meaning: string }[]>(['help', 'exit-codes']);

    assert.deepEqual(
      listed.map(({ code, meaning }) => ({ code, meaning })),
      Object.values(EXIT_CODES),
    );
  });

  it('lists exactly the environment variables that are read', async () => {
    const known = ENVIRONMENT.map(({ name }) => name).filter((name) => name.startsWith('SCIMCTL_'));
    const listed = await runJson<{ name: string }[]>(['help', 'environment']);

    assert.deepEqual([...known].sort(), await variablesInSources());
    assert.deepEqual(
      listed.map(({ name }) => name),
      ENVIRONMENT.map(({ name }) => name),
    );
  });

  it('states the rules of output', async () => {
    const { stdout } = await runCliOk(['help', 'output']);

    assert.match(stdout, /Data goes to stdout/);
  });

  for (const [words, suggested] of [
    [['tokn'], 'token'],
    [['exit-code'], 'exit-codes'],
    [['token', 'rotat'], 'rotate'],
  ] as const) {
    it(`suggests ${suggested} for ${words.join(' ')}`, async () => {
      const { code, stderr } = await runCli(['help', ...words]);

      assert.equal(code, 2);
      assert.match(stderr, /help-topic-unknown/);
      assert.match(stderr, new RegExp(`Did you mean ${suggested}\\?`));
    });
  }

  it('refuses what there is not, without a far-fetched suggestion', async () => {
    for (const words of [['zebra'], ['seats', 'zebra'], ['token', 'rotate', 'zebra']]) {
      const { code, stderr } = await runCli(['help', ...words]);
      assert.equal(code, 2);
      assert.match(stderr, /zebra/);
      assert.doesNotMatch(stderr, /Did you mean/);
    }
  });
});

/** Every name of a variable of ours that stands in the sources, but for the list itself. */
async function variablesInSources(): Promise<string[]> {
  const root = join(projectDirectory, 'src');
  const found = new Set<string>();
  for (const path of await readdir(root, { recursive: true })) {
    if (!path.endsWith('.ts') || path === join('cli', 'environment.ts')) continue;
    const text = await readFile(join(root, path), 'utf8');
    for (const [name] of text.matchAll(/\bSCIMCTL_[A-Z_]*[A-Z]\b/g)) found.add(name);
  }
  return [...found].sort();
}
