import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { crc32 } from 'node:zlib';
import { bearerToken, matches } from '../../docs/samples/verify-token.js';
import { digestForStorage } from '../../src/core/tokens/digest.js';
import { parseToken } from '../../src/core/tokens/format.js';
import { NO_KEYS, parseTokenKeys, type TokenKeys } from '../../src/core/tokens/keys.js';
import { projectDirectory } from '../support/environment.js';
import { askCsharp, compileCsharp } from './csharp.js';
import { readVectors, type TokenVectors } from './vectors.js';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const otherDigit = (text: string) => (text.startsWith('0') ? `1${text.slice(1)}` : `0${text.slice(1)}`);

describe('the test vectors of docs/samples', async () => {
  let vectors: TokenVectors;
  before(async () => {
    vectors = await readVectors();
    assert.ok(vectors.tokens.length > 0 && vectors.invalid.length > 0);
  });
  const keysOf = (id: string): TokenKeys => parseTokenKeys(`${id} ${vectors.keys[id]}`, 'the vectors');

  it('are what the program makes of these tokens', () => {
    for (const { token, publicId, checksum, sha256, hmacSha256 } of vectors.tokens) {
      assert.deepEqual(parseToken(token), { publicId });
      assert.equal(token.slice(-6), checksum);
      assert.equal(hex(digestForStorage(token, NO_KEYS).digest), sha256);
      assert.deepEqual(Object.keys(hmacSha256), Object.keys(vectors.keys));
      for (const [id, digest] of Object.entries(hmacSha256)) {
        assert.equal(hex(digestForStorage(token, keysOf(id)).digest), digest);
      }
    }
  });

  it('name the faults that the program finds', () => {
    for (const { what, text, fault } of vectors.invalid) assert.deepEqual(parseToken(text), { fault }, what);
  });

  it('have checksums that follow from the description alone', () => {
    const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    for (const { token, checksum } of vectors.tokens) {
      const value = [...checksum].reduce((sum, digit) => sum * 62 + alphabet.indexOf(digit), 0);
      assert.equal(value, crc32(token.slice(0, 64)));
    }
  });

  it('are all in docs/tokens.md', async () => {
    const text = await readFile(join(projectDirectory, 'docs', 'tokens.md'), 'utf8');

    for (const { token, sha256, hmacSha256 } of vectors.tokens) {
      for (const value of [token, sha256, hmacSha256['2026-a'] ?? '']) assert.ok(text.includes(value), value);
    }
    assert.ok(text.includes(`2026-a ${vectors.keys['2026-a']}`));
    for (const { text: invalid } of vectors.invalid.filter(({ fault }) => fault === 'checksum')) {
      assert.ok(text.includes(invalid), invalid);
    }
  });

  it('fit verify-token.ts', () => {
    for (const { token, sha256, hmacSha256 } of vectors.tokens) {
      const plain = { hashScheme: 'sha256', keyId: null, digest: Buffer.from(sha256, 'hex') };
      assert.equal(matches(token, plain), true);
      assert.equal(matches(token, plain, { requireKeyed: true }), false);
      assert.equal(matches(token, { ...plain, digest: Buffer.from(otherDigit(sha256), 'hex') }), false);
      for (const [id, digest] of Object.entries(hmacSha256)) {
        const keyed = { hashScheme: 'hmac-sha256', keyId: id, digest: Buffer.from(digest, 'hex') };
        const keys = new Map([[id, Buffer.from(vectors.keys[id] ?? '', 'base64')]]);
        assert.equal(matches(token, keyed, { keys, requireKeyed: true }), true);
        assert.equal(
          matches(token, { ...keyed, digest: Buffer.from(otherDigit(digest), 'hex') }, { keys }),
          false,
        );
        assert.throws(() => matches(token, keyed), new RegExp(`key ${id} is missing`));
      }
      assert.throws(() => matches(token, { ...plain, hashScheme: 'md5' }), /md5 is not known/);
    }
    assert.deepEqual(
      ['Bearer abc', 'bearer  abc ', 'Basic abc', 'Bearer', 'Bearer a b', undefined].map(bearerToken),
      ['abc', 'abc', undefined, undefined, undefined, undefined],
    );
  });

  it('fit VerifyToken.cs', async (test) => {
    const program = await compileCsharp();
    if ('missing' in program) return test.skip(program.missing);
    const requests: string[][] = [];
    const expected: string[] = [];
    const ask = (answer: string, ...fields: string[]) => {
      requests.push(fields);
      expected.push(answer);
    };
    for (const { token, sha256, hmacSha256 } of vectors.tokens) {
      ask('yes', '', '', '', token, 'sha256', '', sha256);
      ask('no', 'keyed', '', '', token, 'sha256', '', sha256);
      ask('no', '', '', '', token, 'sha256', '', otherDigit(sha256));
      ask('error: The hash scheme md5 is not known here', '', '', '', token, 'md5', '', sha256);
      for (const [id, digest] of Object.entries(hmacSha256)) {
        const key = vectors.keys[id] ?? '';
        ask('yes', 'keyed', id, key, token, 'hmac-sha256', id, digest);
        ask('no', '', id, key, token, 'hmac-sha256', id, otherDigit(digest));
        ask(`error: The token key ${id} is missing`, '', '', '', token, 'hmac-sha256', id, digest);
      }
    }

    assert.deepEqual(await askCsharp(program, ['match'], requests), expected);
    const headers = ['Bearer abc', 'bearer  abc ', 'Basic abc', 'Bearer', 'Bearer a b'];
    assert.deepEqual(
      await askCsharp(
        program,
        ['header'],
        headers.map((header) => [header]),
      ),
      ['abc', 'abc', 'none', 'none', 'none'],
    );
  });
});
