import { codeOf, connectFailureOf, unfold } from '../../database/settings/failure.js';
/** Why a request got no answer. */
export class TransportFailure extends Error {
    code;
    advice;
    name = 'TransportFailure';
    constructor(
    /** Stable: `host-unknown`, `tls-expired`, `timed-out`. */
    code, 
    /** What happened, without a full stop. */
    message, 
    /** What mends it, without a full stop. */
    advice, cause) {
        super(message, { cause });
        this.code = code;
        this.advice = advice;
    }
}
/** Says of an error of node's client what it means. */
export function transportFailure(error, url) {
    if (error instanceof TransportFailure)
        return error;
    const errors = unfold(error);
    const told = errors.find((one) => connectFailureOf(one)) ?? errors[0];
    const code = codeOf(told) ?? '';
    // Asked for TLS and got something else: the code is of TLS, the reason is not.
    const isPlain = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|RECORD_TOO_SMALL|HTTP_REQUEST/.test(`${code} ${told?.message ?? ''}`.toUpperCase().replaceAll(' ', '_'));
    if (/^HPE_/.test(code) || (isPlain && url.protocol === 'https:')) {
        return new TransportFailure('not-http', url.protocol === 'https:'
            ? `${url.host} does not speak TLS on that port`
            : `${url.host} does not speak plain HTTP on that port`, 'Check the port, and whether the address begins with https:// or http://', error);
    }
    const failure = told && connectFailureOf(told);
    const [message, advice] = failure
        ? WORDING[failure](url, namesOn(told))
        : [`The request to ${url.host} failed (${code || told?.message || 'no reason given'})`, 'Try again'];
    return new TransportFailure(failure ?? 'failed', message, advice, error);
}
const BEYOND_TLS = 'An IdP in the cloud trusts public authorities only; for this probe, name the authority with --ca FILE';
const WORDING = {
    'host-unknown': ({ hostname }) => [
        `The host name ${hostname} cannot be resolved`,
        'Check the spelling. An IdP in the cloud needs a name that the public DNS knows',
    ],
    refused: ({ host }) => [
        `${host} refused the connection: nothing listens on that port`,
        'Check that the endpoint runs, its port, and the firewall',
    ],
    'no-route': ({ host }) => [`The network has no way to ${host}`, 'Check address, VPN and firewall'],
    'timed-out': ({ host }) => [`${host} did not answer in time`, 'Check host, port and firewall'],
    'cut-off': ({ host }) => [
        `${host} closed the connection without an answer`,
        'Look into the log of the endpoint, and of what stands in front of it',
    ],
    'socket-missing': ({ host }) => [`${host} cannot be reached`, 'Check the address'],
    'tls-untrusted': ({ host }) => [
        `The certificate of ${host} comes from no authority that is trusted here`,
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
        'Neither IdP has one: switch it off for this address',
    ],
    'tls-failed': ({ host }) => [
        `No encryption could be agreed on with ${host}`,
        'The server has to offer TLS 1.2 or later',
    ],
};
/** The names on the certificate, from the error that Node makes when none of them fits. */
function namesOn(error) {
    const { cert } = error;
    return [...(cert?.subjectaltname ?? '').matchAll(/(?:DNS|IP Address):([^,\s]+)/g)].map(([, name = '']) => name);
}
