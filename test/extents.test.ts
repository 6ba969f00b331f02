import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Database } from '../src/database/database.js';
import { hasTests, isLong, isWhole, LONG } from './extents.js';
import { openTestDatabase } from './support/databases/product.js';
import { engineNames } from './support/engines/availability.js';
import { engineServer, forEachEngine } from './support/engines.js';
import { projectDirectory } from './support/environment.js';
import { testFiles } from './support/running/test-files.js';

describe('the extents of a test run', () => {
  it('hold every test on every engine in exactly one of them', async () => {
    const files = await namesOfFiles();

    for (const file of files) {
      const short = hasTests('short', file, engineNames);
      assert.ok(short || hasTests('long', file, engineNames), file);
      assert.equal(short, !isLong(file), file);
    }
  });

  it('are told by beginnings of paths that exist', async () => {
    const files = await namesOfFiles();

    for (const beginning of Object.keys(LONG)) {
      assert.ok(
        files.some((file) => file.startsWith(beginning)),
        beginning,
      );
    }
  });

  it('may hold nothing of a file that is in both', () => {
    assert.equal(isWhole('cli/db-wait.test.js', engineNames), false);
    assert.equal(isWhole('cli/quickstart.test.js', engineNames), true);
    assert.equal(isWhole('core/grants.test.js', engineNames), true);
  });

  it('leave the command line on the embedded engine out in CI, but for what is about that engine', () => {
    const inCi = (file: string) => {
      process.env.SCIMCTL_TEST_CI = '1';
      try {
        return hasTests('long', file, ['embedded']);
      } finally {
        delete process.env.SCIMCTL_TEST_CI;
      }
    };
    assert.equal(hasTests('long', 'cli/flow.test.js', ['embedded']), true);
    assert.equal(inCi('cli/flow.test.js'), false);
    assert.equal(inCi('cli/quickstart.test.js'), true);
    assert.equal(inCi('database/embedded-crash.test.js'), true);
  });

  it('let the longer beginning count', () => {
    assert.equal(isLong('cli/flow.test.js'), false);
    assert.equal(isLong('cli/flow.test.js', 'embedded'), true);
    assert.equal(isLong('cli/flow.test.js', 'postgres'), false);
    assert.equal(isLong('cli/quickstart.test.js', 'embedded'), true);
    assert.equal(isLong('core/grants.test.js', 'embedded'), false);
  });
});

async function namesOfFiles(): Promise<string[]> {
  const folder = `${projectDirectory}dist/test/`;
  return (await testFiles(folder, [])).map((file) => file.slice(folder.length).replaceAll('\\', '/'));
}

forEachEngine(
  'a pool of embedded databases',
  () => {
    const server = engineServer({ name: 'embedded', label: 'embedded' }, process.env);
    let first: Database;
    before(async () => {
      const lent = await server.create('pool');
      first = await openTestDatabase(lent.url);
      await first.read(({ knex }) =>
        knex.raw(`create schema "left ""over"; create table public.t (n int); create role "somebody else";
          grant all on all tables in schema public to "somebody else"; grant create on database postgres to "somebody else";
          alter database postgres set search_path to "left ""over"; alter default privileges grant select on tables to public`),
      );
      await first.close();
      await lent.drop();
    });
    after(() => first.close());

    it('lends none with what another suite has left in it', async () => {
      for (let n = 0; n < 5; n++) {
        const lent = await server.create('pool');
        const [row] = await lent.query<{ left: number }>(
          `select (select count(*) from pg_namespace where nspname like 'left%') + (select count(*) from pg_roles where rolname like 'some%')
             + (select count(*) from pg_tables where schemaname = 'public') + (select count(*) from pg_default_acl)
             + (select count(*) from pg_db_role_setting) as left`,
        );
        assert.equal(Number(row?.left), 0);
        // Not given back before the end, so that the next one is another.
        after(() => lent.drop());
      }
    });
  },
  { only: ['embedded'] },
);
