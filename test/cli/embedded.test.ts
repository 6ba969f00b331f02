import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { installProduct } from '../support/databases/product.js';
import { forEachEngine, type TestDatabase } from '../support/engines.js';
import { binFile, runCli, runCliOk, runJson } from '../support/processes/cli.js';
import { Terminal, terminalMissing } from '../support/processes/pty.js';

forEachEngine(
  'an embedded database whose owner is killed',
  (engine) => {
    let directory: string;
    let options: { env: Record<string, string> };

    before(async () => {
      const { url } = await engine.freshDatabase();
      directory = url.replace('embedded:', '');
      options = { env: { SCIMCTL_DATABASE: url } };
      await (await installProduct({ url } as TestDatabase)).close();
      await runCliOk(['idp', 'add', 'okta'], options);
    });

    /** The process that the newest lock names. */
    const ownerPid = async (): Promise<number> => {
      const numbers = (await readdir(directory)).flatMap((name) => /^lock\.(\d+)$/.exec(name)?.[1] ?? []);
      const newest = Math.max(...numbers.map(Number));
      return JSON.parse(await readFile(join(directory, `lock.${newest}`), 'utf8')).owner.pid;
    };

    it('serves other processes until then, and the next command has all that they did', {
      skip: terminalMissing,
    }, async () => {
      // The question keeps the first process, and with it the database, open.
      const first = await Terminal.start([process.execPath, binFile, 'idp', 'remove', 'okta'], options);
      await first.waitFor(/Type okta to confirm/);
      const owner = await ownerPid();

      await runCliOk(['idp', 'add', 'entra'], options);
      const token = await runJson<{ id: string }>(['token', 'create', '--idp', 'entra'], options);
      assert.equal(await ownerPid(), owner);
      process.kill(owner, 'SIGKILL');

      const tokens = await runJson<{ id: string }[]>(['token', 'list'], options);
      assert.deepEqual(
        tokens.map(({ id }) => id),
        [token.id],
      );
      assert.deepEqual(await namesOfIdps(), ['entra', 'okta']);
    });

    const namesOfIdps = async () =>
      (await runJson<{ name: string }[]>(['idp', 'list'], options)).map(({ name }) => name);

    it('has whatever was acknowledged, and whole or not at all whatever was not', async () => {
      const acknowledged: string[] = [];
      for (let round = 1; round <= 5; round++) {
        const [name, another] = [`killed-${round}`, `other-${round}`];
        const killed = runCli(['idp', 'add', name], { ...options, killAfterMs: 200 + Math.random() * 1500 });
        await delay(100);
        const other = runCliOk(['idp', 'add', another], options);
        if ((await killed).stdout !== '') acknowledged.push(name);
        acknowledged.push((await other) && another);
      }

      const there = await namesOfIdps();
      assert.deepEqual(
        acknowledged.filter((name) => !there.includes(name)),
        [],
      );
      const events = await runJson<{ targetName: string }[]>(
        ['audit', 'list', '--action', 'idp.add'],
        options,
      );
      assert.deepEqual(events.map(({ targetName }) => targetName).sort(), there);
    });
  },
  { only: ['embedded'], unshared: true },
);
