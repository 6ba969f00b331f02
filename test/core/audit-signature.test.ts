import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parseHead } from '../../src/core/audit/evidence/head.js';
import { checkSignature, signHead } from '../../src/core/audit/evidence/signed-head.js';
import { newSigningKey, parsePublicKey, parseSigningKey } from '../../src/core/audit/evidence/signing-key.js';
import type { SignedHead } from '../../src/core/audit/evidence/trail-head.js';
import { sealEvents } from '../../src/core/audit/seal.js';
import { ENCODINGS } from '../support/databases/encodings.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
import { opensslMissing } from '../support/openssl.js';
import { runHere } from '../support/processes/world.js';

const WINDOWS = process.platform === 'win32';

/** RFC 8032 §7.1, test 1, as RFC 8410 writes keys. */
const RFC_PRIVATE =
  '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n-----END PRIVATE KEY-----\n';
const RFC_PUBLIC = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';

const pem = (type: 'rsa' | 'ec' | 'ed25519', cipher?: { cipher: string; passphrase: string }) => {
  const pair =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : type === 'ec'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('ed25519');
  return {
    private: pair.privateKey.export({ type: 'pkcs8', format: 'pem', ...cipher }).toString(),
    public: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
};

describe('a signing key', () => {
  it('is the key of RFC 8032, and signs as it says', () => {
    const key = parseSigningKey(RFC_PRIVATE, 'x');

    const der = Buffer.from(key.publicKey.pem.split('\n')[1] ?? '', 'base64');
    assert.equal(der.subarray(-32).toString('hex'), RFC_PUBLIC);
    assert.equal(
      key.sign('').toString('hex'),
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    );
  });

  it('is made of 32 random bytes, and read again as it was written', () => {
    const asked: number[] = [];
    const random = (bytes: number) => {
      asked.push(bytes);
      return randomBytes(bytes);
    };
    const [one, other] = [newSigningKey(random), newSigningKey(random)];

    assert.deepEqual(asked, [32, 32]);
    assert.notEqual(one.pem, other.pem);
    const read = parseSigningKey(`# ours\r\n${one.pem.replaceAll('\n', '\r\n')}`, 'x');
    assert.equal(read.publicKey.pem, one.key.publicKey.pem);
    const signature = one.key.sign('text');
    assert.ok(parsePublicKey(read.publicKey.pem, 'x').verifies('text', signature));
    assert.ok(!other.key.publicKey.verifies('text', signature));
    assert.ok(!one.key.publicKey.verifies('text ', signature));
  });

  const encrypted = { cipher: 'aes-256-cbc', passphrase: 'geheim' };
  for (const [what, text, code] of [
    ['nothing', '', 'signing-key-invalid'],
    ['a token key', '2026-a AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=', 'signing-key-invalid'],
    ['a public key', pem('ed25519').public, 'signing-key-invalid'],
    ['half a key', RFC_PRIVATE.replace('9JLsLMREScVpezJp', ''), 'signing-key-invalid'],
    ['an encrypted key', pem('ed25519', encrypted).private, 'signing-key-encrypted'],
    ['an RSA key', pem('rsa').private, 'signing-key-algorithm'],
    ['an EC key', pem('ec').private, 'signing-key-algorithm'],
  ] as const) {
    it(`is refused where the file has ${what}, without quoting it`, () => {
      assert.throws(
        () => parseSigningKey(text, 'file.key'),
        (error: Error & { code: string; kind: string; hint: string }) => {
          assert.deepEqual([error.code, error.kind], [code, 'configuration']);
          assert.match(error.message, /file\.key/);
          const secret = text.split('\n')[1]?.slice(0, 20) || 'none';
          assert.ok(!`${error.message} ${error.hint} ${error.cause}`.includes(secret), 'it is quoted');
          return true;
        },
      );
    });
  }

  for (const [what, text] of [
    ['a private key', RFC_PRIVATE],
    ['an RSA key', pem('rsa').public],
    ['something else', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 anna'],
  ] as const) {
    it(`has no public half in a file with ${what}`, () => {
      assert.throws(() => parsePublicKey(text, 'x'), { code: 'public-key-invalid', kind: 'usage' });
    });
  }
});

describe('a signed head', () => {
  const key = parseSigningKey(RFC_PRIVATE, 'x');
  const sealedAt = new Date('2026-01-31T08:10:00Z');
  const head = { sealNo: 3, lastSeq: 42, events: 41, digest: 'ab'.repeat(32), sealedAt };
  const signed = signHead(head, key, new Date('2026-01-31T09:00:00.5Z'));

  it('has the text of its fields, as docs/audit-trail.md describes it', () => {
    assert.equal(
      signed.signed,
      `scimctl-head-1 3 42 41 ${'ab'.repeat(32)} 2026-01-31T08:10:00.000Z 2026-01-31T09:00:00.500Z`,
    );
    assert.ok(key.publicKey.verifies(signed.signed, Buffer.from(signed.signature, 'base64')));
  });

  it('is read and verified, also before the first seal and with numbers beyond 2^53', () => {
    const none = { sealNo: 0, lastSeq: 0, events: 0, digest: '00'.repeat(32), sealedAt: null };
    const far = { ...head, lastSeq: '9223372036854775807' };
    for (const one of [head, none, far]) {
      const kept = parseHead(JSON.stringify(signHead(one, key, sealedAt)));
      assert.equal(checkSignature(kept, key.publicKey), 'valid');
      assert.equal(checkSignature(kept, undefined), 'unchecked');
      assert.equal(checkSignature(parseHead(JSON.stringify(one)), undefined), 'absent');
    }
  });

  for (const [name, value] of Object.entries({
    sealNo: 4,
    lastSeq: 43,
    events: 40,
    digest: 'ac'.repeat(32),
    sealedAt: '2026-01-31T08:10:00.001Z',
    signedAt: '2026-01-31T09:00:00.501Z',
    signature: Buffer.alloc(64, 1).toString('base64'),
    signed: signed.signed.replace('-1 3', '-1 4'),
  })) {
    it(`is refused with another ${name}`, () => {
      assert.throws(
        () => checkSignature(parseHead(JSON.stringify({ ...signed, [name]: value })), key.publicKey),
        { code: 'head-signature-invalid', kind: 'prerequisite' },
      );
    });
  }

  it('is refused with one half of the signature, with another key, or with none at all', () => {
    const without = (name: keyof SignedHead) => JSON.stringify({ ...signed, [name]: undefined });
    for (const name of ['signed', 'signature'] as const) {
      assert.throws(() => parseHead(without(name)), { code: 'head-signature-invalid' });
    }
    const other = newSigningKey(randomBytes).key.publicKey;
    assert.throws(() => checkSignature(parseHead(JSON.stringify(signed)), other), {
      code: 'head-signature-invalid',
    });
    assert.throws(() => checkSignature(parseHead(JSON.stringify(head)), key.publicKey), {
      code: 'head-unsigned',
    });
  });
});

describe('audit new-key', () => {
  it('writes the private key for its owner only, prints only the public one, and replaces nothing', async () => {
    const cwd = await temporaryDirectory('signing');
    const words = ['audit', 'new-key', '--key-file', 'signing.key'];

    const rehearsed = await runHere([...words, '--dry-run'], { cwd });
    assert.deepEqual([rehearsed.code, rehearsed.stdout, await readdir(cwd)], [0, '', []]);
    assert.match(rehearsed.stderr, /^Dry run: nothing was changed\./);
    const made = await runHere(words, { cwd });
    const text = await readFile(join(cwd, 'signing.key'), 'utf8');
    const key = parseSigningKey(text, 'x');
    assert.equal(made.stdout, key.publicKey.pem);
    assert.ok(made.stderr.includes(key.publicKey.fingerprint));
    if (!WINDOWS) assert.equal((await stat(join(cwd, 'signing.key'))).mode & 0o777, 0o600);
    const secret = text.split('\n')[1] ?? '-';

    for (const more of [[], ['--dry-run']]) {
      const again = await runHere([...words, ...more], { cwd });
      assert.equal(again.code, 1);
      assert.match(again.stderr, /\[signing-key-exists\]/);
    }
    assert.equal(await readFile(join(cwd, 'signing.key'), 'utf8'), text);
    const nowhere = await runHere(['audit', 'new-key', '--key-file', 'none/key'], { cwd });
    assert.match(nowhere.stderr, /\[signing-key-unwritable\]/);
    assert.ok(!`${made.stdout}${made.stderr}`.includes(secret), 'the private key is shown');
    for (const format of ['json', 'csv']) {
      const file = `${format}.key`;
      const { stdout, stderr } = await runHere(['audit', 'new-key', '--key-file', file, '-o', format], {
        cwd,
      });
      const [, hidden = '-'] = (await readFile(join(cwd, file), 'utf8')).split('\n');
      assert.ok(!`${stdout}${stderr}`.includes(hidden), 'the private key is shown');
      assert.ok(stdout.includes('publicKeySha256'));
    }
    assert.deepEqual((await readdir(cwd)).sort(), ['csv.key', 'json.key', 'signing.key']);
  });

  it('makes keys that openssl reads, and fingerprints that it confirms', {
    skip: opensslMissing(),
  }, async () => {
    const cwd = await temporaryDirectory('signing');
    await runHere(['audit', 'new-key', '--key-file', 'signing.key', '--out', 'signing.pub'], { cwd });
    const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd, encoding: 'utf8' });

    assert.equal(
      openssl('pkey', '-in', 'signing.key', '-pubout'),
      await readFile(join(cwd, 'signing.pub'), 'utf8'),
    );
    const { fingerprint } = parsePublicKey(await readFile(join(cwd, 'signing.pub'), 'utf8'), 'x');
    openssl('pkey', '-pubin', '-in', 'signing.pub', '-outform', 'DER', '-out', 'der');
    assert.ok(openssl('dgst', '-sha256', 'der').includes(fingerprint));
    openssl('genpkey', '-algorithm', 'ed25519', '-out', 'openssl.key');
    parseSigningKey(await readFile(join(cwd, 'openssl.key'), 'utf8'), 'x');
  });
});

forEachEngine('a head that is signed', (engine) => {
  let product: Product;
  let cwd: string;
  const run = async (line: string, env: Record<string, string> = {}) => {
    const heard = await runHere(line.split(' '), { cwd, env: { SCIMCTL_DATABASE: product.url, ...env } });
    const [, code] = /\[([a-z-]+)\]/.exec(heard.stderr) ?? [];
    return { ...heard, problem: code };
  };
  const head = async (line: string, env?: Record<string, string>): Promise<SignedHead> =>
    JSON.parse((await run(line, env)).stdout);

  before(async () => {
    product = await freshProduct(engine, { host: false });
    await sealEvents(product.core, { waitMs: 0 });
    cwd = await temporaryDirectory('signed');
    await writeFile(join(cwd, 'signing.key'), RFC_PRIVATE, { mode: 0o600 });
    await writeFile(join(cwd, 'signing.pub'), parseSigningKey(RFC_PRIVATE, 'x').publicKey.pem);
    await writeFile(join(cwd, 'other.pub'), pem('ed25519').public);
  });
  after(() => product.close());

  it('is what `audit head` prints wherever a key is configured', async () => {
    await mkdir(join(cwd, 'etc'));
    await writeFile(join(cwd, 'etc', 'config.json'), '{"signingKeyFile":"../signing.key"}');
    const plain = await head('audit head');
    const lines: [string, Record<string, string>?][] = [
      ['audit head --signing-key signing.key'],
      ['audit head', { SCIMCTL_SIGNING_KEY_FILE: 'signing.key' }],
      ['audit head --config etc/config.json'],
    ];

    assert.ok(!('signature' in plain));
    for (const [line, env] of lines) {
      const { signed, signature, signedAt, publicKeySha256, ...rest } = await head(line, env);
      assert.deepEqual(rest, plain);
      const { publicKey } = parseSigningKey(RFC_PRIVATE, 'x');
      assert.equal(publicKeySha256, publicKey.fingerprint);
      assert.ok(publicKey.verifies(signed, Buffer.from(signature, 'base64')));
      assert.ok(signed.endsWith(` ${signedAt}`));
    }
  });

  it('is what `audit export` writes beside the events', async () => {
    const { code, stderr } = await run(
      'audit export --signing-key signing.key --head-file exported.json --out trail.jsonl',
    );
    assert.equal(code, 0, stderr);
    const kept = parseHead(await readFile(join(cwd, 'exported.json'), 'utf8'));
    assert.equal(checkSignature(kept, parseSigningKey(RFC_PRIVATE, 'x').publicKey), 'valid');
  });

  it('is verified with the public key, and said to be unverified without it', async () => {
    await run('audit head --signing-key signing.key --out head.json');
    await run('audit head --out plain.json');
    const verified = await run('audit verify --head head.json --public-key signing.pub -o json');
    const unchecked = await run('audit verify --head head.json');
    const plain = await run('audit verify --head plain.json -o json');

    assert.deepEqual([verified.code, verified.stderr], [0, '']);
    assert.equal(JSON.parse(verified.stdout).headSignature, 'valid');
    assert.equal(unchecked.code, 0);
    assert.match(unchecked.stdout, /^SIGNATURE OF THE KEPT HEAD: +not verified$/m);
    assert.match(unchecked.stderr, /was not verified.*--public-key/);
    assert.deepEqual([JSON.parse(plain.stdout).headSignature, plain.stderr], ['absent', '']);
  });

  it('is refused where the signature or the head is another, with exit 4', async () => {
    const text = await readFile(join(cwd, 'head.json'), 'utf8');
    await writeFile(join(cwd, 'changed.json'), text.replace(/"events": \d+/, '"events": 999'));
    const attempts = [
      ['audit verify --head head.json --public-key other.pub', 4, 'head-signature-invalid'],
      ['audit verify --head changed.json --public-key signing.pub', 4, 'head-signature-invalid'],
      ['audit verify --head changed.json', 4, 'head-signature-invalid'],
      ['audit verify --head plain.json --public-key signing.pub', 4, 'head-unsigned'],
      ['audit prune --before 90d --head head.json --public-key other.pub --yes', 4, 'head-signature-invalid'],
      ['audit verify --public-key signing.pub', 2, 'head-missing'],
      ['audit verify --head head.json --public-key none.pub', 2, 'public-key-unreadable'],
      ['audit verify --head head.json --public-key signing.key', 2, 'public-key-invalid'],
      ['audit head --signing-key none.key', 3, 'signing-key-unreadable'],
      ['audit head --signing-key signing.pub', 3, 'signing-key-invalid'],
    ] as const;
    for (const [line, code, problem] of attempts) {
      const heard = await run(line);
      assert.deepEqual([heard.code, heard.problem, heard.stdout], [code, problem, ''], line);
    }
  });

  it('is signed with a key in any encoding, with a warning where others can read it', async () => {
    const plain = await head('audit head --signing-key signing.key');
    for (const encode of Object.values(ENCODINGS)) {
      await writeFile(join(cwd, 'encoded.key'), encode(RFC_PRIVATE), { mode: 0o600 });
      const made = await head('audit head --signing-key encoded.key');
      assert.equal(made.publicKeySha256, plain.publicKeySha256);
    }
    if (WINDOWS) return;
    await chmod(join(cwd, 'encoded.key'), 0o644);
    const { stderr, code } = await run('audit head --signing-key encoded.key');
    assert.equal(code, 0);
    assert.match(stderr, /^Warning: Other users can read the signing key in \S+\. Run: chmod/);
  });
});
