import { CENTURY, durationOrNever } from '../input/quantity.js';

/** How long a token may live: at least a minute, or for ever, which is null. */
export const LIFETIME = durationOrNever('1m', CENTURY);

export const DEFAULT_LIFETIME_MS = 365 * 86_400_000;
