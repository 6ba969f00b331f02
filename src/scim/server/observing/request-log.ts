import { type NamedSkipped, namedSkipped } from '../../../core/provisioning/skipped.js';
import type { HostSaid } from '../../../problem.js';
import { describeError, type Log, type LogLevel } from './log.js';
import type { Trace } from './trace.js';

export interface RequestOutcome {
  status: number;
  seconds: number;
  /** Of the body that was sent. */
  bytes: number;
  /** The client went away before it had the answer. */
  aborted: boolean;
}

/** The one line of a request. */
export function logDone(
  log: Log,
  trace: Trace,
  { status, seconds, bytes, aborted }: RequestOutcome,
  verbose: boolean,
): void {
  const { requestId, method, route, id, idp, token, auth, source, problem, error, host } = trace;
  const skipped = skippedOf(trace);
  const ms = Math.round(seconds * 10_000) / 10;
  const failed = auth !== undefined;
  log.line(
    levelOf(trace, status),
    'request',
    {
      requestId,
      idp,
      method,
      route,
      id,
      status,
      ms,
      bytes,
      problem,
      ...(skipped?.members && {
        skippedMembers: skipped.members,
        skippedMemberCount: skipped.memberCount,
      }),
      ...(skipped?.attributes && { skippedAttributes: skipped.attributes }),
      heldBack: skipped?.heldBack,
      ...databaseFields(host),
      // Who was not let in, and with which token; the token itself is nowhere.
      ...(failed && { auth, token, source }),
      ...(aborted && { aborted }),
      ...(verbose && error !== undefined && { error: describeError(error) }),
    },
    [
      `${status} ${method} ${route}`,
      id,
      idp,
      `${ms} ms`,
      requestId,
      problem,
      skipped?.members && `skipped ${countOf(skipped)}: ${skipped.members.join(', ')}`,
      skipped?.attributes && `skipped ${skipped.attributes.join(', ')}`,
      skipped?.heldBack && `${skipped.heldBack} ${skipped.heldBack === 1 ? 'account' : 'accounts'} held back`,
      host && `the database: ${Object.values(host).join('; ')}`,
      failed && `auth=${auth} token=${token ?? '-'} source=${source}`,
      aborted && 'aborted',
    ]
      .filter(Boolean)
      .join('  '),
  );
}

/** An id may be anything that the IdP sent; an address, or a name of several words, is in no line of the log. */
function skippedOf({ skipped }: Trace): NamedSkipped | undefined {
  const named = skipped && namedSkipped(skipped);
  return named?.members
    ? { ...named, members: named.members.map((id) => (/[@\s]/.test(id) ? '(not an id)' : id)) }
    : named;
}

const countOf = ({ memberCount = 0 }: NamedSkipped) => `${memberCount} member${memberCount === 1 ? '' : 's'}`;

/** The words of the database, or of the host application's triggers in it: bounded, and without rows. */
const databaseFields = ({ message, hint, state, constraint, column }: HostSaid = {}) => ({
  databaseMessage: message,
  databaseHint: hint,
  databaseState: state,
  databaseConstraint: constraint,
  databaseColumn: column,
});

function levelOf({ route, auth, skipped, host }: Trace, status: number): LogLevel {
  if (status >= 500) return 'error';
  if (auth !== undefined || host || (skipped && namedSkipped(skipped))) return 'warn';
  return ['/healthz', '/readyz', '/metrics'].includes(route) ? 'debug' : 'info';
}
