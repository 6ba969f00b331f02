import { createHmac } from 'node:crypto';
import { configurationProblem } from '../../../problem.js';

/** A secret that a receiver shares with this product, 24 to 64 bytes. */
export type WebhookSecret = Uint8Array;

const LEAST_BYTES = 24;
const MOST_BYTES = 64;

/**
 * Reads secrets as Standard Webhooks write them, `whsec_` and base64, with blanks or line breaks between them. With
 * several, each signs, so that the receiver can change from one to the other. Lines that begin with `#` are comments.
 * @param source where they are from, for the message: a file, or the name of a variable.
 * @throws Problem `webhook-secret-invalid`; the message quotes nothing of what is there.
 */
export function parseWebhookSecrets(text: string, source: string): WebhookSecret[] {
  const words = text
    .split(/\r?\n/)
    .filter((line) => !/^\s*#/.test(line))
    .flatMap((line) => line.split(/\s+/))
    .filter((word) => word !== '');
  const secrets = words.map((word) => {
    const [, encoded] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(word) ?? [];
    const secret = Buffer.from(encoded ?? '', 'base64');
    return secret.length >= LEAST_BYTES && secret.length <= MOST_BYTES ? secret : undefined;
  });
  if (secrets.length === 0 || secrets.includes(undefined)) {
    const what = secrets.length === 0 ? 'no secret' : 'a secret that is not valid';
    throw configurationProblem('webhook-secret-invalid', `${source} contains ${what}.`, {
      hint: `Write each secret as whsec_ and ${LEAST_BYTES} to ${MOST_BYTES} random bytes in base64. Create one with: echo "whsec_$(openssl rand -base64 32)"`,
    });
  }
  return secrets as WebhookSecret[];
}

/** One message to a receiver. */
export interface WebhookMessage {
  /** The same each time that it is sent. */
  id: string;
  /** Of this attempt. */
  at: Date;
  body: string;
}

/**
 * The headers of Standard Webhooks (https://www.standardwebhooks.com): id, time in seconds, and for each secret a
 * signature `v1,` with the HMAC-SHA-256 of `id.time.body` in base64.
 */
export function webhookHeaders(
  { id, at, body }: WebhookMessage,
  secrets: readonly WebhookSecret[],
): Record<string, string> {
  const seconds = String(Math.floor(at.getTime() / 1000));
  const signed = `${id}.${seconds}.${body}`;
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`,
  );
  return {
    'webhook-id': id,
    'webhook-timestamp': seconds,
    'webhook-signature': signatures.join(' '),
  };
}
