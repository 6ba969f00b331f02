import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { createToken } from '../../src/core/tokens/create.js';
import { insertIdentity } from '../../src/database/queries/links/identities.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { cleanEnvironment, temporaryDirectory } from '../support/environment.js';
import { binFile } from '../support/processes/cli.js';
import { Terminal, terminalMissing } from '../support/processes/pty.js';
import { runHere, type WorldOptions } from '../support/processes/world.js';

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
const escapes = /\u001b/;
const boxes = /[\u2500-\u257f]/;

/** Commands that print something on an installation with an IdP, a token and a leaver. */
const printing: string[][] = [
  ['db', 'status'],
  ['db', 'migrate'],
  ['db', 'verify'],
  ['host', 'status'],
  ['check'],
  ['check', '--list'],
  ['idp', 'list'],
  ['idp', 'show', 'entra'],
  ['idp', 'sheet', 'entra'],
  ['token', 'list'],
  ['users', 'pending'],
  ['seats'],
  ['audit', 'list'],
];
/** Those of them that are tables. */
const tables = [
  ['host', 'status'],
  ['check', '--list'],
  ['idp', 'list'],
  ['token', 'list'],
  ['users', 'pending'],
  ['seats'],
  ['audit', 'list'],
];

// On one engine: that the others say the same is shown by the scripted flow.
forEachEngine(
  'what is printed',
  (engine) => {
    let product: Product;
    const run = (words: string[], options: WorldOptions = {}) =>
      runHere(words, { ...options, env: { SCIMCTL_DATABASE: product.url, ...options.env } });

    const bad = 'Zo\u00eb\u001b]0;owned\u0007 \u001b[2J\u202eeibbeD\u200b\u{e0041}\nsecond line';

    before(async () => {
      product = await freshProduct(engine);
      const { id } = await addServiceAccount(product.core, { name: 'entra', kind: 'entra' });
      await createToken(product.core, 'entra', { expiresInMs: null });
      await product.database.transaction((session) =>
        insertIdentity(session, {
          identityId: '00000000-0000-4000-8000-000000000001',
          serviceAccountId: id,
          externalId: null,
          userName: 'zoe.mueller@contoso.example',
          hostUserId: '4',
          createdAt: product.now,
          updatedAt: product.now,
          deprovisionedAt: product.now,
          deprovisionReason: 'disabled',
        }),
      );
      // A name that would do something to a terminal, or to what is read there.
      await product.test.query('update app.users set display_name = $1 where id = 4', [bad]);
    });
    after(() => product.close());

    for (const words of printing) {
      it(`is plain in a pipe: ${words.join(' ')}`, async () => {
        const { code, stdout, stderr } = await run(words);

        assert.equal(code, 0);
        // With nothing amiss there are no findings, and only the talk says so.
        if (words[1] === 'verify') assert.match(stderr, /schema is unchanged/);
        else assert.match(stdout, /\S/);
        for (const text of [stdout, stderr]) {
          assert.doesNotMatch(text, escapes);
          assert.doesNotMatch(text, boxes);
          assert.doesNotMatch(text, /[ \t]$/m);
        }
      });

      it(`is one JSON document with -o json: ${words.join(' ')}`, async () => {
        const { code, stdout } = await run([...words, '-o', 'json'], { isTTY: true });

        assert.equal(code, 0);
        const answer = JSON.parse(stdout);
        assert.equal(
          Array.isArray(answer),
          words.at(-1) === 'list' ||
            words.at(-1) === '--list' ||
            ['pending', 'seats'].includes(words.at(-1) ?? ''),
        );
        assertKeysAndInstants(answer);
      });

      it(`is CSV with one head with -o csv: ${words.join(' ')}`, async () => {
        const { code, stdout } = await run([...words, '-o', 'csv'], { isTTY: true });

        assert.equal(code, 0);
        if (words[1] === 'sheet') return; // Text for people, in every form but JSON.
        if (words[1] === 'verify') {
          assert.deepEqual(parseCsv(stdout), [['kind', 'object', 'expected', 'found', 'advice']]);
          return;
        }
        const [head = [], ...rows] = parseCsv(stdout);
        assert.ok(
          head.every((name) => /^[a-z][A-Za-z]+$/.test(name)),
          head.join(),
        );
        assert.ok(rows.length > 0 && rows.every((row) => row.length === head.length));
      });
    }

    for (const words of tables) {
      it(`has boxes and colours on a terminal: ${words.join(' ')}`, async () => {
        const { stdout } = await run(words, { isTTY: true, columns: 250 });
        assert.match(stdout, escapes);
        assert.match(stdout, boxes);
      });

      for (const [what, more, env] of [
        ['--no-color', ['--no-color'], {}],
        ['NO_COLOR', [], { NO_COLOR: '1' }],
        ['TERM=dumb', [], { TERM: 'dumb' }],
      ] as const) {
        it(`has no colours with ${what}: ${words.join(' ')}`, async () => {
          const { stdout } = await run([...words, ...more], { isTTY: true, env });
          assert.doesNotMatch(stdout, escapes);
        });
      }
    }

    it('cannot do anything to a terminal, whatever is in the names', async () => {
      for (const format of ['table', 'json', 'csv']) {
        const { stdout } = await run(['users', 'pending', '-o', format], {
          isTTY: true,
          env: { NO_COLOR: '1' },
        });

        assert.match(stdout, /Zo\u00eb/);
        const text = format === 'csv' ? stdout.replaceAll('\r\n', '\n') : stdout;
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
        assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u202e\u{e0041}]/u);
      }
    });

    it('is what the names are for a program, whatever is in them', async () => {
      const names = async (words: string[]) => (await run(['users', 'pending', ...words])).stdout;

      assert.ok((await names(['-o', 'csv'])).includes(bad));
      const shown = JSON.parse(await names(['-o', 'json'])) as Record<string, unknown>[];
      assert.ok(shown.some((row) => Object.values(row).includes(bad)));
    });

    it('is for nobody with --quiet but what was asked for', async () => {
      for (const words of [
        ['db', 'migrate'],
        ['idp', 'list'],
        ['idp', 'update', 'entra', '--display-name', 'Entra'],
      ]) {
        const { code, stderr } = await run([...words, '-q']);
        assert.deepEqual([code, stderr], [0, '']);
      }
    });

    it('is an empty list, and 0, where nothing is found', async () => {
      const plain = await run(['users', 'pending', '--reason', 'doubtful']);
      const json = await run(['users', 'pending', '--reason', 'doubtful', '-o', 'json']);
      const csv = await run(['users', 'pending', '--reason', 'doubtful', '-o', 'csv']);

      assert.deepEqual([plain.code, plain.stdout], [0, '']);
      assert.match(plain.stderr, /^No user is pending/);
      assert.deepEqual([json.code, json.stdout, json.stderr], [0, '[]\n', '']);
      assert.deepEqual([csv.code, parseCsv(csv.stdout).length, csv.stderr], [0, 1, '']);
    });

    it('takes back every instant that a table prints', async () => {
      const { stdout } = await run(['audit', 'list', '--columns', 'at', '--limit', '0']);
      const instants = stdout.trim().split('\n').slice(1);
      assert.ok(instants.length > 0);
      for (const instant of instants) {
        const { code, stderr } = await run(['audit', 'list', '--since', instant, '--until', instant]);
        assert.equal(code, 0, stderr);
      }
    });

    it('has no choice that can never be found', async () => {
      for (const words of [
        ['audit', 'list', '--outcome', 'failed'],
        ['users', 'pending', '--reason', 'gone'],
      ]) {
        const { code, stderr } = await run(words);
        assert.equal(code, 2);
        assert.match(stderr, /option-value-invalid/);
      }
    });

    it('counts as findings only with --fail-on-findings', async () => {
      const codes = await Promise.all(
        [[], ['--fail-on-findings'], ['--fail-on-findings', '--older-than', '30d']].map(
          async (more) => (await run(['users', 'pending', ...more])).code,
        ),
      );
      assert.deepEqual(codes, [0, 5, 0]);
    });
  },
  { only: ['embedded'] },
);

/** camelCase keys; instants as RFC 3339 in UTC with milliseconds. */
function assertKeysAndInstants(value: unknown): void {
  if (typeof value === 'string') {
    if (/^\d{4}-\d{2}-\d{2}[T ]/.test(value))
      assert.match(value, /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
  } else if (Array.isArray(value)) value.forEach(assertKeysAndInstants);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      assert.match(key, /^[a-z][A-Za-z0-9]*$/);
      assertKeysAndInstants(inner);
    }
  }
}

/** RFC 4180, strictly: CR LF between records, quotes only around whole fields. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const field = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/y;
  for (let found = field.exec(text); found; found = field.exec(text)) {
    const [, raw = '', end] = found;
    row.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    if (end === '\r\n') {
      rows.push(row);
      row = [];
    }
    if (field.lastIndex === text.length) return rows;
  }
  return assert.fail(`not CSV after ${JSON.stringify(rows.at(-1))}`);
}

describe('a process at a terminal', { skip: terminalMissing }, () => {
  it('has boxes and colours, as wide as the terminal is', async () => {
    const terminal = await Terminal.start([process.execPath, binFile, 'check', '--list'], { columns: 120 });

    assert.equal(await terminal.end(), 0);
    assert.match(terminal.raw(), escapes);
    assert.match(terminal.raw(), boxes);
    assert.ok(
      terminal
        .screen()
        .split('\n')
        .every((line) => line.length <= 120),
    );
  });

  it('has no colours with NO_COLOR', async () => {
    const env = { NO_COLOR: '1' };
    const terminal = await Terminal.start([process.execPath, binFile, 'check', '--list'], { env });

    assert.equal(await terminal.end(), 0);
    assert.doesNotMatch(terminal.raw(), escapes);
  });
});

describe('a reader that goes away', () => {
  const noShell = process.platform === 'win32' && 'there is no sh';
  const reading = {
    'db script --engine mssql': 0,
    'db script --engine postgres -o json': 0,
    '--help': 0,
    '--version': 0,
    'check --list': 0,
    'check --list -o csv': 0,
    'idp lsit': 2,
    'idp list': 3,
  };
  for (const [words, code] of Object.entries(reading)) {
    it(`is no fault: ${words} | true`, { skip: noShell }, async () => {
      const home = await temporaryDirectory();
      // Both streams go to a program that reads nothing; only our own line goes to the shell's stderr.
      const line = `{ "${process.execPath}" "${binFile}" ${words} 2>&1; echo "ended with $?" >&3; } 3>&2 | true`;
      const shell = spawn('sh', ['-c', line], { env: cleanEnvironment(home), cwd: home });
      let stderr = '';
      shell.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
      });
      await new Promise((resolve) => shell.once('close', resolve));

      assert.equal(stderr, `ended with ${code}\n`);
    });

    it(`is no fault when Node.js started ${words}`, async () => {
      const home = await temporaryDirectory();
      const child = spawn(process.execPath, [binFile, ...words.split(' ')], {
        env: cleanEnvironment(home),
        cwd: home,
      });
      child.stdout.destroy();
      child.stderr.destroy();

      assert.deepEqual(await once(child, 'exit'), [code, null]);
    });
  }
});
