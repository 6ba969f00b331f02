import { configurationProblem, operationProblem, type Problem } from '../problem.js';
import type { Fault } from './dialect.js';
import type { ServerWords } from './server-words.js';

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

export const HOST_BROKEN_HINT =
  'Have the DBA correct the host views and their triggers; `scimctl host status` shows which writes fail.';

/** Inside a function or a trigger these say nothing of our own tables and rights. */
const OF_ROUTINES: readonly Fault[] = ['missing-object', 'permission-denied', 'other'];

type Wording = [code: string, message: string, hint: string];

const CONFIGURATION: Partial<Record<Fault, Wording>> = {
  'permission-denied': [
    'database-permission-denied',
    'The database login lacks a right that this command needs.',
    'Ask the DBA to grant it; `scimctl check rights` names what is missing.',
  ],
  'missing-object': [
    'schema-missing',
    'The database does not have the tables or views this command needs.',
    'Run `scimctl db migrate`, or `scimctl db status` to see what is there.',
  ],
  'connection-lost': [
    'database-connection-lost',
    'The connection to the database was lost and could not be made again in time.',
    'Nothing was left half done. Try again when the server is back (`scimctl db wait` waits for it), or have commands try longer with --timeout.',
  ],
  'too-many-connections': [
    'database-too-many-connections',
    'The server has no connection left.',
    'Nothing was changed. Try again later, have commands try longer with --timeout, or raise the limit of the server.',
  ],
  'outcome-unknown': [
    'database-outcome-unknown',
    'The connection was lost while the change was being saved; whether it was saved is not known.',
    'It was saved whole or not at all: when the server is back, `scimctl audit list` shows its event if it was.',
  ],
  'read-only': [
    'database-read-only',
    'The database is read-only.',
    'Connect to the primary, or mend what made the database read-only.',
  ],
  'disk-full': [
    'database-disk-full',
    'The database has no room left on its disk.',
    'Nothing was changed. Free some space and run the command again.',
  ],
};

const OPERATION: Partial<Record<Fault, Wording>> = {
  deadlock: [
    'database-busy',
    'The database kept choosing this change as a deadlock victim.',
    'Nothing was changed. Run the command again.',
  ],
  serialization: [
    'database-busy',
    'Other changes kept getting in the way of this one.',
    'Nothing was changed. Run the command again.',
  ],
  'lock-timeout': [
    'database-lock-timeout',
    'Somebody else holds a lock that this command waited for.',
    'Nothing was changed. Find the session that blocks, run the command again later, or have it wait longer with --timeout.',
  ],
  'statement-timeout': [
    'database-timeout',
    'A statement took too long.',
    'Nothing was changed. Run the command again when the server is less busy, or give it longer with --timeout.',
  ],
  unanswered: [
    'database-timeout',
    'A statement got no answer: the server, or the network on the way there, hangs.',
    'Nothing was changed. Check both, or give the server longer with --timeout.',
  ],
  'out-of-time': [
    'database-timeout',
    'The database took so long over the first questions that there was no time for the rest.',
    'Nothing was changed. Run the command again when the server is less busy, or give it longer with --timeout.',
  ],
  'pool-exhausted': [
    'database-pool-exhausted',
    'All connections of this program stayed in use.',
    'Nothing was changed. Try again, or wait longer with --timeout; if it stays so, a statement hangs on the server.',
  ],
};

/** What a fault that nobody handled means for the person at the prompt. */
export function problemOfFault(error: DatabaseFault): Problem {
  if (error.words?.inRoutine && OF_ROUTINES.includes(error.fault)) {
    return operationProblem(
      'host-broken',
      `A function or a trigger in the database fails: ${firstLine(error)}`,
      {
        hint: HOST_BROKEN_HINT,
        cause: error,
      },
    );
  }
  const configuration = CONFIGURATION[error.fault];
  if (configuration) {
    const [code, message, hint] = configuration;
    return configurationProblem(code, withLimit(message, error), { hint, cause: error });
  }
  const [code, message, hint] = OPERATION[error.fault] ?? [
    'database-error',
    `The database refused the statement: ${firstLine(error)}`,
    'Nothing was changed. Run again with --verbose for the whole error.',
  ];
  return operationProblem(code, withLimit(message, error), { hint, cause: error });
}

/** `… stayed in use (5 s).` */
const withLimit = (message: string, { limitMs }: DatabaseFault) =>
  limitMs === undefined ? message : message.replace(/\.$/, ` (waited ${limitMs / 1000} s).`);

const firstLine = ({ words, message }: DatabaseFault) =>
  ((words?.message ?? message).split('\n')[0] ?? '').slice(0, 300);
