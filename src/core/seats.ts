import type { Session } from '../database/database.js';
import { type Declaration, listLicencePools } from '../database/queries/host/host.js';
import type { Core } from './core.js';
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

/** @throws Problem `host-views-missing`. */
export const readSeats = (core: Core): Promise<SeatPool[]> => core.database.read(seatPools);

export async function seatPools(session: Session): Promise<SeatPool[]> {
  await assertHostViews(session, ['host_licence']);
  const pools = await listLicencePools(session);
  return pools.map(({ licenceType, assignOrder, seatsTotal, seatsUsed, declared = null }) => ({
    licenceType,
    order: assignOrder,
    total: seatsTotal,
    used: seatsUsed,
    free: Math.max(0, seatsTotal - seatsUsed),
    declared,
  }));
}
