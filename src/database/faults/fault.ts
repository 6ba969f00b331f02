import { configurationProblem, operationProblem, type Problem } from '../../problem.js';
import type { ServerWords } from '../dialect/server-words.js';

/** A driver's error, classified. The message of the driver is only in `cause`. */
export class DatabaseFault extends Error {
  override readonly name = 'DatabaseFault';
  constructor(
    readonly fault: Fault,
    /** The constraint or index a violation names, where the server says. */
    readonly constraint: string | undefined,
    cause: unknown,
    /** How long was waited at most, in milliseconds, where that is what went wrong. */
    readonly limitMs?: number,
    /** What the server said, where it was the server that refused. */
    readonly words?: ServerWords,
  ) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

export const isFault = (error: unknown, ...faults: Fault[]): error is DatabaseFault =>
  error instanceof DatabaseFault && faults.includes(error.fault);

/** Faults after which the whole transaction may simply be run again. */
export const RETRYABLE: readonly Fault[] = [
  'deadlock',
  'serialization',
  'lock-timeout',
  'connection-lost',
  'too-many-connections',
  'server-busy',
];

/** Faults that mean that there is no connection now, and may be one later. */
export const NO_CONNECTION: readonly Fault[] = ['connection-lost', 'too-many-connections'];

/** Faults after which nobody knows what became of a COMMIT that was on its way. */
export const LEAVES_COMMIT_OPEN: readonly Fault[] = ['connection-lost', 'unanswered'];

/** Whether an error says nothing of what is in the database: only that it could not be asked, or not now. */
export const isPassing = (error: unknown): boolean =>
  error instanceof DatabaseFault && PASSING.includes(error.fault);

const PASSING: readonly Fault[] = [
  ...RETRYABLE,
  'unanswered',
  'out-of-time',
  'statement-timeout',
  'pool-exhausted',
  'outcome-unknown',
];

const HOST_BROKEN_HINT =
  'Have the DBA correct the host views and their triggers. `scimctl host status` shows which writes fail.';

/** Of PostgreSQL, what names a table, a function or a type that it does not find. */
const NOT_FOUND = /^SQLSTATE (42P01|42883|42704)$/;

/** @param state of the server's words. Where something is not found, what commands may have left out of the search path is named. */
export const hostBrokenHint = (state: string | undefined): string =>
  NOT_FOUND.test(state ?? '')
    ? `${HOST_BROKEN_HINT} If the endpoint can write and commands cannot, the trigger needs a schema in which everybody may create objects, such as public, and which commands leave out of the search path: set the path at the function of the trigger (docs/host-views.md).`
    : HOST_BROKEN_HINT;

/** Inside a function or a trigger these say nothing of our own tables and rights. */
const OF_ROUTINES: readonly Fault[] = ['missing-object', 'permission-denied', 'other'];

type Wording = [code: string, message: string, hint: string];

const CONFIGURATION: Partial<Record<Fault, Wording>> = {
  'permission-denied': [
    'database-permission-denied',
    'The database login lacks a right that this command requires.',
    '`scimctl check rights` shows the missing right. Have the DBA grant it.',
  ],
  'missing-object': [
    'schema-missing',
    'The database does not have the tables or views that this command requires.',
    'Run `scimctl db status` to see what is installed, then `scimctl db migrate`.',
  ],
  'connection-lost': [
    'database-connection-lost',
    'The connection to the database was lost and could not be restored in time.',
    'No change was applied partially. `scimctl db wait` waits until the server is back; then run the command again. To retry for longer, use --timeout.',
  ],
  'too-many-connections': [
    'database-too-many-connections',
    'The database server has no free connection.',
    'Nothing was changed. Run the command again later, retry for longer with --timeout, or raise the connection limit of the server.',
  ],
  'outcome-unknown': [
    'database-outcome-unknown',
    'The connection was lost during COMMIT, so it is unknown whether the change was saved.',
    'The change was saved completely or not at all. When the server is back, check with `scimctl audit list` whether its event exists.',
  ],
  'read-only': [
    'database-read-only',
    'The database is read-only.',
    'Connect to the primary server, or make the database writable again if it is read-only by mistake.',
  ],
  'disk-full': [
    'database-disk-full',
    'The disk of the database is full.',
    'Nothing was changed. Free some disk space, then run the command again.',
  ],
};

const OPERATION: Partial<Record<Fault, Wording>> = {
  deadlock: [
    'database-busy',
    'The database repeatedly rolled back this change because of deadlocks.',
    'Nothing was changed. Run the command again.',
  ],
  serialization: [
    'database-busy',
    'The change repeatedly conflicted with other changes.',
    'Nothing was changed. Run the command again.',
  ],
  'server-busy': [
    'database-busy',
    'The database server does not have enough memory, locks or other resources at the moment.',
    'Nothing was changed. Run the command again when the server is less busy, or retry for longer with --timeout.',
  ],
  'lock-timeout': [
    'database-lock-timeout',
    'Another session holds a lock that this command needs.',
    'Nothing was changed. Find the session that holds the lock, run the command again later, or wait longer with --timeout.',
  ],
  'statement-timeout': [
    'database-timeout',
    'A statement ran for too long.',
    'Nothing was changed. Run the command again when the server is less busy, or allow more time with --timeout.',
  ],
  unanswered: [
    'database-timeout',
    'The server did not answer a statement: the server or the network does not respond.',
    'Nothing was changed. Check the server and the network, or allow more time with --timeout.',
  ],
  'out-of-time': [
    'database-timeout',
    'The database answered so slowly that the time of the command ran out.',
    'Nothing was changed. Run the command again when the server is less busy, or allow more time with --timeout.',
  ],
  'pool-exhausted': [
    'database-pool-exhausted',
    'All database connections of this process are in use.',
    'Nothing was changed. Run the command again, or wait longer with --timeout. If the problem persists, check the server for a statement that hangs.',
  ],
};

/** Faults of which the server says more than the fault does: which database, which file, which resource. */
const TOLD: readonly Fault[] = [
  'connection-lost',
  'outcome-unknown',
  'too-many-connections',
  'server-busy',
  'serialization',
  'disk-full',
  'read-only',
];

/** What a fault that nobody handled means for the person at the prompt. */
export function problemOfFault(error: DatabaseFault): Problem {
  if (error.words?.inRoutine && OF_ROUTINES.includes(error.fault)) {
    return operationProblem(
      'host-broken',
      `A function or trigger in the database failed: ${firstLine(error)}`,
      {
        hint: hostBrokenHint(error.words.state),
        cause: error,
      },
    );
  }
  const configuration = CONFIGURATION[error.fault];
  if (configuration) {
    const [code, message, hint] = configuration;
    return configurationProblem(code, withLimit(message, error) + said(error), { hint, cause: error });
  }
  const known = OPERATION[error.fault];
  if (!known) {
    return operationProblem('database-error', `The database refused the statement: ${firstLine(error)}`, {
      hint: 'Nothing was changed. Run the command again with --verbose to see the complete error.',
      cause: error,
    });
  }
  const [code, message, hint] = known;
  return operationProblem(code, withLimit(message, error) + said(error), { hint, cause: error });
}

/** A trigger of the host application may raise any of these codes itself, and then its words say why. */
const said = (error: DatabaseFault): string =>
  error.words && (error.words.inRoutine || TOLD.includes(error.fault))
    ? ` The server says: ${firstLine(error)}`
    : '';

/** `… stayed in use (5 s).` */
const withLimit = (message: string, { limitMs }: DatabaseFault) =>
  limitMs === undefined ? message : message.replace(/\.$/, ` (waited ${limitMs / 1000} s).`);

const firstLine = ({ words, message }: DatabaseFault) =>
  ((words?.message ?? message).split('\n')[0] ?? '').slice(0, 300);

/** What a driver's error means to us; everything not listed is a fault to be shown as it is. */
export type Fault =
  | 'deadlock'
  | 'serialization'
  | 'lock-timeout'
  | 'connection-lost'
  /** No answer in time, not even that a time-out has struck; the connection was given up. */
  | 'unanswered'
  /** Nothing was asked: the time of the whole command was over. */
  | 'out-of-time'
  | 'pool-exhausted'
  | 'too-many-connections'
  /** The server lacks memory, locks or another resource at the moment. */
  | 'server-busy'
  | 'unique-violation'
  | 'foreign-key-violation'
  | 'check-violation'
  | 'permission-denied'
  /** A value that its column cannot hold, or that a trigger refuses. */
  | 'value-refused'
  /** The host application did not take what was written; ours, not the server's. */
  | 'write-ignored'
  | 'missing-object'
  | 'statement-timeout'
  | 'disk-full'
  | 'read-only'
  /** The connection was lost with a COMMIT under way, and nobody can be asked what became of it. */
  | 'outcome-unknown'
  | 'other';
