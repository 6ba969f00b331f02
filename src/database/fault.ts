import { configurationProblem, operationProblem, type Problem } from '../problem.js';
import type { Fault } from './dialect.js';

/** A driver's error, classified. The message of the driver is only in `cause`. */
export class DatabaseFault extends Error {
  override readonly name = 'DatabaseFault';
  constructor(
    readonly fault: Fault,
    /** The constraint or index a violation names, where the server says. */
    readonly constraint: string | undefined,
    cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

export const isFault = (error: unknown, ...faults: Fault[]): error is DatabaseFault =>
  error instanceof DatabaseFault && faults.includes(error.fault);

/** Faults after which the whole transaction may simply be run again. */
export const RETRYABLE: readonly Fault[] = ['deadlock', 'serialization', 'lock-timeout', 'connection-lost'];

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
    'The connection to the database was lost and could not be made again.',
    'Nothing was left half done. Try again when the server is back; `scimctl db wait` waits for it.',
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
    'Somebody else holds a lock that this command needs.',
    'Nothing was changed. Find the session that blocks, or run the command again later.',
  ],
  'statement-timeout': [
    'database-timeout',
    'The database took too long to answer.',
    'Nothing was changed. Run the command again when the server is less busy.',
  ],
};

/** What a fault that nobody handled means for the person at the prompt. */
export function problemOfFault(error: DatabaseFault): Problem {
  const configuration = CONFIGURATION[error.fault];
  if (configuration) {
    const [code, message, hint] = configuration;
    return configurationProblem(code, message, { hint, cause: error });
  }
  const [code, message, hint] = OPERATION[error.fault] ?? [
    'database-error',
    `The database refused the statement: ${firstLine(error.message)}`,
    'Nothing was changed. Run again with --verbose for the whole error.',
  ];
  return operationProblem(code, message, { hint, cause: error });
}

// knex puts the statement in front of the message: `insert into … - duplicate key …`.
const firstLine = (message: string) => (message.split('\n')[0] ?? '').replace(/^.* - /, '').slice(0, 300);
