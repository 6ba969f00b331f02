import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { createContext } from '../../src/cli/context.js';
import { resolveGlobals } from '../../src/cli/globals.js';
import { resolveConnection } from '../../src/cli/settings/connection.js';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { readTlsMaterial } from '../../src/database/settings/tls/tls-files.js';
import { ENCODINGS } from '../support/databases/encodings.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
import { tlsFixture } from '../support/fake-servers/listen.js';
import { runCli } from '../support/processes/cli.js';
import { fakeWorld, runHere } from '../support/processes/world.js';

const KEY = `2026-a ${Buffer.alloc(32, 7).toString('base64')}`;

// On one engine: no file knows which it is for.
forEachEngine(
  'files that people keep',
  (engine) => {
    let product: Product;
    let directory: string;
    let token: string;
    let head: string;
    const run = async (words: string[], env: Record<string, string> = {}) => {
      const heard = await runHere([...words, '-o', 'json'], {
        env: { SCIMCTL_DATABASE: product.url, ...env },
        cwd: directory,
      });
      assert.equal(heard.code, 0, heard.stderr);
      return JSON.parse(heard.stdout);
    };
    const write = (name: string, bytes: Buffer) => writeFile(join(directory, name), bytes);

    before(async () => {
      product = await freshProduct(engine);
      directory = await temporaryDirectory();
      await addServiceAccount(product.core, { name: 'entra', kind: 'entra' });
      ({ token } = await run(['token', 'create', '--idp', 'entra'], { SCIMCTL_TOKEN_KEYS: KEY }));
      await run(['audit', 'seal', '--margin', '0s']);
      head = JSON.stringify(await run(['audit', 'head']));
    });
    after(() => product.close());

    for (const [encoding, encode] of Object.entries(ENCODINGS)) {
      it(`are read in ${encoding}: a token, by its file and on stdin`, async () => {
        await write('entra.token', encode(`${token}\r\n`));
        const keys = { SCIMCTL_TOKEN_KEYS: KEY };
        assert.equal((await run(['token', 'verify', '--token-file', 'entra.token'], keys)).valid, true);

        const piped = await runCli(['token', 'verify', '-o', 'json'], {
          env: { SCIMCTL_DATABASE: product.url, ...keys },
          stdin: encode(`${token}\r\n`),
        });
        assert.equal(piped.code, 0, piped.stderr);
      });

      it(`are read in ${encoding}: token keys, also to put one before them`, async () => {
        await write('token.keys', encode(`# our keys\r\n${KEY}\r\n`));
        await write('entra.token', Buffer.from(token));
        const verify = ['token', 'verify', '--token-file', 'entra.token'];
        assert.equal((await run(verify, { SCIMCTL_TOKEN_KEYS_FILE: 'token.keys' })).valid, true);

        await run(['token', 'new-key', '2027-a', '--key-file', 'token.keys']);

        assert.match(
          await readFile(join(directory, 'token.keys'), 'utf8'),
          /^2027-a \S+\n# our keys\r?\n2026-a /,
        );
        assert.equal((await run(verify, { SCIMCTL_TOKEN_KEYS_FILE: 'token.keys' })).valid, true);
      });

      it(`are read in ${encoding}: the config file, a connection setting and a password`, async () => {
        await write('database.txt', encode('postgresql://joe@db.example/app?sslmode=disable\r\n'));
        await write('database.password', encode('pässwörd €\r\n'));
        const config = { database: '@database.txt', databasePasswordFile: 'database.password' };
        await write('config.json', encode(JSON.stringify(config)));

        const world = fakeWorld({ stdout: '', stderr: '' }, { cwd: directory });
        const globals = resolveGlobals({ config: 'config.json' }, world);
        const settings = await resolveConnection(createContext(globals, world));

        assert.deepEqual('user' in settings && [settings.user, settings.database, settings.password], [
          'joe',
          'app',
          'pässwörd €',
        ]);
      });

      it(`are read in ${encoding}: a head`, async () => {
        await write('head.json', encode(`${head}\r\n`));
        assert.equal((await run(['audit', 'verify', '--head', 'head.json'])).status, 'intact');
      });

      it(`are read in ${encoding}: an export of users`, async () => {
        await write('users.csv', encode('userPrincipalName,displayName\r\nzoe@contoso.example,Zoë\r\n'));
        assert.equal((await run(['users', 'preflight', 'users.csv'])).users, 1);
      });

      it(`are read in ${encoding}: certificates`, async () => {
        const pem = await readFile(tlsFixture('authority'), 'utf8');
        const caFile = join(directory, 'authority.pem');
        await write('authority.pem', encode(pem));
        assert.equal((await readTlsMaterial({ mode: 'verify-full', caFile })).ca, pem);
      });
    }

    it('are refused, with a word on their encoding, where they are no such text', async () => {
      const latin1 = Buffer.from('p\xe4ssword', 'latin1');
      await write('wrong', latin1);
      await write('config.json', Buffer.from('{"database":"@wrong"}'));
      const cases: [string[], Record<string, string>][] = [
        [['token', 'verify', '--token-file', 'wrong'], {}],
        [['audit', 'verify', '--head', 'wrong'], {}],
        [['token', 'verify', '--token-file', 'entra.token'], { SCIMCTL_TOKEN_KEYS_FILE: 'wrong' }],
        [['seats', '--config', 'wrong'], {}],
        [['seats', '--config', 'config.json'], { SCIMCTL_DATABASE: '' }],
        [
          ['seats'],
          {
            SCIMCTL_DATABASE: 'postgres://joe@127.0.0.1:9/x?sslmode=disable',
            SCIMCTL_DATABASE_PASSWORD_FILE: 'wrong',
          },
        ],
      ];
      await write('entra.token', Buffer.from(token));
      for (const [words, env] of cases) {
        const { code, stderr } = await runHere(words, {
          env: { SCIMCTL_DATABASE: product.url, ...env },
          cwd: directory,
        });
        assert.ok(code === 2 || code === 3, `${words.join(' ')}: ${code}`);
        assert.match(stderr, /not text in UTF-8 or UTF-16/, words.join(' '));
        assert.doesNotMatch(stderr, /ssword"|internal-error/);
      }
    });
  },
  { only: ['embedded'] },
);
