/** Where a database is and how to talk to it, whatever form it was written in. Data only. */
export type ConnectionSettings = EmbeddedSettings | ServerSettings;

/** PGlite in a directory; for trying out and small tests. */
export interface EmbeddedSettings {
  engine: 'embedded';
  /** Absolute path of the directory. */
  directory: string;
}

export interface ServerSettings {
  engine: 'postgres' | 'mssql';
  /** A name or address; several for PostgreSQL's multi-host URLs; a directory for a Unix socket. */
  hosts: { host: string; port?: number }[];
  /** SQL Server's named instance; a port, where given, wins over it. */
  instance?: string;
  database: string;
  user?: string;
  /** Never logged, never written to a file by us. */
  password?: string;
  /** NTLM: the Windows domain of `user`. */
  domain?: string;
  /** SQL Server: log in as the account that this process runs as. There is no `user` then. */
  integrated?: boolean;
  /** SQL Server: its service principal name, where it is not the one that follows from host and port. */
  serverSpn?: string;
  tls: TlsSettings;
  applicationName?: string;
  /** Milliseconds until an attempt to connect is given up. */
  connectTimeoutMs: number;
  readOnlyIntent?: boolean;
  multiSubnetFailover?: boolean;
  /** PostgreSQL's `target_session_attrs`, for several hosts. */
  targetSessionAttributes?: 'any' | 'read-write';
}

export interface TlsSettings {
  /**
   * `disable`: plain text. `prefer`: encrypted, unverified, and plain text where the server has no TLS.
   * `require`: encrypted, the certificate is not verified. `verify-ca`: its chain is. `verify-full`: chain
   * and host name. Unless the setting says otherwise: `prefer` for loopback addresses and Unix sockets,
   * whose bytes never leave the machine, and `verify-full` for everything else, on both engines.
   */
  mode: 'disable' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';
  /** SQL Server: TLS before anything else (TDS 8.0); always `verify-full`. */
  strict?: boolean;
  /** PEM files, absolute paths. Without `caFile` the authorities of Node and of the machine are trusted. */
  caFile?: string;
  certFile?: string;
  keyFile?: string;
  /** The name the certificate must carry, where it is not the host's. */
  serverName?: string;
}

/** How a connection will be used, as against where it leads. */
export interface ConnectionUse {
  /** Size of the pool; 4 unless said otherwise. */
  maxConnections?: number;
  /**
   * Whether connections live long and are asked the same again and again, so that the server is to keep its
   * plans, where it does not do so by itself.
   */
  repeatsStatements?: boolean;
  /**
   * Whether sessions keep the search path of the server, with schemas in which everybody may create objects: for the
   * endpoint, whose login has no rights worth stealing, and whose writes fire the application's triggers.
   */
  keepsSearchPath?: boolean;
  /**
   * Milliseconds that any one wait for the database may take: for a connection, for a statement, for a lock,
   * and for the right moment to begin again what has failed. Without it, each has a default of its own.
   */
  timeoutMs?: number;
  /**
   * Whether it is to look at many things and report on them: with a `timeoutMs`, nothing new is then begun after
   * twice that, so that the whole of it has an end as well.
   */
  looksAround?: boolean;
  /** Milliseconds a statement may take; 0 waits for ever. `timeoutMs`, or 90 000, unless said otherwise. */
  statementTimeoutMs?: number;
  /** Milliseconds to wait for a lock; a little less than `timeoutMs`, or 20 000, unless said otherwise. */
  lockTimeoutMs?: number;
}

export const DEFAULT_CONNECT_TIMEOUT_MS = 15_000;
/** A day. No timer of Node.js takes more than 24. */
const LONGEST_CONNECT_TIMEOUT_MS = 86_400_000;

/**
 * The time for a connection that a string asks for, in milliseconds. For 0, which waits for ever in the drivers, it is the
 * usual one: a command of ours always ends.
 */
export const connectTimeoutOf = (seconds: number): number =>
  seconds === 0 ? DEFAULT_CONNECT_TIMEOUT_MS : Math.min(seconds * 1000, LONGEST_CONNECT_TIMEOUT_MS);

export const DEFAULT_STATEMENT_TIMEOUT_MS = 90_000;
export const DEFAULT_LOCK_TIMEOUT_MS = 20_000;
export const DEFAULT_RETRY_MS = 60_000;
export const DEFAULT_MAX_CONNECTIONS = 4;
