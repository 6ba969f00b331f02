import type { ExactNumber } from './exact-number.js';

/**
 * The newest seal of the chain, to be kept where whoever can write to the database cannot: it vouches for every event
 * up to `lastSeq`. Before the first seal all numbers are 0.
 */
export interface Head {
  sealNo: number;
  lastSeq: ExactNumber;
  /** How many events the seals up to this one cover. */
  events: number;
  /** Hex. */
  digest: string;
  sealedAt: Date | null;
}

/** What verifying needs of a head that was kept elsewhere. */
export type KeptHead = Omit<Head, 'sealedAt'>;
