import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { temporaryDirectory } from '../support/environment.js';
import { runCli, runCliOk } from '../support/processes/cli.js';

const missing = (shell: string) =>
  spawnSync(shell, ['-c', 'exit 0']).status === 0 ? false : `${shell} is not installed`;

/** What was typed, and what is offered. */
const EXAMPLES: readonly [typed: string[], offered: string[]][] = [
  [['tok'], ['token']],
  [['token', 'ro'], ['rotate']],
  [['-o', 'js'], ['json']],
  [['-o', 'json', 'tok'], ['token']],
  [['token', 'rotate', '--over'], ['--overlap']],
  [
    ['idp', 'add', 'x', '--kind', ''],
    ['entra', 'generic', 'okta'],
  ],
  [['--config', 'token', 'quick'], ['quickstart']],
  [
    ['completion', ''],
    ['bash', 'fish', 'powershell', 'zsh'],
  ],
  [['help', 'exit'], ['exit-codes']],
  [['explain', 'seats-'], ['seats-exhausted']],
  [['explain', 'tls-weak', 'seats-'], ['seats-exhausted']],
];

async function scriptFor(shell: string): Promise<string> {
  const file = join(await temporaryDirectory('completion'), `scimctl.${shell}`);
  await writeFile(file, (await runCliOk(['completion', shell])).stdout);
  return file;
}

function run(shell: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(shell, args, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  assert.equal(stderr, '');
  return stdout;
}

const words = (text: string) => text.split(/\s+/).filter(Boolean).sort();

describe('completion in bash', { skip: missing('bash') }, () => {
  let file = '';
  before(async () => {
    file = await scriptFor('bash');
  });

  it('is sound', () => {
    run('bash', '-n', file);
  });

  for (const [typed, offered] of EXAMPLES) {
    it(`offers ${offered.join(', ')} for scimctl ${typed.join(' ')}<TAB>`, () => {
      const program =
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is bash's
        'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _scimctl; echo "${COMPREPLY[@]}"';
      assert.deepEqual(words(run('bash', '-c', program, 'bash', file, 'scimctl', ...typed)), offered);
    });
  }
});

describe('completion in fish', { skip: missing('fish') }, () => {
  let file = '';
  before(async () => {
    file = await scriptFor('fish');
  });

  it('is sound', () => {
    run('fish', '--no-execute', file);
  });

  for (const [typed, offered] of EXAMPLES) {
    it(`offers ${offered.join(', ')} for scimctl ${typed.join(' ')}<TAB>`, () => {
      const line = ['scimctl', ...typed].join(' ');
      const program = `source ${JSON.stringify(file)}; complete --do-complete ${JSON.stringify(line)}`;
      const lines = run('fish', '--no-config', '-c', program).split('\n');
      assert.deepEqual(words(lines.map((each) => each.split('\t')[0]).join(' ')), offered);
    });
  }
});

describe('completion in zsh', { skip: missing('zsh') }, () => {
  let file = '';
  before(async () => {
    file = await scriptFor('zsh');
  });

  it('is sound', () => {
    run('zsh', '-n', file);
  });

  for (const [typed, offered] of EXAMPLES) {
    it(`offers ${offered.join(', ')} for scimctl ${typed.join(' ')}<TAB>`, () => {
      // zsh completes only at a terminal; these stand in for its two ways of offering words.
      const program = [
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is zsh's
        'compdef() { : }; current="${@[-1]}"',
        'offer() { for word in "$@"; do [[ "$word" == "$current"* ]] && print -r -- "$word"; done; true }',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is zsh's
        '_describe() { offer "${(@)${(@P)2}%%:*}" }; compadd() { shift; offer "$@" }',
        'source "$1"; shift; words=("$@"); CURRENT=$#; _scimctl',
      ].join('\n');
      assert.deepEqual(words(run('zsh', '-f', '-c', program, 'zsh', file, 'scimctl', ...typed)), offered);
    });
  }
});

describe('completion in PowerShell', { skip: missing('pwsh') }, () => {
  let file = '';
  before(async () => {
    file = await scriptFor('powershell');
  });

  for (const [typed, offered] of EXAMPLES) {
    it(`offers ${offered.join(', ')} for scimctl ${typed.join(' ')}<TAB>`, () => {
      const line = ['scimctl', ...typed].join(' ');
      const program = `. '${file}'; (TabExpansion2 '${line}' ${line.length}).CompletionMatches.CompletionText`;
      assert.deepEqual(words(run('pwsh', '-NoProfile', '-Command', program)), offered);
    });
  }
});

describe('completion', () => {
  it('suggests the shell that was meant', async () => {
    const { code, stderr } = await runCli(['completion', 'bsh']);

    assert.equal(code, 2);
    assert.match(stderr, /Did you mean bash\?/);
  });
});
