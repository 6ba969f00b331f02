import { configurationProblem } from '../../problem.js';
import { describeServer, engineLabel } from './describe.js';
const SPELLINGS = {
    postgres: {
        authority: 'sslrootcert=FILE',
        otherName: () => 'sslmode=verify-ca, which does without the name',
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
export function failureProblem(failure, error, settings) {
    const server = `${engineLabel(settings)} at ${describeServer(settings)}`;
    const [code, message, hint] = failure.startsWith('tls-')
        ? tlsWording(failure, error, settings, server)
        : networkWording(failure, settings, server);
    return configurationProblem(code, message, { hint, cause: error });
}
function networkWording(failure, settings, server) {
    const hosts = settings.hosts.map(({ host }) => host).join(', ');
    switch (failure) {
        case 'host-unknown':
            return [
                'database-host-unknown',
                `The host name ${hosts} cannot be resolved.`,
                'Check the spelling, and that this machine uses the right DNS; the full name or the address may work.',
            ];
        case 'refused':
            return [
                'database-unreachable',
                `${server} cannot be reached: nothing listens on that port.`,
                settings.engine === 'mssql'
                    ? 'Check that the server runs, that TCP/IP is on in SQL Server Configuration Manager, and the port.'
                    : 'Check that the server runs, that listen_addresses covers this address, and the port.',
            ];
        case 'no-route':
            return [
                'database-unreachable',
                `${server} cannot be reached: the network has no way to it.`,
                'Check the address, the network connection, VPN and firewalls.',
            ];
        case 'timed-out':
            return [
                'database-timeout',
                `${server} did not answer within ${settings.connectTimeoutMs / 1000} seconds.`,
                `Check host, port and firewalls; a slow server may need a longer --timeout, or ${settings.engine === 'mssql' ? 'Connect Timeout' : 'connect_timeout'} raised.`,
            ];
        case 'socket-missing':
            return [
                'database-unreachable',
                `${server} cannot be reached: there is no such socket.`,
                'Check that the server runs, and unix_socket_directories and the port of its configuration.',
            ];
        default:
            return [
                'database-unreachable',
                `${server} closed the connection before it was set up.`,
                `Check that ${engineLabel(settings)} is what listens there, and its log.`,
            ];
    }
}
function tlsWording(failure, error, settings, server) {
    const spelling = SPELLINGS[settings.engine];
    const unverified = `or go without verification with ${spelling.unverified}.`;
    switch (failure) {
        case 'tls-untrusted':
            return [
                'tls-untrusted',
                `The TLS certificate of ${server} comes from no authority that is trusted here.`,
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
                `The TLS certificate of ${server} uses a key or signature too weak to be accepted.`,
                'Give the server a certificate with an RSA key of 2048 bits or more and SHA-256.',
            ];
        case 'tls-client-certificate':
            return [
                'tls-client-certificate',
                settings.tls.certFile === undefined
                    ? `${server} asks for a client certificate.`
                    : `${server} does not accept the client certificate.`,
                `Use ${spelling.clientCertificate}${settings.tls.certFile === undefined ? '' : ', from an authority that the server knows'}.`,
            ];
        default:
            return [
                'tls-failed',
                `${server} and this program agree on no way to encrypt the connection.`,
                'The server must offer TLS 1.2 or later; check its TLS settings and what listens on that port.',
            ];
    }
}
/** The names on the certificate, from the error that Node makes when none of them fits. */
function namesOn(error) {
    const { cert } = error;
    const alternatives = [...(cert?.subjectaltname ?? '').matchAll(/(?:DNS|IP Address):("[^"]*"|[^,\s]+)/g)];
    if (alternatives.length > 0)
        return alternatives.map(([, name = '']) => name);
    return [cert?.subject?.CN ?? []].flat();
}
