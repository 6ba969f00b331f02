import type { Explanations } from './explanation.js';

/** Starting the endpoint, and testing an endpoint as an IdP would. */
export const ENDPOINT: Explanations = {
  'plain-http-refused': {
    kind: 'usage',
    meaning:
      'The endpoint does not listen at an address of the network without TLS, because tokens would be sent in plain text. It did not start.',
    next: 'Serve HTTPS with --tls-cert and --tls-key or with --tls-pfx, or leave out --host to listen only on this machine. If a reverse proxy does TLS, listen at an address that only the proxy can reach, and add --behind-proxy.',
  },
  'address-unavailable': {
    kind: 'configuration',
    meaning:
      'The endpoint cannot listen at this address, because it is not an address of this machine. It did not start.',
    next: 'Use --host with an address of this machine, or 0.0.0.0 or :: for all addresses.',
  },
  'port-in-use': {
    kind: 'configuration',
    meaning: 'Another program already listens at this address and port. The endpoint did not start.',
    causes: [
      'Another endpoint, for example the service, is already running.',
      'A web server or another product uses the port.',
    ],
    next: 'Choose another port with --port, or end the other program.',
  },
  'port-forbidden': {
    kind: 'configuration',
    meaning: 'This account is not allowed to listen at this port. The endpoint did not start.',
    causes: [
      'On Linux, ports below 1024 need a capability.',
      'On Windows, the system or another program has reserved the port.',
    ],
    next: 'Choose a port from 1024 up, or put a reverse proxy in front. On Linux, AmbientCapabilities=CAP_NET_BIND_SERVICE of systemd allows lower ports.',
  },
  'certificate-unreadable': {
    kind: 'configuration',
    meaning:
      'The certificate or the private key of the endpoint cannot be read. The endpoint did not start, or keeps its former certificate if it is running.',
    next: 'Check --tls-cert, --tls-key or --tls-pfx, and the permissions of the account that runs the endpoint.',
  },
  'certificate-invalid': {
    kind: 'configuration',
    meaning:
      'The certificate or the private key of the endpoint is not valid. The endpoint did not start, or keeps its former certificate if it is running.',
    causes: [
      'A file is not in PEM format. A PFX file belongs to --tls-pfx.',
      'The password of a PFX file is missing or wrong, or the file is encrypted with RC2.',
      'The private key is protected by a password.',
      'The file was being written when it was read.',
    ],
    next: 'Convert the files with openssl, as the error shows. Give only the account of the service access to the key.',
  },
  'certificate-key-mismatch': {
    kind: 'configuration',
    meaning:
      'The private key does not belong to the certificate. The endpoint did not start, or keeps its former certificate if it is running.',
    causes: [
      'Only one of the two files was renewed.',
      'The certificate of the server is not the first one in its file.',
    ],
    next: 'Use the certificate and the key that were created together, with the certificate of the server first.',
  },
  'user-schemas-unreadable': {
    kind: 'configuration',
    meaning:
      'The file with your own SCIM schemas cannot be read, or is not JSON. The endpoint did not start.',
    next: 'Name a file with --user-schemas that contains a SCIM schema (RFC 7643, section 7) or an array of schemas.',
  },
  'scim-schema-invalid': {
    kind: 'configuration',
    meaning:
      'One of your own SCIM schemas does not follow RFC 7643, or two have the same URN. The endpoint did not start.',
    next: 'Correct the place that the error names. A schema has id, name, description and attributes with their characteristics.',
  },
  'url-invalid': {
    kind: 'usage',
    meaning:
      'The URL is not an HTTP or HTTPS URL of an endpoint, or contains a user name, a password or a query.',
    next: 'Write it as in the IdP: https://host/scim/v2 for a probe, https://host for a base URL.',
  },
  'ca-invalid': {
    kind: 'usage',
    meaning: 'The file given with --ca contains no certificate in PEM format. Nothing was sent.',
    next: 'Name a file that contains -----BEGIN CERTIFICATE-----. Convert a DER file with openssl x509 -inform der.',
  },
  'write-missing': {
    kind: 'usage',
    meaning: 'An option of the probe that writes was given without --write. Nothing was sent.',
    next: 'Add --write to let the probe create and change test users, or leave out --step and --user-name.',
  },
  'step-unknown': {
    kind: 'usage',
    meaning: 'The IdP that the probe plays never takes this step. Nothing was sent.',
    next: 'Use --step deactivate: Okta never deletes a user.',
  },
};
