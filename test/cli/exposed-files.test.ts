import assert from 'node:assert/strict';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createContext } from '../../src/cli/context.js';
import { resolveGlobals } from '../../src/cli/globals.js';
import { resolveConnection } from '../../src/cli/settings/connection.js';
import { noModes, temporaryDirectory } from '../support/environment.js';
import { fakeWorld } from '../support/processes/world.js';

const URL = 'postgresql://joe@db.example/app';
const WITH_PASSWORD = 'postgresql://joe:geheim@db.example/app';
const WITH_KEY = 'postgresql://joe@db.example/app?sslcert=client.pem&sslkey=client.key';

interface Case {
  what: string;
  files: Record<string, string>;
  /** The file whose permissions matter. */
  file: string;
  env?: Record<string, string>;
  /** What of it is a secret; nothing where it holds none. */
  secret?: string;
}

const CASES: readonly Case[] = [
  {
    what: 'a config file with a password',
    files: { 'config.json': JSON.stringify({ database: WITH_PASSWORD }) },
    file: 'config.json',
    secret: 'password',
  },
  {
    what: 'a config file without one',
    files: { 'config.json': JSON.stringify({ database: URL }) },
    file: 'config.json',
  },
  {
    what: 'a config file that names a variable with the password',
    files: { 'config.json': JSON.stringify({ database: 'env:DB' }) },
    file: 'config.json',
    env: { DB: WITH_PASSWORD },
  },
  {
    what: 'a file with a connection setting and its password',
    files: { 'config.json': JSON.stringify({ database: '@db.txt' }), 'db.txt': WITH_PASSWORD },
    file: 'db.txt',
    secret: 'password',
  },
  {
    what: 'a service file with a password',
    files: {
      'config.json': JSON.stringify({ database: 'service=app' }),
      services: '[app]\nhost=db.example\ndbname=app\nuser=joe\npassword=geheim\n',
    },
    file: 'services',
    env: { PGSERVICEFILE: 'services' },
    secret: 'password',
  },
  {
    what: 'a password file of the config file',
    files: {
      'config.json': JSON.stringify({ database: URL, databasePasswordFile: 'password' }),
      password: 'geheim',
    },
    file: 'password',
    secret: 'password',
  },
  {
    what: 'a password file of the environment',
    files: { 'config.json': JSON.stringify({ database: URL }), password: 'geheim' },
    file: 'password',
    env: { SCIMCTL_DATABASE_PASSWORD_FILE: 'password' },
    secret: 'password',
  },
  {
    what: 'the private key of a client certificate',
    files: { 'config.json': JSON.stringify({ database: WITH_KEY }), 'client.pem': '', 'client.key': '' },
    file: 'client.key',
    secret: 'private key',
  },
];

describe('a file that all users of the machine can read', {
  skip: noModes,
}, () => {
  for (const { what, files, file, env, secret } of CASES) {
    it(secret ? `causes a warning: ${what}` : `causes none where it holds no secret: ${what}`, async () => {
      const directory = await temporaryDirectory();
      const path = (name: string) => join(directory, name);
      for (const [name, text] of Object.entries(files)) await writeFile(path(name), text, { mode: 0o600 });
      const warnings = async (mode: number, platform: NodeJS.Platform = 'linux') => {
        await chmod(path(file), mode);
        const heard = { stdout: '', stderr: '' };
        const services = env?.PGSERVICEFILE && { PGSERVICEFILE: path(env.PGSERVICEFILE) };
        const world = { ...fakeWorld(heard, { cwd: directory, env: { ...env, ...services } }), platform };
        const globals = resolveGlobals({ config: path('config.json'), input: false }, world);
        await resolveConnection(createContext(globals, world));
        assert.doesNotMatch(heard.stderr, /geheim/);
        return heard.stderr.replaceAll(/\s+/g, ' ').trim();
      };

      assert.equal(await warnings(0o600), '');
      assert.equal(await warnings(0o640), '');
      assert.equal(await warnings(0o644, 'win32'), '');
      const expected = secret
        ? `Warning: Other users can read the ${secret} in ${path(file)}. Run: chmod o-rwx ${path(file)}`
        : '';
      assert.equal(await warnings(0o644), expected);
    });
  }
});
