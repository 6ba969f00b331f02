import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import tedious, { type ConnectionConfiguration } from 'tedious';
import { untestedLevel } from '../../src/core/host/compatibility-level.js';
import { mssqlDetails } from '../../src/database/mssql/changes/provision.js';
import { fittedTo, mssqlDialect } from '../../src/database/mssql/dialect.js';
import { guardedDriver } from '../../src/database/mssql/driver/driver.js';
import { bound, listed, padded } from '../../src/database/sql/fragment.js';
import { unserved } from '../support/tsql/unserved.js';

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

describe('the compatibility level of a database', () => {
  const SERVER = 'Microsoft SQL Server 2019 (RTM-CU18)';
  const fitted = async (level: number, banner: string) => {
    const { database } = await unserved({}, () => [{ level, banner }]);
    try {
      return await database.read(({ knex }) => mssqlDialect.fitted(knex));
    } finally {
      await database.close();
    }
  };

  for (const [level, below] of [
    [100, true],
    [120, true],
    [130, false],
    [160, false],
  ] as const) {
    it(`decides at ${level} how JSON is read, and what is said of it`, async () => {
      const { search, compatibilityLevel } = await fitted(level, SERVER);

      assert.equal(search === mssqlDialect.search, !below);
      assert.equal(/openjson/.test(search.jsonText('i.attributes', ['nick']).sql), !below);
      assert.equal(untestedLevel(compatibilityLevel)?.summary.includes(`level ${level},`) ?? false, below);
    });
  }

  it('of Babelfish says nothing', async () => {
    const { search, compatibilityLevel } = await fitted(
      120,
      'Babelfish for PostgreSQL with SQL Server Compatibility',
    );

    assert.equal(search, mssqlDialect.search);
    assert.equal(untestedLevel(compatibilityLevel), undefined);
  });

  it('reads a name in a path as a name, whatever is in it', () => {
    const { sql } = fittedTo(100).search.jsonText('i.attributes', ["o'neil?", 'a"b\\c']);

    assert.match(sql, /json_value\(i\.attributes, N'\$\."o''neil\\\?"\."a\\"b\\\\c"'\)/);
  });
});

describe('the version of a server', () => {
  for (const [version, edition, banner, supported] of [
    ['13.0.4001.0', 3, 'Microsoft SQL Server 2016 (SP1)', true],
    ['13.0.1601.5', 3, 'Microsoft SQL Server 2016 (RTM)', false],
    ['12.0.6024.0', 3, 'Microsoft SQL Server 2014', false],
    ['12.0.2000.8', 8, 'Microsoft SQL Azure (RTM) - 12.0.2000.8', true],
    ['12.0.2000.8', 5, 'Microsoft SQL Azure (RTM) - 12.0.2000.8', true],
    ['17.0.1000.7', 3, 'Microsoft SQL Server 2025', true],
  ] as const) {
    it(`${version} of edition ${edition} is ${supported ? '' : 'not '}recent enough`, async () => {
      const { database } = await unserved({}, () => [{ version, edition, banner }]);
      const info = await database.read(({ knex, dialect }) => dialect.serverInfo(knex));
      await database.close();

      assert.equal(info.supported, supported);
    });
  }
});

describe('the details of an event', () => {
  it('are filled in as a large object, which REPLACE does not cut off', () => {
    const { sql } = mssqlDetails(bound('{}'), {}, (name) => `@${name}`);

    assert.match(sql, /replace\(cast\(\? as nvarchar\(max\)\),/);
  });
});

describe('a statement', () => {
  it('declares its texts alike, however long they are', async () => {
    const { database, declared } = await unserved();
    for (const text of ['', 'a', 'x'.repeat(4_000), null]) {
      await database.read(({ knex }) => knex.raw('select ? as one', [text]));
    }
    await database.read(({ knex }) => knex.raw('select ? as one', ['x'.repeat(4_001)]));
    await database.close();

    assert.deepEqual([...new Set(declared())], ['nvarchar(4000)', 'nvarchar(max)']);
  });

  it('has lists of few lengths', () => {
    const texts = Array.from({ length: 1_000 }, (_, at) => listed(Array(at + 1).fill('a')).sql);
    const sources = Array.from(
      { length: 1_000 },
      (_, at) =>
        mssqlDialect.rowSource.of({ login: Array(at + 1).fill('a'), email: Array(at + 1).fill(null) }).sql,
    );

    assert.equal(new Set(texts).size, 11);
    assert.equal(new Set(sources).size, 11);
    assert.deepEqual(padded(['a', 'b', 'c']), ['a', 'b', 'c', 'c']);
    assert.deepEqual(padded([]), []);
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
