import { DEFAULT_LOCK_TIMEOUT_MS, DEFAULT_RETRY_MS, DEFAULT_STATEMENT_TIMEOUT_MS, } from './settings.js';
/**
 * The waits that a use allows. A lock is given up before the statement that waits for it, so that the server
 * says which of the two it was.
 */
export function waitsOf(use, connectMs) {
    const { timeoutMs } = use;
    const statementMs = use.statementTimeoutMs ?? timeoutMs ?? DEFAULT_STATEMENT_TIMEOUT_MS;
    return {
        statementMs,
        lockMs: use.lockTimeoutMs ?? (timeoutMs === undefined ? DEFAULT_LOCK_TIMEOUT_MS : Math.ceil(timeoutMs * 0.9)),
        retryMs: timeoutMs ?? DEFAULT_RETRY_MS,
        // Longer than any statement that a waiting one may have to outlast, unless somebody has said how long.
        acquireMs: timeoutMs === undefined ? connectMs + statementMs + 10_000 : timeoutMs + 2 * graceOf(timeoutMs),
    };
}
/**
 * How much longer than another's time-out we wait before we take that other for gone: the server has to say
 * that its time-out has struck.
 */
export const graceOf = (milliseconds) => Math.min(5_000, Math.max(250, milliseconds / 5));
/** The settings with a time-out for connecting that covers all hosts together. */
export function connectWithin(settings, { timeoutMs }) {
    if (timeoutMs === undefined)
        return settings;
    return { ...settings, connectTimeoutMs: Math.ceil(timeoutMs / settings.hosts.length) };
}
