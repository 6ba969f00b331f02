import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Database } from '../../src/database/database.js';
import { openTestDatabase } from '../support/databases/product.js';
import { forEachEngine, type TestDatabase } from '../support/engines.js';
import { type CliResult, runCli, runCliOk, runJson } from '../support/processes/cli.js';

/** The same command in eight processes that start at once. */
const eightTimes = (args: readonly string[], { url }: TestDatabase): Promise<CliResult[]> =>
  Promise.all(
    Array.from({ length: 8 }, () =>
      runCli([...args, '-o', 'json'], { env: { SCIMCTL_DATABASE: url }, timeoutMs: 150_000 }),
    ),
  );

/** How each ended, for a message that shows all eight. */
const ends = (results: readonly CliResult[]) =>
  results
    .map(({ code, stderr }) => (code === 0 ? 'done' : (errorCode(stderr) ?? `${code}: ${stderr}`)))
    .sort();

function errorCode(stderr: string): string | undefined {
  try {
    return JSON.parse(stderr).error.code;
  } catch {
    return undefined;
  }
}

const times = (count: number, what: string) => Array.from({ length: count }, () => what);

forEachEngine(
  'eight processes at once',
  (engine) => {
    let database: TestDatabase;
    let owner: Database | undefined;
    const ask = <T>(...args: string[]) => runJson<T>(args, { env: { SCIMCTL_DATABASE: database.url } });
    const events = async (action: string) =>
      (await ask<{ action: string; outcome: string; details: { code?: string } }[]>('audit', 'list'))
        .filter((event) => event.action === action)
        .map(({ outcome, details }) => details.code ?? outcome)
        .sort();

    before(async () => {
      database = await engine.freshDatabase();
    });
    after(() => owner?.close());

    it('migrate: one applies, the others wait and find nothing to do', async () => {
      const results = await eightTimes(['db', 'migrate'], database);

      assert.deepEqual(ends(results), times(8, 'done'));
      const applied = results.map(({ stdout }) => JSON.parse(stdout).applied.length as number);
      const [files = 0, ...others] = applied.sort((a, b) => b - a);
      assert.ok(files > 0);
      assert.deepEqual(
        others,
        times(7, '').map(() => 0),
      );
      assert.equal(results.filter(({ stderr }) => stderr.includes('Nothing to do')).length, 7);
      assert.equal((await ask<{ applied: unknown[] }>('db', 'status')).applied.length, files);
      assert.deepEqual(await events('schema.apply'), times(files, 'done'));
    });

    it('add one IdP: one wins, the others are told that the name is taken', async () => {
      // How an embedded database changes hands has tests of its own; from here on it stays in these.
      if (engine.name === 'embedded') owner = await openTestDatabase(database.url);
      await runCliOk(['host', 'install-reference'], { env: { SCIMCTL_DATABASE: database.url } });

      const results = await eightTimes(['idp', 'add', 'entra'], database);

      assert.deepEqual(ends(results), ['done', ...times(7, 'idp-name-taken')]);
      assert.deepEqual(results.map(({ code }) => code).sort(), [0, 1, 1, 1, 1, 1, 1, 1]);
      assert.equal((await ask<unknown[]>('idp', 'list')).length, 1);
      assert.deepEqual(await events('idp.add'), ['done', ...times(7, 'idp-name-taken')]);
    });

    it('create tokens for one account: two are live, the others hit the limit', async () => {
      const results = await eightTimes(['token', 'create', '--idp', 'entra'], database);

      assert.deepEqual(ends(results), ['done', 'done', ...times(6, 'token-limit')]);
      const issued = results.flatMap(({ stdout }) => (stdout ? [JSON.parse(stdout).id as string] : []));
      const listed = await ask<{ id: string; status: string }[]>('token', 'list');
      assert.deepEqual(
        listed.map(({ id, status }) => `${id} ${status}`).sort(),
        issued.map((id) => `${id} active`).sort(),
      );
      assert.deepEqual(await events('token.create'), ['done', 'done', ...times(6, 'token-limit')]);
    });
  },
  { unshared: true },
);
