import type { ConnectFailure } from '../../../database/settings/failure.js';

/**
 * Why a receiver has not accepted a notice: no answer, one that is too late, a redirect, or a status that is no success,
 * as `status-500`.
 */
export type ReceiverFailure =
  | ConnectFailure
  | 'not-loopback'
  | 'not-http'
  | 'redirected'
  | 'gone'
  | 'failed'
  | `status-${number}`;

const WORDS: Readonly<Record<Exclude<ReceiverFailure, `status-${number}`>, string>> = {
  'host-unknown': 'its host name cannot be resolved. Check the spelling and the DNS',
  refused: 'nothing listens at its port. Start it, or check the port',
  'no-route': 'the network has no route to it. Check the address and the firewall',
  'timed-out':
    'it did not answer in time. Check that it answers before it processes a notice, and the firewall',
  'cut-off': 'it closed the connection without an answer. Check its log',
  'socket-missing': 'it cannot be reached. Check the address',
  'tls-untrusted':
    'its certificate is not from an authority that this machine trusts. Have it send its intermediate certificates, or name the authority with --on-pending-ca',
  'tls-name-mismatch': 'its certificate is for another name. Use a name on the certificate in the URL',
  'tls-expired': 'its certificate has expired. Renew it',
  'tls-not-yet-valid': 'its certificate is not valid yet. Check the clocks of both machines',
  'tls-weak': 'its certificate uses a key or signature that is too weak. Have a new one issued',
  'tls-client-certificate':
    'it asks for a client certificate, which scimctl does not have. Turn this requirement off for the URL',
  'tls-failed': 'it has no TLS version or cipher in common with scimctl. It must offer TLS 1.2 or later',
  'not-loopback': 'its name is that of another machine, to which plain HTTP is not sent. Use https',
  'not-http':
    'the port does not speak the protocol of the URL. Check the port, and whether the URL begins with https',
  redirected: 'it answers with a redirect, which is not followed. Name the URL that it redirects to',
  gone: 'it answers 410 (Gone): it wants no more notices. Remove --on-pending, or set the receiver up again',
  failed: 'the request failed. See the log of `serve`',
};

/** What a failure means, as the end of a sentence, and what to do about it; without a full stop. */
export function failureWords(failure: string): string {
  const [, status] = /^status-(\d+)$/.exec(failure) ?? [];
  if (status !== undefined) {
    return /^40[13]$/.test(status)
      ? `it answers ${status}. Check that it has the same secret, and that the clocks agree`
      : `it answers ${status}. Check its log`;
  }
  return WORDS[failure as keyof typeof WORDS] ?? WORDS.failed;
}

/** Failures that another attempt will not change soon: it is made seldom. */
export const isLasting = (failure: ReceiverFailure): boolean => failure === 'gone';
