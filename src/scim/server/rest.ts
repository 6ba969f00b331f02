import type { Answer } from './answer.js';

/** Bytes of an answer from which on it is large. */
const LARGE = 8_192;
/** In milliseconds for each KiB of a large answer: thirty times what it takes to make. */
const AFTER_LARGE_MS = 4;
/** After a refusal, in milliseconds: to refuse costs as much as to carry out, and whoever ignores it tries again at once. */
const AFTER_REFUSAL_MS = 100;

/**
 * How long an IdP waits, beside others, before its next request of the same kind, so that few requests of the others
 * meet one that is made or refused at their cost.
 * @param answer nothing where there is none.
 * @returns milliseconds.
 */
export function restAfter(answer: Answer | undefined): number {
  if (!answer || answer.status >= 400) return AFTER_REFUSAL_MS;
  const bytes = answer.text?.length ?? 0;
  return bytes < LARGE ? 0 : (bytes / 1024) * AFTER_LARGE_MS;
}
