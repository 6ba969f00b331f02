import { configurationProblem, type Problem } from '../../../problem.js';
import { describeServer, engineLabel } from '../describe.js';
import type { ConnectFailure } from '../failure.js';
import type { ServerSettings } from '../settings.js';

/** How a setting is spelt that mends a TLS failure, which differs between the engines. */
interface Spelling {
  authority: string;
  otherName: (name: string) => string;
  unverified: string;
  clientCertificate: string;
}

const SPELLINGS: Record<ServerSettings['engine'], Spelling> = {
  postgres: {
    authority: 'sslrootcert=FILE',
    otherName: () => 'sslmode=verify-ca, which does not check the name',
    unverified: 'sslmode=require',
    clientCertificate: 'sslcert=FILE and sslkey=FILE',
  },
  mssql: {
    authority: 'ServerCertificate=FILE',
    otherName: (name) => `HostNameInCertificate=${name}`,
    unverified: 'TrustServerCertificate=True',
    clientCertificate: 'a login that needs no client certificate',
  },
};

/** Says which way of reaching the server failed, and which setting mends it. */
export function failureProblem(failure: ConnectFailure, error: Error, settings: ServerSettings): Problem {
  const server = `${engineLabel(settings)} at ${describeServer(settings)}`;
  const [code, message, hint] = failure.startsWith('tls-')
    ? tlsWording(failure, error, settings, server)
    : networkWording(failure, settings, server);
  return configurationProblem(code, message, { hint, cause: error });
}

type Wording = [code: string, message: string, hint: string];

function networkWording(failure: ConnectFailure, settings: ServerSettings, server: string): Wording {
  const hosts = settings.hosts.map(({ host }) => host).join(', ');
  switch (failure) {
    case 'host-unknown':
      return [
        'database-host-unknown',
        `The host name ${hosts} cannot be resolved.`,
        'Check the spelling and the DNS settings of this machine, or use the fully qualified name or the IP address.',
      ];
    case 'refused':
      return [
        'database-unreachable',
        `${server} cannot be reached: nothing listens on that port.`,
        settings.engine === 'mssql'
          ? 'Check the port, that the server runs, and that TCP/IP is enabled in SQL Server Configuration Manager.'
          : 'Check the port, that the server runs, and that its listen_addresses include this address.',
      ];
    case 'no-route':
      return [
        'database-unreachable',
        `${server} cannot be reached: the network has no route to it.`,
        'Check the address, the network connection, VPN and firewalls.',
      ];
    case 'timed-out':
      return [
        'database-timeout',
        `${server} did not answer within ${settings.connectTimeoutMs / 1000} seconds.`,
        `Check the host, the port and the firewalls. For a slow server, use a longer --timeout or a higher ${settings.engine === 'mssql' ? 'Connect Timeout' : 'connect_timeout'}.`,
      ];
    case 'socket-missing':
      return [
        'database-unreachable',
        `${server} cannot be reached: there is no such socket.`,
        'Check that the server runs, and check unix_socket_directories and the port in its configuration.',
      ];
    default:
      return [
        'database-unreachable',
        `${server} closed the connection before it was set up.`,
        `Check that ${engineLabel(settings)} listens at this address, and check its log.`,
      ];
  }
}

function tlsWording(
  failure: ConnectFailure,
  error: Error,
  settings: ServerSettings,
  server: string,
): Wording {
  const spelling = SPELLINGS[settings.engine];
  const unverified = `or connect without verification with ${spelling.unverified}.`;
  switch (failure) {
    case 'tls-untrusted':
      return [
        'tls-untrusted',
        `The TLS certificate of ${server} is not from an authority that this machine trusts.`,
        `Name the authority's certificate with ${spelling.authority}, ${unverified}`,
      ];
    case 'tls-name-mismatch': {
      const names = namesOn(error);
      const asked = settings.tls.serverName ?? settings.hosts.map(({ host }) => host).join(', ');
      return [
        'tls-name-mismatch',
        `The TLS certificate of ${server} is not for ${asked}${names.length > 0 ? ` but for ${names.join(', ')}` : ''}.`,
        `Connect by a name on the certificate, use ${spelling.otherName(names[0] ?? 'NAME')}, ${unverified}`,
      ];
    }
    case 'tls-expired':
      return [
        'tls-expired',
        `The TLS certificate of ${server} has expired.`,
        `Renew it on the server, ${unverified}`,
      ];
    case 'tls-not-yet-valid':
      return [
        'tls-not-yet-valid',
        `The TLS certificate of ${server} is not valid yet.`,
        `Check the clocks of both machines, ${unverified}`,
      ];
    case 'tls-weak':
      return [
        'tls-weak',
        `The TLS certificate of ${server} has a key or signature that is too weak.`,
        'Give the server a certificate with an RSA key of 2048 bits or more and SHA-256.',
      ];
    case 'tls-client-certificate':
      return [
        'tls-client-certificate',
        settings.tls.certFile === undefined
          ? `${server} requires a client certificate.`
          : `${server} does not accept the client certificate.`,
        `Use ${spelling.clientCertificate}${settings.tls.certFile === undefined ? '' : ', from an authority that the server trusts'}.`,
      ];
    default:
      return [
        'tls-failed',
        `${server} and scimctl have no TLS version or cipher in common.`,
        'The server must offer TLS 1.2 or later. Check its TLS settings, and which program listens on this port.',
      ];
  }
}

/** The names on the certificate, from the error that Node makes when none of them fits. */
function namesOn(error: Error): string[] {
  const { cert } = error as { cert?: { subject?: { CN?: string | string[] }; subjectaltname?: string } };
  const alternatives = [...(cert?.subjectaltname ?? '').matchAll(/(?:DNS|IP Address):("[^"]*"|[^,\s]+)/g)];
  if (alternatives.length > 0) return alternatives.map(([, name = '']) => name);
  return [cert?.subject?.CN ?? []].flat();
}
