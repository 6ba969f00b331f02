import {
  type ConnectionUse,
  DEFAULT_LOCK_TIMEOUT_MS,
  DEFAULT_RETRY_MS,
  DEFAULT_STATEMENT_TIMEOUT_MS,
  type ServerSettings,
} from './settings.js';

/** How long each kind of wait may take, in milliseconds. */
export interface Waits {
  /** One statement; 0 for ever. */
  statementMs: number;
  /** One lock. */
  lockMs: number;
  /** From the beginning of a piece of work, until which it is begun again after a fault that passes. */
  retryMs: number;
  /** From the opening of the database, after which nothing new is begun; for ever where absent. */
  beginMs?: number;
  /** For a connection of the pool, whether it has to be made or somebody else is using it. */
  acquireMs: number;
}

/**
 * The waits that a use allows. A lock is given up before the statement that waits for it, so that the server
 * says which of the two it was.
 */
export function waitsOf(use: ConnectionUse, connectMs: number): Waits {
  const { timeoutMs } = use;
  const statementMs = use.statementTimeoutMs ?? timeoutMs ?? DEFAULT_STATEMENT_TIMEOUT_MS;
  return {
    statementMs,
    lockMs:
      use.lockTimeoutMs ?? (timeoutMs === undefined ? DEFAULT_LOCK_TIMEOUT_MS : Math.ceil(timeoutMs * 0.9)),
    retryMs: timeoutMs ?? DEFAULT_RETRY_MS,
    ...(use.looksAround && timeoutMs !== undefined && { beginMs: 2 * timeoutMs }),
    // Longer than any statement that a waiting one may have to outlast, unless somebody has said how long.
    acquireMs:
      timeoutMs === undefined ? connectMs + statementMs + 10_000 : timeoutMs + 2 * graceOf(timeoutMs),
  };
}

/**
 * How much longer than another's time-out we wait before we take that other for gone: the server has to say
 * that its time-out has struck.
 */
export const graceOf = (milliseconds: number): number => Math.min(5_000, Math.max(250, milliseconds / 5));

/** The settings with a time-out for connecting that covers all hosts together. */
export function connectWithin(settings: ServerSettings, { timeoutMs }: ConnectionUse): ServerSettings {
  if (timeoutMs === undefined) return settings;
  return { ...settings, connectTimeoutMs: Math.ceil(timeoutMs / settings.hosts.length) };
}
