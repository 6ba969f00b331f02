import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import type { ClientConfig } from 'pg';
import type { ServerSettings } from '../../settings/settings.js';
import type { TlsMaterial } from '../../settings/tls/tls-files.js';
import { graceOf, type Waits } from '../../settings/waits.js';

/** Thrown where the server asks for a password and there is none. */
export class PasswordMissing extends Error {
  readonly code = 'PASSWORD_MISSING';
}

/** One way to try to connect. */
export interface Attempt {
  client: ClientConfig;
  /** Only worth trying where the server refused TLS on the attempt before. */
  afterTlsRefusal: boolean;
}

/**
 * The ways to connect, in the order in which libpq would try them: host by host, and for `prefer` first
 * with TLS, then without. TLS means nothing on a Unix socket.
 */
export function attemptsOf(
  settings: ServerSettings,
  material: TlsMaterial,
  waits: Waits,
  more: ClientConfig = {},
): Attempt[] {
  const { mode } = settings.tls;
  return settings.hosts.flatMap(({ host, port }) => {
    const plain: ClientConfig = {
      ...commonConfig(settings, waits),
      ...more,
      host,
      port: port ?? 5432,
      ssl: false,
    };
    const encrypted: ClientConfig = { ...plain, ssl: tlsOptions(settings, material) };
    if (host.startsWith('/') || mode === 'disable') return [{ client: plain, afterTlsRefusal: false }];
    const first = { client: encrypted, afterTlsRefusal: false };
    return mode === 'prefer' ? [first, { client: plain, afterTlsRefusal: true }] : [first];
  });
}

function commonConfig(settings: ServerSettings, waits: Waits): ClientConfig {
  return {
    database: settings.database,
    // pg fills gaps from the environment; the settings have been through that already.
    user: settings.user ?? '',
    password: settings.password ?? missingPassword,
    application_name: settings.applicationName ?? 'scimctl',
    connectionTimeoutMillis: settings.connectTimeoutMs,
    ...statementLimits(waits),
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

/** The server's own time-outs, and one of ours for a server that does not even say that it has given up. */
export const statementLimits = ({ statementMs, lockMs }: Waits): ClientConfig => ({
  statement_timeout: statementMs,
  lock_timeout: lockMs,
  ...(statementMs > 0 ? { query_timeout: statementMs + graceOf(statementMs) } : {}),
});

const missingPassword = () => {
  throw new PasswordMissing('The server asks for a password');
};

function tlsOptions(settings: ServerSettings, material: TlsMaterial) {
  const { mode, serverName } = settings.tls;
  const rejectUnauthorized = mode === 'verify-ca' || mode === 'verify-full';
  const check = (host: string, certificate: PeerCertificate) =>
    mode === 'verify-ca' ? undefined : checkServerIdentity(serverName ?? host, certificate);
  return { ...material, minVersion: 'TLSv1.2' as const, rejectUnauthorized, checkServerIdentity: check };
}
