import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { problemOfFault } from '../../src/database/faults/fault.js';
import type { Problem } from '../../src/problem.js';
import { openTestDatabase } from '../support/databases/product.js';
import { type FakeSqlServerOptions, fakeSqlServer } from '../support/fake-servers/sql-server.js';
import {
  faultOfWork,
  openRefusing,
  RAISED,
  refusing,
  runWork,
  WORK,
} from '../support/faults/refusing-server.js';

describe('a server that refuses to use the database after a failover', () => {
  const own = {
    number: 976,
    message: "The target database, 'IQM', is currently not accessible for queries.",
  };

  it('is asked again in new sessions until it does, with longer and longer pauses', async (context) => {
    const { server, database, tries } = await openRefusing(context, refusing([own], 'statement', 6), 20_000);

    assert.deepEqual(await runWork(database), [{ one: 1 }]);

    assert.equal(tries(), 7);
    const begun = server.asked.filter(({ what }) => what === 'begin');
    assert.equal(new Set(begun.map(({ session }) => session)).size, 7);
    const pauses = begun.slice(1).map(({ at }, before) => at - (begun[before]?.at ?? 0));
    // Jitter takes half of a pause at most; a timer may be a little early.
    for (const [at, pause] of pauses.entries()) assert.ok(pause > 19 * 2 ** at, pauses.join());
  });

  it('leaves the session of another fault as it is', async (context) => {
    const { server, database } = await openRefusing(
      context,
      refusing([{ number: 1205, message: 'victim' }], 'statement', 2),
      20_000,
    );

    await runWork(database);

    assert.equal(server.sessions, 1);
  });

  it('is told by its own words at the end, when a new session is refused at its options', async (context) => {
    let isOver = false;
    const { database } = await openRefusing(
      context,
      {
        refuse: (asked, sql) => {
          isOver ||= sql.includes(WORK);
          if (!isOver) return undefined;
          return asked === 'options' ? [own] : [{ number: 596, message: 'the session is in the kill state' }];
        },
      },
      1_000,
    );

    const fault = await faultOfWork(runWork(database));

    assert.match(problemOfFault(fault).message, /The server says: The target database, 'IQM'/);
  });
});

describe('a transaction that a trigger has ended', () => {
  for (const [name, errors, text] of [
    [
      'with its own words',
      [RAISED, { number: 3609, message: 'The transaction ended in the trigger.' }],
      'Only HR',
    ],
    [
      'without',
      [{ number: 3609, message: 'The transaction ended in the trigger.' }],
      'The transaction ended',
    ],
  ] as const) {
    it(`${name} is told by that, and not by the ROLLBACK that comes too late`, async (context) => {
      const { database } = await openRefusing(
        context,
        {
          saysRollback: false,
          refuse: (asked, sql) => {
            if (asked === 'statement' && sql.includes(WORK)) return errors;
            return asked === 'rollback'
              ? [
                  {
                    number: 3903,
                    message: 'The ROLLBACK TRANSACTION request has no corresponding BEGIN TRANSACTION.',
                  },
                ]
              : undefined;
          },
        },
        2_000,
      );

      const fault = await faultOfWork(runWork(database));

      assert.equal(fault.fault, 'value-refused');
      assert.ok(fault.words?.message.startsWith(text), fault.words?.message);
      assert.doesNotMatch(problemOfFault(fault).message, /no corresponding/);
    });
  }
});

describe('a session whose options the server refuses', () => {
  it('fails, and is asked for nothing', async (context) => {
    const server = await fakeSqlServer({
      refuse: (asked) =>
        asked === 'options' ? [{ number: 195, message: "'xact_abort' is unknown." }] : undefined,
    });
    context.after(() => server.close());

    await assert.rejects(openTestDatabase(server.url), {
      code: 'database-connection-failed',
      message: /'xact_abort' is unknown\.$/,
    });

    assert.deepEqual(
      server.asked.map(({ what }) => what),
      ['options'],
    );
  });
});

describe('the first query of a connection', () => {
  const first = (number: number, message: string, times: number): FakeSqlServerOptions => {
    let refused = 0;
    return {
      refuse: (_asked, sql) =>
        sql.includes('compatibility_level') && refused++ < times ? [{ number, message }] : undefined,
    };
  };
  const problemOf = async (context: TestContext, options: FakeSqlServerOptions): Promise<Problem> => {
    const server = await fakeSqlServer(options);
    context.after(() => server.close());
    return openTestDatabase(server.url, 'scim', { timeoutMs: 5_000 }).then(
      () => assert.fail('it was opened'),
      (error: Problem) => error,
    );
  };

  for (const number of [1205, 41302]) {
    it(`is asked again after ${number}, five times at most`, async (context) => {
      const { database } = await openRefusing(context, first(number, 'lost', 4), 5_000);
      assert.deepEqual(await runWork(database), [{ one: 1 }]);

      const { code, message } = await problemOf(context, first(number, 'It lost.', 5));
      assert.equal(code, 'database-busy');
      assert.match(message, /refused the first query because of other sessions: It lost\.$/);
    });
  }

  for (const [number, text, code] of [
    [921, "Database 'IQM' has not been recovered yet.", 'database-starting'],
    [701, 'There is insufficient system memory.', 'database-busy'],
    [3609, 'The transaction ended in the trigger.', 'database-connection-failed'],
  ] as const) {
    it(`that fails with ${number} is told by the server’s words, without our SQL: ${code}`, async (context) => {
      const problem = await problemOf(context, first(number, text, Number.POSITIVE_INFINITY));

      assert.equal(problem.code, code);
      assert.ok(problem.message.endsWith(text), problem.message);
      assert.doesNotMatch(problem.message, /select|No connection/);
    });
  }
});
