import type { HttpAnswer } from '../http/answer.js';

/** Bytes of an answer from which on it is large. */
const LARGE = 8_192;
/** In milliseconds for each KiB of a large answer: thirty times what it takes the endpoint and the database to make. */
const AFTER_LARGE_MS = 8;
/** The longest rest, so that waiting requests of the IdP get their turn in time. */
const LONGEST_MS = 2_000;
/** After a refusal, in milliseconds. A refusal costs as much as a change, and some clients retry at once. */
const AFTER_REFUSAL_MS = 100;

/** The size of an answer in bytes, or about that; without end where it is sent in parts. */
export const bytesOf = ({ parts, text = '' }: HttpAnswer): number =>
  parts ? Number.POSITIVE_INFINITY : text.length;

/**
 * How long an IdP waits, beside others, before its next request of the same kind, so that few requests of the others
 * meet one that is made or refused at their cost.
 * @param answer nothing where the work was not begun, as for a client that has hung up, or was cut short.
 * @returns milliseconds.
 */
export function restAfter(answer: HttpAnswer | undefined): number {
  if (!answer) return 0;
  if (answer.status >= 400) return AFTER_REFUSAL_MS;
  const bytes = bytesOf(answer);
  return bytes < LARGE ? 0 : Math.min((bytes / 1024) * AFTER_LARGE_MS, LONGEST_MS);
}
