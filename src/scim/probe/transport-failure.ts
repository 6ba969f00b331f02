import { type ConnectFailure, codeOf, connectFailureOf, unfold } from '../../database/settings/failure.js';

/** Why a request got no answer. */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure';
  constructor(
    /** Stable: `host-unknown`, `tls-expired`, `timed-out`. */
    readonly code: ConnectFailure | 'not-http' | 'too-large' | 'failed',
    /** What happened, without a full stop. */
    message: string,
    /** What mends it, without a full stop. */
    readonly advice: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/** Says of an error of node's client what it means. */
export function transportFailure(error: unknown, url: URL): TransportFailure {
  if (error instanceof TransportFailure) return error;
  const errors = unfold(error);
  const told = errors.find((one) => connectFailureOf(one)) ?? errors[0];
  const code = codeOf(told) ?? '';
  // Asked for TLS and got something else: the code is of TLS, the reason is not.
  const isPlain = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|RECORD_TOO_SMALL|HTTP_REQUEST/.test(
    `${code} ${told?.message ?? ''}`.toUpperCase().replaceAll(' ', '_'),
  );
  if (/^HPE_/.test(code) || (isPlain && url.protocol === 'https:')) {
    return new TransportFailure(
      'not-http',
      url.protocol === 'https:'
        ? `${url.host} does not speak TLS on that port`
        : `${url.host} does not speak plain HTTP on that port`,
      'Check the port, and whether the address begins with https:// or http://',
      error,
    );
  }
  const failure = told && connectFailureOf(told);
  const [message, advice] = failure
    ? WORDING[failure](url, namesOn(told))
    : [`The request to ${url.host} failed (${code || told?.message || 'no reason given'})`, 'Try again'];
  return new TransportFailure(failure ?? 'failed', message, advice, error);
}

type Wording = (url: URL, names: string[]) => [message: string, advice: string];

const BEYOND_TLS =
  'An IdP in the cloud trusts public authorities only; for this probe, name the authority with --ca FILE';

const WORDING: Record<ConnectFailure, Wording> = {
  'host-unknown': ({ hostname }) => [
    `The host name ${hostname} cannot be resolved`,
    'Check the spelling. An IdP in the cloud needs a name that the public DNS knows',
  ],
  refused: ({ host }) => [
    `${host} refused the connection: nothing listens on that port`,
    'Check the port, that the endpoint runs, and the firewall',
  ],
  'no-route': ({ host }) => [`The network has no route to ${host}`, 'Check address, VPN and firewall'],
  'timed-out': ({ host }) => [`${host} did not answer in time`, 'Check host, port and firewall'],
  'cut-off': ({ host }) => [
    `${host} closed the connection without an answer`,
    'Check the logs of the endpoint and of any proxy in front of it',
  ],
  'socket-missing': ({ host }) => [`${host} cannot be reached`, 'Check the address'],
  'tls-untrusted': ({ host }) => [
    `The certificate of ${host} is not from an authority that this machine trusts`,
    `Have the server send its intermediate certificates too. ${BEYOND_TLS}`,
  ],
  'tls-name-mismatch': ({ hostname }, names) => [
    `The certificate is not for ${hostname}${names.length > 0 ? ` but for ${names.join(', ')}` : ''}`,
    'Use a name on the certificate, or have one issued for this name',
  ],
  'tls-expired': ({ host }) => [`The certificate of ${host} has expired`, 'Renew it on the server'],
  'tls-not-yet-valid': ({ host }) => [
    `The certificate of ${host} is not valid yet`,
    'Check the clocks of both machines',
  ],
  'tls-weak': ({ host }) => [
    `The certificate of ${host} uses a key or signature that is too weak`,
    'Have one issued with an RSA key of 2048 bits or more, or an elliptic curve, and SHA-256',
  ],
  'tls-client-certificate': ({ host }) => [
    `${host} asks for a client certificate`,
    'IdPs do not send client certificates: turn this requirement off for this address',
  ],
  'tls-failed': ({ host }) => [
    `${host} and the probe have no TLS version or cipher in common`,
    'The server must offer TLS 1.2 or later',
  ],
};

/** The names on the certificate, from the error that Node makes when none of them fits. */
function namesOn(error: Error): string[] {
  const { cert } = error as { cert?: { subjectaltname?: string } };
  return [...(cert?.subjectaltname ?? '').matchAll(/(?:DNS|IP Address):([^,\s]+)/g)].map(
    ([, name = '']) => name,
  );
}
