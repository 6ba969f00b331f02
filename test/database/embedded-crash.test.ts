import assert from 'node:assert/strict';
import { access, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedProcess, madeDirectory, newDirectory, openIn } from './embedded-process.js';

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** SCIMCTL_TEST_KILLS for more; the database is opened anew after each. */
const KILLS = Number(process.env.SCIMCTL_TEST_KILLS ?? 8);

describe('an embedded database whose owner is killed', () => {
  it('has everything that was committed, whenever the kill came', async (context) => {
    const directory = await madeDirectory(context);
    const maker = await openIn(context, directory);
    await maker.query('create table number (n int primary key)');
    await maker.kill();

    for (let round = 0, acknowledged = 0; round < KILLS; round++) {
      const owner = await openIn(context, directory);
      const [{ highest, count } = {}] = await owner.query(
        'select max(n) as highest, count(*)::int from number',
      );
      assert.ok(Number(highest ?? 0) >= acknowledged, `${acknowledged} was committed, ${highest} is there`);
      assert.equal(count, highest ?? 0);
      owner.order({ do: 'insert for ever' }).catch(() => undefined);
      // At any moment, or just when something was said to be committed.
      if (round % 2 === 0) await sleep(5 + Math.random() * 80);
      else await owner.hasAcknowledged(Number(highest ?? 0) + 1 + round);
      await owner.kill();
      acknowledged = owner.acknowledged || Number(highest ?? 0);
    }
  });

  it('goes on for the clients that were using it', async (context) => {
    const directory = await madeDirectory(context);
    let owner = await openIn(context, directory);
    await owner.query('create table counter (value int not null)');
    await owner.query('insert into counter values (0)');
    await owner.query('create table mark (pid int, time int, primary key (pid, time))');
    const clients = await Promise.all([1, 2, 3].map(() => openIn(context, directory)));

    const working = Promise.all(clients.map((client) => client.order({ do: 'increment', times: 40 })));
    await sleep(300);
    await owner.kill();
    owner = await openIn(context, directory);
    await working;

    const result = await owner.query('select value, (select count(*)::int from mark) as marks from counter');
    assert.deepEqual(result, [{ value: 120, marks: 120 }]);
  });

  it('is made anew when it was not yet complete', async (context) => {
    const directory = await newDirectory(context);
    const maker = new EmbeddedProcess(context, directory);
    maker.open().catch(() => undefined);
    // It is being made: the first files are there.
    while (!(await exists(join(directory, 'data', 'PG_VERSION')))) await sleep(10);
    await maker.kill();
    assert.ok(await exists(join(directory, 'data.incomplete')));
    const owner = await openIn(context, directory);
    assert.deepEqual(await owner.query('select 1 as one'), [{ one: 1 }]);
    await owner.end();

    // The same once more, killed at the worst moment.
    await rm(join(directory, 'data', 'global'), { recursive: true });
    await writeFile(join(directory, 'data.incomplete'), '');
    const next = await openIn(context, directory);
    assert.deepEqual(await next.query('select 1 as one'), [{ one: 1 }]);
    await next.end();
  });
});
