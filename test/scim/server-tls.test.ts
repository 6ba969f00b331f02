import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { chmod, copyFile, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'node:tls';
import type { Core } from '../../src/core/core.js';
import { DatabaseFault } from '../../src/database/faults/fault.js';
import { Memory } from '../../src/database/pool/memory.js';
import { renameOver } from '../../src/files/rename-over.js';
import { type PemFiles, readCertificate } from '../../src/scim/server/http/certificate.js';
import { temporaryDirectory } from '../support/environment.js';
import { type CertificateName, tlsFixture } from '../support/fake-servers/listen.js';
import { problemOf } from '../support/running/problem.js';
import { type Endpoint, startEndpoint } from '../support/scim/endpoint.js';

/** Nothing here asks a database, but for /readyz, which is told that there is none. */
const core = {
  clock: () => new Date(),
  random: (bytes: number) => new Uint8Array(bytes),
  actor: 'serve:test',
  database: {
    read: async () => {
      throw new DatabaseFault('connection-lost', undefined, new Error('there is no database'));
    },
    // What the endpoint keeps in order by itself finds nothing to do.
    transaction: async () => 0,
    memory: new Memory(),
  },
} as unknown as Core;

describe('HTTPS at the endpoint', () => {
  let files: PemFiles;
  let endpoint: Endpoint;
  let keys: Buffer;

  before(async () => {
    const directory = await temporaryDirectory('tls');
    files = { certFile: join(directory, 'server.pem'), keyFile: join(directory, 'server.key') };
    await install('trusted');
    await copyFile(tlsFixture('key-for-tests-only'), files.keyFile);
    await chmod(files.keyFile, 0o600);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    keys = Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    endpoint = await startEndpoint({ core }, { tls: files });
  });
  after(() => endpoint.stop(0));

  /** Puts another certificate in the place of the one that is there, all at once. */
  async function install(name: CertificateName): Promise<void> {
    const fresh = `${files.certFile}.new`;
    await copyFile(tlsFixture(name), fresh);
    await renameOver(fresh, files.certFile, process.platform);
  }

  /** The names on the certificate that a new connection is shown. */
  const shown = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect({ port: endpoint.port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
        resolve(socket.getPeerCertificate().subjectaltname ?? '');
        socket.end();
      }).once('error', reject);
    });

  const get = (agent: Agent): Promise<{ status?: number; reused: boolean }> =>
    new Promise((resolve, reject) => {
      const asking = request(`${endpoint.url}/healthz`, { agent, rejectUnauthorized: false }, (response) => {
        response
          .resume()
          .once('end', () => resolve({ status: response.statusCode, reused: asking.reusedSocket }));
      });
      asking.once('error', reject).end();
    });

  const logged = async (event: string) => {
    for (let tries = 0; tries < 200; tries++, await delay(20)) {
      const found = endpoint.log.findLast((line) => line.event === event);
      if (found) return found;
    }
    throw new Error(`${event} was not logged`);
  };

  it('is spoken, in TLS 1.2 and later', async () => {
    assert.match(endpoint.url, /^https:/);
    assert.equal((await get(new Agent())).status, 200);
    const old = new Promise((resolve, reject) => {
      connect({ port: endpoint.port, maxVersion: 'TLSv1.1', rejectUnauthorized: false }, () =>
        resolve(undefined),
      ).once('error', reject);
    });
    await assert.rejects(old);
  });

  it('shows a new certificate to new connections, and leaves open ones alone', async () => {
    assert.match(await shown(), /localhost/);
    const agent = new Agent({ keepAlive: true });
    assert.equal((await get(agent)).status, 200);

    await install('other-name');
    await logged('certificate-reloaded');

    assert.match(await shown(), /db\.example/);
    assert.deepEqual(await get(agent), { status: 200, reused: true });
    agent.destroy();
  });

  it('keeps the old pair, and warns once, while the new one cannot be used', async () => {
    // All at once, as `install` does: half a file would be another thing to warn of.
    const before = `${files.keyFile}.before`;
    await copyFile(files.keyFile, before);
    await chmod(before, 0o600);
    await writeFile(`${files.keyFile}.new`, keys, { mode: 0o600 });
    await renameOver(`${files.keyFile}.new`, files.keyFile, process.platform);
    const { level, problem } = await logged('certificate-not-reloaded');
    await delay(200);

    assert.deepEqual([level, problem], ['warn', 'certificate-key-mismatch']);
    assert.equal(endpoint.log.filter(({ event }) => event === 'certificate-not-reloaded').length, 1);
    assert.match(await shown(), /db\.example/);
    await renameOver(before, files.keyFile, process.platform);
  });

  it('warns of a key that others can read, and of a certificate that ends', async () => {
    const keyFile = join(await temporaryDirectory('tls'), 'server.key');
    await copyFile(tlsFixture('key-for-tests-only'), keyFile);
    await chmod(keyFile, 0o644);
    const own = await startEndpoint({ core }, { tls: { certFile: tlsFixture('expired'), keyFile } });
    await own.stop(0);

    const warned = own.log.filter(({ level }) => level === 'warn').map(({ event }) => event);
    const ofKey = process.platform === 'win32' ? [] : ['private-key-exposed'];
    // What it keeps in order by itself finds no database here, at some time until it has stopped.
    assert.deepEqual(warned.sort(), ['certificate-expiring', 'housekeeping-failed', ...ofKey]);
  });

  for (const [what, make, code] of [
    [
      'are not there',
      async (place: PemFiles) => ({ ...place, keyFile: `${place.keyFile}.none` }),
      'certificate-unreadable',
    ],
    [
      'do not belong together',
      async (place: PemFiles) => {
        await writeFile(place.keyFile, keys);
        return place;
      },
      'certificate-key-mismatch',
    ],
    [
      'are the wrong way round',
      async ({ certFile, keyFile }: PemFiles) => ({ certFile: keyFile, keyFile: certFile }),
      'certificate-invalid',
    ],
    [
      'are not PEM',
      async (place: PemFiles) => {
        await writeFile(place.certFile, Uint8Array.from([0x30, 0x82, 1, 2]));
        return place;
      },
      'certificate-invalid',
    ],
    [
      'have a key with a password',
      async (place: PemFiles) => {
        const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
        const cipher = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' } as const;
        await writeFile(place.keyFile, privateKey.export(cipher));
        return place;
      },
      'certificate-invalid',
    ],
  ] as const) {
    it(`says so of files that ${what}`, async () => {
      const directory = await temporaryDirectory('tls');
      const place = { certFile: join(directory, 'a.pem'), keyFile: join(directory, 'a.key') };
      await copyFile(tlsFixture('trusted'), place.certFile);
      await copyFile(tlsFixture('key-for-tests-only'), place.keyFile);

      const problem = await problemOf(readCertificate(await make(place)));

      assert.deepEqual([problem.kind, problem.code], ['configuration', code]);
      assert.ok(problem.hint);
    });
  }
});

describe('an endpoint without its database', () => {
  it('lives, is not ready, and answers 503 rather than 401', async () => {
    const own = await startEndpoint({ core });
    const token = 'scimctl_000000000000_000000000000000000000000000000000000000000009efvb';
    const headers = { Authorization: `Bearer ${token}` };
    const answers = await Promise.all([
      fetch(`${own.url}/healthz`),
      fetch(`${own.url}/readyz`),
      fetch(`${own.scim}/Users`, { headers }),
    ]);

    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 503, 503],
    );
    assert.ok(Number(answers[2]?.headers.get('retry-after')) > 0);
    assert.deepEqual(
      own.log
        .filter(({ event, status }) => event === 'request' && status === 503)
        .map(({ problem }) => problem),
      [undefined, 'database-connection-lost'],
    );
    await own.stop(0);
  });
});
