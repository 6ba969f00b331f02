import { usageProblem } from '../../problem.js';
import { limitText } from '../provisioning/departures/departure-limit.js';
import type { DepartureLimit } from '../provisioning/types.js';

const [LEAST_WINDOW_MS, LONGEST_WINDOW_MS] = [60_000, 2_592_000_000];
const MOST_DEPARTURES = 1_000_000;

/**
 * A limit that can be kept: counted over a minute to 30 days, in whole seconds.
 * @param typed the limit as the user typed it, for the message.
 * @throws Problem `max-departures-invalid`.
 */
export function assertLimit(
  limit: Omit<DepartureLimit, 'releasedAt'> | null | undefined,
  typed = limit ? limitText(limit) : '',
): void {
  if (!limit) return;
  const { max, windowMs, percent } = limit;
  const isWhole = [max, windowMs / 1000, percent ?? 1].every(Number.isSafeInteger);
  const isWithin =
    max >= 0 && max <= MOST_DEPARTURES && windowMs >= LEAST_WINDOW_MS && windowMs <= LONGEST_WINDOW_MS;
  if (isWhole && isWithin && (percent === null || (percent >= 1 && percent <= 99))) return;
  throw usageProblem(
    'max-departures-invalid',
    `${JSON.stringify(typed)} is not a valid limit for departures.`,
    {
      hint: 'Use 0 to 1000000 departures in 1m to 30d, and 1% to 99% of the links, in quotes: "20/1h,10%".',
    },
  );
}
