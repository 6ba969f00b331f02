import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { temporaryDirectory } from '../support/environment.js';
import { runHere } from '../support/processes/world.js';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const HOOK = 'https://hooks.example.com/services/T0/secret-path';

/** Options, environment, and what is said: the code, the exit status, and something of the message or its hint. */
const WRONG: [words: string[], env: Record<string, string>, code: string, exit: number, says: RegExp][] = [
  [['--on-pending', 'http://hooks.example.com/a'], {}, 'plain-http-refused', 2, /Use an https URL/],
  [['--on-pending', 'http://localhost.example.com/a'], {}, 'plain-http-refused', 2, /Use an https URL/],
  [['--on-pending', 'http://10.0.0.1/a'], {}, 'plain-http-refused', 2, /Use an https URL/],
  [['--on-pending', 'https://user:pw@hooks.example.com/'], {}, 'url-invalid', 2, /without a user name/],
  [['--on-pending', 'hooks.example.com'], {}, 'url-invalid', 2, /https:\/\/host\/path/],
  [['--on-pending', 'ftp://hooks.example.com/'], {}, 'url-invalid', 2, /https:\/\/host\/path/],
  [['--on-pending', HOOK], {}, 'option-missing', 2, /SCIMCTL_ON_PENDING_SECRET/],
  [['--on-pending-secret-file', 'a'], {}, 'option-missing', 2, /needs --on-pending/],
  [['--on-pending-ca', 'a'], {}, 'option-missing', 2, /needs --on-pending/],
  [[], { SCIMCTL_SERVE_ON_PENDING: 'http://192.0.2.1/secret-path' }, 'setting-invalid', 3, /https URL/],
  [['--on-pending', HOOK], { SCIMCTL_ON_PENDING_SECRET: 'hunter2' }, 'webhook-secret-invalid', 3, /whsec_/],
  [
    ['--on-pending', HOOK, '--on-pending-secret-file', 'absent'],
    {},
    'webhook-secret-unreadable',
    3,
    /openssl rand/,
  ],
  [
    ['--on-pending', HOOK, '--on-pending-ca', 'absent'],
    { SCIMCTL_ON_PENDING_SECRET: SECRET },
    'file-unreadable',
    2,
    /path/,
  ],
];

describe('serve --on-pending', () => {
  for (const [words, env, code, exit, says] of WRONG) {
    it(`refuses ${[...words, ...Object.keys(env)].join(' ')}`, async () => {
      const database = { SCIMCTL_DATABASE: 'postgres://127.0.0.1:1/none' };
      const heard = await runHere(['serve', '--port', '0', ...words, '-o', 'json'], {
        env: { ...database, ...env },
      });
      const { error } = JSON.parse(heard.stderr.trim().split('\n').at(-1) ?? '') as {
        error: { code: string; message: string; hint: string };
      };
      assert.deepEqual([error.code, heard.code], [code, exit]);
      assert.match(`${error.message} ${error.hint}`, says);
      assert.doesNotMatch(heard.stderr, /hunter2|secret-path|user:pw/);
    });
  }

  it('warns of a secret that all users of the machine can read', async () => {
    if (process.platform === 'win32') return;
    const file = join(await temporaryDirectory('hook'), 'secret');
    await writeFile(file, SECRET, { mode: 0o644 });
    const { stderr } = await runHere(
      ['serve', '--port', '0', '--on-pending', HOOK, '--on-pending-secret-file', file],
      { env: { SCIMCTL_DATABASE: 'postgres://127.0.0.1:1/none' } },
    );
    assert.match(stderr, /Other users can read the secret/);
  });
});
