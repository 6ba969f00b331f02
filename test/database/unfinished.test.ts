import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCommand } from '../support/processes/cli.js';

const unfinished = new URL('../../src/database/mssql/integrated/unfinished.js', import.meta.url);

/** A process that has written a lot while a call is under way, and would never end by itself. */
const script = (ended: boolean) => `
  import { beginUnfinished, leaveUnfinished } from '${unfinished}';
  setTimeout(() => undefined, ${ended ? 300 : 60_000});
  const ended = beginUnfinished((code) => process.reallyExit(code));
  if (${ended}) ended();
  process.stdout.write('x'.repeat(1_000_000));
  process.stderr.write('the last word');
  process.exitCode = 3;
  await leaveUnfinished(3, [process.stdout, process.stderr]);
`;

describe('a process in which a call has no end in sight', () => {
  for (const ended of [false, true]) {
    it(`ends ${ended ? 'by itself when the call has ended before' : 'at once'}, and loses no output`, async () => {
      const args = ['--input-type=module', '--eval', script(ended)];
      const child = await startCommand(process.execPath, args, { timeoutMs: 20_000 });
      await sleep(500);

      const { code, stdout, stderr } = await child.end();

      assert.equal(code, 3);
      assert.equal(stdout.length, 1_000_000);
      assert.match(stderr, /the last word/);
    });
  }
});
