import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { type Fault, problemOfFault, RETRYABLE } from '../../src/database/faults/fault.js';
import { openTestDatabase } from '../support/databases/product.js';
import { fakeSqlServer } from '../support/fake-servers/sql-server.js';
import {
  faultOfWork,
  openRefusing,
  RAISED,
  refusing,
  runWork,
  WORK,
} from '../support/faults/refusing-server.js';

const TEXTS: readonly [fault: Fault, ...told: [number: number, message: string][]][] = [
  [
    'connection-lost',
    [921, "Database 'IQM' has not been recovered yet. Wait and try again."],
    [942, "Database 'IQM' cannot be opened because it is offline."],
    [945, "Database 'IQM' cannot be opened due to inaccessible files or insufficient memory or disk space."],
    [952, "Database 'IQM' is in transition. Try the statement later."],
    [
      976,
      "The target database, 'IQM', is participating in an availability group and is currently not accessible for queries.",
    ],
    [
      982,
      "Unable to access the 'IQM' database because no online secondary replicas are enabled for read-only access.",
    ],
    [
      983,
      "Unable to access availability database 'IQM' because the database replica is not in the PRIMARY or SECONDARY role.",
    ],
    [9001, "The log for database 'IQM' is not available."],
    [
      17187,
      'SQL Server is not ready to accept new client connections. Wait a few minutes before trying again.',
    ],
    [17188, 'SQL Server cannot accept new connections, because it is shutting down.'],
    [40197, 'The service has encountered an error processing your request. Please try again.'],
    [
      40613,
      "Database 'IQM' on server 'SQL01' is not currently available. Please retry the connection later.",
    ],
  ],
  [
    'server-busy',
    [701, "There is insufficient system memory in resource pool 'default' to run this query."],
    [1204, 'The instance of the SQL Server Database Engine cannot obtain a LOCK resource at this time.'],
    [8645, "A timeout occurred while waiting for memory resources to execute the query in pool 'default'."],
    [40501, 'The service is currently busy. Retry the request after 10 seconds.'],
    [49918, 'Cannot process request. Not enough resources to process request.'],
    [
      49919,
      'Cannot process create or update request. Too many create or update operations in progress for subscription.',
    ],
    [49920, 'Cannot process request. Too many operations in progress for subscription.'],
  ],
  [
    'serialization',
    [41301, 'A previous transaction that the current transaction took a dependency on has aborted.'],
    [
      41302,
      'The current transaction attempted to update a record that has been updated since this transaction started.',
    ],
    [41305, 'The current transaction failed to commit due to a repeatable read validation failure.'],
    [41325, 'The current transaction failed to commit due to a serializable validation failure.'],
    [41839, 'Transaction exceeded the maximum number of commit dependencies.'],
  ],
  ['value-refused', [3609, 'The transaction ended in the trigger. The batch has been aborted.']],
];

describe('an error of SQL Server while its session stays open', { concurrency: 8 }, () => {
  // The driver takes a second to load, which is not to be part of the time of the first tests.
  before(async () => {
    const server = await fakeSqlServer();
    await (await openTestDatabase(server.url)).close();
    await server.close();
  });

  for (const [fault, ...told] of TEXTS) {
    for (const [number, message] of told) {
      const own = { number, message };
      const errors = number === 3609 ? [RAISED, own] : [own];
      const text = errors[0]?.message ?? '';
      const isRetried = RETRYABLE.includes(fault);
      for (const at of ['statement', 'begin', 'commit'] as const) {
        it(`${number} in ${at}: ${fault}, ${isRetried ? 'retried' : 'not retried'}, and told`, async (context) => {
          const [passing, lasting] = await Promise.all([
            openRefusing(context, refusing(errors, at, 1), 2_000),
            openRefusing(context, refusing(errors, at, Number.POSITIVE_INFINITY), 2_000),
          ]);

          const [done, failed] = await Promise.all([
            isRetried ? runWork(passing.database) : faultOfWork(runWork(passing.database)),
            faultOfWork(runWork(lasting.database)),
          ]);

          // A COMMIT that the server refuses in this way may have been done all the same.
          assert.equal(
            failed.fault,
            fault === 'connection-lost' && at === 'commit' ? 'outcome-unknown' : fault,
          );
          assert.ok(problemOfFault(failed).message.includes(text), problemOfFault(failed).message);
          assert.ok(!problemOfFault(failed).message.includes(WORK));
          assert.equal(passing.tries(), isRetried ? 2 : 1);
          assert.ok(isRetried ? lasting.tries() > 1 : lasting.tries() === 1, `${lasting.tries()} tries`);
          if (isRetried) assert.deepEqual(done, [{ one: 1 }]);
        });
      }
    }
  }
});
