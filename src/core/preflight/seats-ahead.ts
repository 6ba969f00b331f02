import type { SeatPool } from '../seats.js';
import type { Foreseen } from './foresee.js';

/**
 * Assigns seats to the users of a sync in the order of the list, by the rule of the endpoint (`nextFreeSeat`), from the
 * seats that are free before the sync and those that its departures free.
 */
export class SeatsAhead {
  readonly #pools: { licenceType: string; free: number }[];

  /** @param pools in the order in which seats are assigned. */
  constructor(pools: readonly SeatPool[]) {
    // Below zero where the host application has let more users in than it has seats.
    this.#pools = pools.map(({ licenceType, total, used }) => ({ licenceType, free: total - used }));
  }

  /**
   * Adds to the announced changes of the next user the pool from which the account gets its seat. Nothing is announced
   * where no seat is left: the endpoint would refuse the user, and `seatsNeeded` says so for the list.
   */
  assign({ needsSeat, changes }: Foreseen): void {
    const { licenceType, enabled } = changes;
    if (needsSeat) {
      const pool = this.#pools.find(({ free }) => free > 0);
      if (pool) pool.free--;
      if (!licenceType) return;
      const [before] = licenceType;
      if (pool && pool.licenceType !== before) changes.licenceType = [before, pool.licenceType];
      else delete changes.licenceType;
    } else if (licenceType && enabled?.[1] === false) {
      // Whether a host application counts the seat of an account that was disabled before is not known.
      const pool = this.#pools.find((one) => one.licenceType === licenceType[0]);
      if (pool) pool.free++;
    }
  }
}
