import { describeError, type Log, type LogLevel } from './log.js';
import type { Trace } from './trace.js';

export interface Outcome {
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
  { status, seconds, bytes, aborted }: Outcome,
  verbose: boolean,
): void {
  const { requestId, method, route, id, idp, token, auth, source, problem, error } = trace;
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
      failed && `auth=${auth} token=${token ?? '-'} source=${source}`,
      aborted && 'aborted',
    ]
      .filter(Boolean)
      .join('  '),
  );
}

function levelOf({ route, auth }: Trace, status: number): LogLevel {
  if (status >= 500) return 'error';
  if (auth !== undefined) return 'warn';
  return ['/healthz', '/readyz', '/metrics'].includes(route) ? 'debug' : 'info';
}
