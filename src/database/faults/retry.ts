import { setTimeout as sleep } from 'node:timers/promises';
import type { Waits } from '../settings/waits.js';
import { DatabaseFault, type Fault, NO_CONNECTION, RETRYABLE } from './fault.js';

/** How often work is begun that may itself be why it fails. */
export const MAX_ATTEMPTS = 5;
/** A server that is away is asked this often, in milliseconds. */
const MAX_BACKOFF_MS = 1_000;
/** One that lacks resources is left alone for longer: a second at first, and twice as long each time. */
const BUSY_FACTOR = 25;
const MAX_BUSY_MS = 10_000;

export interface RetryParts {
  waits: Waits;
  /** Milliseconds to wait before attempt `n + 1`; with jitter, so that rivals do not meet again. */
  backoff: (attempt: number) => number;
  /** What an error of the driver means. */
  toFault: (error: unknown) => Error;
  /** Whether it came of something remembered, which is forgotten now. */
  isOutdated: (fault: Error) => boolean;
  /** Takes a connection and gives it back, to see whether the server is there; fails after so many milliseconds. */
  reconnect: (withinMs: number) => Promise<void>;
  /** Throws when nothing more must be begun. */
  assertOpen: () => void;
  /** Faults after which it is begun again, where these are fewer than usual. */
  retryable?: readonly Fault[];
}

/** When a piece of work began, by the monotonic clock, and until when it may be begun again. */
export interface Span {
  started: number;
  until: number;
}

/** @param last when the last attempt of whatever work may begin. */
export const spanOf = ({ retryMs }: Waits, last = Number.POSITIVE_INFINITY): Span => {
  const started = performance.now();
  return { started, until: Math.min(started + retryMs, last) };
};

/**
 * Runs `attempt` until it succeeds, fails for good, or has been tried often or long enough. While the server
 * is away nothing is tried but to connect, for as long as there is time: a failover takes longer than five
 * quick attempts. So does it where the server takes connections and refuses to use the database.
 */
export async function withRetry<T>(parts: RetryParts, span: Span, attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    parts.assertOpen();
    try {
      return await attempt();
    } catch (error) {
      const fault = parts.toFault(error);
      if (tries === 1 && parts.isOutdated(fault)) continue;
      if (!mayTryAgain(fault, tries, parts, span)) throw fault;
      parts.assertOpen();
      await pause(parts, fault, tries, span);
      if (NO_CONNECTION.includes(fault.fault)) await awaitServer(parts, fault, span);
    }
  }
}

function mayTryAgain(
  fault: Error,
  tries: number,
  { waits, retryable = RETRYABLE }: RetryParts,
  span: Span,
): fault is DatabaseFault {
  if (!(fault instanceof DatabaseFault) || !retryable.includes(fault.fault)) return false;
  // Another wait for a lock must fit in, or most of it.
  const needed = fault.fault === 'lock-timeout' ? waits.lockMs / 2 : 0;
  return (tries < MAX_ATTEMPTS || isOfServerAlone(fault)) && performance.now() + needed < span.until;
}

/**
 * Whether a fault has nothing to do with the work, so that it may be begun more than five times. Nothing was begun where
 * the server gave no connection, and where it says that it cannot use the database or lacks resources. A connection that
 * is cut may be the doing of the work itself.
 */
const isOfServerAlone = ({ fault, words }: DatabaseFault): boolean =>
  fault === 'too-many-connections' ||
  fault === 'server-busy' ||
  (fault === 'connection-lost' && words !== undefined);

/** @throws DatabaseFault when the server has not come back in time: what it said last, or else the first one. */
async function awaitServer(parts: RetryParts, first: DatabaseFault, span: Span): Promise<void> {
  let told = first;
  for (let tries = 1; ; tries++) {
    parts.assertOpen();
    const left = span.until - performance.now();
    if (left <= 0) throw told;
    try {
      return await parts.reconnect(left);
    } catch (error) {
      const fault = parts.toFault(error);
      if (!(fault instanceof DatabaseFault)) throw fault;
      if (isOfServerAlone(fault)) told = fault;
      if (performance.now() >= span.until) throw told;
      if (!NO_CONNECTION.includes(fault.fault) && fault.fault !== 'server-busy') throw fault;
      await pause(parts, fault, tries, span);
    }
  }
}

const pause = (parts: RetryParts, fault: DatabaseFault, tries: number, { until }: Span) =>
  sleep(Math.max(0, Math.min(pauseMs(parts, fault, tries), Math.ceil(until - performance.now()))));

/** Azure SQL says itself how long it is to be left alone: `Retry the request after 10 seconds.` */
function pauseMs({ backoff }: RetryParts, { fault, words }: DatabaseFault, tries: number): number {
  const usual = backoff(tries);
  if (fault !== 'server-busy') return Math.min(usual, MAX_BACKOFF_MS);
  const told = /\bretry\b[^.]{0,200} after (\d{1,3}) seconds/i.exec(words?.message ?? '')?.[1];
  return told
    ? Number(told) * 1_000 + Math.min(usual, MAX_BACKOFF_MS)
    : Math.min(usual * BUSY_FACTOR, MAX_BUSY_MS);
}
