const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** So many accounts have waited for so long. */
export interface AgeBucket {
  label: string;
  count: number;
  /** All of them have waited longer than the policy allows. */
  isLate: boolean;
}

/** Where a bucket ends, in milliseconds. */
const ENDS = [7, 30, 90, 180, 365].map((days) => days * DAY_MS);

/**
 * How long accounts have waited, in buckets. A policy begins a bucket of its own, so that no bucket holds both sides of
 * it.
 * @param maxAgeMs how long an account may wait.
 */
export function ageBuckets(since: readonly Date[], now: Date, maxAgeMs: number | undefined): AgeBucket[] {
  const ends = [...new Set([...ENDS, ...(maxAgeMs === undefined ? [] : [maxAgeMs])])].sort((a, b) => a - b);
  const buckets = [...ends, Number.POSITIVE_INFINITY].map((end, at) => ({
    from: ends[at - 1] ?? 0,
    end,
    count: 0,
  }));
  for (const at of since) {
    const bucket = buckets.find(({ end }) => now.getTime() - at.getTime() <= end);
    if (bucket) bucket.count++;
  }
  return buckets.map(({ from, end, count }, at) => ({
    label: labelOf(at, from, end),
    count,
    isLate: maxAgeMs !== undefined && at > 0 && from >= maxAgeMs,
  }));
}

function labelOf(at: number, from: number, end: number): string {
  if (at === 0) return `up to ${durationText(end)}`;
  if (!Number.isFinite(end)) return `more than ${durationText(from)}`;
  const [first, last] = [durationText(from), durationText(end)];
  const unit = first.replace(/^\d+/, '');
  return `${last.endsWith(unit) ? first.slice(0, -unit.length) : first} to ${last}`;
}

/** `7 days`, or where it is no whole number of them, `12 hours` or `90 minutes`. */
export function durationText(ms: number): string {
  const [unit, name] =
    ms % DAY_MS === 0 ? [DAY_MS, 'day'] : ms % HOUR_MS === 0 ? [HOUR_MS, 'hour'] : [60_000, 'minute'];
  const count = Math.round(ms / unit);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

/** Whole days of 24 hours, so that no clock change makes one longer or shorter. */
export const daysBetween = (from: Date, to: Date): number =>
  Math.max(0, Math.floor((to.getTime() - from.getTime()) / DAY_MS));

/** Whether an account has waited longer than the policy allows, to the millisecond. */
export const isLate = (since: Date, now: Date, maxAgeMs: number | undefined): boolean =>
  maxAgeMs !== undefined && now.getTime() - since.getTime() > maxAgeMs;

/** The value in the middle; undefined of none. */
export function medianOf(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
