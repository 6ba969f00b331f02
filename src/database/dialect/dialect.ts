import type { Knex } from 'knex';
import type { Fault } from '../faults/fault.js';
import type { Pool } from '../pool/claim.js';
import type { Runner } from '../pool/runner.js';
import type { HostTables } from '../scaffold/host/host-tables.js';
import type { Scaffold } from '../scaffold/scaffold.js';
import type { ConnectionUse, ServerSettings } from '../settings/settings.js';
import type { Fragment } from '../sql/fragment.js';
import type { Paging } from '../sql/paging.js';
import type { SearchExpressions } from '../sql/search-expressions.js';
import type { HostKeyType } from './host-column.js';
import type { Lock } from './lock.js';
import type { PlanSource } from './plan-source.js';
import type { AlikeWrites, ProvisionWrites } from './provision-writes.js';
import type { Grants, RoleState, SchemaRights } from './rights.js';
import type { Revocations, RightsFacts } from './rights-facts.js';
import type { List, RowSource } from './row-source.js';
import type { InstallScript, TokenScript, UninstallScript } from './scripts.js';
import type { ServerWords } from './server-words.js';
import type { TrialStatements } from './trial.js';
import type { ViewSource } from './view-source.js';

export type { InstallScript, TokenScript } from './scripts.js';
export type EngineName = 'postgres' | 'mssql';

export interface ServerInfo {
  /** Which one answered, in its own words: `SQL01\\INST`, `10.0.0.1 port 5432`; absent for a Unix socket. */
  server?: string;
  /** `PostgreSQL`, `SQL Server`, `Babelfish`. */
  product: string;
  version: string;
  /** Comparable: major version of PostgreSQL (17), or of SQL Server (13 = 2016, 16 = 2022). */
  majorVersion: number;
  /** Whether this version is on the supported list (PostgreSQL 14+, SQL Server 2016 SP1+). */
  supported: boolean;
  database: string;
  login: string;
  /** Whether this very connection is encrypted; undefined where the server does not say. */
  encrypted: boolean | undefined;
  collation: string;
  /** Whether letters beyond A to Z compare without regard to case: PostgreSQL's locale C tells Ä from ä. */
  foldsAllLetters: boolean;
  /** What a transaction has that asks for nothing else: `READ COMMITTED`. Ours ask for READ COMMITTED. */
  isolation: string;
  /** SQL Server: READ COMMITTED reads the last committed version of a row instead of waiting for its lock. */
  readCommittedSnapshot?: boolean;
  /** SQL Server: transactions may ask for SNAPSHOT. */
  allowSnapshotIsolation?: boolean;
  /** The server's clock. */
  now: Date;
}

/**
 * One database engine, as the rest of the product needs to know it. Everything that differs between
 * engines is behind this interface, in the engine's own folder.
 */
export interface Dialect {
  readonly name: EngineName;
  /** For people: `PostgreSQL`, `SQL Server`. */
  readonly label: string;

  /** What knex needs to connect. Loads the driver. */
  knexConfig(settings: ServerSettings, use?: ConnectionUse): Promise<Knex.Config>;

  /** SQL Server: how old a server the database behaves as, where that is known: 100 is 2008, 130 is 2016. */
  readonly compatibilityLevel?: number;
  /** Asks the server the first question, and says what of this is otherwise in this very database. */
  fitted(knex: Knex): Promise<Dialect>;

  /** What a driver's error means. Never throws. */
  classify(error: unknown): Fault;

  /**
   * Says in plain words why a connection could not be made (unreachable, wrong password, missing
   * database, TLS refused …): a Problem of kind `configuration` with a stable code and a hint.
   */
  connectionProblem(error: unknown, settings: ServerSettings): Error;

  /** The constraint or index that a violation names, where the server says; of an ignored write, the column. */
  violatedConstraint(error: unknown): string | undefined;

  /** What the server said when it refused a statement, without values; nothing where no server spoke. */
  serverWords(error: unknown): ServerWords | undefined;

  serverInfo(knex: Knex): Promise<ServerInfo>;

  /**
   * Every own table, column, constraint, index, trigger and view of the schema, a line each, sorted, the
   * schema's name left out, so that two databases can be compared by comparing the lines. Asked in as many
   * pieces as the engine needs, so that one that is lost on the way costs no other.
   */
  catalogue(ask: Ask, schema: string): Promise<string[]>;

  /**
   * Which lines of a complete catalogue this login might lack for want of a right, though the objects are
   * there; nothing where it sees all there is. `listed` is what it does see.
   */
  blindSpots(knex: Knex, schema: string, listed: readonly string[]): Promise<BlindSpot[]>;

  readonly expressions: {
    /** The server's clock in UTC, the login, a new UUID. */
    now: string;
    /** The same clock, so many whole seconds later. */
    later: (seconds: number) => string;
    login: string;
    uuid: string;
    /**
     * A column that holds a host id, whatever its type (int, bigint, GUID, text), as text that compares
     * exactly, also with our own columns: `i.host_user_id = ${hostId('h.user_id')}`. A GUID is in lower
     * case, as the drivers hand it over. On the side of our own column it is not needed, and would keep the
     * index from being used.
     */
    hostId: (column: string) => string;
    /**
     * The form in which text compares without regard to case, whatever collation the database or the column
     * has; the indexes over names hold it. Of a text column or a parameter (`?`), and needed on both sides:
     * `${folded('h.login_name')} = ${folded('?')}`.
     */
    folded: (text: string) => string;
    /**
     * An own column that holds a host id, as a value of the type of the host's own column, so that the host
     * finds it by an index: `h.user_id = ${hostKey('i.host_user_id', type)}`. Null for what cannot be an id
     * of that type. What it finds is to be compared exactly as well, with `hostId`. Undefined for a type that
     * only `hostId` can deal with.
     */
    hostKey: (column: string, type: HostKeyType) => string | undefined;
    /** A bound host id, as a value that the host finds by an index. */
    boundHostKey: (type: HostKeyType) => string;
    /** The last number that was handed out to an event. */
    lastEventSeq: (schema: string) => string;
    /**
     * A statement whose rows name, as `writer`, the transactions that may have drawn a number for an event and have not
     * ended. A name is never used again. Writers are not held up, or for a quarter of a second at most.
     */
    eventWriters: (schema: string) => string;
    /** Whether the details of an event are longer than the database takes. */
    isTooLong: (column: string) => string;
    /** How long the text of an own JSON column, an object, is: nearly, in characters or bytes, escapes aside. */
    textLength: (column: string) => string;
    /** The rows of a query as one JSON array of objects, null where there are none. Names are fixed text. */
    jsonRows: (query: JsonRows) => string;
  };

  /** Whether a statement may add up over the rows before each. SQL Server can at a compatibility level of 110 and above. */
  readonly addsUp: boolean;

  /** What filters, sorting and paging are made of. */
  readonly search: SearchExpressions;

  readonly paging: Paging;

  /**
   * Those of the rights that this login lacks, in the words of the engine's GRANT: `INSERT on scim.token`.
   * Tables that are not there are passed over. Without a schema: the right to create one.
   */
  missingRights(knex: Knex, schema: string, needed: SchemaRights): Promise<string[]>;

  /** What `db grants` prints and applies. */
  readonly grants: Grants;

  /** Who may do what in the schema, as far as this login sees it. */
  rightsFacts(knex: Knex, schema: string): Promise<RightsFacts>;
  readonly revocations: Revocations;

  /** These roles of the database, with their members and rights in the schema. */
  roles(knex: Knex, schema: string, names: readonly string[]): Promise<RoleState[]>;

  /** Those of the roles that this login is a member of. */
  memberships(knex: Knex, names: readonly string[]): Promise<string[]>;

  /** Whether the server, or a contained database, knows the login. */
  loginExists(knex: Knex, login: string): Promise<boolean>;

  /** Splits a script into what the server takes at once: whole for PostgreSQL, at `GO` for SQL Server. */
  splitScript(sql: string): string[];

  /**
   * Holds the schema lock until the transaction ends, waiting for whoever has it. Bound to the
   * transaction, so that a crash leaves no lock behind.
   */
  lockSchema(transaction: Knex, schema: string): Promise<void>;

  /** What runs statements on a pool. */
  runner(pool: Pool): Runner;

  /**
   * Runs `work` in one transaction at READ COMMITTED, whatever the server's default is, and commits it; rolls it
   * back where `work` throws. The locks are taken first, one after the other as they stand, and kept until it ends.
   */
  transaction<T>(pool: Pool, schema: string, held: Holding, work: (runner: Runner) => Promise<T>): Promise<T>;

  /** What is tried inside a transaction and taken back, while the transaction goes on. */
  readonly trial: TrialStatements;

  /** Takes more locks for a transaction if nobody has them; false where one was not to be had without waiting. */
  tryLocks(runner: Pick<Runner, 'rows'>, schema: string, locks: readonly Lock[]): Promise<boolean>;

  /**
   * What is written to provision a user, as statements for one round trip. Where the host user is written, the last
   * of them reads it back and fails if it is not as `expected`; its row is the answer.
   */
  provision(writes: ProvisionWrites): Fragment[];

  /**
   * The same for several new users, or for the same kind of change of several users, at once: a row for each, in their
   * order. It fails where the host does not say which of its new users is which. Undefined where they are not of a kind;
   * absent on engines that do not pipeline.
   */
  provisionSeveral?(writes: readonly ProvisionWrites[]): Fragment[] | undefined;

  /** The same for one and the same change of several accounts. The rows that were read back are the answer, in their order. */
  changeAlike(writes: AlikeWrites): Fragment[];

  /** What was read back of the host user, in the values and conditions of `ProvisionWrites`. */
  readBack(name: string): Fragment;

  /**
   * A source of rows by the name of `w`, whose columns are these lists, and `n`, from 1 on. The text is the same for
   * however many rows. Absent on engines that do not pipeline.
   */
  lists?(columns: Readonly<Record<string, List>>): Fragment;

  readonly viewSource: ViewSource;

  /** How the server would run a statement. */
  readonly planSource: PlanSource;

  /** What makes host views of a binding. */
  readonly scaffold: Scaffold;
  /** What the tables of the host application are like. */
  readonly hostTables: HostTables;

  /** Rows of text that are bound, to join with tables. */
  readonly rowSource: RowSource;

  /**
   * From here to the end of the transaction, what is made belongs to the owner of the schema, whoever of its
   * members makes it, so that the others can change it later.
   */
  actAsSchemaOwner(transaction: Knex, schema: string): Promise<void>;

  /** An instant as this engine takes it for a parameter, exact to the millisecond, in UTC. */
  bindInstant(instant: Date): Date | string;

  /**
   * One script for the engine's own client (psql; sqlcmd and SSMS) that stops at the first error, runs in
   * one transaction under the schema lock, and applies only the steps that the history does not hold yet.
   */
  installScript(script: InstallScript): string;

  /**
   * One script for the same clients that drops our own tables, views, functions and roles, all or nothing. It refuses
   * while an IdP is enabled, while host views of ours are there, while the application uses an object of ours, and when
   * the audit trail does not end with the given seal. What is not ours stays and is named.
   */
  uninstallScript(script: UninstallScript): string;

  /** What `token create` or `token rotate` would do, for a DBA to run; plain SQL for any client. */
  tokenScript(request: TokenScript): string;
}

/** Has one query of several answered, by whichever connection. */
export type Ask = <T>(query: (knex: Knex) => Promise<T>) => Promise<T>;

/** What a transaction holds, and how long it waits. */
export interface Holding {
  locks: readonly Lock[];
  /** Milliseconds to wait for any lock, also of a row, where that is less than usual; on engines that pipeline. */
  lockMs?: number;
}

export interface JsonRows {
  /** Expressions by the names they get. */
  columns: Readonly<Record<string, string>>;
  /** What follows `from`, with joins and conditions. */
  from: string;
  orderBy: string;
  /** The maximum number of rows, the first in this order. */
  limit?: number;
}

/** Something a login may not see. */
export interface BlindSpot {
  /** Whether a line of the catalogue is of that kind. */
  covers: (line: string) => boolean;
  /** The right that would show it, in the words of the engine's GRANT: `VIEW DEFINITION on schema::scim`. */
  right: string;
}
