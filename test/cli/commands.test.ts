import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { COMMANDS } from '../../src/cli/commands/index.js';
import { GLOBAL_OPTIONS } from '../../src/cli/globals.js';
import { parseCommandLine } from '../../src/cli/program.js';
import { Problem } from '../../src/problem.js';
import { allCommands, commandLinesOf, leastWords } from '../support/processes/commands.js';
import { fakeWorld, runHere } from '../support/processes/world.js';

const parse = (words: readonly string[]) => parseCommandLine(words, fakeWorld({ stdout: '', stderr: '' }));

async function refusal(words: readonly string[]): Promise<Problem> {
  const outcome = await parse(words).catch((error: unknown) => error);
  assert.ok(outcome instanceof Problem, `${words.join(' ')} was not refused`);
  assert.equal(outcome.kind, 'usage');
  return outcome;
}

const commands = await allCommands();

describe('every command', () => {
  it('is there', () => {
    assert.ok(commands.length > 25);
    assert.equal(new Set(commands.map(({ path }) => path.join(' '))).size, commands.length);
  });

  for (const found of commands) {
    const { path, command } = found;
    const title = path.join(' ');

    it(`${title} --help explains it, with two examples and more`, async () => {
      for (const flag of ['--help', '-h']) {
        const { code, stdout, stderr } = await runHere([...path, flag], { columns: 100 });

        assert.deepEqual([code, stderr], [0, '']);
        assert.match(stdout, new RegExp(`^Usage: scimctl ${title}`));
        const [, examples = ''] = stdout.split('\nExamples:\n');
        assert.ok(
          examples
            .trimEnd()
            .split('\n')
            .filter((line) => /^ {2}scimctl \S/.test(line)).length >= 2,
        );
        for (const { flags } of [...(command.options ?? []), ...GLOBAL_OPTIONS]) {
          assert.ok(stdout.includes(flags), `${flags} is not explained`);
        }
      }
    });

    it(`${title}: its examples are command lines that parse`, async () => {
      const lines = command.examples.flatMap((example) => commandLinesOf(example.command));
      for (const words of lines) assert.ok(await parse(words), `scimctl ${words.join(' ')}`);
      assert.deepEqual(lines[0]?.slice(0, path.length), path);
    });

    it(`${title} refuses an unknown option, a misspelt one with the nearest name`, async () => {
      const words = leastWords(found);

      assert.equal((await refusal([...words, '--zzzzzzzz'])).code, 'unknown-option');
      const own = (command.options ?? []).map(({ flags }) => flags.match(/--[\w-]{4,}/)?.[0] ?? '--verbose');
      for (const name of [...own, '--quiet']) {
        const misspelt = name.replace(/(.)(.)$/, '$2$1');
        if ([...own, '--quiet'].includes(misspelt)) continue;
        const { code, hint } = await refusal([...words, misspelt]);
        assert.equal(code, 'unknown-option');
        assert.match(hint ?? '', new RegExp(`Did you mean .*${name}\\b`));
      }
    });

    it(`${title} refuses what is missing and what is too much`, async () => {
      const words = leastWords(found);
      const takesMany = command.arguments?.some(({ syntax }) => syntax.includes('...'));
      const positions = (command.arguments ?? []).length;

      if (words.length > path.length) {
        assert.match((await refusal(path)).code, /^(argument|option)-missing$/);
      }
      if (!takesMany) {
        const full = [...words, ...Array.from({ length: positions + 1 }, () => 'more')];
        assert.equal((await refusal(full)).code, 'too-many-arguments');
      }
    });

    it(`${title} refuses an empty value and an empty argument, as of a variable that holds nothing`, async () => {
      const words = leastWords(found);
      for (const { flags, choices, parse } of [...(command.options ?? []), ...GLOBAL_OPTIONS]) {
        if (!flags.includes('<')) continue;
        const name = flags.match(/--[\w-]+/)?.[0] ?? '';
        const { code } = await refusal([...words, name, '']);
        // Those that are parsed say what they take instead.
        if (!parse) assert.equal(code, choices ? 'option-value-invalid' : 'option-value-missing', name);
      }
      if (command.arguments?.length) assert.equal((await refusal([...path, ''])).code, 'argument-missing');
    });

    it(`${title} refuses a value that is not among the choices`, async () => {
      for (const { flags } of (command.options ?? []).filter(({ choices }) => choices)) {
        const name = flags.match(/--[\w-]+/)?.[0] ?? '';
        assert.equal((await refusal([...leastWords(found), name, 'zzzz'])).code, 'option-value-invalid');
        assert.equal((await refusal([...leastWords(found), name])).code, 'option-value-missing');
      }
    });
  }
});

describe('the command line as a whole', () => {
  for (const words of [['--help'], ['-h'], []]) {
    it(`scimctl ${words.join(' ')} lists all commands`, async () => {
      const { code, stdout, stderr } = await runHere(words);

      assert.deepEqual([code, stderr], [0, '']);
      for (const { name, summary } of COMMANDS)
        assert.ok(stdout.includes(name) && stdout.includes(summary.slice(0, 20)));
    });
  }

  it('lists the verbs of a noun that was typed alone', async () => {
    for (const words of [['idp'], ['idp', '--help']]) {
      const { code, stdout, stderr } = await runHere(words);

      assert.deepEqual([code, stderr], [0, '']);
      for (const { path } of commands.filter(({ path: [noun] }) => noun === 'idp')) {
        assert.match(stdout, new RegExp(`^ {2}${path[1]}\\b`, 'm'));
      }
    }
  });

  it('has the verbs of a noun above its options', async () => {
    for (const noun of new Set(
      commands.filter(({ path }) => path.length > 1).map(({ path: [first = ''] }) => first),
    )) {
      const { stdout } = await runHere([noun, '--help']);
      const sections = [...stdout.matchAll(/^(Usage|Commands|Options|Global Options):/gm)].map(
        ([, title]) => title,
      );
      assert.deepEqual(sections, ['Usage', 'Commands', 'Options', 'Global Options']);
      assert.equal((await runHere(['help', noun])).stdout, stdout);
    }
  });

  it('prints its version, whatever else there is but a command', async () => {
    const { stdout: version } = await runHere(['--version']);
    assert.match(version, /^\d+\.\d+\.\d+\n$/);
    for (const words of [
      ['-V'],
      ['-q', '--version'],
      ['--version', '-q'],
      ['-o', 'json', '--version'],
      ['--config', 'nowhere.json', '-V'],
    ]) {
      assert.deepEqual(await runHere(words), { code: 0, stdout: version, stderr: '' });
    }
  });

  it('names the nearest command for one that is unknown', async () => {
    assert.deepEqual(
      await Promise.all(
        [['tokne'], ['tokens', 'list'], ['token', 'roatte'], ['db', 'migrat']].map(async (words) => {
          const { code, hint } = await refusal(words);
          return [code, hint];
        }),
      ),
      [
        ['unknown-command', 'Did you mean token?'],
        ['unknown-command', 'Did you mean token?'],
        ['unknown-command', 'Did you mean rotate?'],
        ['unknown-command', 'Did you mean migrate?'],
      ],
    );
  });

  it('takes global options before, between and after the words', async () => {
    for (const words of [
      ['-o', 'json', 'idp', 'list'],
      ['idp', '-o', 'json', 'list'],
      ['idp', 'list', '-o', 'json'],
      ['idp', 'list', '--output=json'],
      ['--config', 'x', 'idp', 'list', '-ojson'],
    ]) {
      const invocation = await parse(words);
      assert.equal(invocation?.command.name, 'list');
      assert.equal(invocation?.globals.output, 'json', words.join(' '));
    }
  });

  it('says usage errors in words, or as one JSON document, and ends with 2', async () => {
    const plain = await runHere(['idp', 'lsit']);
    const json = await runHere(['idp', 'lsit', '-o', 'json']);

    assert.deepEqual(plain, {
      code: 2,
      stdout: '',
      stderr: "Error: Unknown command 'lsit'. [unknown-command]\n  Did you mean list?\n",
    });
    assert.deepEqual([json.code, json.stdout], [2, '']);
    assert.deepEqual(JSON.parse(json.stderr), {
      error: { code: 'unknown-command', message: "Unknown command 'lsit'.", hint: 'Did you mean list?' },
    });
  });
});
