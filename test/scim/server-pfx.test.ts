import assert from 'node:assert/strict';
import { chmod, copyFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'node:tls';
import type { Core } from '../../src/core/core.js';
import { DatabaseFault } from '../../src/database/faults/fault.js';
import { Memory } from '../../src/database/pool/memory.js';
import { readCertificate } from '../../src/scim/server/http/certificate.js';
import { noModes, projectDirectory, temporaryDirectory } from '../support/environment.js';
import { runHere } from '../support/processes/world.js';
import { problemOf } from '../support/running/problem.js';
import { startEndpoint } from '../support/scim/endpoint.js';

const fixture = (name: string) => join(projectDirectory, 'test/fixtures/tls', `${name}.pfx`);

/** Nothing here asks a database. */
const core = {
  clock: () => new Date(),
  random: (bytes: number) => new Uint8Array(bytes),
  actor: 'serve:test',
  database: {
    read: async () => {
      throw new DatabaseFault('connection-lost', undefined, new Error('there is no database'));
    },
    transaction: async () => 0,
    memory: new Memory(),
  },
} as unknown as Core;

async function passwordIn(text: string): Promise<string> {
  const file = join(await temporaryDirectory('pfx'), 'password');
  await writeFile(file, text, { mode: 0o600 });
  return file;
}

describe('a certificate in a PFX file', () => {
  it('is served, and replaced while the endpoint runs', async () => {
    const directory = await temporaryDirectory('pfx');
    const pfxFile = join(directory, 'server.pfx');
    await copyFile(fixture('trusted'), pfxFile);
    // As PowerShell writes it.
    const passwordFile = await passwordIn('\ufefffor-tests-only\r\n');
    const endpoint = await startEndpoint({ core }, { tls: { pfxFile, passwordFile } });
    const shown = (): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket = connect({ port: endpoint.port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
          resolve(socket.getPeerCertificate().subjectaltname ?? '');
          socket.end();
        }).once('error', reject);
      });
    try {
      assert.match(endpoint.url, /^https:/);
      assert.match(await shown(), /localhost/);

      await copyFile(fixture('other-name'), `${pfxFile}.new`);
      await rename(`${pfxFile}.new`, pfxFile);
      for (let tries = 0; tries < 200 && !/db\.example/.test(await shown()); tries++) await delay(20);
      assert.match(await shown(), /db\.example/);
    } finally {
      await endpoint.stop(0);
    }
  });

  it('may have triple DES, or no password', async () => {
    const passwordFile = await passwordIn('for-tests-only');
    const certificates = [
      await readCertificate({ pfxFile: fixture('3des'), passwordFile }),
      await readCertificate({ pfxFile: fixture('no-password') }),
    ];
    for (const { expiresAt } of certificates) assert.equal(expiresAt.getUTCFullYear(), 2120);
  });

  it('is refused with what to do', async () => {
    const passwordFile = await passwordIn('for-tests-only');
    const wrong = await passwordIn('another');
    const text = await passwordIn('-----BEGIN CERTIFICATE-----');
    const cases: [files: { pfxFile: string; passwordFile?: string }, code: string, said: RegExp][] = [
      [{ pfxFile: fixture('rc2'), passwordFile }, 'certificate-invalid', /RC2.*AES256_SHA256/s],
      [{ pfxFile: fixture('trusted'), passwordFile: wrong }, 'certificate-invalid', /is not the password of/],
      [{ pfxFile: fixture('trusted') }, 'certificate-invalid', /has a password.*--tls-pfx-password-file/s],
      [{ pfxFile: fixture('no-key'), passwordFile }, 'certificate-invalid', /no private key/],
      [{ pfxFile: text, passwordFile }, 'certificate-invalid', /no certificate in PFX format/],
      [{ pfxFile: '/no/such.pfx' }, 'certificate-unreadable', /--tls-pfx /],
      [
        { pfxFile: fixture('trusted'), passwordFile: '/no/such' },
        'certificate-unreadable',
        /--tls-pfx-password-file/,
      ],
    ];
    for (const [files, code, said] of cases) {
      const problem = await problemOf(readCertificate(files));
      assert.equal(problem.code, code);
      const all = `${problem.message}\n${problem.hint}`;
      assert.match(all, said);
      assert.doesNotMatch(all, /for-tests-only'|another$/);
    }
  });

  it('is exposed where others can read it or the file with its password', {
    skip: noModes,
  }, async () => {
    const pfxFile = join(await temporaryDirectory('pfx'), 'own.pfx');
    await copyFile(fixture('trusted'), pfxFile);
    const passwordFile = await passwordIn('for-tests-only');
    for (const [pfxMode, passwordMode, expected] of [
      [0o600, 0o640, []],
      [0o644, 0o600, ['private key']],
      [0o600, 0o644, ['password']],
    ] as const) {
      await chmod(pfxFile, pfxMode);
      await chmod(passwordFile, passwordMode);
      const { exposed } = await readCertificate({ pfxFile, passwordFile });
      assert.deepEqual(
        exposed.map(({ secret }) => secret),
        expected,
      );
    }
  });

  it('takes the place of PEM files, and counts as TLS', async () => {
    const serve = async (...words: string[]) => {
      const { code, stderr } = await runHere(['serve', ...words, '-o', 'json']);
      return `${code} ${JSON.parse(stderr).error.code}`;
    };
    assert.equal(
      await serve('--tls-pfx', 'a.pfx', '--tls-cert', 'b', '--tls-key', 'c'),
      '2 options-conflict',
    );
    assert.equal(await serve('--tls-pfx-password-file', 'a'), '2 option-missing');
    // Behind what is refused: no database is set.
    assert.equal(await serve('--tls-pfx', 'a.pfx', '--host', '0.0.0.0'), '3 database-not-set');
  });
});
