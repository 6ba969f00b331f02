import { createHash } from 'node:crypto';
import { originalMessage, type ServerWords } from '../../dialect/server-words.js';
import type { Fault } from '../../faults/fault.js';
import { codeOf, connectFailureOf, isTlsFailure, unfold } from '../../settings/failure.js';
import { IGNORED_WRITE } from '../changes/provision.js';
import type { ServerMessage } from './driver.js';
import { BABELFISH_UNMAPPED, FAULT_BY_NUMBER, FAULT_OF_LOGIN } from './error-numbers.js';

export { connectionProblemMssql } from './connection-problem.js';

// Babelfish gives what it has no number for the texts of PostgreSQL and one number for all.
const BABELFISH: [RegExp, Fault][] = [
  [/deadlock detected/, 'deadlock'],
  [/could not serialize access|tuple concurrently updated|could not open relation with OID/, 'serialization'],
  [/canceling statement due to lock timeout|could not obtain lock on/, 'lock-timeout'],
  [/canceling statement due to (statement timeout|user request)/, 'statement-timeout'],
  [/terminating connection due to|the database system is (starting up|shutting down)/, 'connection-lost'],
  [/too many clients already|remaining connection slots are reserved/, 'too-many-connections'],
  [/violates unique constraint|conflicting key value violates exclusion constraint/, 'unique-violation'],
  [/violates foreign key constraint/, 'foreign-key-violation'],
  [/violates (check|not-null) constraint/, 'check-violation'],
  [/permission denied (for|to)|must be (owner|member) of/, 'permission-denied'],
  [/value too long for type|invalid input syntax for|out of range/, 'value-refused'],
  [/No space left on device/, 'disk-full'],
  [/cannot execute .* in a read-only transaction/, 'read-only'],
  [/(relation|column|function|procedure|schema|type) .* does not exist/, 'missing-object'],
];

const babelfishFault = (message: string) => BABELFISH.find(([text]) => text.test(message))?.[1];

/** What an error of tedious or knex means. Never throws. */
export function classifyMssql(error: unknown): Fault {
  const errors = unfold(error);
  if (errors.some(isTlsFailure)) return 'other';
  for (const one of errors) {
    const fault = faultOf(one);
    if (fault !== 'other') return fault;
  }
  return 'other';
}

/** Of a login only what time mends is a fault; a wrong password or a missing database is for a person to correct. */
function whileConnecting(number: number): Fault | undefined {
  const fault = FAULT_BY_NUMBER[number];
  return fault === 'connection-lost' || fault === 'server-busy' ? fault : undefined;
}

function faultOf(error: Error): Fault {
  const { number, serverMessages = [] } = error as { number?: unknown; serverMessages?: ServerMessage[] };
  for (const told of serverMessages) {
    const fault = FAULT_OF_LOGIN[told.number] ?? whileConnecting(told.number) ?? babelfishFault(told.message);
    if (fault) return fault;
  }
  if (typeof number === 'number') {
    // One number for both kinds; the driver sets the session's language to English.
    if (number === 547)
      return /FOREIGN KEY|REFERENCE/i.test(error.message) ? 'foreign-key-violation' : 'check-violation';
    if (number === IGNORED_WRITE && IGNORED.test(error.message)) return 'write-ignored';
    const fault = FAULT_BY_NUMBER[number] ?? babelfishFault(error.message);
    if (fault === 'connection-lost' && isOfRoutine(error)) return 'other';
    // From 50000 on the numbers are those of RAISERROR and THROW.
    return fault ?? (number >= 50_000 && number < BABELFISH_UNMAPPED ? 'value-refused' : 'other');
  }
  const code = codeOf(error);
  if (code === 'ECANCEL') return 'statement-timeout';
  if (code === 'ETIMEOUT') {
    if (/Request failed to complete/.test(error.message)) return 'statement-timeout';
    return /Failed to cancel request/.test(error.message) ? 'unanswered' : 'connection-lost';
  }
  if (error.name === 'KnexTimeoutError') return 'pool-exhausted';
  if (code !== undefined && LOST.has(code)) return 'connection-lost';
  const lost = connectFailureOf(error) || error.message.endsWith(END_OF_STREAM);
  return lost ? 'connection-lost' : 'other';
}

// What the driver says, without a code, when the server hangs up instead of answering; knex puts the statement
// in front.
const END_OF_STREAM = 'unexpected end of message stream';

// EINVALIDSTATE: the connection was closed before the request came to its turn.
const LOST = new Set(['ESOCKET', 'ECLOSE', 'EINVALIDSTATE', 'ECONNCLOSED', 'ENOTOPEN']);

/** The constraint or index that a violation names. */
export function violatedConstraintMssql(error: unknown): string | undefined {
  for (const one of unfold(error)) {
    for (const text of CONSTRAINT) {
      const name = text.exec(one.message)?.[1];
      if (name !== undefined) return withoutHash(name, one.message);
    }
  }
  return undefined;
}

/**
 * What comes behind the error that says what happened: a trigger ended the batch, a statement was ended, a COMMIT or
 * ROLLBACK came after the end of its transaction.
 */
const AFTERMATH = [3609, 3616, 3621, 3902, 3903];
/** That a login failed, after what says why. */
const LOGIN_FAILED = 18456;

/** What the server said; nothing where it was no server that spoke. */
export function serverWordsMssql(error: unknown): ServerWords | undefined {
  const said = unfold(error).filter((one) => typeof (one as { number?: unknown }).number === 'number');
  const numberOf = (one: Error) => (one as { number?: number }).number ?? 0;
  const first = said.find((one) => !AFTERMATH.includes(numberOf(one))) ?? said[0];
  if (!first) return wordsOfLogin(error);
  const text = originalMessage(first);
  const message = VALUES.reduce((left, [value, kept]) => left.replace(value, kept), text);
  const constraint = violatedConstraintMssql(first);
  const column = /\bcolumn (?:name )?'([^']+)'/.exec(text)?.[1];
  return {
    message,
    state: `error ${numberOf(first)}`,
    ...(constraint !== undefined && { constraint }),
    ...(column !== undefined && { column }),
    inRoutine: isInRoutine(first),
  };
}

/** What the server said while a connection was made, of which the driver's error has no number. */
function wordsOfLogin(error: unknown): ServerWords | undefined {
  const told = unfold(error).flatMap(
    (one) => (one as { serverMessages?: readonly ServerMessage[] }).serverMessages ?? [],
  );
  const first = told.find(({ number }) => number !== LOGIN_FAILED) ?? told[0];
  return first && { message: first.message, state: `error ${first.number}`, inRoutine: false };
}

const isInRoutine = (error: Error): boolean => {
  const { procName } = error as { procName?: unknown };
  return typeof procName === 'string' && procName !== '' && !/^sp_executesql$/i.test(procName);
};

/** From this severity on, SQL Server ends the session. */
const FATAL = 20;

/** Whether a trigger or a procedure failed on another database, which is offline for example, while the session goes on. */
function isOfRoutine(error: Error): boolean {
  const { class: severity } = error as { class?: unknown };
  return isInRoutine(error) && typeof severity === 'number' && severity < FATAL;
}

/** Where a message holds the value of a row (2627, 2601; 2628): PostgreSQL has these in DETAIL. */
const VALUES: [RegExp, string][] = [
  [/ The duplicate key value is \([\s\S]*\)\.?/, ''],
  [/ Truncated value: '[\s\S]*'\.?/, ''],
];

/** Ours, out of `mssqlProvision`. */
const IGNORED = /scimctl: the host application ignored the change of (\w+)/;

// knex puts the statement, with placeholders, in front; a value that violates comes after the name.
const CONSTRAINT = [
  IGNORED,
  /(?:UNIQUE KEY|PRIMARY KEY) constraint '([^']+)'/,
  /with unique index '([^']+)'/,
  /conflicted with the .*? constraint "([^"]+)"/,
  /violates (?:unique|foreign key|check|exclusion) constraint "([^"]+)"/,
];

/**
 * Babelfish stores an index under its name, the table's, and the MD5 of its name; where that is longer than
 * PostgreSQL's 63 characters, under the first 31 of them and the MD5 of them all. The table is then one that
 * the statement names, which knex puts in front of the message.
 */
function withoutHash(stored: string, message: string): string {
  const [, start, hash] = /^(.+)([0-9a-f]{32})$/.exec(stored) ?? [];
  if (start === undefined) return stored;
  const tables = new Set(message.match(/\w+/g));
  for (let end = 1; end <= start.length; end++) {
    const name = start.slice(0, end);
    if (md5(name) === hash) return name;
    for (const table of tables) {
      if (table.startsWith(start.slice(end)) && md5(name + table + md5(name)) === hash) return name;
    }
  }
  return stored;
}

const md5 = (text: string) => createHash('md5').update(text).digest('hex');
