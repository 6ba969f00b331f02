import type { Session } from '../../database/database.js';
import { seatPools } from '../seats.js';
import { seatsExhausted } from './problems.js';

/**
 * The pool of the next free seat, in the order the pools are assigned. It stays free until the host user is
 * written, so the caller holds the provisioning lock.
 * @throws Problem `seats-exhausted`, with all pools and counts.
 */
export async function nextFreeSeat(session: Session): Promise<string> {
  const pools = await seatPools(session);
  const pool = pools.find(({ free }) => free > 0);
  if (!pool) throw seatsExhausted(pools);
  return pool.licenceType;
}
