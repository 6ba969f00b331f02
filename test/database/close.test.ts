import assert from 'node:assert/strict';
import { beforeEach, it } from 'node:test';
import { openTestDatabase } from '../support/databases/product.js';
import { forEachEngine, type TestDatabase } from '../support/engines.js';

forEachEngine('a database that is closed', (engine) => {
  let fresh: TestDatabase;
  beforeEach(async () => {
    fresh = await engine.freshDatabase();
  });

  it('refuses at once whoever asks on, with a statement under way or without', {
    timeout: 60_000,
  }, async () => {
    const database = await openTestDatabase(fresh.url);
    let goOn = () => {};
    const closing = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const twoStatements = database.read(async ({ knex }) => {
      await knex.raw('select 1 as one');
      await closing;
      return knex.raw('select 2 as two');
    });
    await database.read(({ knex }) => knex.raw('select 1 as one'));

    const closed = database.close();
    goOn();

    await assert.rejects(twoStatements, /closed/);
    await closed;
    await assert.rejects(
      database.read(({ knex }) => knex.raw('select 3 as three')),
      /closed/,
    );
    await assert.rejects(
      database.transaction(({ knex }) => knex.raw('select 4 as four')),
      /closed/,
    );
  });

  it('ends what has begun, in a transaction to its end', { timeout: 60_000 }, async () => {
    const database = await openTestDatabase(fresh.url);
    let begun = () => {};
    const inside = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const working = database.transaction(async ({ knex }) => {
      await knex.raw('select 1 as one');
      begun();
      await knex.raw('create table of_the_transaction (id int)');
      return 'committed';
    });
    await inside;

    await database.close();

    assert.equal(await working, 'committed');
    assert.deepEqual(await fresh.query('select count(*) as n from of_the_transaction'), [
      { n: engine.name === 'mssql' ? 0 : '0' },
    ]);
  });
});
