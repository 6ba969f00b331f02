import type { Database } from '../../database/database.js';
import { measureLatency } from '../../database/pool/latency.js';
import { describePlace } from '../../database/settings/describe.js';
import type { ServerSettings } from '../../database/settings/settings.js';
import { isLocal } from '../../database/settings/tls/local.js';
import { untestedLevel } from '../host/compatibility-level.js';
import { type CheckFinding, fail, type Prerequisite, pass, warn } from './prerequisite.js';

/** Every prerequisite that is about the server rather than what is in it. */

/** What answers, for somebody who has to know or to ask another about it. */
export async function reached(database: Database): Promise<CheckFinding> {
  const { info, latencyMs } = await database.read(async ({ knex, dialect }) => ({
    info: await dialect.serverInfo(knex),
    latencyMs: await measureLatency(knex),
  }));
  const { server, product, version: number, database: name, login, encrypted, collation } = info;
  return pass('the database can be reached', {
    server: server ?? describePlace(database.settings),
    product,
    version: number,
    database: name,
    login,
    encrypted,
    collation,
    isolation: info.isolation,
    readCommittedSnapshot: info.readCommittedSnapshot,
    allowSnapshotIsolation: info.allowSnapshotIsolation,
    compatibilityLevel: database.dialect.compatibilityLevel,
    latencyMs,
  });
}

export const version: Prerequisite = {
  name: 'version',
  about: 'the server is recent enough: PostgreSQL 14, SQL Server 2016 SP1',
  needs: ['database'],
  async run({ database }) {
    const info = await database.read(({ knex, dialect }) => dialect.serverInfo(knex));
    const { product, version: number, login, collation, database: name } = info;
    const details = { product, version: number, database: name, login, collation };
    if (info.supported && !info.foldsAllLetters) {
      return warn(
        `the server is recent enough, but the collation ${collation} of the database distinguishes Ä from ä`,
        'Names with letters other than A to Z match only in the same case. Use a database with a UTF-8 locale to match them in any case.',
        details,
      );
    }
    const untested = untestedLevel(database.dialect.compatibilityLevel);
    if (info.supported && untested) return warn(untested.summary, untested.advice, details);
    if (info.supported) return pass('the server is recent enough', details);
    return fail(
      `${product} ${number} is too old`,
      'Upgrade to PostgreSQL 14 or SQL Server 2016 SP1, or later.',
      details,
    );
  },
};

export const tls: Prerequisite = {
  name: 'tls',
  about: 'the connection is encrypted and the identity of the server is verified',
  needs: ['database'],
  async run({ database: { settings } }) {
    if (isLocal(settings)) return pass('the connection does not leave this machine');
    const { mode } = (settings as ServerSettings).tls;
    if (mode === 'verify-full') return pass('encrypted, and the certificate is verified');
    if (mode === 'disable' || mode === 'prefer') {
      return warn(
        'the connection may be unencrypted',
        'Turn encryption on: sslmode=verify-full, or Encrypt=True.',
      );
    }
    return warn(
      'encrypted, but the identity of the server is not verified',
      'Turn verification on: sslmode=verify-full with sslrootcert=FILE, or TrustServerCertificate=False.',
    );
  },
};

const CLOCK_WARN_MS = 5_000;
const CLOCK_FAIL_MS = 60_000;

export const clock: Prerequisite = {
  name: 'clock',
  about: 'the clocks of this machine and of the server agree',
  needs: ['database'],
  async run({ database, clock: now }) {
    const before = now().getTime();
    const info = await database.read(({ knex, dialect }) => dialect.serverInfo(knex));
    const after = now().getTime();
    // The server read its clock at some moment between the two: only what lies outside is a difference.
    const server = info.now.getTime();
    const differenceMs = Math.max(before - server, server - after, 0);
    const seconds = Math.round(differenceMs / 1000);
    if (differenceMs <= CLOCK_WARN_MS) return pass('the clocks of this machine and of the server agree');
    const advice = 'Set both clocks from the same time server (NTP). The expiry of tokens depends on them.';
    const summary = `the clocks of this machine and of the server differ by ${seconds} s`;
    return differenceMs <= CLOCK_FAIL_MS
      ? warn(summary, advice, { seconds })
      : fail(summary, advice, { seconds });
  },
};
