import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Database, Session } from '../../src/database/database.js';
import { operationProblem } from '../../src/problem.js';
import { causeInWords } from '../../src/scim/server/observing/log.js';
import { openTestDatabase } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';

const SECRET = 'zoe.mueller';

forEachEngine('the cause of a failure in the log', (engine) => {
  let database: Database;
  before(async () => {
    database = await openTestDatabase((await engine.freshDatabase()).url);
  });
  after(() => database.close());

  const causeOf = async (work: (session: Session) => Promise<unknown>) => {
    try {
      await database.read(work);
    } catch (error) {
      return causeInWords(error);
    }
    throw new Error('it did not fail');
  };

  it('has code and message of the server', async () => {
    const cause = await causeOf(({ knex }) => knex('no_such_table').select('*'));

    assert.match(
      cause,
      engine.name === 'mssql'
        ? /^DatabaseFault missing-object, error \d+: .*no_such_table/
        : /^DatabaseFault missing-object, SQLSTATE 42P01: relation "no_such_table" does not exist$/,
    );
  });

  it('has no value, and no parameter', async () => {
    const cause = await causeOf(({ knex }) => knex.raw('select cast(? as int) as n', [SECRET]));

    assert.match(cause, engine.name === 'mssql' ? /, error \d+: / : /, SQLSTATE 22P02: .*integer: …$/);
    assert.ok(!cause.includes(SECRET), cause);
  });
});

describe('the cause of a failure in the log', () => {
  it('is the code of a problem, and the name of any other error', () => {
    assert.equal(causeInWords(operationProblem('seal-contended', SECRET)), 'seal-contended');
    assert.equal(causeInWords(new TypeError(SECRET)), 'TypeError');
    assert.equal(causeInWords(SECRET), 'error');
  });
});
