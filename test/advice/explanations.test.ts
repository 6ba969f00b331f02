import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { exitCodeOf } from '../../src/cli/exit-codes.js';
import { AREAS, codeIn, EXPLAINED, explanationOf, inShort } from '../../src/cli/explanations/index.js';
import { Problem, type ProblemKind } from '../../src/problem.js';
import { projectDirectory } from '../support/environment.js';
import { runHere } from '../support/processes/world.js';
import { codesInSource, PUT_TOGETHER } from './codes.js';

/** Reasons of the check of a token that are told by the words `token-` and the reason. */
const REFUSALS = /\| '([a-z-]+)'/g;

describe('explanations', () => {
  it('exist once for every code of a problem and of the log of the endpoint, and for nothing else', async () => {
    const wanted = new Set([...(await codesInSource()).keys(), ...PUT_TOGETHER, ...(await codesInLog())]);
    const codes = EXPLAINED.map(({ code }) => code);

    assert.deepEqual(
      codes.filter((code, at) => codes.indexOf(code) !== at),
      [],
      'twice',
    );
    assert.deepEqual(
      [...wanted].filter((code) => !codes.includes(code)).sort(),
      [],
      'without an explanation',
    );
    assert.deepEqual(codes.filter((code) => !wanted.has(code)).sort(), [], 'without a code');
  });

  it('exist for every word in the field auth of the log', async () => {
    const words = await wordsOfAuth();

    assert.ok(words.length > 12);
    assert.deepEqual(
      words.filter((word) => !EXPLAINED.some(({ auth }) => auth.includes(word))),
      [],
    );
    const all = EXPLAINED.flatMap(({ auth }) => auth);
    assert.deepEqual(all.toSorted(), words.toSorted());
  });

  it('give the exit codes with which the sources end', async () => {
    const wrong: string[] = [];
    const ends = await kindsInSource();
    for (const [code, kinds] of ends) {
      const found = explanationOf(code);
      const told = [found?.exitCode, found?.otherExitCode];
      for (const kind of kinds) {
        if (!told.includes(exitCodeOf(kind))) wrong.push(`${code}: ${kind}, not ${told.join(' or ')}`);
      }
    }

    assert.ok(ends.size > 120);
    assert.deepEqual(wrong, []);
    const log = new Set(await codesInLog());
    assert.deepEqual(
      EXPLAINED.filter(({ code, exitCode }) => exitCode === null && !log.has(code)),
      [],
    );
  });

  it('are whole sentences, of which the first stands alone', () => {
    // Some causes begin with the name of a program, of an option or of the reason that they explain.
    const sentence = /^(?:[\p{Lu}-]|scimctl |krb5|(?:address|total|pipelining): )(?!.* {2}).*\.$/su;
    const wrong = EXPLAINED.flatMap(({ code, meaning, causes, next }) =>
      [meaning, next, ...causes].filter((text) => !sentence.test(text)).map((text) => `${code}: ${text}`),
    );
    assert.deepEqual(wrong, []);
    assert.deepEqual(
      EXPLAINED.filter((one) => inShort(one).length < 25 || inShort(one).length > 200).map(inShort),
      [],
    );
    assert.ok(AREAS.every(({ explanations }) => Object.keys(explanations).length > 0));
  });
});

describe('a code as it is pasted', () => {
  for (const [pasted, code] of [
    ['seats-exhausted', 'seats-exhausted'],
    [' SEATS-EXHAUSTED ', 'seats-exhausted'],
    ['[seats-exhausted]', 'seats-exhausted'],
    ['[Seats-Exhausted', 'seats-exhausted'],
    ['`seats-exhausted`.', 'seats-exhausted'],
    ['Error: No licence seat is free: A 1 of 1. [seats-exhausted]', 'seats-exhausted'],
    ['"problem":"seats-exhausted"', 'seats-exhausted'],
    ['problem:seats-exhausted', 'seats-exhausted'],
    ['auth=expired', 'expired'],
    ['oauth-invalid_client', 'oauth-invalid_client'],
    ['', ''],
  ] as const) {
    it(`is found: ${JSON.stringify(pasted)}`, () => assert.equal(codeIn(pasted), code));
  }
});

describe('scimctl explain', () => {
  it('prints a code, without a database or a config file', async () => {
    const { code, stdout, stderr } = await runHere(['explain', '[SEATS-EXHAUSTED]']);

    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^seats-exhausted\nExit code: 1\n\nNo licence pool .*\n\nUsual causes:\n- .*\n/);
    assert.match(stdout, /\n\nWhat to do:\n.*scimctl seats.*\n$/);
  });

  it('prints one object with -o json, and an array of several', async () => {
    const one = JSON.parse((await runHere(['explain', 'token-expired', '-o', 'json'])).stdout);
    const byAuth = JSON.parse((await runHere(['explain', 'auth=expired', '-o', 'json'])).stdout);
    const two = JSON.parse((await runHere(['explain', 'database-busy', 'tls-weak', '-o', 'json'])).stdout);

    assert.deepEqual(Object.keys(one), [
      'code',
      'area',
      'exitCode',
      'otherExitCode',
      'auth',
      'meaning',
      'causes',
      'next',
    ]);
    assert.equal(one.exitCode, null);
    assert.deepEqual(byAuth, one);
    assert.deepEqual(
      two.map(({ code, exitCode, otherExitCode }: Record<string, unknown>) => [
        code,
        exitCode,
        otherExitCode,
      ]),
      [
        ['database-busy', 1, 3],
        ['tls-weak', 3, null],
      ],
    );
  });

  it('separates several codes with an empty line, and names a repeated code once', async () => {
    const { stdout } = await runHere(['explain', 'tls-weak', 'tls-expired', '[tls-weak]']);
    assert.deepEqual(stdout.match(/^tls-\w+$/gm), ['tls-weak', 'tls-expired']);
  });

  it('fits 40 columns, whatever the code', async () => {
    const codes = EXPLAINED.map(({ code }) => code);
    const { stdout } = await runHere(['explain', ...codes], { isTTY: true, columns: 40 });

    const tooLong = stdout.split('\n').filter((line) => line.length > 40);
    // A word that is longer stays whole.
    assert.deepEqual(
      tooLong.filter((line) => line.trim().replace(/^- /, '').includes(' ')),
      [],
    );
  });

  it('lists all codes, as a table, JSON or CSV', async () => {
    const [table, json, csv] = await Promise.all(
      ['table', 'json', 'csv'].map((format) => runHere(['explain', '-o', format])),
    );
    const lines = (table?.stdout ?? '').trimEnd().split('\n');

    assert.equal(lines.length, EXPLAINED.length + 1);
    assert.match(lines[0] ?? '', /^CODE +EXIT +MEANING$/);
    assert.equal(JSON.parse(json?.stdout ?? '').length, EXPLAINED.length);
    assert.match(csv?.stdout ?? '', /^code,exitCode,meaning,/);
    const narrow = await runHere(['explain'], { isTTY: true, columns: 40 });
    assert.ok(narrow.stdout.split('\n').every((line) => line.length <= 40));
  });

  it('refuses a code that there is not, and names the nearest', async () => {
    for (const [pasted, hint] of [
      ['seats-exausted', 'Did you mean seats-exhausted?'],
      ['zebra', '`scimctl explain` lists all codes.'],
    ] as const) {
      const { code, stdout, stderr } = await runHere(['explain', 'tls-weak', pasted, '-o', 'json']);
      assert.deepEqual([code, stdout], [2, '']);
      assert.equal(JSON.parse(stderr).error.code, 'code-unknown');
      assert.equal(JSON.parse(stderr).error.hint, hint);
    }
  });

  it('refuses an empty code', async () => {
    const { code, stderr } = await runHere(['explain', 'tls-weak', '', '-o', 'json']);
    assert.deepEqual([code, JSON.parse(stderr).error.code], [2, 'argument-missing']);
  });

  it('refuses options of a list beside a code', async () => {
    const { code, stderr } = await runHere(['explain', 'tls-weak', '--limit', '1']);
    assert.equal(code, 2);
    assert.match(stderr, /--limit has no effect .*\[option-without-effect\]/);
  });
});

/** What stands in the log of the endpoint as `problem` or `event`, or in /readyz, and is no code of a Problem. */
async function codesInLog(): Promise<string[]> {
  const text = await textOf('scim/server', 'scim/protocol', 'cli/commands/serve');
  const found = [
    ...text.matchAll(/\bproblem: '([a-z-]+)'/g),
    ...text.matchAll(/\bunavailable\(\s*(?:'[^']+'|\w+),?\s*'([a-z-]+)'/g),
    ...text.matchAll(/\bunavailable\('([a-z-]+)'\)/g),
    ...text.matchAll(/\.line\(\s*'\w+',\s*'([a-z]+-[a-z-]+)'/g),
  ].map(([, code = '']) => code);
  const oauth = [...text.matchAll(/\b(?:refuse|failure)\((?:400|401|405),\s*'([a-z_]+)',\s*['`]/g)].map(
    ([, error]) => `oauth-${error}`,
  );
  const readiness = /type Readiness = ([^;]*);/.exec(await textOf('core/check'))?.[1] ?? '';
  const ready = [...readiness.matchAll(REFUSALS)].map(([, code = '']) => code);
  // These two are told by their own names.
  const byReason = (await refusals()).map((reason) =>
    ['account-disabled', 'hosting-cloud'].includes(reason) ? reason : `token-${reason}`,
  );
  return [...new Set([...found, ...oauth, ...ready, ...byReason])];
}

/** Why a credential is refused: `expired`, `method` and so on. */
async function refusals(): Promise<string[]> {
  const text = await textOf('core/authentication', 'core/tokens');
  const own = /type Refusal =([\s\S]*?);\n/.exec(text)?.[1] ?? '';
  const reasons = /type VerificationReason =([\s\S]*?);\n/.exec(text)?.[1] ?? '';
  const all = [...`${own}\n${reasons}`.matchAll(REFUSALS)].map(([, reason = '']) => reason);
  return [...new Set(all)].filter((reason) => reason !== 'valid');
}

async function wordsOfAuth(): Promise<string[]> {
  const text = await textOf('scim/server/access');
  const before = [
    ...text.matchAll(/\btrace\.auth = '([a-z]+)'/g),
    ...text.matchAll(/\btrace\.auth = presented \?\? '([a-z]+)'/g),
    ...text.matchAll(/presented === '([a-z]+)'/g),
  ].map(([, word = '']) => word);
  return [...new Set([...before, ...(await refusals())])];
}

/** Which kinds of problems each code is made with, where a function makes it. */
async function kindsInSource(): Promise<Map<string, Set<ProblemKind>>> {
  const kinds = new Map<string, Set<ProblemKind>>();
  const made =
    /\b(usage|configuration|prerequisite|operation)Problem\(\s*(?:[\w.]+ \?\s*)?'([a-z-]+)'(?:\s*:\s*'([a-z-]+)')?/g;
  for (const [, kind = '', ...codes] of (await textOf('')).matchAll(made)) {
    for (const code of codes) {
      // `serve` makes it a problem of the setting that has the value.
      if (code === undefined || (code === 'setting-invalid' && kind === 'usage')) continue;
      const problem = new Problem(kind as ProblemKind, code, '');
      kinds.set(code, (kinds.get(code) ?? new Set()).add(problem.kind));
    }
  }
  return kinds;
}

async function textOf(...folders: string[]): Promise<string> {
  const texts = folders.map(async (folder) => {
    const root = join(projectDirectory, 'src', folder);
    const names = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.ts'));
    return Promise.all(names.sort().map((name) => readFile(join(root, name), 'utf8')));
  });
  return (await Promise.all(texts)).flat().join('\n');
}
