import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import tedious, { type ConnectionConfiguration } from 'tedious';
import { guardedDriver } from '../../src/database/mssql/driver/driver.js';

describe('a session on SQL Server', () => {
  it('gives way to the host application in a deadlock, and keeps the options of the driver', async () => {
    const { Connection } = await guardedDriver({ encryptionRequired: true });
    const config: ConnectionConfiguration = {
      server: 'db01',
      authentication: { type: 'default', options: { userName: 'joe', password: 'x' } },
      options: { encrypt: true },
    };

    const begun = new Connection(config).getInitialSql();

    assert.match(begun, /^set deadlock_priority low$/m);
    assert.match(begun, /^set ansi_nulls on$/m);
    assert.match(begun, /^set transaction isolation level read committed$/m);
  });
});

describe('a version of the driver that is made otherwise', () => {
  const prototype = tedious.Connection.prototype as unknown as Record<string, unknown>;
  for (const name of ['sendLogin7Packet', 'performSentLogin7WithNTLMLogin', 'createTokenStreamParser']) {
    it(`is refused before anything is sent, where it has no ${name}`, async () => {
      const original = prototype[name];
      prototype[name] = undefined;
      try {
        await assert.rejects(guardedDriver({ encryptionRequired: true }), /cannot be guarded/);
      } finally {
        prototype[name] = original;
      }
    });
  }
});
