import { DatabaseFault, isPassing } from '../../database/fault.js';
import { Problem } from '../../problem.js';

/**
 * Where the host application refuses, or its views are broken, a departure is recorded all the same.
 * @param blindly the attempt without the host application; it fails with the cause where it is no departure.
 */
export async function sparingTheAccount<T>(
  insight: () => Promise<T>,
  blindly: (cause: Error) => Promise<T>,
): Promise<T> {
  try {
    return await insight();
  } catch (error) {
    if (!isOfHost(error)) throw error;
    return blindly(error);
  }
}

const OF_HOST = ['host-refused', 'host-write-ignored', 'host-views-missing'];

const isOfHost = (error: unknown): error is Error =>
  (error instanceof Problem && OF_HOST.includes(error.code)) ||
  (error instanceof DatabaseFault && !isPassing(error));
