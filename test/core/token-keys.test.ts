import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { runChecks } from '../../src/core/check/run-checks.js';
import type { Core } from '../../src/core/core.js';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { removeAccount } from '../../src/core/service-accounts/change.js';
import { createToken } from '../../src/core/tokens/create.js';
import { readTokens } from '../../src/core/tokens/find.js';
import { NO_KEYS, parseTokenKeys, type TokenKeys } from '../../src/core/tokens/keys.js';
import { finishRotation, rotateToken } from '../../src/core/tokens/rotate.js';
import { verifyToken } from '../../src/core/tokens/verify.js';
import { Problem } from '../../src/problem.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { noModes, temporaryDirectory } from '../support/environment.js';
import { type CliOptions, runCli, runCliOk, runJson } from '../support/processes/cli.js';

/** A key whose base64 tells it from every other text. */
const keyBytes = (name: string) => createHash('sha256').update(`key ${name}`).digest();
const line = (id: string, name = id) => `${id} ${keyBytes(name).toString('base64')}`;
const keysOf = (lines: string[], requireKeyed = false): TokenKeys =>
  parseTokenKeys(lines.join('\n'), 'the test', requireKeyed);

const DAY_MS = 86_400_000;
const year = { expiresInMs: 365 * DAY_MS };

forEachEngine('keyed token hashes', (engine) => {
  let product: Product;
  /** The product with the keys in these lines; with none, plain. */
  const withKeys = (lines: string[] = [], requireKeyed = false): Core =>
    lines.length > 0 ? { ...product.core, tokenKeys: keysOf(lines, requireKeyed) } : product.core;
  /** An IdP of its own for one test. */
  const freshIdp = async (name: string) => {
    await addServiceAccount(product.core, { name, kind: 'generic' });
    return name;
  };
  before(async () => {
    product = await freshProduct(engine);
  });
  after(() => product.close());

  it('hash new tokens with the first of several keys, and say which', async () => {
    const idp = await freshIdp('several');
    const core = withKeys([line('2026-a'), line('2025-b')]);

    const { id, token } = await createToken(core, idp, year);

    const stored = (await rowsOf(product, 'scim.token')).find(({ public_id }) => public_id === id);
    assert.equal(stored?.hash_scheme, 'hmac-sha256');
    assert.equal(stored?.key_id, '2026-a');
    assert.deepEqual(
      Buffer.from(stored?.digest as Uint8Array),
      createHmac('sha256', keyBytes('2026-a')).update(token).digest(),
    );
    const { valid, keyId } = await verifyToken(core, token);
    assert.deepEqual({ valid, keyId }, { valid: true, keyId: '2026-a' });
  });

  it('are replaced by rotation, without a moment in which no token works', async () => {
    const idp = await freshIdp('rekeyed');
    const old = await createToken(withKeys([line('old')]), idp, year);
    const both = withKeys([line('new'), line('old')]);

    const fresh = await rotateToken(both, idp, { ...year, overlapMs: DAY_MS });

    assert.deepEqual(
      await Promise.all([old, fresh].map(async ({ token }) => (await verifyToken(both, token)).keyId)),
      ['old', 'new'],
    );
    await finishRotation(both, idp, { force: true });
    const onlyNew = withKeys([line('new')]);
    assert.equal((await verifyToken(onlyNew, fresh.token)).valid, true);
    const keyIds = (await readTokens(onlyNew, idp)).map(({ status, keyId }) => [status, keyId]);
    assert.deepEqual(keyIds.sort(), [
      ['active', 'new'],
      ['expired', 'old'],
    ]);
  });

  it('of a key that is lost are never valid, and name the key', async () => {
    const idp = await freshIdp('lost');
    const { id, token } = await createToken(withKeys([line('lost-key')]), idp, year);

    for (const keys of [[], [line('other')]]) {
      assert.deepEqual(await verifyToken(withKeys(keys), token), {
        valid: false,
        reason: 'key-missing',
        id,
        hashScheme: 'hmac-sha256',
        keyId: 'lost-key',
      });
    }
    // Other bytes under the same id are no help either.
    const { valid, reason } = await verifyToken(withKeys([line('lost-key', 'something else')]), token);
    assert.deepEqual({ valid, reason }, { valid: false, reason: 'digest' });
  });

  it('are the only ones accepted where that is asked for', async () => {
    const idp = await freshIdp('strict');
    const plain = await createToken(withKeys(), idp, year);
    const keyed = await createToken(withKeys([line('k')]), idp, year);

    const lenient = withKeys([line('k')]);
    const strict = withKeys([line('k')], true);

    assert.equal((await verifyToken(lenient, plain.token)).reason, 'valid');
    assert.equal((await verifyToken(strict, plain.token)).reason, 'key-required');
    assert.equal((await verifyToken(strict, keyed.token)).reason, 'valid');
  });

  it('keep write access to the database from planting a token, where only they are accepted', async () => {
    const idp = await freshIdp('planted');
    const { id, token } = await createToken(withKeys([line('k')]), idp, year);
    const plant = (row: { hash_scheme: string; key_id: string | null; digest: Buffer }) =>
      product.database.transaction(({ knex, schema }) =>
        knex('token').withSchema(schema).where({ public_id: id }).update(row),
      );

    // A digest that needs no key, and one that says it was made with ours.
    await plant({ hash_scheme: 'sha256', key_id: null, digest: sha256(token) });
    assert.equal((await verifyToken(withKeys([line('k')]), token)).reason, 'valid');
    assert.equal((await verifyToken(withKeys([line('k')], true), token)).reason, 'key-required');
    await plant({ hash_scheme: 'hmac-sha256', key_id: 'k', digest: sha256(token) });
    assert.equal((await verifyToken(withKeys([line('k')], true), token)).reason, 'digest');
  });

  it('are looked at by the check of tokens', async () => {
    const idp = await freshIdp('checked');
    const look = async (keys: TokenKeys | undefined) => {
      const report = await runChecks({
        connect: async () => product.database,
        clock: product.core.clock,
        names: ['token'],
        idp,
        tokenKeys: keys && (async () => keys),
      });
      return report.checks.find(({ name }) => name === 'token');
    };
    await createToken(withKeys(), idp, year);
    assert.equal((await look(undefined))?.status, 'pass');
    assert.equal((await look(keysOf([line('k')])))?.status, 'warn');
    assert.match((await look(keysOf([line('k')], true)))?.summary ?? '', /only keyed tokens are accepted/);

    await rotateToken(withKeys([line('k')]), idp, { ...year, overlapMs: 0 });
    assert.equal((await look(keysOf([line('k')], true)))?.status, 'pass');
    const lost = await look(keysOf([line('other')]));
    assert.equal(lost?.status, 'fail');
    assert.match(lost?.summary ?? '', /the key k of/);
    // A machine that has no keys at all may be the wrong one to ask.
    assert.equal((await look(NO_KEYS))?.status, 'warn');
    await removeAccount(product.core, idp);
  });

  it('leave no key anywhere: not in the database, not in any output', async () => {
    const idp = await freshIdp('discreet');
    const home = await temporaryDirectory('keys');
    const keyFile = join(home, 'token.keys');
    await writeFile(keyFile, `${line('2026-a')}\n${line('2025-b')}\n`, { mode: 0o600 });
    const options: CliOptions = {
      home,
      cwd: home,
      env: { SCIMCTL_DATABASE: product.url, SCIMCTL_TOKEN_KEYS_FILE: keyFile },
    };
    const said: string[] = [];
    for (const words of [
      ['token', 'create', '--idp', idp, '--token-file', 'first.token'],
      ['token', 'rotate', '--idp', idp, '-o', 'json', '--token-file', 'second.token'],
      ['token', 'verify', '--token-file', 'second.token'],
      ['token', 'list', '--idp', idp, '-o', 'json'],
      ['token', 'create', '--idp', idp, '--script', '--engine', 'mssql', '--token-file', 'third.token'],
      ['idp', 'show', idp],
      ['check', 'token', '--idp', idp],
      ['audit', 'list', '-o', 'json'],
    ]) {
      const { stdout, stderr } = await runCliOk([...words, '--verbose'], options);
      said.push(stdout, stderr);
    }
    // A third live token is refused, which is said with its cause.
    const refused = await runCli(['token', 'create', '--idp', idp, '--verbose'], options);
    assert.equal(refused.code, 1);
    said.push(refused.stdout, refused.stderr);

    const dump = await dumpOf(product);
    assert.match(dump, /2026-a/);
    for (const name of ['2026-a', '2025-b']) {
      for (const encoding of ['base64', 'hex', 'base64url', 'latin1'] as const) {
        const key = keyBytes(name).toString(encoding);
        assert.ok(!dump.includes(key), `the database holds key ${name} in ${encoding}`);
        assert.ok(!said.join('').includes(key), `the output holds key ${name} in ${encoding}`);
      }
    }
  });

  it('say through `token verify` which key is missing, and exit 4', async () => {
    const idp = await freshIdp('verified');
    const { id, token } = await createToken(withKeys([line('2024-x')]), idp, year);
    const env = { SCIMCTL_DATABASE: product.url };
    const verify = (more: Record<string, string>, ...words: string[]) =>
      runCli(['token', 'verify', ...words], { env: { ...env, ...more }, stdin: token });

    const lost = await verify({ SCIMCTL_TOKEN_KEYS: line('2026-a') }, '-o', 'json');
    assert.equal(lost.code, 4);
    const { valid, reason, keyId } = JSON.parse(lost.stdout);
    assert.deepEqual({ valid, reason, keyId }, { valid: false, reason: 'key-missing', keyId: '2024-x' });
    assert.match((await verify({})).stdout, /the key of the token is missing[\s\S]*KEY: +2024-x/);

    const found = await verify({ SCIMCTL_TOKEN_KEYS: `${line('2026-a')}\n${line('2024-x')}` });
    assert.equal(found.code, 0, found.stderr);
    assert.match(found.stdout, new RegExp(`ID: +${id}`));

    const plain = await createToken(withKeys(), idp, year);
    const strict = await runCli(['token', 'verify', '-o', 'json'], {
      env: { ...env, SCIMCTL_TOKEN_KEYS: line('2026-a'), SCIMCTL_REQUIRE_KEYED_TOKENS: 'true' },
      stdin: plain.token,
    });
    assert.deepEqual([strict.code, JSON.parse(strict.stdout).reason], [4, 'key-required']);

    for (const [requireKeyedTokens, reason] of [
      [true, 'key-required'],
      ['true', 'key-required'],
      [false, 'valid'],
    ] as const) {
      const config = join(await temporaryDirectory('keys'), 'config.json');
      await writeFile(config, JSON.stringify({ requireKeyedTokens }));
      const configured = await runCli(['token', 'verify', '-o', 'json', '--config', config], {
        env: { ...env, SCIMCTL_TOKEN_KEYS: line('2026-a') },
        stdin: plain.token,
      });
      assert.equal(JSON.parse(configured.stdout).reason, reason);
    }
  });
});

forEachEngine(
  'a bad file of token keys',
  (engine) => {
    let product: Product;
    before(async () => {
      product = await freshProduct(engine);
    });
    after(() => product.close());

    it('is an error, and no token is hashed plainly instead', async () => {
      const idp = 'entra';
      await addServiceAccount(product.core, { name: idp, kind: 'entra' });
      const home = await temporaryDirectory('keys');
      const keyFile = join(home, 'token.keys');
      const create = async () => {
        const result = await runCli(['token', 'create', '--idp', idp, '-o', 'json', '--verbose'], {
          home,
          env: { SCIMCTL_DATABASE: product.url, SCIMCTL_TOKEN_KEYS_FILE: keyFile },
        });
        const [error = ''] = result.stderr.split('\n').filter((text) => text.startsWith('{'));
        return { ...result, problem: JSON.parse(error || '{}').error };
      };

      const missing = await create();
      assert.deepEqual([missing.code, missing.problem.code], [3, 'token-keys-unreadable']);
      for (const text of ['', 'k not/a+key', `k ${'c2hvcnQ='}`, `${line('k')}\n${line('k')}`, 'passw0rd!']) {
        await writeFile(keyFile, text, { mode: 0o600 });
        const bad = await create();
        assert.deepEqual([bad.code, bad.problem.code], [3, 'token-keys-invalid'], text);
        for (const word of text.split(/\s+/).filter((part) => part.length > 3)) {
          assert.ok(!`${bad.stdout}${bad.stderr}`.includes(word), `quotes ${word}`);
        }
      }
      assert.deepEqual(await readTokens(product.core, idp), []);
    });
  },
  { only: ['embedded'] },
);

describe('a file of token keys', () => {
  const problemOf = (text: string) => {
    try {
      parseTokenKeys(text, 'token.keys');
      return undefined;
    } catch (error) {
      assert.ok(error instanceof Problem);
      return error;
    }
  };

  it('holds a key a line, with comments, blanks and either kind of line end', () => {
    const keys = parseTokenKeys(`# 2026\r\n\r\n  ${line('a')}  \r\n#${line('b')}\r\n${line('c')}\r\n`, 'x');

    assert.equal(keys.current?.id, 'a');
    assert.deepEqual(Buffer.from(keys.find('c')?.key ?? []), keyBytes('c'));
    assert.equal(keys.find('b'), undefined);
  });

  for (const [what, text, said] of [
    ['nothing', '# only a comment\n', /token\.keys contains no key/],
    [
      'a key of 31 bytes',
      `a ${Buffer.alloc(31, 1).toString('base64')}`,
      /Line 1 of token\.keys contains no valid key/,
    ],
    [
      'an id twice',
      `${line('a')}\n\n${line('a', 'b')}`,
      /Line 3 of token\.keys contains an id that an earlier line has/,
    ],
    ['a key without an id', keyBytes('a').toString('base64'), /Line 1/],
    ['base64url', `a ${Buffer.alloc(32, 0xfb).toString('base64url')}`, /Line 1/],
    ['a comment after the key', `${line('a')} # mine`, /Line 1/],
    ['an id with a blank in it', `my ${line('a')}`, /Line 1/],
  ] as const) {
    it(`is refused with ${what}, by line and without quoting it`, () => {
      const problem = problemOf(text);

      assert.equal(problem?.kind, 'configuration');
      assert.equal(problem.code, 'token-keys-invalid');
      assert.match(problem.message, said);
      assert.ok(!`${problem.message} ${problem.hint}`.includes(text.slice(-20)), 'it is quoted');
    });
  }
});

describe('token new-key', () => {
  it('prints a line that works as a key', async () => {
    const first = await runCliOk(['token', 'new-key', '2026-a']);
    const second = await runCliOk(['token', 'new-key', '2026-a', '-q']);

    assert.match(first.stdout, /^2026-a [A-Za-z0-9+/]{43}=\n$/);
    assert.equal(parseTokenKeys(first.stdout, 'x').current?.key.length, 32);
    assert.notEqual(first.stdout, second.stdout);
    assert.equal(second.stderr, '');
    const { id, key } = await runJson<{ id: string; key: string }>(['token', 'new-key', '2026-a']);
    assert.equal(parseTokenKeys(`${id} ${key}`, 'x').current?.id, '2026-a');
  });

  it('puts a key first in the file, for its owner only, and keeps the others', async () => {
    const cwd = await temporaryDirectory('keys');
    const made = await runCliOk(['token', 'new-key', 'a', '--key-file', 'token.keys'], { cwd });
    const file = join(cwd, 'token.keys');
    const before = await readFile(file, 'utf8');
    assert.ok(!`${made.stdout}${made.stderr}`.includes(before.split(' ')[1]?.trim() ?? '-'), 'it is shown');

    await runCliOk(['token', 'new-key', 'b', '--key-file', 'token.keys'], { cwd });

    const text = await readFile(file, 'utf8');
    assert.ok(text.endsWith(before));
    assert.equal(parseTokenKeys(text, file).current?.id, 'b');
    assert.deepEqual(await readdir(cwd), ['token.keys']);
    if (process.platform !== 'win32') assert.equal((await stat(file)).mode & 0o777, 0o600);
  });

  it('changes nothing with --dry-run, a taken id, a bad file or a bad id', async () => {
    const cwd = await temporaryDirectory('keys');
    const file = join(cwd, 'token.keys');
    await writeFile(file, `${line('a')}\n`, { mode: 0o600 });
    const attempt = async (...words: string[]) => {
      const { code, stderr } = await runCli(['token', 'new-key', ...words], { cwd });
      return [code, /\[([a-z-]+)\]/.exec(stderr)?.[1]];
    };

    assert.deepEqual(await attempt('b', '--key-file', file, '--dry-run'), [0, undefined]);
    assert.deepEqual(await attempt('a', '--key-file', file), [1, 'token-key-exists']);
    assert.deepEqual(await attempt('no good', '--key-file', file), [2, 'token-key-id-invalid']);
    assert.deepEqual(await attempt('b', '--key-file', join(cwd, 'nowhere', 'x')), [1, 'key-file-unwritable']);
    assert.equal(await readFile(file, 'utf8'), `${line('a')}\n`);

    await writeFile(file, 'hunter2hunter2\n');
    assert.deepEqual(await attempt('b', '--key-file', file), [3, 'token-keys-invalid']);
    assert.equal(await readFile(file, 'utf8'), 'hunter2hunter2\n');
    assert.deepEqual(await readdir(cwd), ['token.keys']);
  });

  it('loses no key when several are made at once', async () => {
    const cwd = await temporaryDirectory('keys');
    const ids = ['a', 'b', 'c', 'd'];

    const ended = await Promise.all(
      ids.map((id) => runCli(['token', 'new-key', id, '--key-file', 'token.keys'], { cwd })),
    );

    const keys = parseTokenKeys(await readFile(join(cwd, 'token.keys'), 'utf8'), 'token.keys');
    for (const [at, { code, stderr }] of ended.entries()) {
      if (code === 0) assert.ok(keys.find(ids[at] ?? ''), `${ids[at]} was made and lost`);
      else assert.match(stderr, /\[key-file-busy\]/);
    }
    assert.deepEqual(await readdir(cwd), ['token.keys']);
  });

  it('says when the key file can be read by others', {
    skip: noModes,
  }, async () => {
    const home = await temporaryDirectory('keys');
    await writeFile(join(home, 'token.keys'), `${line('a')}\n`);
    await chmod(join(home, 'token.keys'), 0o644);

    const { stderr } = await runCli(
      ['token', 'create', '--idp', 'x', '--script', '-o', 'json', '--engine', 'postgres'],
      {
        home,
        cwd: home,
        env: { SCIMCTL_TOKEN_KEYS_FILE: 'token.keys' },
      },
    );

    assert.match(stderr, /Other users can read the token keys/);
  });
});

const sha256 = (text: string) => createHash('sha256').update(text).digest();

/** Every row of every own table, binary values in hex and as text. */
async function dumpOf(product: Product): Promise<string> {
  const tables = ['installation', 'service_account', 'token', 'identity', 'event', 'schema_history'];
  const rows = await Promise.all(tables.map((table) => rowsOf(product, `scim.${table}`)));
  return rows
    .flat()
    .flatMap((row) => Object.values(row))
    .map((value) =>
      value instanceof Uint8Array
        ? `${Buffer.from(value).toString('hex')} ${Buffer.from(value).toString('latin1')}`
        : String(value),
    )
    .join('\n');
}
