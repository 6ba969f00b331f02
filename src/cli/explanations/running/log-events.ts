import type { Explanations } from '../explanation.js';

/** Lines in the log of the endpoint that are about no single request, by their `event`. */
export const LOG_EVENTS: Explanations = {
  'host-writes-failing': {
    meaning:
      'The application could not carry out the last write of the endpoint: a trigger is broken, a column is ignored, or a right is missing. Requests that change users fail until this is corrected.',
    next: 'Look at `scimctl host status`, and have the DBA correct the host views. The line host-writes-recovered follows when a write succeeds.',
  },
  'host-writes-recovered': {
    meaning: 'A write to the application succeeded again after others had failed.',
    next: 'No action is required: the IdPs retry what failed. You can start the retry in the IdP to save time.',
  },
  'trail-planted': {
    meaning: 'Rows that scimctl did not write are in the audit trail. Sealing skipped them and continues.',
    next: 'List them with `scimctl audit verify`, and find the login that wrote them. docs/audit-trail.md describes what to do then.',
  },
  'housekeeping-failed': {
    meaning:
      'A periodic task of the endpoint failed, such as sealing the audit trail. It is repeated, and requests are not affected.',
    next: 'No action is required if it happens once, for example during a failover. Otherwise look at error in the line, which has the code and the message of the database server, and run `scimctl check`.',
  },
  'notices-begun': {
    meaning:
      'This endpoint delivers notices of accounts that become pending to the receiver of --on-pending.',
    next: 'No action is required.',
  },
  'notices-elsewhere': {
    meaning: 'Another endpoint delivers the notices to the receiver now. This one takes over when it ends.',
    next: 'No action is required.',
  },
  'notice-delivered': {
    meaning: 'The receiver accepted a notice. The line has the number of the event in the audit trail.',
    next: 'No action is required.',
  },
  'notice-failed': {
    meaning:
      'The receiver did not accept a notice. It is sent again, later each time, and the notices behind it wait. Requests are not affected.',
    next: 'Look at failure in the line, and correct the receiver. `scimctl check receivers` shows since when it fails. docs/notices.md lists what each answer means.',
  },
  'notices-recovered': {
    meaning: 'The receiver accepted a notice again after others had failed.',
    next: 'No action is required. The notices that waited follow in their order.',
  },
  'operation-failed': {
    meaning:
      'An operation of a bulk request failed with an error that the endpoint does not expect. The other operations are not affected.',
    next: 'Start the endpoint with --verbose to see where the error was thrown, and report it.',
  },
  'connections-dropped': {
    meaning:
      'The endpoint closed connections that exceed a limit. The line has the reason, the number and the last address.',
    causes: [
      'address: one address has too many connections. Behind a reverse proxy, --behind-proxy is missing.',
      'total: there are too many connections altogether.',
      'pipelining: a client sends requests without waiting for answers.',
    ],
    next: 'Check whether the address is your IdP or proxy. docs/endpoint.md lists the limits.',
  },
  'bad-client': {
    meaning:
      'A connection was closed because what arrived is not valid HTTP, is too large, or arrived too slowly.',
    next: 'Usually no action is required: port scanners cause this. A health check that only opens a connection does, too.',
  },
  'certificate-reloaded': {
    meaning: 'The files of the certificate have changed, and the endpoint uses the new certificate.',
    next: 'No action is required.',
  },
  'certificate-not-reloaded': {
    meaning:
      'The files of the certificate have changed, but the new certificate is not valid. The endpoint keeps the old one until it expires.',
    next: 'Correct the files. The line has the code of the problem. The endpoint looks at the files again by itself.',
  },
  'certificate-expiring': {
    meaning:
      'The certificate of the endpoint expires within 30 days. IdPs refuse an expired certificate, and provisioning stops.',
    next: 'Renew the certificate and replace the files. The endpoint reloads them without a restart.',
  },
  'private-key-exposed': {
    meaning:
      'All users of the machine can read the file with the private key of the endpoint, or the one with its password.',
    next: 'Let only the account of the service read the file. If others had access to the machine, replace the key.',
  },
  'cut-off': {
    meaning:
      'The endpoint was stopped, and some requests did not finish in time. Each was applied completely or not at all.',
    next: 'No action is required: the IdP retries. If it happens at every restart, give the endpoint more time to stop.',
  },
};
