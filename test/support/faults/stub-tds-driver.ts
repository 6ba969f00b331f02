import { EventEmitter } from 'node:events';
import { TYPES } from 'tedious';

type Done = (error?: Error | null, rowCount?: number) => void;

/** One statement, and the connection it was sent on. */
export interface Sent {
  sql: string;
  connection: number;
}

/** A type of the driver, of which we use how a parameter of it is declared. */
type Declared = { declaration?: (parameter: { value: unknown; length?: number }) => string };

/** What a statement is answered with: rows, as values by the names of their columns. */
export type Answer = (sql: string) => readonly Record<string, unknown>[];

/**
 * What knex uses of tedious, without a server: every statement is answered a moment after it was sent, with no
 * row unless told otherwise, one at a time on each connection, as a server does. Like the driver it refuses a
 * second one before the first has its answer.
 */
export function stubTdsDriver({
  answer = () => [],
  delayMs = 2,
}: {
  answer?: Answer;
  delayMs?: number;
} = {}) {
  const sent: Sent[] = [];
  /** How each parameter was declared. */
  const declared: string[] = [];
  let made = 0;

  class Request extends EventEmitter {
    constructor(
      readonly sql: string,
      readonly done: Done,
    ) {
      super();
    }
    addParameter(_name: string, type: Declared, value: unknown, options?: { length?: number }) {
      declared.push(type.declaration?.({ value, ...options }) ?? '');
    }
  }

  class Connection extends EventEmitter {
    readonly number = ++made;
    state = { name: 'LoggedIn' };
    closed = false;

    connect(done: Done) {
      setImmediate(done);
    }

    execSql(request: Request) {
      if (this.state.name !== 'LoggedIn') {
        const message = `Requests can only be made in the LoggedIn state, not the ${this.state.name} state`;
        request.done(Object.assign(new Error(message), { code: 'EINVALIDSTATE' }));
        return;
      }
      sent.push({ sql: request.sql, connection: this.number });
      this.#answer(() => {
        for (const row of answer(request.sql)) {
          const columns = Object.entries(row).map(([colName, value]) => ({ metadata: { colName }, value }));
          request.emit('row', columns);
        }
        request.done(null, 0);
        request.emit('requestCompleted');
      });
    }

    execSqlBatch = this.execSql;
    beginTransaction = (done: Done) => this.#answer(done);
    commitTransaction = (done: Done) => this.#answer(done);
    rollbackTransaction = (done: Done) => this.#answer(done);

    close() {
      this.closed = true;
      setImmediate(() => this.emit('end'));
    }

    #answer(done: Done) {
      this.state = { name: 'SentClientRequest' };
      const answered = () => {
        this.state = { name: 'LoggedIn' };
        done();
      };
      if (delayMs === 0) setImmediate(answered);
      else setTimeout(answered, delayMs);
    }
  }
  return { driver: { Connection, Request, TYPES, ISOLATION_LEVEL: {} }, sent, declared };
}
