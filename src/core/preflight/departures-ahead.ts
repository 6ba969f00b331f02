import type { DepartureFacts } from '../../database/queries/users/facts.js';
import { departuresSince, isHeldBack, limitText } from '../provisioning/departures/departure-limit.js';
import type { DepartureLimit } from '../provisioning/types.js';
import type { Effect } from './course.js';

/** Applies the departure limit to a sync that takes less time than the window of the limit. */
export class DeparturesAhead {
  readonly #limit: DepartureLimit | undefined;
  readonly #since: Date;
  #departed: number;
  #inForce: number;
  #isHolding: boolean;

  /** @param facts of the current window, with the links in force. */
  constructor(
    limit: DepartureLimit | undefined,
    { departed, inForce, isHolding }: DepartureFacts,
    now: Date,
  ) {
    this.#limit = limit;
    this.#since = limit ? departuresSince(limit, now).since : now;
    this.#departed = departed;
    this.#inForce = inForce ?? 0;
    this.#isHolding = isHolding;
  }

  /** Adds the next effect. @returns whether it is a departure whose account the limit leaves unchanged. */
  isHeld({ links, departs, excludes, undoes }: Effect): boolean {
    const facts = { departed: this.#departed, inForce: this.#inForce, isHolding: this.#isHolding };
    const isHeld = this.#limit !== undefined && excludes && isHeldBack(this.#limit, facts);
    if (departs) this.#departed++;
    if (undoes && undoes > this.#since) this.#departed--;
    this.#inForce += links;
    this.#isHolding ||= isHeld;
    return isHeld;
  }

  /** `20/1h,10%` */
  get limit(): string {
    return this.#limit ? limitText(this.#limit) : 'none';
  }
}
