import type { ExactNumber } from './exact-number.js';

/**
 * The newest seal of the chain. Keep it where logins with write access to the database cannot change it: it confirms
 * every event up to `lastSeq`. Before the first seal all numbers are 0.
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

/** The parts of a kept head that verification needs. */
export type KeptHead = Omit<Head, 'sealedAt'>;
