import type { Facts } from '../../database/queries/provisioning-facts.js';
import type { Core } from '../core.js';
import { type Held, need, SLOTS } from './locks.js';
import { seatsExhausted } from './problems.js';

const SCARCE = 'seats are scarce';

/** What to hold to give access: alone, if it is likely that somebody has to be alone to take a seat. */
export const claimsFor = ({ database }: Core): Held['claims'] =>
  database.memory.hints.has(SCARCE) ? 'alone' : 'beside';

/**
 * The pool of the next free seat, in the order the pools are assigned.
 * @throws Problem `seats-exhausted`, with all pools and counts.
 */
export function nextFreeSeat({ database }: Core, { pools }: Facts, held: Held): string {
  const pool = pools.find(({ seatsTotal, seatsUsed }) => seatsTotal > seatsUsed);
  const isPlenty = pool !== undefined && pool.seatsTotal - pool.seatsUsed >= SLOTS;
  if (isPlenty) database.memory.hints.delete(SCARCE);
  else database.memory.hints.set(SCARCE, true);
  need(held, { claims: isPlenty ? 'beside' : 'alone' });
  if (!pool) throw seatsExhausted(pools);
  return pool.licenceType;
}
