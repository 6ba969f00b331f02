import type { Session } from '../database/database.js';
import { type Declaration, listLicencePools } from '../database/queries/host/host.js';
import { operationProblem, type Problem } from '../problem.js';
import type { Core } from './core.js';
import { UNREADABLE_HINT } from './host/unreadable.js';
import { assertHostViews } from './host/views.js';

/** A licence pool. Seats are taken from the pools in their order: Concurrent, then Dedicated. */
export interface SeatPool {
  licenceType: string;
  order: number;
  /** Infinity without a limit, which JSON has as null. */
  total: number;
  used: number;
  /** Never below zero, even where the host has let more in than it has seats. */
  free: number;
  /** Who declared it and when, where the application does not say it; null where it does. */
  declared: Declaration | null;
}

/** @throws Problem `host-views-missing`, `host-broken` for seats that are not numbers. */
export const readSeats = (core: Core): Promise<SeatPool[]> => core.database.read(seatPools);

export async function seatPools(session: Session): Promise<SeatPool[]> {
  await assertHostViews(session, ['host_licence']);
  const pools = await listLicencePools(session);
  const unsound = [...new Set(pools.flatMap((pool) => pool.unsound ?? []))];
  if (unsound.length > 0) {
    const types = pools.filter((pool) => pool.unsound).map(({ licenceType }) => licenceType);
    throw seatsUnreadable(unsound, types);
  }
  return pools.map(({ licenceType, assignOrder, seatsTotal, seatsUsed, declared = null }) => ({
    licenceType,
    order: assignOrder,
    total: seatsTotal,
    used: seatsUsed,
    free: Math.max(0, seatsTotal - seatsUsed),
    declared,
  }));
}

/** A count that is not a number must not be read as "no limit" or as "none left". */
export const seatsUnreadable = (columns: readonly string[], types: readonly string[]): Problem =>
  operationProblem(
    'host-broken',
    `The licence pools cannot be counted: ${columns.map((column) => `host_licence.${column}`).join(' and ')} of ${types.join(', ')} ${columns.length === 1 ? 'is' : 'are'} not a whole number from 0 up.`,
    { hint: UNREADABLE_HINT },
  );
