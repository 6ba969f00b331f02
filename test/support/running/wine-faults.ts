import type { KnownFault } from './known-faults.js';

/**
 * Tests that fail under Wine 8 because of Wine, and not on Windows. Each reason was seen in a script of a few lines that
 * uses nothing of ours.
 */
export const WINE_FAULTS: readonly KnownFault[] = [];
