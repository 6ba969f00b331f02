const BY_CODE = {
    ENOTFOUND: 'host-unknown',
    EAI_AGAIN: 'host-unknown',
    EAI_NODATA: 'host-unknown',
    EAI_NONAME: 'host-unknown',
    ECONNREFUSED: 'refused',
    EHOSTUNREACH: 'no-route',
    ENETUNREACH: 'no-route',
    EADDRNOTAVAIL: 'no-route',
    EHOSTDOWN: 'no-route',
    ETIMEDOUT: 'timed-out',
    ECONNRESET: 'cut-off',
    EPIPE: 'cut-off',
    ECONNABORTED: 'cut-off',
    ENOENT: 'socket-missing',
    ERR_TLS_CERT_ALTNAME_INVALID: 'tls-name-mismatch',
    HOSTNAME_MISMATCH: 'tls-name-mismatch',
    CERT_HAS_EXPIRED: 'tls-expired',
    CERT_NOT_YET_VALID: 'tls-not-yet-valid',
    DEPTH_ZERO_SELF_SIGNED_CERT: 'tls-untrusted',
    SELF_SIGNED_CERT_IN_CHAIN: 'tls-untrusted',
    UNABLE_TO_GET_ISSUER_CERT: 'tls-untrusted',
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls-untrusted',
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls-untrusted',
    CERT_UNTRUSTED: 'tls-untrusted',
    CERT_REJECTED: 'tls-untrusted',
    CERT_REVOKED: 'tls-untrusted',
    CERT_SIGNATURE_FAILURE: 'tls-untrusted',
    CERT_CHAIN_TOO_LONG: 'tls-untrusted',
    INVALID_CA: 'tls-untrusted',
    INVALID_PURPOSE: 'tls-untrusted',
};
/** What Node's code says of one error; undefined where it says nothing about connecting. */
export function connectFailureOf(error) {
    const code = codeOf(error);
    if (code === undefined)
        return undefined;
    const known = BY_CODE[code];
    if (known)
        return known;
    if (/KEY_TOO_SMALL|MD_TOO_WEAK|DH_KEY_TOO_SMALL/.test(code))
        return 'tls-weak';
    // An alert comes from the server, and of certificates it sees none but the client's.
    if (/CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE_NO_CERT|ALERT_(UNKNOWN_CA|(\w+_)?CERTIFICATE)/.test(code)) {
        return 'tls-client-certificate';
    }
    if (/^ERR_(SSL|TLS|OSSL)_/.test(code) || code === 'EPROTO')
        return 'tls-failed';
    return undefined;
}
/** Whether TLS failed, which trying again does not mend. */
export const isTlsFailure = (error) => (connectFailureOf(error) ?? '').startsWith('tls-');
/** Whether a connection was there, or nearly, and was then cut: by the network, or by whoever listens. */
export const isCutOff = (error) => unfold(error).some((one) => connectFailureOf(one) === 'cut-off' ||
    // The words of pg and tedious; knex puts the statement in front.
    /(^|- )Connection terminated|unexpected end of message stream$/.test(one.message));
/** The error's code where it has one that is text. */
export function codeOf(error) {
    const code = error?.code;
    return typeof code === 'string' ? code : undefined;
}
/**
 * An error with all that is inside it, what explains it best first: what a failed ROLLBACK covered up, the
 * error itself, the parts of an AggregateError, and causes.
 */
export function unfold(error, depth = 0) {
    if (!(error instanceof Error) || depth > 5)
        return [];
    const { originalError, errors, cause } = error;
    return [
        ...unfold(originalError, depth + 1),
        error,
        ...(Array.isArray(errors) ? errors : []).flatMap((one) => unfold(one, depth + 1)),
        ...unfold(cause, depth + 1),
    ];
}
