import { configurationProblem, type Problem } from '../../../problem.js';
import { type NegotiationTarget, principalOf } from './negotiation.js';

/** Why a login with the account of the process could not be begun, or not be finished. */
export type NegotiationFailure =
  | 'no-ticket'
  | 'expired'
  | 'server-unknown'
  | 'clock'
  | 'unreachable'
  /** The time of the login was over before it could be sent. */
  | 'silent'
  | 'wrong-realm'
  /** The domain gives this account no ticket: the key is wrong, or the account disabled or deleted. */
  | 'account-refused'
  | 'other';

type Wording = [code: string, message: string, hint: string];

/** What a login needs to be told of: `keytab` is what KRB5_CLIENT_KTNAME names. */
interface Told extends NegotiationTarget {
  keytab?: string | undefined;
}

/** What the failure means for an administrator. `detail` is what the system says. */
export function negotiationProblem(
  failure: NegotiationFailure,
  { host, port, spn = principalOf(host, port), keytab }: Told,
  detail: string,
  platform: NodeJS.Platform = process.platform,
): Problem {
  const [code, message, hint] =
    (platform === 'win32'
      ? windowsWording(failure, spn)
      : keytab && keytabWording(failure, keytab, detail)) ||
    wordingOf(failure, spn, `${host}:${port}`, detail);
  return configurationProblem(code, message, { hint, cause: new Error(detail) });
}

/** Windows has accounts where Linux has tickets. */
function windowsWording(failure: NegotiationFailure, spn: string): Wording | undefined {
  if (failure === 'no-ticket') {
    return [
      'kerberos-ticket-missing',
      'The Windows account of this process has no credentials that SQL Server could accept.',
      'Run scimctl as a domain account, such as a group managed service account. A local account and LocalService have none.',
    ];
  }
  if (failure === 'expired') {
    return [
      'kerberos-ticket-expired',
      'The Kerberos tickets of the Windows account of this process have expired.',
      'Sign in again, or restart the service. klist shows the tickets.',
    ];
  }
  if (failure === 'silent') {
    return [
      'kerberos-failed',
      silence(spn),
      'Check with nltest /dsgetdc:DOMAIN that a domain controller answers, and that no firewall drops packets to its port 88. DNS that does not answer has the same effect.',
    ];
  }
  return undefined;
}

/** What is said where no reason is known but the time. */
const silence = (spn: string): string =>
  `No Kerberos domain controller answered in time, so the login was not sent: it requires a ticket for ${spn}.`;

/** A keytab takes the place of kinit. */
function keytabWording(failure: NegotiationFailure, keytab: string, detail: string): Wording | undefined {
  const file = keytab.replace(/^(WR)?FILE:/, '');
  if (failure === 'no-ticket') {
    return [
      'kerberos-ticket-missing',
      `Integrated security needs a Kerberos ticket, but the keytab ${file}, which KRB5_CLIENT_KTNAME names, has no key that can be used.`,
      `Check as this account that the file exists and can be read: klist -k ${file} shows the accounts in it.`,
    ];
  }
  if (failure === 'account-refused') {
    return [
      'kerberos-failed',
      `The Kerberos domain refused the account of the keytab ${file}: ${detail}.`,
      `Have a domain administrator check that the account exists, is enabled, and has had no new password since the keytab was made: klist -kte ${file} shows the account and the date of its key. If necessary, have a new keytab made.`,
    ];
  }
  if (failure === 'expired') {
    return [
      'kerberos-ticket-expired',
      `The Kerberos ticket of the account of this process has expired, and the keytab ${file} gave no new one.`,
      `Check as this account that the file can be read: klist -k ${file} must show the account that klist shows. Or remove the old ticket with kdestroy.`,
    ];
  }
  return undefined;
}

function wordingOf(failure: NegotiationFailure, spn: string, server: string, detail: string): Wording {
  switch (failure) {
    case 'no-ticket':
      return [
        'kerberos-ticket-missing',
        'Integrated security needs a Kerberos ticket, but the account of this process has none.',
        'Run kinit as this account, or let KRB5_CLIENT_KTNAME name the keytab of a service account. klist shows which tickets there are, and KRB5CCNAME says where.',
      ];
    case 'expired':
      return [
        'kerberos-ticket-expired',
        'The Kerberos ticket of the account of this process has expired.',
        'Run kinit again. For a service, let KRB5_CLIENT_KTNAME name a keytab, from which new tickets come by themselves.',
      ];
    case 'server-unknown':
      return [
        'kerberos-server-unknown',
        `The Kerberos domain has no service ${spn} for the SQL Server at ${server}.`,
        `Have a domain administrator register it for the service account of SQL Server: setspn -S ${spn} DOMAIN\\account. Connect by the fully qualified name, or name the registered service with Server SPN=.`,
      ];
    case 'clock':
      return [
        'kerberos-clock-skew',
        'Kerberos refused the login because the clocks of this machine and of the domain controller or the SQL Server differ by more than 5 minutes.',
        'Synchronise the clocks with the domain controller: w32tm /resync on Windows, chronyc makestep on Linux.',
      ];
    case 'unreachable':
      return [
        'kerberos-failed',
        `No Kerberos domain controller can be reached: ${detail}.`,
        'Check kdc in krb5.conf or the SRV records of the domain, and that port 88 is open.',
      ];
    case 'silent':
      return [
        'kerberos-failed',
        silence(spn),
        'Check kdc in krb5.conf or the SRV records of the domain, and that no firewall drops packets to port 88 of the domain controllers. DNS that does not answer has the same effect. If only some domain controllers are down, allow more time with --timeout.',
      ];
    case 'wrong-realm':
      return [
        'kerberos-failed',
        `Kerberos does not know the domain of ${spn}: ${detail}.`,
        'Check default_realm and domain_realm in krb5.conf, or write the realm into the setting: Server SPN=MSSQLSvc/host:port@REALM.',
      ];
    case 'account-refused':
      return [
        'kerberos-failed',
        `The Kerberos domain refused the account of this process: ${detail}.`,
        'Have a domain administrator check that the account exists and is enabled, then run kinit again.',
      ];
    default:
      return [
        'kerberos-failed',
        `The login with the account of this process failed: ${detail}.`,
        'Check the account with klist, and on Linux krb5.conf. KRB5_TRACE=/dev/stderr shows what the Kerberos library does.',
      ];
  }
}

/** The library that knows Kerberos cannot be loaded. */
export const libraryMissing = (cause: unknown, platform: NodeJS.Platform): Problem =>
  configurationProblem(
    'kerberos-library-missing',
    platform === 'linux' || platform === 'win32'
      ? 'Integrated security needs a library that cannot be loaded on this machine.'
      : 'Integrated security works on Windows and Linux only.',
    {
      hint:
        platform === 'linux'
          ? 'Install MIT Kerberos (apt install libgssapi-krb5-2, or dnf install krb5-libs), and scimctl with all its dependencies. Or use a SQL login.'
          : 'Use a SQL login (User ID and Password), or NTLM: User ID=DOMAIN\\user with the Windows password.',
      cause,
    },
  );

/** A connection came to another account than the connections before it. */
export const accountChanged = (before: string, now: string): Problem =>
  configurationProblem(
    'kerberos-account-changed',
    `This process had Kerberos tickets for ${before} and now has tickets for ${now}.`,
    { hint: `Restart scimctl to use the other account, or run kinit as ${before} again.` },
  );

/** Neither a certificate nor Kerberos has shown that this is the server. */
export const serverUnproven = (server: string): Problem =>
  configurationProblem(
    'kerberos-server-unproven',
    `The server at ${server} accepted the login without proving that it is the service that it claims to be.`,
    {
      hint: 'Check the address. If it is right, have the connection verified by a certificate: Encrypt=True without TrustServerCertificate.',
    },
  );
