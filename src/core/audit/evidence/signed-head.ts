import { prerequisiteProblem } from '../../../problem.js';
import type { PublicKey, SigningKey } from './signing-key.js';
import type { Head, HeadSignature, KeptHead, SignedHead } from './trail-head.js';

/** What is known of the signature of a kept head. */
export type SignatureState =
  /** It is that of the public key. */
  | 'valid'
  /** There is one, and no public key was given. */
  | 'unchecked'
  /** The head is not signed. */
  | 'absent';

/**
 * Signs a head with the time of signing. What is signed is a line of text: `scimctl-head-1` and the fields, with a
 * space between them. docs/audit-trail.md describes it; it can never change.
 */
export function signHead(head: Head, key: SigningKey, now: Date): SignedHead {
  const signed = headText(head, instant(head.sealedAt), now.toISOString());
  return {
    ...head,
    signedAt: now,
    signed,
    signature: key.sign(signed).toString('base64'),
    publicKeySha256: key.publicKey.fingerprint,
  };
}

/**
 * The signature in a kept head, if it has one.
 * @param fields the JSON object that the head was read from.
 * @throws Problem `head-signature-invalid` where the fields are not those that were signed.
 */
export function signatureIn(head: KeptHead, fields: Record<string, unknown>): HeadSignature | undefined {
  const { signed, signature, signedAt, sealedAt } = fields;
  if (signed === undefined && signature === undefined) return undefined;
  if (typeof signed !== 'string' || typeof signature !== 'string') throw invalid(CHANGED);
  if (signed !== headText(head, String(sealedAt ?? NO_INSTANT), String(signedAt))) throw invalid(CHANGED);
  return { signed, signature };
}

/**
 * Verifies the signature of a kept head.
 * @param publicKey without it, nothing is verified.
 * @throws Problem `head-signature-invalid`, or `head-unsigned` where a public key is given and no signature is there.
 */
export function checkSignature({ signature }: KeptHead, publicKey: PublicKey | undefined): SignatureState {
  if (!publicKey) return signature ? 'unchecked' : 'absent';
  if (!signature) {
    throw prerequisiteProblem('head-unsigned', 'The head is not signed, so the public key proves nothing.', {
      hint: 'Name a head that was signed with this key, or leave out --public-key.',
    });
  }
  const bytes = Buffer.from(signature.signature, 'base64');
  if (!publicKey.verifies(signature.signed, bytes)) throw invalid(OTHER_KEY);
  return 'valid';
}

const CONTEXT = 'scimctl-head-1';
/** In place of a time where nothing is sealed yet. */
const NO_INSTANT = '-';

const headText = (
  { sealNo, lastSeq, events, digest }: Pick<Head, 'sealNo' | 'lastSeq' | 'events' | 'digest'>,
  sealedAt: string,
  signedAt: string,
): string => [CONTEXT, sealNo, lastSeq, events, digest, sealedAt, signedAt].join(' ');

/** As JSON has it: no time where a row that was planted holds none. */
const instant = (at: Date | null): string => (at === null ? NO_INSTANT : (at.toJSON?.() ?? NO_INSTANT));

const CHANGED = 'The head is not the one that was signed: it was changed afterwards.';
const OTHER_KEY = 'The signature of the head is not valid for this public key.';

const invalid = (message: string) =>
  prerequisiteProblem('head-signature-invalid', message, {
    hint: 'Use a head as `scimctl audit head` printed it, with the public key of the key that signed it. If both are right, someone changed the head.',
  });
