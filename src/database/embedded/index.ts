import type { Socket } from 'node:net';
import { resolve } from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { ClientConfig } from 'pg';
import { type ConnectionUse, DEFAULT_MAX_CONNECTIONS } from '../settings/settings.js';
import { assertPrivate } from './address.js';
import { prepareDirectory } from './directory.js';
import { greet } from './greet.js';
import { type DirectoryLock, readLock } from './lock.js';
import { becomeOwner, type Owner } from './owner.js';
import { OwnerStream } from './owner-stream.js';
import { databaseClosed, databaseInUse, directoryProblem } from './problems.js';
import { livenessOf } from './process-identity.js';

/**
 * A PostgreSQL database in a directory, for trying out and small tests. PGlite takes no lock of its own and
 * two processes corrupt it silently; so the process that finds nobody there takes ours, starts PGlite and
 * serves everybody, itself included, through a local socket that speaks PostgreSQL's protocol.
 */
export interface EmbeddedDatabase {
  /** For pg's `stream` option: when pg connects, it finds the living owner or becomes the owner. */
  stream(): Duplex;
  /** Hands over to the next process if this one is the owner. Close the pool first. Idempotent. */
  close(): Promise<void>;
  /** Longest time, in milliseconds, that a new connection may take. */
  readonly patienceMs: number;
}

export interface EmbeddedOptions {
  /** How long to wait, in milliseconds, for an owner that does not answer. */
  waitMs?: number;
  /** How long a client may be silent in a transaction, in milliseconds; everybody else waits for it. */
  idleInTransactionMs?: number;
}

const POLL_MS = 25;

/**
 * Opens the database in `directory`, making it if need be (3 s the first time).
 * @throws Problem `embedded-directory-unusable`, `embedded-database-damaged`, `database-in-use`.
 */
export async function openEmbedded(
  directory: string,
  options: EmbeddedOptions = {},
): Promise<EmbeddedDatabase> {
  const access = new Access(
    resolve(directory),
    options.waitMs ?? 60_000,
    options.idleInTransactionMs ?? 60_000,
  );
  await prepareDirectory(access.directory);
  (await access.reach()).destroy();
  return access;
}

/** knex's configuration: above this line the embedded database is just PostgreSQL. */
export async function embeddedKnexConfig(
  database: EmbeddedDatabase,
  { timeoutMs, maxConnections = DEFAULT_MAX_CONNECTIONS }: ConnectionUse = {},
): Promise<Knex.Config> {
  const { postgresClient } = await import('../postgres/driver/knex-client.js');
  // Everything is said here, so that pg's environment variables (PGHOST, PGSSLMODE …) say nothing.
  const client: ClientConfig = {
    host: 'localhost',
    user: 'postgres',
    database: 'postgres',
    ssl: false,
    stream: () => database.stream(),
    // There is one session for all, which cannot be interrupted: whoever gives up waiting hangs up.
    ...(timeoutMs === undefined ? {} : { query_timeout: timeoutMs }),
  };
  return {
    version: '14.0',
    client: await postgresClient([{ client, afterTlsRefusal: false }], {
      writable: false,
      keepsSearchPath: true,
    }),
    connection: { host: 'localhost', database: 'postgres' },
    acquireConnectionTimeout: database.patienceMs,
    pool: { min: 0, max: maxConnections, createTimeoutMillis: database.patienceMs },
  };
}

class Access implements EmbeddedDatabase {
  #owner: Owner | undefined;
  #becoming: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(
    readonly directory: string,
    private readonly waitMs: number,
    private readonly idleInTransactionMs: number,
  ) {}

  get patienceMs(): number {
    // A connection's first query may have to wait for somebody else's transaction, and the engine to start.
    return this.waitMs + this.idleInTransactionMs + 5_000;
  }

  stream(): Duplex {
    return new OwnerStream(() => this.reach());
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#becoming;
    await this.#owner?.leave();
  }

  /** A connection to the owner, whoever that is by then. */
  async reach(): Promise<Socket> {
    let deadline = performance.now() + this.waitMs;
    for (;;) {
      if (this.#closed) throw databaseClosed();
      const lock = await readLock(this.directory).catch((error) => {
        throw directoryProblem(this.directory, error);
      });
      if (!lock || (await this.#isFree(lock))) {
        await this.#become(lock);
        // On a slow machine it takes minutes to make a database. The wait is for others.
        deadline = performance.now() + this.waitMs;
        continue;
      }
      const left = deadline - performance.now();
      if (left <= 0) throw databaseInUse(`process ${lock.owner.pid} uses it and does not answer`, lock.file);
      await assertPrivate(lock.address);
      const socket = await greet(lock.address, left).catch(() => undefined);
      if (socket) return socket;
      // It is leaving, or has just died.
      await sleep(POLL_MS);
    }
  }

  async #isFree(lock: DirectoryLock): Promise<boolean> {
    if (lock.released) return true;
    const liveness = await livenessOf(lock.owner);
    if (liveness === 'elsewhere') {
      throw databaseInUse(
        `process ${lock.owner.pid} on another machine, ${lock.owner.host}, uses it`,
        lock.file,
      );
    }
    return liveness === 'dead';
  }

  async #become(previous: DirectoryLock | undefined): Promise<void> {
    const becoming = becomeOwner(this.directory, previous, this.idleInTransactionMs).catch((error) => {
      throw directoryProblem(this.directory, error);
    });
    this.#becoming = Promise.allSettled([this.#becoming, becoming]);
    const owner = await becoming;
    if (!owner) return;
    this.#owner = owner;
    void owner.left.then(() => {
      if (this.#owner === owner) this.#owner = undefined;
    });
  }
}
