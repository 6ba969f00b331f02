import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { projectDirectory, temporaryDirectory } from '../support/environment.js';
import { capturingOption, judgeCaptured } from '../support/tsql/captured.js';
import { summonJudge } from '../support/tsql/judge.js';

const run = promisify(execFile);

/** Hands statements to a driver that is not connected: it refuses them, but they were given to it. */
const SENDING = (load: string) => `
  const { Connection, Request } = ${load};
  const connection = new Connection({ server: 'nowhere', options: { database: 'one', encrypt: false } });
  const send = (way, sql) => new Promise((done) => connection[way](new Request(sql, done)));
  await send('execSql', 'select 1 as one');
  await send('execSqlBatch', 'create table scimctl_test_1_2 (a int)');
  await send('execSql', 'select 1 as one');
  await send('callProcedure', 'sp_who');
  connection.close();`;

describe('the statements of a run', () => {
  for (const [how, load] of [
    ['import', "await import('tedious')"],
    ['require', "(await import('node:module')).createRequire(process.cwd() + '/x.js')('tedious')"],
  ] as const) {
    it(`are written down as they are given to the driver, loaded by ${how}`, async () => {
      const file = join(await temporaryDirectory('statements'), 'a b.jsonl');

      await run(process.execPath, ['--input-type=module', '-e', SENDING(load)], {
        cwd: projectDirectory,
        env: { ...process.env, NODE_OPTIONS: capturingOption(file) },
      });

      const lines = (await readFile(file, 'utf8')).trim().split('\n');
      assert.deepEqual(
        lines.map((line) => JSON.parse(line)).map(({ sql, database }) => ({ sql, database })),
        [
          { sql: 'select 1 as one', database: 'any' },
          { sql: 'create table scimctl_test (a int)', database: 'one' },
        ],
      );
    });
  }
});

const summoned = await summonJudge();

describe('the statements of a run, judged [tsql]', {
  skip: 'missing' in summoned && summoned.missing,
}, () => {
  it('fail it where one of them breaks a rule, and name who sent it', async () => {
    const file = join(await temporaryDirectory('statements'), 'statements.jsonl');
    const line = (name: string, sql: string) => `${JSON.stringify({ name, sql, database: 'any' })}\n`;
    await writeFile(file, line('core/a.test.js', 'select a from t order by b') + line('x', 'x').slice(0, 9));
    assert.deepEqual(await judgeCaptured(file), {
      failed: false,
      lines: [
        'Statements that were sent to SQL Server: 1, judged by Microsoft’s own parser for SQL Server 2016 to 2025: no faults',
      ],
    });

    await writeFile(file, line('scimctl check', 'select a from t order by a, a'), { flag: 'w' });
    const { failed, lines } = await judgeCaptured(file);
    assert.equal(failed, true);
    assert.match(lines.join('\n'), /2025: 1 fault\nscimctl check:1: 169: .*\n {4}order by a, a$/);
  });
});
