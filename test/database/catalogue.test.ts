import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Database } from '../../src/database/database.js';
import { compareCatalogues } from '../../src/database/migrator/compare.js';
import { readSchemaFiles } from '../../src/database/migrator/files.js';
import { verifySchema } from '../../src/database/migrator/verify.js';
import { forEachEngine } from '../support/engines.js';
import { projectDirectory } from '../support/environment.js';
import { execute, openAt, openFresh, openMigrated } from './open-test-database.js';

const GOOD = { ok: true, findings: [] };

const listing = (database: Database, schema: string) =>
  database.read(({ knex }) => database.dialect.catalogue((query) => query(knex), schema));

const fileOf = (database: Database) => join(projectDirectory, 'sql', database.dialect.name, 'catalogue.txt');

/**
 * The file as it would be after this version's migrations: `SCIMCTL_TEST_UPDATE=1` writes it. What this
 * server does not tell is taken over from the present file, and is for its author to complete.
 */
async function regenerated(database: Database, schema: string): Promise<{ now: string; before: string }> {
  const before = await readFile(fileOf(database), 'utf8');
  const known = before.split('\n');
  const lines = (await listing(database, schema)).map((line) => {
    if (!line.endsWith(' ?')) return line;
    const told = line.slice(0, -2);
    const at = known.findIndex((one) => one === told || one.startsWith(`${told} `));
    return at < 0 ? told : (known.splice(at, 1)[0] ?? told);
  });
  return { before, now: `${lines.sort().join('\n')}\n` };
}

for (const schema of ['scim', 'event']) {
  forEachEngine(`the catalogue of the schema ${schema}`, (engine) => {
    it('is what sql/<engine>/catalogue.txt says', async (context) => {
      const { database } = await openMigrated(context, engine, schema);

      const { now, before } = await regenerated(database, schema);

      if (process.env.SCIMCTL_TEST_UPDATE) await writeFile(fileOf(database), now);
      else assert.equal(now, before);
      assert.deepEqual(await verifySchema(database), GOOD);
    });
  });
}

/** Columns that only one of the engines needs. */
const OF_ONE_ENGINE = /_folded$|_no_truncate\./;

// Without a server of its own, a file that was not written anew would be noticed by administrators.
it('the catalogues of both engines have the same columns', async () => {
  const [postgres, mssql] = await Promise.all(
    ['postgres', 'mssql'].map(async (name) => {
      const text = await readFile(join(projectDirectory, 'sql', name, 'catalogue.txt'), 'utf8');
      const columns = [...text.matchAll(/^column (\S+)/gm)].map(([, column = '']) => column);
      return columns.filter((column) => !OF_ONE_ENGINE.test(column)).sort();
    }),
  );
  assert.ok((postgres?.length ?? 0) > 50);
  assert.deepEqual(mssql, postgres);
});

// The embedded engine is PostgreSQL in this.
const servers = { only: ['postgres', 'mssql'] as const };

forEachEngine(
  'the verification of a schema',
  (engine) => {
    it('has nothing to compare with where there is no schema', async (context) => {
      const { database } = await openFresh(context, engine);

      await assert.rejects(verifySchema(database), { name: 'Problem', code: 'schema-missing' });
    });

    it('names what was taken away, and what was added', async (context) => {
      const { database } = await openMigrated(context, engine);
      const on = engine.name === 'mssql' ? ' on scim.event' : '';
      const index = engine.name === 'mssql' ? 'event_target' : 'scim.event_target';
      await execute(database, `drop index ${index}${on}`);
      await execute(
        database,
        `drop trigger ${engine.name === 'mssql' ? 'scim.' : ''}event_append_only${engine.name === 'mssql' ? '' : ' on scim.event'}`,
      );
      await execute(database, 'alter table scim.token drop constraint token_slot_check');
      await execute(database, 'alter table scim.token add note int');
      await execute(database, 'create table scim.intruder (intruder_id int not null)');

      const { ok, findings } = await verifySchema(database);

      assert.equal(ok, false);
      const found = findings.map(({ kind, object, advice }) => `${kind} ${object}: ${advice}`);
      const expected = [
        /^missing (index event_target|index event \(target_type.*\)): Create it as in 0001_initial\.sql\.$/,
        /^missing trigger event\.event_append_only: Create it immediately.*000(1_initial|9_bounds)\.sql.*audit verify/,
        /^missing (check|constraint) token\.token_slot_check: Correct the rows that violate it, then create it as in 0001_initial\.sql/,
        /^unexpected column intruder\.intruder_id: Move it to a separate schema/,
        /^unexpected column token\.note: Move it/,
      ];
      assert.equal(found.length, expected.length, found.join('\n'));
      for (const part of expected)
        assert.ok(
          found.some((line) => part.test(line)),
          `${part}\n${found.join('\n')}`,
        );
    });

    it('names a view that is gone, a column that was altered and a trigger that was turned off', async (context) => {
      const { database } = await openMigrated(context, engine);
      await execute(database, 'drop view scim.live_token');
      await execute(
        database,
        engine.name === 'mssql'
          ? 'alter table scim.event_seal alter column sealed_by nvarchar(300)'
          : 'alter table scim.event_seal alter column sealed_by type varchar(300)',
      );
      await execute(database, 'alter table scim.event disable trigger event_append_only');

      const { findings } = await verifySchema(database);

      const one = (object: string) => findings.find((each) => each.object === object);
      assert.equal(one('column event_seal.sealed_by')?.kind, 'changed');
      assert.match(one('column event_seal.sealed_by')?.found ?? '', /300/);
      assert.match(
        one('column event_seal.sealed_by')?.advice ?? '',
        /Change the column as in 0003_event_seal\.sql/,
      );
      assert.match(one('view live_token.digest')?.advice ?? '', /Create it as in 0002_live_token\.sql/);
      const off = one('trigger event.event_append_only');
      assert.equal(off?.kind, 'changed');
      assert.match(off?.advice ?? '', /^Enable it immediately, then run `scimctl audit verify`/);
    });

    it('notices a trigger that was replaced by one that does nothing', async (context) => {
      const { database } = await openMigrated(context, engine);
      const statements =
        engine.name === 'mssql'
          ? [
              'drop trigger scim.event_append_only',
              'create trigger scim.event_append_only on scim.event instead of update, delete as\nbegin\n  declare @nothing int;\nend',
            ]
          : [
              'create or replace function scim.refuse_event_change() returns trigger language plpgsql as $$ begin return new; end $$',
            ];
      for (const statement of statements) await execute(database, statement);

      const { findings } = await verifySchema(database);

      assert.equal(findings.length, 1, JSON.stringify(findings));
      assert.equal(findings[0]?.kind, 'changed');
      assert.notEqual(findings[0]?.expected, findings[0]?.found);
      assert.match(findings[0]?.advice ?? '', /Create it again immediately/);
    });

    it('says which file was edited, is missing here or came too late', async (context) => {
      const { database } = await openMigrated(context, engine);
      const history = 'scim.schema_history';
      const copy = 'applied_at, applied_by, tool_version';
      await execute(database, `update ${history} set checksum = '${'0'.repeat(64)}' where version = 1`);
      const { bootstrap, migrations } = await readSchemaFiles(database.dialect.name);
      const [first, ...others] = migrations.map((file) => ({ ...file }));
      // Ours: 1, 3 … and a new last one; the database's: 1, 2, 3 … and one after the new one.
      const newest = (others.at(-1)?.version ?? 0) + 1;
      await execute(
        database,
        `insert into ${history} (version, name, checksum, ${copy}) select ${newest + 1}, 'later', checksum, ${copy} from ${history} where version = 2`,
      );
      const late = { version: newest, name: 'late', sql: '', checksum: 'l' };
      const later = { version: newest + 1, name: 'later', sql: '', checksum: others[0]?.checksum ?? '' };
      const ours = [first, ...others.slice(1), late, later].filter((file) => file !== undefined);

      const { findings } = await verifySchema(database, { bootstrap, migrations: ours });

      assert.deepEqual(
        findings.map(({ kind, object }) => `${kind} ${object}`),
        [
          'file-edited 0001_initial.sql',
          'file-missing 0002_live_token.sql',
          `file-out-of-order ${String(newest).padStart(4, '0')}_late.sql`,
        ],
      );
      const [edited, missing, tooLate] = findings.map(({ advice }) => advice);
      assert.match(edited ?? '', /Install scimctl 0\.0\.0-test again/);
      assert.match(missing ?? '', /Use scimctl 0\.0\.0-test, which applied this file/);
      assert.match(
        tooLate ?? '',
        /Files of different releases were mixed\. Continue with scimctl 0\.0\.0-test/,
      );
    });

    it('does not mind host views, whatever they are', async (context) => {
      const { database } = await openMigrated(context, engine);
      await execute(database, "create view scim.host_user as select 'x' as user_id");

      assert.deepEqual(await verifySchema(database), GOOD);
    });
  },
  servers,
);

// What SQL Server shows of a table's triggers, it shows to those who may see definitions.
forEachEngine(
  'the verification of a schema by a login that does not see everything',
  (engine) => {
    it('says what it cannot see, and not that it is missing', async (context) => {
      const { database, test } = await openMigrated(context, engine);
      const login = `half_blind_${randomBytes(5).toString('hex')}`;
      await test.query(`create login ${login} with password = 'Half-Blind-1x'`);
      await test.query(`create user ${login} for login ${login}`);
      const tables = ['schema_history', 'event', 'token'];
      for (const table of tables) {
        await test.query(`grant select on scim.${table} to ${login}`);
      }
      const url = new URL(test.url);
      url.username = login;
      url.password = 'Half-Blind-1x';
      const asLogin = await openAt(url.href);

      const { ok, findings } = await verifySchema(asLogin);

      await asLogin.close();
      for (const table of tables) await test.query(`revoke select on scim.${table} from ${login}`);
      await test.query(`drop user ${login}`);
      await test.query(`drop login ${login}`);
      assert.equal(ok, false);
      const hidden = findings.find(({ object }) => object === 'trigger event.event_append_only');
      assert.equal(hidden?.kind, 'hidden');
      assert.match(hidden?.advice ?? '', /grant VIEW DEFINITION on schema::scim/);
      assert.deepEqual(
        findings.filter(({ kind }) => kind !== 'hidden'),
        [],
      );
      assert.ok(findings.some(({ object }) => object === 'column identity.user_name'));
      assert.ok(!findings.some(({ object }) => object === 'column event.actor'));
      assert.equal((await verifySchema(database)).ok, true);
    });
  },
  { only: ['mssql'] },
);

describe('comparing catalogues', () => {
  const kinds = (expected: string[], actual: string[]) =>
    compareCatalogues(expected, actual).map(({ kind, object }) => `${kind} ${object}`);

  it('lets a line that is only half told stand for one that begins like it', () => {
    const expected = ['index a (b)', 'index a (b, c)', 'unique index a (b) where b is not null'];

    assert.deepEqual(kinds(expected, ['index a (b) ?', 'index a (b, c) ?', 'unique index a (b) ?']), []);
    assert.deepEqual(kinds(expected, ['index a (b) ?', 'index a (b) ?', 'index a (d) ?']), [
      'unexpected index a (b)',
      'missing index a (b, c)',
      'unexpected index a (d)',
      'missing unique index a (b) where b is not null',
    ]);
  });

  it('puts two lines about one thing together', () => {
    const pairs: [object: string, expected: string, found: string][] = [
      ['column t.a', 'column t.a int not null', 'column t.a int'],
      ['trigger t.g', 'trigger t.g instead of sha256:1', 'trigger t.g instead of disabled sha256:1'],
      [
        'trigger t.g',
        'trigger CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()',
        'trigger CREATE TRIGGER g AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()',
      ],
      [
        'index i',
        'index CREATE UNIQUE INDEX i ON t USING btree (a)',
        'index CREATE INDEX i ON t USING btree (a)',
      ],
      ['constraint t.c', 'constraint t.c CHECK ((a > 0))', 'constraint t.c CHECK ((a > 1))'],
      ['function f()', 'function f() sha256:1', 'function f() sha256:2'],
      ['view text v', 'view text v sha256:1', 'view text v sha256:2'],
    ];
    for (const [object, expected, found] of pairs) {
      assert.deepEqual(compareCatalogues([expected], [found]), [
        { kind: 'changed', object, expected, found },
      ]);
    }
    assert.deepEqual(kinds(['view v reads t.a'], ['view v reads t.b']), [
      'missing view v reads t.a',
      'unexpected view v reads t.b',
    ]);
  });
});
