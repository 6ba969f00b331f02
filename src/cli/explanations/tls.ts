import type { Explanations } from './explanation.js';

/** TLS to the database server. */
export const TLS: Explanations = {
  'tls-untrusted': {
    kind: 'configuration',
    meaning:
      'The certificate of the database server is not from an authority that this machine trusts. No password was sent.',
    causes: [
      'The server uses the self-signed certificate that it created itself, as SQL Server does by default.',
      'The certificate is from an authority of your organisation that Node.js does not know.',
      'The server does not send an intermediate certificate.',
      'Someone between this machine and the server intercepts the connection.',
    ],
    next: 'Get the certificate of the authority, and name it in the connection setting as the error says. Connect without verification only on a network that you trust.',
  },
  'tls-name-mismatch': {
    kind: 'configuration',
    meaning:
      'The certificate of the database server is for another name than the one in the connection setting. No password was sent.',
    causes: [
      'The setting has an IP address, a short name or an alias.',
      'The certificate does not contain the name of the listener.',
      'The connection leads to another server.',
    ],
    next: 'Connect by a name that is on the certificate, or add the setting for another name that the error shows.',
  },
  'tls-expired': {
    kind: 'configuration',
    meaning: 'The certificate of the database server has expired. No password was sent.',
    next: 'Have the certificate renewed on the server. Check the clock of this machine if others can connect.',
  },
  'tls-not-yet-valid': {
    kind: 'configuration',
    meaning: 'The certificate of the database server is not valid yet. No password was sent.',
    causes: [
      'The clock of this machine or of the server is wrong.',
      'The certificate was issued for a later date.',
    ],
    next: 'Correct the clocks, or have the server use a certificate that is valid now.',
  },
  'tls-weak': {
    kind: 'configuration',
    meaning:
      'The certificate of the database server has a key or signature that current TLS libraries refuse as too weak.',
    next: 'Give the server a certificate with an RSA key of at least 2048 bits, or an elliptic curve, and SHA-256.',
  },
  'tls-failed': {
    kind: 'configuration',
    meaning:
      'The TLS handshake with the server failed: there is no TLS version or cipher that both sides accept.',
    causes: [
      'The server offers only TLS 1.0 or 1.1.',
      'Another program listens on the port, or a device in the network interferes.',
    ],
    next: 'Enable TLS 1.2 or later on the server, and check host and port.',
  },
  'tls-refused': {
    kind: 'configuration',
    meaning: 'The server does not offer TLS, and the settings require it. No password was sent.',
    next: 'Have TLS set up on the server. On a network that you trust, connect without TLS as the error says.',
  },
  'tls-required': {
    kind: 'configuration',
    meaning: 'The server accepts this login only over TLS, and the settings turn TLS off.',
    next: 'Remove sslmode=disable or Encrypt=False from the connection setting.',
  },
  'tls-client-certificate': {
    kind: 'configuration',
    meaning: 'The server requires a client certificate, or does not accept the one that was sent.',
    causes: [
      'No client certificate is configured.',
      'The certificate has expired, or is from an authority that the server does not trust.',
      'In PostgreSQL, its common name is not the name of the role.',
    ],
    next: 'Name a certificate and its key in the connection setting, as the error says.',
  },
  'tls-file-unreadable': {
    kind: 'configuration',
    meaning: 'A certificate or key file of the connection setting cannot be read, or contains neither.',
    next: 'Check the path and the permissions. Use a PEM file; a certificate can also be a DER file (.cer). A PFX file must be converted.',
  },
};
