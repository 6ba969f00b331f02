import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';
import { configurationProblem, usageProblem } from '../../../problem.js';

/** An Ed25519 key (RFC 8032) that heads of the trail are signed with. The private half never leaves this object. */
export interface SigningKey {
  readonly publicKey: PublicKey;
  /** Of a text, as UTF-8: 64 bytes. */
  sign(text: string): Buffer;
}

/** The half of a signing key that everybody may have. */
export interface PublicKey {
  /** PEM (RFC 8410), as `openssl pkey -pubout` writes it. */
  readonly pem: string;
  /** SHA-256 of the key in DER, in hex: what people compare. */
  readonly fingerprint: string;
  verifies(text: string, signature: Buffer): boolean;
}

/**
 * Reads a private key in PEM: PKCS #8, as `openssl genpkey -algorithm ed25519` and `audit new-key` write it (RFC 8410).
 * @param source how messages name the file; they never contain anything of its text.
 * @throws Problem `signing-key-invalid`, `signing-key-encrypted` or `signing-key-algorithm`.
 */
export function parseSigningKey(text: string, source: string): SigningKey {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type:.*ENCRYPTED/m.test(text)) {
    throw configurationProblem('signing-key-encrypted', `The signing key in ${source} is encrypted.`, {
      hint: 'Use a key without a passphrase in a file that only this user can read: decrypt it with openssl pkey, or create one with `scimctl audit new-key --key-file FILE`.',
    });
  }
  const key = attempt(() => createPrivateKey({ key: pemIn(text, 'PRIVATE KEY'), format: 'pem' }));
  if (!key) {
    throw configurationProblem('signing-key-invalid', `${source} does not contain a private key.`, {
      hint: 'Name a file that begins with -----BEGIN PRIVATE KEY-----. `scimctl audit new-key --key-file FILE` creates one.',
    });
  }
  if (key.asymmetricKeyType !== 'ed25519') {
    const type = key.asymmetricKeyType ?? 'unknown';
    throw configurationProblem(
      'signing-key-algorithm',
      `The signing key in ${source} is not an Ed25519 key: its type is ${type}.`,
      { hint: 'Create an Ed25519 key with `scimctl audit new-key --key-file FILE`.' },
    );
  }
  return signingKeyOf(key);
}

/**
 * Reads a public key in PEM. A private key is refused, although it contains the public one: it does not belong where
 * signatures are verified.
 * @throws Problem `public-key-invalid`.
 */
export function parsePublicKey(text: string, source: string): PublicKey {
  const key = attempt(() => createPublicKey({ key: pemIn(text, 'PUBLIC KEY'), format: 'pem' }));
  if (key?.asymmetricKeyType === 'ed25519') return publicKeyOf(key);
  const what = /PRIVATE KEY-----/.test(text)
    ? 'a private key'
    : key
      ? `a public key of another type (${key.asymmetricKeyType})`
      : 'no public key';
  throw usageProblem('public-key-invalid', `${source} contains ${what}.`, {
    hint: 'Name a file with the Ed25519 public key that `scimctl audit new-key --key-file FILE` printed. It begins with -----BEGIN PUBLIC KEY-----.',
  });
}

/** A new key, and the PEM text of its private half, for a file. @param random cryptographically strong. */
export function newSigningKey(random: (bytes: number) => Uint8Array): { key: SigningKey; pem: string } {
  const key = createPrivateKey({
    key: Buffer.concat([PKCS8_BEGINNING, random(SEED_BYTES)]),
    format: 'der',
    type: 'pkcs8',
  });
  return { key: signingKeyOf(key), pem: key.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

const SEED_BYTES = 32;

/** RFC 8410 §7: an Ed25519 private key is these bytes and the 32 of its seed. */
const PKCS8_BEGINNING = Buffer.from('302e020100300506032b657004220420', 'hex');

const signingKeyOf = (key: KeyObject): SigningKey => ({
  publicKey: publicKeyOf(createPublicKey(key)),
  sign: (text) => sign(null, Buffer.from(text), key),
});

const publicKeyOf = (key: KeyObject): PublicKey => ({
  pem: key.export({ type: 'spki', format: 'pem' }).toString(),
  fingerprint: hash('sha256', key.export({ type: 'spki', format: 'der' }), 'hex'),
  verifies: (text, signature) => verify(null, Buffer.from(text), key, signature),
});

/** The first block of this kind, without what stands around it; an empty text where there is none. */
function pemIn(text: string, kind: 'PRIVATE KEY' | 'PUBLIC KEY'): string {
  const block = new RegExp(`-----BEGIN ([A-Z0-9]+ )?${kind}-----[^-]*-----END ([A-Z0-9]+ )?${kind}-----`);
  return block.exec(text)?.[0] ?? '';
}

/** OpenSSL's own words are of no use to people, and might quote the text. */
function attempt(read: () => KeyObject): KeyObject | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
