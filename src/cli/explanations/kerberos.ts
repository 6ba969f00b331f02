import type { Explanations } from './explanation.js';

/** SQL Server with the account of the process: SSPI on Windows, Kerberos on Linux. */
export const KERBEROS: Explanations = {
  'kerberos-library-missing': {
    kind: 'configuration',
    meaning:
      'Integrated security needs a system library that cannot be loaded on this machine. It works only on Windows and Linux.',
    causes: [
      'On Linux, MIT Kerberos is not installed.',
      'The package koffi, with which scimctl calls the library, was not installed completely.',
    ],
    next: 'On Linux, install libgssapi-krb5-2 (Debian, Ubuntu) or krb5-libs (Red Hat). Otherwise use a SQL login, or NTLM with a Windows account and password.',
  },
  'kerberos-ticket-missing': {
    kind: 'configuration',
    meaning:
      'The account of this process has no Kerberos ticket, or on Windows no credentials that SQL Server could accept.',
    causes: [
      'On Linux, kinit was not run as this account, or the ticket cache is elsewhere (KRB5CCNAME).',
      'The keytab that KRB5_CLIENT_KTNAME names does not exist, cannot be read by this account, or contains no key.',
      'On Windows, the service runs as LocalService or a local account.',
    ],
    next: 'On Linux, run kinit, or set KRB5_CLIENT_KTNAME to the keytab of a service account; klist -k shows what is in a keytab. On Windows, run scimctl as a domain account, such as a group managed service account.',
  },
  'kerberos-ticket-expired': {
    kind: 'configuration',
    meaning: 'The Kerberos ticket of the account of this process has expired. Tickets usually last 10 hours.',
    next: 'Run kinit again, or on Windows sign in again. For a service on Linux, set KRB5_CLIENT_KTNAME to a keytab, from which new tickets are obtained automatically.',
  },
  'kerberos-server-unknown': {
    kind: 'configuration',
    meaning:
      'The domain has no service principal name (SPN) for this SQL Server, so Kerberos issues no ticket for it.',
    causes: [
      'The SPN was never registered: SQL Server runs under an account that may not register it itself.',
      'The connection uses an alias, an IP address or another port than the SPN.',
    ],
    next: 'Have a domain administrator register the SPN that the error names with setspn -S. Or connect by the fully qualified name, or name the SPN with Server SPN.',
  },
  'kerberos-clock-skew': {
    kind: 'configuration',
    meaning:
      'Kerberos refused the login because clocks differ by more than 5 minutes: of this machine, and of the domain controller or SQL Server.',
    next: 'Synchronise the clocks: w32tm /resync on Windows, chronyc makestep on Linux.',
  },
  'kerberos-failed': {
    kind: 'configuration',
    meaning:
      'The login with the account of this process failed in Kerberos for the reason that the error quotes.',
    causes: [
      'No domain controller can be reached, or none answers.',
      'The account is disabled or was deleted, or its keytab contains an old key.',
      'krb5.conf does not map the server to its realm.',
      'The SPN is registered for two accounts, or for the wrong one.',
    ],
    next: 'Check klist, and on Linux krb5.conf and port 88. KRB5_TRACE=/dev/stderr shows what the library does.',
  },
  'kerberos-account-changed': {
    kind: 'configuration',
    meaning:
      'The process was logged in to SQL Server as one account, and its tickets are now for another. scimctl does not continue as another account.',
    next: 'Restart scimctl to use the new account, or run kinit for the former account again.',
  },
  'kerberos-server-unproven': {
    kind: 'configuration',
    meaning:
      'The server accepted the login without proving that it is the service it claims to be. The connection was closed, because it may be another server.',
    next: 'Check the address. If it is right, have the connection verified by a certificate: Encrypt=True without TrustServerCertificate.',
  },
};
