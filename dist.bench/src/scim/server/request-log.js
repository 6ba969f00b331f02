import { describeError } from './log.js';
/** The one line of a request. */
export function logDone(log, trace, { status, seconds, bytes, aborted }, verbose) {
    const { requestId, method, route, id, idp, token, auth, source, problem, error } = trace;
    const ms = Math.round(seconds * 10_000) / 10;
    const failed = auth !== undefined;
    log.line(levelOf(trace, status), 'request', {
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
    }, [
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
        .join('  '));
}
function levelOf({ route, auth }, status) {
    if (status >= 500)
        return 'error';
    if (auth !== undefined)
        return 'warn';
    return ['/healthz', '/readyz', '/metrics'].includes(route) ? 'debug' : 'info';
}
