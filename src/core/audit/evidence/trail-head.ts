import type { ExactNumber } from '../exact-number.js';

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

/** What was signed of a head. */
export interface HeadSignature {
  /** The very text that was signed: all fields of the head, and the time of signing. */
  signed: string;
  /** Ed25519, in base64. */
  signature: string;
}

/** A head whose signature says who confirms it, and when. */
export interface SignedHead extends Head, HeadSignature {
  signedAt: Date;
  /** Which key: the SHA-256 of its public half in DER, in hex. */
  publicKeySha256: string;
}

/** The parts of a kept head that verification needs. */
export interface KeptHead extends Omit<Head, 'sealedAt'> {
  /** Where the head is signed. It agrees with the other fields; whether it is valid, only the public key can tell. */
  signature?: HeadSignature;
}
