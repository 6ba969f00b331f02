import { originalMessage, type ServerWords } from '../../dialect/server-words.js';
import type { Fault } from '../../faults/fault.js';
import { codeOf, connectFailureOf, isTlsFailure, unfold } from '../../settings/failure.js';
import { isMislaid, isOutdatedPlan } from './prepared.js';

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const FAULTS: Record<string, Fault> = {
  '08000': 'connection-lost',
  '08001': 'connection-lost',
  '08003': 'connection-lost',
  '08004': 'connection-lost',
  '08006': 'connection-lost',
  '22001': 'value-refused',
  '22003': 'value-refused',
  '22007': 'value-refused',
  '22008': 'value-refused',
  '22P02': 'value-refused',
  '22P05': 'value-refused',
  '23502': 'check-violation',
  '23503': 'foreign-key-violation',
  '23505': 'unique-violation',
  '23514': 'check-violation',
  '23P01': 'unique-violation',
  '25006': 'read-only',
  '25P03': 'connection-lost',
  '3F000': 'missing-object',
  '40001': 'serialization',
  '40P01': 'deadlock',
  '42501': 'permission-denied',
  '42703': 'missing-object',
  '42704': 'missing-object',
  '42883': 'missing-object',
  '42P01': 'missing-object',
  '53100': 'disk-full',
  '53200': 'server-busy',
  '53300': 'too-many-connections',
  '55P03': 'lock-timeout',
  '57014': 'statement-timeout',
  '57P01': 'connection-lost',
  '57P02': 'connection-lost',
  '57P03': 'connection-lost',
  '57P05': 'connection-lost',
  P0001: 'value-refused',
  // Ours: scim.refuse_ignored_write.
  SC001: 'write-ignored',
};

const LOST =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|timeout expired)/;

/** What these say of the server concerns this session only if no function or trigger said it. */
const OF_SERVER: readonly Fault[] = ['connection-lost', 'too-many-connections', 'read-only'];

/** Where PostgreSQL ends a session or a statement itself, inside a function too. */
const OWN_END = /^(ProcessInterrupts|quickdie)$/;

/**
 * Whether a function or a trigger failed while the session goes on: it has lost the connection to another server
 * (dblink, postgres_fdw), or raises such a code itself.
 */
function isOfRoutine(error: Error): boolean {
  const { routine } = error as { routine?: unknown };
  return isOfServer(error) && isInContext(error) && !(typeof routine === 'string' && OWN_END.test(routine));
}

const isInContext = (error: Error): boolean => {
  const { where } = error as { where?: unknown };
  return typeof where === 'string' && where !== '';
};

/** What an error of pg or knex means. Never throws. */
export function classifyPostgres(error: unknown): Fault {
  const errors = unfold(error);
  if (errors.some(isTlsFailure)) return 'other';
  for (const one of errors) {
    if (isMislaid(one) || isOutdatedPlan(one)) return 'serialization';
    const fault = FAULTS[codeOf(one) ?? ''];
    if (fault) return OF_SERVER.includes(fault) && isOfRoutine(one) ? 'other' : fault;
    if (isSilence(one)) return 'unanswered';
    if (one.name === 'KnexTimeoutError') return 'pool-exhausted';
    // What a server says, a trigger of the host application perhaps, may have the same words.
    if (connectFailureOf(one) || (!isOfServer(one) && LOST.test(ownMessage(one)))) return 'connection-lost';
  }
  return 'other';
}

/** The server did not even say that its own time-out struck: it, or the network, is gone. */
export const isSilence = (error: unknown): boolean =>
  error instanceof Error && /Query read timeout$/.test(error.message);

/** The constraint or index that a violation names, and the column of an ignored write. */
export function violatedConstraintPostgres(error: unknown): string | undefined {
  for (const one of unfold(error)) {
    if (codeOf(one) === 'SC001') return /ignored the change of (\w+)/.exec(one.message)?.[1];
    const { constraint } = one as { constraint?: unknown };
    if (typeof constraint === 'string') return constraint;
  }
  return undefined;
}

const isOfServer = (error: Error): boolean => typeof (error as { severity?: unknown }).severity === 'string';

/** What the server said; nothing where it was no server that spoke. */
export function serverWordsPostgres(error: unknown): ServerWords | undefined {
  for (const one of unfold(error)) {
    const { hint, constraint, column } = one as unknown as Record<string, unknown>;
    const state = codeOf(one);
    if (!isOfServer(one) || state === undefined) continue;
    const named = Object.entries({ hint, constraint, column }).filter(
      ([, value]) => typeof value === 'string' && value !== '',
    );
    return {
      message: originalMessage(one),
      state: `SQLSTATE ${state}`,
      ...Object.fromEntries(named),
      inRoutine: isInContext(one),
    };
  }
  return undefined;
}

/** The server, or what it sent as certificate, will have no TLS: `prefer` then goes on without. */
export function isTlsRefusal(error: unknown): boolean {
  return unfold(error).some(
    (one) =>
      /^The server does not support SSL connections|^There was an error establishing an SSL/.test(
        one.message,
      ) || isTlsFailure(one),
  );
}

/**
 * Whether another host of the same setting may do better. As in libpq, not after a refused login: the
 * others would refuse it too, and count it towards locking the account.
 */
export function isWorthAnotherHost(error: unknown): boolean {
  const { code, severity } = error as { code?: unknown; severity?: unknown };
  if (code === 'PASSWORD_MISSING') return false;
  return severity === undefined || code === '57P03';
}

/** knex puts the statement in front: `select … - timeout expired`. */
const ownMessage = (error: Error) =>
  error.message.slice(error.message.lastIndexOf(' - ') + 1).replace(/^- /, '');

export { connectionProblemPostgres } from './connection-problem.js';
