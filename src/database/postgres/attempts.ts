import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import type { ClientConfig } from 'pg';
import {
  type ConnectionUse,
  DEFAULT_STATEMENT_TIMEOUT_MS,
  type ServerSettings,
} from '../settings/settings.js';
import type { TlsMaterial } from '../settings/tls-files.js';

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
export function attemptsOf(settings: ServerSettings, material: TlsMaterial, use: ConnectionUse): Attempt[] {
  const { mode } = settings.tls;
  return settings.hosts.flatMap(({ host, port }) => {
    const plain: ClientConfig = { ...commonConfig(settings, use), host, port: port ?? 5432, ssl: false };
    const encrypted: ClientConfig = { ...plain, ssl: tlsOptions(settings, material) };
    if (host.startsWith('/') || mode === 'disable') return [{ client: plain, afterTlsRefusal: false }];
    const first = { client: encrypted, afterTlsRefusal: false };
    return mode === 'prefer' ? [first, { client: plain, afterTlsRefusal: true }] : [first];
  });
}

// How much longer than the server's own time-out we wait before we take the server for gone.
const GRACE_MS = 5_000;

function commonConfig(settings: ServerSettings, use: ConnectionUse): ClientConfig {
  const statementMs = use.statementTimeoutMs ?? DEFAULT_STATEMENT_TIMEOUT_MS;
  return {
    database: settings.database,
    // pg fills gaps from the environment; the settings have been through that already.
    user: settings.user ?? '',
    password: settings.password ?? missingPassword,
    application_name: settings.applicationName ?? 'scimctl',
    connectionTimeoutMillis: settings.connectTimeoutMs,
    statement_timeout: statementMs,
    ...(statementMs > 0 ? { query_timeout: statementMs + GRACE_MS } : {}),
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

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
