import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { change } from '../../src/core/audit/change.js';
import { signHead } from '../../src/core/audit/evidence/signed-head.js';
import { newSigningKey, parseSigningKey } from '../../src/core/audit/evidence/signing-key.js';
import { sealEvents } from '../../src/core/audit/seal.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
import { opensslMissing } from '../support/openssl.js';
import { exportProof } from '../support/trail/proof.js';
import { testedBlock } from './markdown.js';

const HOUR = 3_600_000;
const skip = process.platform === 'win32' ? 'needs a POSIX shell' : opensslMissing();

/** A change of one file of a proof, by its lines. */
type Change = (lines: string[]) => string[];

const swap: Change = ([first = '', second = '', ...rest]) => [second, first, ...rest];
const edited =
  (at: number, from: string | RegExp, to: string | ((found: string) => string)): Change =>
  (lines) =>
    lines.with(at, (lines.at(at) ?? '').replace(from, to as string));

const otherLetter = (found: string) => (found.endsWith('A') ? ': "B' : ': "A');

/** What a forger may do between the sender and the reader: the file, the change, and what the script says. */
const TAMPERED: [string, string, Change, RegExp][] = [
  ['an event is changed', 'events.jsonl', edited(4, 'cli:tester', 'cli:mallory'), /not those of seal/],
  ['an event is renumbered', 'events.jsonl', edited(4, /^\[(\d+)/, '[9$1'), /not those of seal/],
  ['the first event is removed', 'events.jsonl', (lines) => lines.slice(1), /not those of seal/],
  ['an event is removed', 'events.jsonl', (lines) => lines.toSpliced(3, 1), /not those of seal/],
  ['the last event is removed', 'events.jsonl', (lines) => lines.slice(0, -1), /not those of seal/],
  ['an event is inserted', 'events.jsonl', (lines) => lines.toSpliced(3, 0, lines[5] ?? ''), /not those of/],
  [
    'an event is added at the end',
    'events.jsonl',
    (lines) => [...lines, lines[0] ?? ''],
    /there are \d+ events/,
  ],
  ['two events are swapped', 'events.jsonl', swap, /not those of seal/],
  ['text is hidden behind a zero', 'events.jsonl', edited(4, /$/, '\0more'), /control characters/],
  ['a seal is changed', 'seals.jsonl', edited(1, 'cli:tester', 'cli:mallory'), /does not follow/],
  ['the list of a seal is shortened', 'seals.jsonl', edited(1, /,3,"/, ',2,"'), /NOT VERIFIED/],
  ['a seal is removed', 'seals.jsonl', (lines) => lines.toSpliced(1, 1), /NOT VERIFIED/],
  ['the first seal is removed', 'seals.jsonl', (lines) => lines.slice(1), /not those of seal/],
  ['the last seal is removed', 'seals.jsonl', (lines) => lines.slice(0, -1), /does not follow/],
  ['a seal is inserted', 'seals.jsonl', (lines) => lines.toSpliced(1, 0, lines[1] ?? ''), /NOT VERIFIED/],
  ['two seals are swapped', 'seals.jsonl', swap, /NOT VERIFIED/],
  [
    'a later seal is changed',
    'later-seals.jsonl',
    edited(0, 'tester', 'mallory'),
    /does not follow|not that of/,
  ],
  ['a later seal is removed', 'later-seals.jsonl', (lines) => lines.slice(1), /does not follow|not that of/],
  ['the number of the head is changed', 'head.json', edited(1, /\d+/, '99'), /no valid signature/],
  ['the time of signing is changed', 'head.json', edited(6, '202', '203'), /no valid signature/],
  ['the signature is changed', 'head.json', edited(8, /: "./, otherLetter), /no valid signature/],
  ['the signature is removed', 'head.json', (lines) => lines.toSpliced(8, 1), /no valid signature|error/],
];

forEachEngine('the script of docs/verify-export.md', (engine) => {
  let product: Product;
  let cwd: string;
  const began = new Date();
  const at = (hours: number) => new Date(began.getTime() + hours * HOUR);
  const verify = (directory: string, key = 'signing.pub', shell = 'sh') => {
    const { status, stdout, stderr } = spawnSync(shell, ['verify-export.sh', directory, key], {
      cwd,
      encoding: 'utf8',
    });
    return { status, said: `${stdout}${stderr}` };
  };
  const write = async (name: string) => {
    await change(product.core, { action: 'test.write', target: { type: 'user', name } }, async () => ({
      result: 1,
      details: { name },
    }));
  };

  before(async () => {
    if (skip) return;
    product = await freshProduct(engine, { host: false });
    await sealEvents(product.core, { waitMs: 0 });
    const names = [
      'Zoë "王" 😀',
      'line\nbreak',
      '%s %d \\045',
      '\u0001\u007f',
      'a\\b',
      "o'brien",
      ' x ',
      '',
      '[1,"x"]',
    ];
    for (const [hour, some] of [
      names.slice(0, 3),
      names.slice(3, 6),
      names.slice(6),
      ['later'],
      ['last'],
    ].entries()) {
      product.now = at(hour + 1);
      for (const name of some) await write(name);
      await sealEvents(product.core, { waitMs: 0 });
    }
    cwd = await temporaryDirectory('verify-export');
    await writeFile(
      join(cwd, 'verify-export.sh'),
      await testedBlock('docs/verify-export.md', 'verify-export.sh'),
    );
    for (const name of ['signing', 'other']) {
      const { key, pem } = newSigningKey(randomBytes);
      await writeFile(join(cwd, `${name}.key`), pem, { mode: 0o600 });
      await writeFile(join(cwd, `${name}.pub`), key.publicKey.pem);
    }
    const { heard } = await exportProof(product, { cwd, name: 'proof', since: at(1.5), until: at(3.5) });
    assert.equal(heard.code, 0, heard.stderr);
  });
  after(() => product?.close());

  it('verifies a real export, and says what it has', { skip }, async () => {
    const { events, seals, later, heard } = await exportProof(product, {
      cwd,
      name: 'again',
      since: at(1.5),
      until: at(3.5),
    });
    const { status, said } = verify('again');

    assert.equal(status, 0, said);
    const written = JSON.parse(heard.stdout);
    assert.deepEqual([seals, later], [[2, 3, 4, 5], [6]]);
    assert.deepEqual([written.events, written.seals], [events.length, 4]);
    const [from, to] = [written.sealedFrom, written.sealedTo];
    assert.ok(
      said.startsWith(
        `VERIFIED: ${events.length} events, ${events[0]} to ${events.at(-1)}, sealed from ${from} to ${to}\n`,
      ),
      said,
    );
    assert.ok(said.includes(`head of seal 6, signed at ${written.head.signedAt}`), said);
  });

  it('verifies the whole trail, in every shell that there is', { skip }, async () => {
    await exportProof(product, { cwd, name: 'whole' });
    for (const shell of ['sh', 'bash', 'dash']) {
      if (spawnSync(shell, ['-c', 'exit 0']).status !== 0) continue;
      const { status, said } = verify('whole', 'signing.pub', shell);
      assert.equal(status, 0, `${shell}: ${said}`);
    }
  });

  for (const [what, file, make, says] of TAMPERED) {
    it(`fails where ${what}`, { skip }, async () => {
      const path = join(cwd, 'forged', file);
      await rm(join(cwd, 'forged'), { recursive: true, force: true });
      await cp(join(cwd, 'proof'), join(cwd, 'forged'), { recursive: true });
      const lines = (await readFile(path, 'utf8')).split('\n').slice(0, -1);
      const changed = make(lines);
      assert.notDeepEqual(changed, lines, 'nothing was changed');
      await writeFile(path, changed.map((line) => `${line}\n`).join(''));

      const { status, said } = verify('forged');
      assert.notEqual(status, 0);
      assert.match(said, says);
      assert.doesNotMatch(said, /^VERIFIED/m);
    });
  }

  it('fails where an event is added without the end of a line', { skip }, async () => {
    await cp(join(cwd, 'proof'), join(cwd, 'open'), { recursive: true });
    const path = join(cwd, 'open', 'events.jsonl');
    await writeFile(path, '[9999,"x"]', { flag: 'a' });
    assert.match(verify('open').said, /^NOT VERIFIED: there are/);
  });

  it('fails with another key, also where a forger signed everything with it', { skip }, async () => {
    assert.match(verify('proof', 'other.pub').said, /no valid signature of this key/);

    await cp(join(cwd, 'proof'), join(cwd, 'resigned'), { recursive: true });
    const path = join(cwd, 'resigned', 'head.json');
    const head = JSON.parse(await readFile(path, 'utf8'));
    const key = parseSigningKey(await readFile(join(cwd, 'other.key'), 'utf8'), 'x');
    const { sealNo, lastSeq, events, digest } = head;
    const forged = signHead(
      { sealNo, lastSeq, events, digest, sealedAt: new Date(head.sealedAt) },
      key,
      at(9),
    );
    await writeFile(path, JSON.stringify(forged, null, 2));
    await writeFile(join(cwd, 'resigned', 'public-key.pem'), key.publicKey.pem);

    assert.equal(verify('resigned', 'other.pub').status, 0);
    assert.match(verify('resigned').said, /no valid signature of this key/);
  });

  it('fails with a signed head that names another seal', { skip }, async () => {
    await cp(join(cwd, 'proof'), join(cwd, 'older'), { recursive: true });
    const core = product.core;
    const path = join(cwd, 'older', 'head.json');
    const key = parseSigningKey(await readFile(join(cwd, 'signing.key'), 'utf8'), 'x');
    const { head } = await sealEvents(core, { waitMs: 0 });
    await writeFile(path, JSON.stringify(signHead({ ...head, sealNo: 5 }, key, at(9)), null, 2));
    assert.match(verify('older').said, /the head is not that of seal/);
  });

  it('finds the digest of an earlier head by the command of the page', { skip }, async () => {
    const page = await readFile(new URL('../../../docs/verify-export.md', import.meta.url), 'utf8');
    const [, command = ''] = /```sh\n(grep -c .*)\n```/.exec(page) ?? [];
    const line = (await readFile(join(cwd, 'proof', 'seals.jsonl'), 'utf8')).split('\n')[2] ?? '';
    const [, , digest] = JSON.parse(line);
    const counts = async (text: string) => {
      await writeFile(
        join(cwd, 'earlier-head.json'),
        JSON.stringify({ digest: text, sealedAt: '' }, null, 2),
      );
      const { stdout } = spawnSync('sh', ['-c', command.replaceAll('trail-2025', 'proof')], {
        cwd,
        encoding: 'utf8',
      });
      return stdout.match(/:[1-9]$/gm)?.length ?? 0;
    };
    assert.equal(await counts(digest), 1);
    assert.equal(await counts('ab'.repeat(32)), 0);
  });
});
