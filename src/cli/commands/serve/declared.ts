import {
  LOG_FORMATS,
  LOG_LEVELS,
  type LogFormat,
  type LogLevel,
} from '../../../scim/server/observing/log.js';
import { count, duration, size } from '../../input/quantity.js';
import { parseSwitch } from '../../input/switch.js';
import { parseBaseUrl } from '../../shared/base-url.js';
import { DEFAULT_PORT } from '../../shared/default-port.js';
import { parseReceiverUrl } from './receiver-url.js';

/** How the endpoint is to run: by flag, environment, the `serve` part of the config file, or default. */
export interface ServeSettings {
  port: number;
  host: string;
  /** Absolute paths. */
  tlsCert?: string;
  tlsKey?: string;
  tlsPfx?: string;
  tlsPfxPasswordFile?: string;
  behindProxy: boolean;
  baseUrl?: string;
  metricsPort?: number;
  metricsHost: string;
  maxBody: number;
  maxConcurrency: number;
  maxQueue: number;
  maxConnectionsPerAddress: number;
  databaseConnections: number;
  requestTimeout: number;
  stopTimeout: number;
  wait: number;
  sealEvery: number;
  /** Absolute path. */
  userSchemas?: string;
  /** Who is told of accounts that become pending. */
  onPending?: string;
  /** Absolute paths. */
  onPendingSecretFile?: string;
  onPendingCa?: string;
  logFormat: LogFormat;
  logLevel: LogLevel;
}

export interface ServeSetting {
  name: keyof ServeSettings;
  /** Without a value it is a switch. */
  flags: string;
  env: string;
  description: string;
  parse: (text: string) => unknown;
  choices?: readonly string[];
  /** Relative to the config file if it is set there, otherwise to the working directory. */
  isPath?: boolean;
  /** What is given may hold a secret, and is not quoted. */
  isSecret?: boolean;
}

const text = (value: string) => value;

/** In the order of their importance; the description ends with the default. */
export const SERVE_SETTINGS: readonly ServeSetting[] = [
  {
    name: 'port',
    flags: '--port <n>',
    env: 'SCIMCTL_SERVE_PORT',
    description: `where to listen, 0 for any free port (default ${DEFAULT_PORT})`,
    parse: count(0, 65_535),
  },
  {
    name: 'host',
    flags: '--host <address>',
    env: 'SCIMCTL_SERVE_HOST',
    description: 'address to listen at; 0.0.0.0 or :: for all (default 127.0.0.1)',
    parse: text,
  },
  {
    name: 'tlsCert',
    flags: '--tls-cert <file>',
    env: 'SCIMCTL_SERVE_TLS_CERT',
    description: 'serve HTTPS: certificate with intermediates (PEM file); reloaded when the file changes',
    parse: text,
    isPath: true,
  },
  {
    name: 'tlsKey',
    flags: '--tls-key <file>',
    env: 'SCIMCTL_SERVE_TLS_KEY',
    description: 'private key of the certificate (PEM file)',
    parse: text,
    isPath: true,
  },
  {
    name: 'tlsPfx',
    flags: '--tls-pfx <file>',
    env: 'SCIMCTL_SERVE_TLS_PFX',
    description:
      'serve HTTPS: certificate with private key and intermediates (PFX file), instead of the PEM files',
    parse: text,
    isPath: true,
  },
  {
    name: 'tlsPfxPasswordFile',
    flags: '--tls-pfx-password-file <file>',
    env: 'SCIMCTL_SERVE_TLS_PFX_PASSWORD_FILE',
    description: 'file that contains only the password of the PFX file',
    parse: text,
    isPath: true,
  },
  {
    name: 'behindProxy',
    flags: '--behind-proxy',
    env: 'SCIMCTL_SERVE_BEHIND_PROXY',
    description: 'a reverse proxy terminates TLS; trust its X-Forwarded-For, -Proto and -Host headers',
    parse: parseSwitch,
  },
  {
    name: 'baseUrl',
    flags: '--base-url <url>',
    env: 'SCIMCTL_BASE_URL',
    description: 'URL at which the IdP reaches the endpoint, with the path of the proxy, if any',
    parse: parseBaseUrl,
  },
  {
    name: 'metricsPort',
    flags: '--metrics-port <n>',
    env: 'SCIMCTL_SERVE_METRICS_PORT',
    description: 'separate port for /metrics; 0 for any free port',
    parse: count(0, 65_535),
  },
  {
    name: 'metricsHost',
    flags: '--metrics-host <address>',
    env: 'SCIMCTL_SERVE_METRICS_HOST',
    description: 'address to listen at for /metrics (default 127.0.0.1)',
    parse: text,
  },
  {
    name: 'maxBody',
    flags: '--max-body <size>',
    env: 'SCIMCTL_SERVE_MAX_BODY',
    description: 'maximum size of a request body: 512k, 4m (default 1m)',
    parse: size('1k', '256m'),
  },
  {
    name: 'maxConcurrency',
    flags: '--max-concurrency <n>',
    env: 'SCIMCTL_SERVE_MAX_CONCURRENCY',
    description: 'maximum number of requests processed at once (default 32)',
    parse: count(1, 10_000),
  },
  {
    name: 'maxQueue',
    flags: '--max-queue <n>',
    env: 'SCIMCTL_SERVE_MAX_QUEUE',
    description: 'maximum number of requests in the queue; 0 for none (default 512)',
    parse: count(0, 100_000),
  },
  {
    name: 'maxConnectionsPerAddress',
    flags: '--max-connections-per-address <n>',
    env: 'SCIMCTL_SERVE_MAX_CONNECTIONS_PER_ADDRESS',
    description:
      'maximum number of connections from one address, except this machine or a proxy; 0 for no limit (default 128)',
    parse: count(0, 100_000),
  },
  {
    name: 'databaseConnections',
    flags: '--database-connections <n>',
    env: 'SCIMCTL_SERVE_DATABASE_CONNECTIONS',
    description: 'maximum number of connections to the database (default 10)',
    parse: count(1, 1000),
  },
  {
    name: 'requestTimeout',
    flags: '--request-timeout <duration>',
    env: 'SCIMCTL_SERVE_REQUEST_TIMEOUT',
    description: 'maximum time to receive a request, and to answer it (default 30s)',
    parse: duration('1s', '1h'),
  },
  {
    name: 'stopTimeout',
    flags: '--stop-timeout <duration>',
    env: 'SCIMCTL_SERVE_STOP_TIMEOUT',
    description: 'how long to wait for open requests when stopping; 0s: do not wait (default 30s)',
    parse: duration('0s', '1h'),
  },
  {
    name: 'wait',
    flags: '--wait <duration>',
    env: 'SCIMCTL_SERVE_WAIT',
    description: 'how long to wait for the database when starting; 0s: do not wait (default 0s)',
    parse: duration('0s', '24h'),
  },
  {
    name: 'sealEvery',
    flags: '--seal-every <duration>',
    env: 'SCIMCTL_SERVE_SEAL_EVERY',
    description: 'how often to seal the audit trail; 0s: do not seal (default 5s)',
    // Node's timers end at 24 days.
    parse: duration('1s', '7d', '0s'),
  },
  {
    name: 'userSchemas',
    flags: '--user-schemas <file>',
    env: 'SCIMCTL_SERVE_USER_SCHEMAS',
    description: 'file with additional User schema extensions: a JSON array (RFC 7643)',
    parse: text,
    isPath: true,
  },
  {
    name: 'onPending',
    flags: '--on-pending <url>',
    env: 'SCIMCTL_SERVE_ON_PENDING',
    description: 'post a signed notice to this URL for each account that becomes pending',
    parse: parseReceiverUrl,
    isSecret: true,
  },
  {
    name: 'onPendingSecretFile',
    flags: '--on-pending-secret-file <file>',
    env: 'SCIMCTL_SERVE_ON_PENDING_SECRET_FILE',
    description:
      'file with the secret that notices are signed with, or two to change it; read for each notice',
    parse: text,
    isPath: true,
  },
  {
    name: 'onPendingCa',
    flags: '--on-pending-ca <file>',
    env: 'SCIMCTL_SERVE_ON_PENDING_CA',
    description: 'also trust this certificate authority for the --on-pending URL (PEM file)',
    parse: text,
    isPath: true,
  },
  {
    name: 'logFormat',
    flags: '--log-format <format>',
    env: 'SCIMCTL_SERVE_LOG_FORMAT',
    description: 'json or text (default: text on a terminal, otherwise json)',
    parse: text,
    choices: LOG_FORMATS,
  },
  {
    name: 'logLevel',
    flags: '--log-level <level>',
    env: 'SCIMCTL_SERVE_LOG_LEVEL',
    description: 'debug, info, warn or error (default info)',
    parse: text,
    choices: LOG_LEVELS,
  },
];
