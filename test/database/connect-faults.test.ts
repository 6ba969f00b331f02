import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isWorthWaiting } from '../../src/cli/shared/worth-waiting.js';
import { DatabaseFault, type Fault, problemOfFault } from '../../src/database/faults/fault.js';
import { connectionProblemMssql } from '../../src/database/mssql/driver/connection-problem.js';
import {
  classifyMssql,
  serverWordsMssql,
  violatedConstraintMssql,
} from '../../src/database/mssql/driver/errors.js';
import { classifyPostgres, serverWordsPostgres } from '../../src/database/postgres/driver/errors.js';
import { mssqlFromUrl } from '../../src/database/settings/mssql/mssql.js';

const SETTINGS = await mssqlFromUrl('mssql://joe:x@db01/IQM', {
  env: {},
  homeDirectory: '.',
  platform: 'linux',
  directory: '.',
  warnings: [],
});

/** As knex passes on what tedious makes of the server's error. */
const serverError = (number: number, message: string) =>
  Object.assign(new Error(`insert into t (a) values (@p0) - ${message}`), { code: 'EREQUEST', number });

// The texts of SQL Server itself; Babelfish's own are met by the tests on that server.
describe('what SQL Server’s errors mean', () => {
  const cases: [number: number, message: string, fault: Fault, constraint?: string][] = [
    [
      2627,
      "Violation of UNIQUE KEY constraint 'uq_t_a'. Cannot insert duplicate key in object 'scim.t'. The duplicate key value is (Smith - with unique index 'x').",
      'unique-violation',
      'uq_t_a',
    ],
    [
      2627,
      "Violation of PRIMARY KEY constraint 'pk_t'. Cannot insert duplicate key in object 'scim.t'. The duplicate key value is (1).",
      'unique-violation',
      'pk_t',
    ],
    [
      2601,
      "Cannot insert duplicate key row in object 'scim.t' with unique index 'ux_t_a'. The duplicate key value is (a - b).",
      'unique-violation',
      'ux_t_a',
    ],
    [
      547,
      'The INSERT statement conflicted with the FOREIGN KEY constraint "fk_t_u". The conflict occurred in database "IQM", table "scim.u", column \'id\'.',
      'foreign-key-violation',
      'fk_t_u',
    ],
    [
      547,
      'The DELETE statement conflicted with the REFERENCE constraint "fk_t_u". The conflict occurred in database "IQM", table "scim.t", column \'u_id\'.',
      'foreign-key-violation',
      'fk_t_u',
    ],
    [
      547,
      'The INSERT statement conflicted with the CHECK constraint "ck_t_a". The conflict occurred in database "IQM", table "scim.t", column \'a\'.',
      'check-violation',
      'ck_t_a',
    ],
    [
      515,
      "Cannot insert the value NULL into column 'a', table 'IQM.scim.t'; column does not allow nulls.",
      'check-violation',
    ],
    [
      1205,
      'Transaction (Process ID 55) was deadlocked on lock resources with another process and has been chosen as the deadlock victim.',
      'deadlock',
    ],
    [1222, 'Lock request time out period exceeded.', 'lock-timeout'],
    [3960, 'Snapshot isolation transaction aborted due to update conflict.', 'serialization'],
    [
      229,
      "The SELECT permission was denied on the object 't', database 'IQM', schema 'scim'.",
      'permission-denied',
    ],
    [230, "The SELECT permission was denied on the column 'a' of the object 't'.", 'permission-denied'],
    [262, "CREATE TABLE permission denied in database 'IQM'.", 'permission-denied'],
    [916, 'The server principal "joe" is not able to access the database "IQM".', 'permission-denied'],
    [
      2760,
      'The specified schema name "scim" either does not exist or you do not have permission to use it.',
      'permission-denied',
    ],
    [208, "Invalid object name 'scim.t'.", 'missing-object'],
    [207, "Invalid column name 'a'.", 'missing-object'],
    [2812, "Could not find stored procedure 'p'.", 'missing-object'],
    [
      1105,
      "Could not allocate space for object 'scim.t' in database 'IQM' because the 'PRIMARY' filegroup is full.",
      'disk-full',
    ],
    [9002, "The transaction log for database 'IQM' is full due to 'ACTIVE_TRANSACTION'.", 'disk-full'],
    [3906, 'Failed to update database "IQM" because the database is read-only.', 'read-only'],
    [596, 'Cannot continue the execution because the session is in the kill state.', 'connection-lost'],
    [50001, 'own', 'value-refused'],
    [3609, 'The transaction ended in the trigger. The batch has been aborted.', 'value-refused'],
    [701, "There is insufficient system memory in resource pool 'default' to run this query.", 'server-busy'],
    [
      1204,
      'The instance of the SQL Server Database Engine cannot obtain a LOCK resource at this time.',
      'server-busy',
    ],
    [
      8645,
      "A timeout occurred while waiting for memory resources to execute the query in resource pool 'default'.",
      'server-busy',
    ],
    [40501, 'The service is currently busy. Retry the request after 10 seconds.', 'server-busy'],
    [49918, 'Cannot process request. Not enough resources to process request.', 'server-busy'],
    [
      49919,
      'Cannot process create or update request. Too many create or update operations in progress.',
      'server-busy',
    ],
    [49920, 'Cannot process request. Too many operations in progress for subscription.', 'server-busy'],
    [
      41301,
      'A previous transaction that the current transaction took a dependency on has aborted.',
      'serialization',
    ],
    [
      41302,
      'The current transaction attempted to update a record that has been updated since this transaction started.',
      'serialization',
    ],
    [
      41305,
      'The current transaction failed to commit due to a repeatable read validation failure.',
      'serialization',
    ],
    [
      41325,
      'The current transaction failed to commit due to a serializable validation failure.',
      'serialization',
    ],
    [41839, 'Transaction exceeded the maximum number of commit dependencies.', 'serialization'],
  ];
  for (const [number, message, fault, constraint] of cases) {
    it(`${number} ${message.slice(0, 60)}: ${fault}`, () => {
      const error = serverError(number, message);

      assert.equal(classifyMssql(error), fault);
      assert.equal(violatedConstraintMssql(error), constraint);
    });
  }

  const unavailable: [number: number, message: string][] = [
    [921, "Database 'IQM' has not been recovered yet. Wait and try again."],
    [922, "Database 'IQM' is being recovered. Waiting until recovery is finished."],
    [927, "Database 'IQM' cannot be opened. It is in the middle of a restore."],
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
  ];
  for (const [number, message] of unavailable) {
    it(`${number}, of a database that cannot be used now: connection-lost, in a statement and in a login`, () => {
      const serverMessages = [
        { number, message },
        { number: 18456, message: 'Login failed.' },
      ];
      const login = Object.assign(new Error('Login failed.'), { code: 'ELOGIN', serverMessages });

      assert.equal(classifyMssql(serverError(number, message)), 'connection-lost');
      assert.equal(classifyMssql(login), 'connection-lost');
      const problem = connectionProblemMssql(login, SETTINGS);
      assert.equal(problem.code, 'database-starting');
      assert.ok(isWorthWaiting(problem));
      assert.ok(problem.message.includes(message) || [922, 927].includes(number), problem.message);
    });
  }

  it('a server without resources is worth waiting for, and says itself what it lacks', () => {
    const message = 'The service is currently busy. Retry the request after 10 seconds.';
    const login = Object.assign(new Error('Login failed.'), {
      code: 'ELOGIN',
      serverMessages: [{ number: 40501, message }],
    });

    const problem = connectionProblemMssql(login, SETTINGS);

    assert.equal(problem.code, 'database-busy');
    assert.ok(isWorthWaiting(problem) && problem.message.includes(message));
  });

  it('a trigger that raises an error and rolls back is told by its own words', () => {
    const several = new AggregateError([
      serverError(3609, 'The transaction ended in the trigger. The batch has been aborted.'),
      serverError(50_000, 'Only HR may change this account.'),
    ]);

    assert.equal(classifyMssql(several), 'value-refused');
    assert.match(serverWordsMssql(several)?.message ?? '', /Only HR may change this account/);
  });

  const logins: [number: number, message: string, fault: Fault][] = [
    [4060, 'Cannot open database "IQM" requested by the login.', 'connection-lost'],
    [18401, 'Server is in script upgrade mode.', 'connection-lost'],
    [
      17809,
      'Could not connect because the maximum number of user connections has been reached.',
      'too-many-connections',
    ],
    [33557097, 'sorry, too many clients already', 'too-many-connections'],
    [18456, "Login failed for user 'joe'.", 'other'],
  ];
  for (const [number, message, fault] of logins) {
    it(`a login that fails with ${number} ${message}: ${fault}`, () => {
      const failed = { number: 18456, message: "Login failed for user 'joe'." };
      const serverMessages = [{ number, message }, failed];

      assert.equal(
        classifyMssql(Object.assign(new Error('Login failed.'), { code: 'ELOGIN', serverMessages })),
        fault,
      );
    });
  }

  it('tells another database that is offline, which a trigger writes to, from an end of the session', () => {
    const offline = (more: object) =>
      Object.assign(serverError(942, "Database 'Audit' cannot be opened because it is offline."), more);

    assert.equal(classifyMssql(offline({ class: 14, procName: 'dbo.users_audit' })), 'other');
    assert.equal(classifyMssql(offline({ class: 14, procName: '' })), 'connection-lost');
    assert.equal(classifyMssql(offline({ class: 14, procName: 'sp_executesql' })), 'connection-lost');
    const ended = Object.assign(
      serverError(596, 'Cannot continue the execution because the session is in the kill state.'),
      {
        ...{ class: 21, procName: 'dbo.users_audit' },
      },
    );
    assert.equal(classifyMssql(ended), 'connection-lost');
  });

  it('looks at what a failed ROLLBACK covered up', () => {
    const deadlock = serverError(1205, 'deadlock victim');
    const rollback = Object.assign(
      serverError(3903, 'The ROLLBACK TRANSACTION request has no corresponding BEGIN TRANSACTION.'),
      {
        originalError: deadlock,
      },
    );

    assert.equal(classifyMssql(rollback), 'deadlock');
  });

  it('looks into several errors of one statement', () => {
    const several = new AggregateError([
      serverError(3621, 'The statement has been terminated.'),
      serverError(2627, "Violation of UNIQUE KEY constraint 'uq_t_a'."),
    ]);

    assert.equal(classifyMssql(several), 'unique-violation');
    assert.equal(violatedConstraintMssql(several), 'uq_t_a');
  });

  const driver: [code: string, message: string, fault: Fault][] = [
    ['ETIMEOUT', 'Timeout: Request failed to complete in 500ms', 'statement-timeout'],
    ['ETIMEOUT', 'Failed to cancel request in 5000ms', 'unanswered'],
    ['ETIMEOUT', 'Failed to connect to db01:1433 in 15000ms', 'connection-lost'],
    ['ESOCKET', 'Connection lost - read ECONNRESET', 'connection-lost'],
    ['ECLOSE', 'Connection closed before request completed.', 'connection-lost'],
    [
      'EINVALIDSTATE',
      'Requests can only be made in the LoggedIn state, not the Final state',
      'connection-lost',
    ],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate', 'other'],
    ['ELOGIN', 'Login failed', 'other'],
  ];
  for (const [code, message, fault] of driver) {
    it(`${code} ${message}: ${fault}`, () => {
      assert.equal(classifyMssql(Object.assign(new Error(message), { code })), fault);
    });
  }

  it('makes nothing of what is no error of a database', () => {
    for (const thing of [undefined, null, 'text', {}, new TypeError('x is not a function')]) {
      assert.equal(classifyMssql(thing), 'other');
      assert.equal(classifyPostgres(thing), 'other');
      assert.equal(violatedConstraintMssql(thing), undefined);
    }
  });
});

describe('what PostgreSQL’s errors mean', () => {
  const cases: [code: string, fault: Fault][] = [
    ['40P01', 'deadlock'],
    ['40001', 'serialization'],
    ['55P03', 'lock-timeout'],
    ['57014', 'statement-timeout'],
    ['57P01', 'connection-lost'],
    ['ECONNRESET', 'connection-lost'],
    ['53100', 'disk-full'],
    ['53300', 'too-many-connections'],
    ['25006', 'read-only'],
    ['42501', 'permission-denied'],
    ['3F000', 'missing-object'],
    ['CERT_HAS_EXPIRED', 'other'],
    ['22012', 'other'],
  ];
  for (const [code, fault] of cases) {
    it(`${code}: ${fault}`, () => {
      assert.equal(classifyPostgres(Object.assign(new Error('message'), { code })), fault);
    });
  }

  it('tells what a trigger says of another server from an end of the session', () => {
    const said = (code: string, routine: string) =>
      Object.assign(new Error('message'), {
        severity: 'ERROR',
        code,
        routine,
        where: 'PL/pgSQL function f()',
      });

    assert.equal(classifyPostgres(said('08001', 'dblink_get_conn')), 'other');
    assert.equal(classifyPostgres(said('57P01', 'dblink_res_error')), 'other');
    // The administrator ended this session while it was in the trigger.
    assert.equal(classifyPostgres(said('57P01', 'ProcessInterrupts')), 'connection-lost');
    // These are about this server, whoever says so.
    assert.equal(classifyPostgres(said('53100', 'mdextend')), 'disk-full');
  });

  it('passes on what a trigger says that raises the code of a lock itself', () => {
    const raised = (where?: string) => {
      const error = Object.assign(new Error('anna edits this account'), {
        severity: 'ERROR',
        code: '55P03',
        where,
      });
      const words = serverWordsPostgres(error);
      return problemOfFault(new DatabaseFault(classifyPostgres(error), undefined, error, undefined, words))
        .message;
    };

    assert.match(
      raised('PL/pgSQL function f()'),
      /^Another session holds a lock .* The server says: anna edits this/,
    );
    assert.doesNotMatch(raised(), /anna/);
  });

  it('says once what a trigger refuses', () => {
    const error = Object.assign(new Error('anna is on leave'), {
      ...{ severity: 'ERROR', code: 'P0001', where: 'PL/pgSQL function f()' },
    });
    const words = serverWordsPostgres(error);
    const fault = new DatabaseFault(classifyPostgres(error), undefined, error, undefined, words);
    assert.equal(problemOfFault(fault).message, 'The database refused the statement: anna is on leave');
  });

  it('knows the driver’s words for a lost connection', () => {
    for (const message of ['Connection terminated unexpectedly', 'select 1 - Connection terminated']) {
      assert.equal(classifyPostgres(new Error(message)), 'connection-lost', message);
    }
  });

  it('knows a server that says nothing, and a pool that has no connection left', () => {
    const exhausted = Object.assign(new Error('Knex: Timeout acquiring a connection.'), {
      name: 'KnexTimeoutError',
    });

    assert.equal(classifyPostgres(new Error('select 1 - Query read timeout')), 'unanswered');
    for (const classifyEither of [classifyMssql, classifyPostgres]) {
      assert.equal(classifyEither(exhausted), 'pool-exhausted');
    }
  });
});
