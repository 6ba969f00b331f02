import type { Session } from '../../../database/database.js';
import type { LicencePool } from '../../../database/queries/host/host.js';
import type { HostUserShape } from '../../../database/queries/host/host-user-shape.js';
import type { Facts, FactsQuery } from '../../../database/queries/users/facts.js';
import { provisioningFacts } from '../../../database/queries/users/provisioning-facts.js';
import type { Core } from '../../core.js';
import { seatsUnreadable } from '../../seats.js';
import { seatsExhausted } from '../problems.js';
import type { Held } from '../transactions/held.js';
import { need, SLOTS } from '../transactions/locks.js';

const SCARCE = 'seats are scarce';

/** What to hold to give access: alone, if it is likely that somebody has to be alone to take a seat. */
export function claimsFor({ database, rehearses }: Core): Held['claims'] {
  if (rehearses) return 'none';
  return database.memory.hints.has(SCARCE) ? 'alone' : 'beside';
}

/**
 * Counting seats may be dear: a host has to count its users. So a count holds for a moment where the first pool
 * has more free seats than can be taken in it: a tenth of a second with 2,000, a whole one with 20,000, which
 * would take 20,000 creates a second.
 */
const HOLDS_WITH_FREE = 2_000;
const FREE_PER_MS = 20;
const MAX_HOLD_MS = 1_000;
const COUNT = 'seats of a moment ago';

const freeInFirst = ([first]: readonly LicencePool[]): number =>
  first ? first.seatsTotal - first.seatsUsed : 0;

/**
 * The facts, with the seats of now, or of a moment ago where they cannot run out within it. Those who share a
 * transaction count once: all of them decide before any of them writes.
 */
export async function factsWithSeats(
  session: Session,
  shape: HostUserShape,
  query: FactsQuery,
): Promise<Facts> {
  const { memory } = session;
  const pools = memory.lately<LicencePool[]>(COUNT, (known) =>
    Math.min(MAX_HOLD_MS, freeInFirst(known) / FREE_PER_MS),
  );
  if (pools) return { ...(await provisioningFacts(session, shape, query)), pools };
  const learn = memory.learner(COUNT);
  const learning = (facts: Facts): Facts => {
    if (freeInFirst(facts.pools) >= HOLDS_WITH_FREE) learn(facts.pools);
    return facts;
  };
  if (!session.shared) return learning(await provisioningFacts(session, shape, { ...query, seats: true }));
  const { serviceAccountId } = query;
  const [facts, counted] = await Promise.all([
    provisioningFacts(session, shape, query),
    memory.once(session, COUNT, () => provisioningFacts(session, shape, { serviceAccountId, seats: true })),
  ]);
  return learning({ ...facts, pools: counted.pools });
}

/**
 * The pool of the next free seat, in the order the pools are assigned.
 * @throws Problem `seats-exhausted`, with all pools and counts; `host-broken` if seats are not numbers.
 */
export function nextFreeSeat({ database, rehearses }: Core, { pools }: Facts, held: Held): string {
  const pool = pools.find(({ seatsTotal, seatsUsed }) => seatsTotal > seatsUsed);
  if (rehearses) {
    const any = pool ?? pools[0];
    if (any) return any.licenceType;
    throw noSeat(pools);
  }
  const isPlenty = pool !== undefined && pool.seatsTotal - pool.seatsUsed >= SLOTS;
  if (isPlenty) database.memory.hints.delete(SCARCE);
  else database.memory.hints.set(SCARCE, true);
  need(held, { claims: isPlenty ? 'beside' : 'alone' });
  if (!pool) throw noSeat(pools);
  return pool.licenceType;
}

/** Why no pool has a free seat: all are taken, or the counts cannot be read. */
function noSeat(pools: readonly LicencePool[]) {
  const unclear = pools.filter(({ seatsTotal, seatsUsed }) => Number.isNaN(seatsTotal - seatsUsed));
  if (unclear.length === 0) return seatsExhausted(pools);
  return seatsUnreadable(
    ['seats_total', 'seats_used'],
    unclear.map(({ licenceType }) => licenceType),
  );
}
