import type { ClientConnection, ConnectionListener } from './client-connection.js';
import { type Engine, EngineStopped } from './engine.js';
import { askSession, SessionSettings } from './session-settings.js';
import { HANDED_OVER, messagesIn, ROLLBACK_UNSYNCED, type TransactionStatus } from './wire.js';

/** While an owner is leaving, a silent client in a transaction gets no more than this, in milliseconds. */
const LEAVING_PATIENCE_MS = 10_000;

/**
 * The one PostgreSQL session, lent to the clients in turn. A turn begins with a client's first message and
 * ends when its transaction does, so each sees a database that nobody else is changing.
 */
export class ClientSession implements ConnectionListener {
  readonly #settings: SessionSettings;
  readonly #queue: ClientConnection[] = [];
  #current: ClientConnection | undefined;
  #running = false;
  #leaving = false;
  #ended: (() => void) | undefined;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly engine: Engine,
    /** How long a client may be silent in a transaction, in milliseconds. */
    private readonly idleInTransactionMs: number,
  ) {
    this.#settings = new SessionSettings(engine);
  }

  working(connection: ClientConnection): void {
    if (connection !== this.#current && !this.#queue.includes(connection)) this.#queue.push(connection);
    void this.#run();
  }

  gone(connection: ClientConnection): void {
    const at = this.#queue.indexOf(connection);
    if (at >= 0) this.#queue.splice(at, 1);
    void this.#run();
  }

  /** Begins no more turns, lets the last one end, and sends everybody away. */
  async leave(connections: Iterable<ClientConnection>): Promise<void> {
    this.#leaving = true;
    this.#unwatch();
    await new Promise<void>((resolve) => {
      this.#ended = resolve;
      void this.#run();
    });
    // The engine may be what has ended.
    await this.#settings.remember().catch(() => undefined);
    for (const connection of connections) sendAway(connection);
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      while (await this.#step());
    } catch (error) {
      // The owner hears of it, and sends everybody away.
      this.engine.kill(error instanceof Error ? error.message : String(error));
      this.#current = undefined;
      this.#leaving = true;
    } finally {
      this.#running = false;
    }
    if (this.#leaving && !this.#current) this.#ended?.();
  }

  /** Does one piece of work; false when there is nothing to do until a client says more. */
  async #step(): Promise<boolean> {
    this.#current ??= this.#leaving ? undefined : this.#queue.shift();
    const connection = this.#current;
    if (!connection) return false;
    if (connection.gone) {
      this.#unwatch();
      await this.#rollBack(connection);
      this.#current = undefined;
      return true;
    }
    const work = connection.takeWork();
    if (!work) {
      this.#watch(connection);
      return false;
    }
    this.#unwatch();
    if (!(await this.#settings.changeTo(connection))) return true;
    const answer = await this.engine.execute(work.bytes);
    connection.settingsTouched ||= work.bytes.includes('set_config');
    readAnswer(connection, answer, work.synced);
    connection.send(answer);
    if (connection.atRest) {
      this.#current = undefined;
      if (connection.hasWork) this.#queue.push(connection);
    }
    return true;
  }

  /** 25P03: idle in transaction session timeout. A stuck client would hold up everybody else for ever. */
  #watch(connection: ClientConnection): void {
    if (this.#idleTimer) return;
    const patience = this.#leaving
      ? Math.min(this.idleInTransactionMs, LEAVING_PATIENCE_MS)
      : this.idleInTransactionMs;
    this.#idleTimer = setTimeout(
      () => connection.dismiss('25P03', 'terminating connection due to idle-in-transaction timeout'),
      patience,
    );
  }

  #unwatch(): void {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = undefined;
  }

  async #rollBack(connection: ClientConnection): Promise<void> {
    if (connection.unsynced) await this.engine.execute(ROLLBACK_UNSYNCED);
    if (!connection.atRest) await askSession(this.engine, 'rollback');
  }
}

/** 57P01: admin shutdown. A client that has settings must know, to make them again. */
function sendAway(connection: ClientConnection): void {
  const hasSettings = connection.settings.length > 0 || connection.settingsTouched;
  connection.dismiss(
    '57P01',
    hasSettings ? 'terminating connection due to administrator command' : HANDED_OVER,
  );
}

/** Takes from PostgreSQL's answer how the session stands now. */
function readAnswer(connection: ClientConnection, answer: Buffer, synced: boolean): void {
  let ready = false;
  for (const { type, body } of messagesIn(answer)) {
    if (type === 'Z') {
      connection.status = body.toString('latin1') as TransactionStatus;
      ready = true;
    }
    if (type === 'C' && /^(RE)?SET\0/.test(body.toString('latin1', 0, 6))) connection.settingsTouched = true;
  }
  if (synced && !ready) throw new EngineStopped('it gave no answer');
  connection.unsynced = !synced;
}
