import { DatabaseFault, isPassing } from '../../database/fault.js';
import { Problem } from '../../problem.js';
import type { ProvisionedUser } from './types.js';

/** What an attempt found out about itself before it failed. */
export interface Seen {
  /** Whether the request ends the link; undefined where it was not decided. */
  isDeparture?: boolean;
  /** The user as the request was decided on, with what the host application said. */
  current?: ProvisionedUser;
}

/**
 * Where the host application refuses, or its views are broken, a departure is recorded all the same.
 * @param inSight the attempt as it should be.
 * @param blindly the attempt without the host application; it fails with the cause where it is no departure.
 */
export async function sparingTheAccount<T>(
  inSight: (seen: Seen) => Promise<T>,
  blindly: (cause: Error, seen: Seen) => Promise<T>,
): Promise<T> {
  const seen: Seen = {};
  try {
    return await inSight(seen);
  } catch (error) {
    if (seen.isDeparture === false || !isOfHost(error)) throw error;
    return blindly(error, seen);
  }
}

/** For the event: why the account was left as it is. */
export const reasonLeft = (cause: Error): string => (cause instanceof Problem ? cause.code : 'host-broken');

const OF_HOST = ['host-refused', 'host-write-ignored', 'host-views-missing'];

const isOfHost = (error: unknown): error is Error =>
  (error instanceof Problem && OF_HOST.includes(error.code)) ||
  (error instanceof DatabaseFault && !isPassing(error));
