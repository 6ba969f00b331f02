import type { DepartureFacts, FactsQuery } from '../../../database/queries/users/facts.js';
import type { DepartureLimit, Idp } from '../types.js';

/** What an IdP that is added now has: more than 20 departures in an hour, if more than 10 % of its links. */
export const DEFAULT_LIMIT: Omit<DepartureLimit, 'releasedAt'> = {
  max: 20,
  windowMs: 3_600_000,
  percent: 10,
};

/**
 * The limit that a departure of this IdP is held against: none under the policy `manual`, which leaves the accounts
 * alone anyway.
 */
export const limitOf = ({ deprovisionPolicy, departureLimit }: Idp): DepartureLimit | undefined =>
  deprovisionPolicy === 'disable' ? (departureLimit ?? undefined) : undefined;

/** What has to be counted for it, in the database, over all endpoints. */
export function departuresSince(limit: DepartureLimit, now: Date): NonNullable<FactsQuery['departures']> {
  const from = now.getTime() - limit.windowMs;
  const since = new Date(Math.max(from, limit.releasedAt?.getTime() ?? from));
  return { since, beyond: limit.max };
}

/**
 * Whether one more departure is one too many, so that its account stays enabled: it makes more than `max`, and more
 * than `percent` of the links that were in force. Once accounts are held back it stays so until an operator releases
 * them.
 */
export function isHeldBack(limit: DepartureLimit, { departed, inForce, isHolding }: DepartureFacts): boolean {
  if (isHolding) return true;
  const departures = departed + 1;
  if (departures <= limit.max) return false;
  // The one that departs is in force yet.
  const links = (inForce ?? 0) + departed;
  return limit.percent === null || departures * 100 > limit.percent * links;
}

/** `20/1h,10%` for the trail and for people. */
export function limitText({ max, windowMs, percent }: Omit<DepartureLimit, 'releasedAt'>): string {
  return `${max}/${durationText(windowMs)}${percent === null ? '' : `,${percent}%`}`;
}

const UNITS: readonly [number, string][] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
  [1_000, 's'],
];

function durationText(ms: number): string {
  const [size, unit] = UNITS.find(([one]) => ms >= one && ms % one === 0) ?? [1_000, 's'];
  return `${ms / size}${unit}`;
}
