import type { Connection, ConnectionConfiguration } from 'tedious';

export interface DriverOptions {
  /** Refuse a server that will not encrypt. */
  encryptionRequired: boolean;
}

/** The server answered that it has no TLS, although it was asked for. */
export class EncryptionRefused extends Error {
  readonly code = 'ENCRYPTION_REFUSED';
}

/** What the server said while a login failed; the driver keeps the last sentence and drops its number. */
export interface ServerMessage {
  number: number;
  message: string;
}

/** Of a deadlock with the host application we are the victim: we try again, and it may not. */
const YIELD = 'set deadlock_priority low';

/**
 * tedious, with two gaps closed:
 *
 * - asked to encrypt, it goes on in plain text, password and all, when the server (or somebody between)
 *   answers that it cannot; here the login is then not sent;
 * - the numbers of login errors, which tell a missing database from a wrong password, are lost; here the
 *   error carries them as `serverMessages`.
 */
export async function guardedDriver({ encryptionRequired }: DriverOptions) {
  const { default: tedious } = await import('tedious');
  // Private in the types; should a later driver rename it, nothing must be sent unguarded.
  const { sendLogin7Packet } = tedious.Connection.prototype as unknown as { sendLogin7Packet?: () => void };
  if (typeof sendLogin7Packet !== 'function') throw new Error('This version of tedious cannot be guarded');

  class GuardedConnection extends tedious.Connection {
    #encrypted = false;
    readonly #serverMessages: ServerMessage[] = [];

    constructor(config: ConnectionConfiguration) {
      super(config);
      this.on('secure', () => {
        this.#encrypted = true;
      });
      this.on('errorMessage', ({ number, message }: ServerMessage) => {
        if (this.#serverMessages.length < 10) this.#serverMessages.push({ number, message });
      });
      Object.defineProperty(this, 'sendLogin7Packet', {
        value: () => {
          if (encryptionRequired && !this.#encrypted)
            throw new EncryptionRefused('The server does not encrypt');
          sendLogin7Packet?.call(this);
        },
      });
    }

    /** The options that the driver sets in a new session, and ours. */
    override getInitialSql(): string {
      return `${super.getInitialSql()}\n${YIELD}`;
    }

    /** Whether the whole session is encrypted, not only its login. */
    get isEncrypted(): boolean {
      return this.#encrypted;
    }

    override connect(listener?: (error?: Error) => void): void {
      super.connect((error?: Error) => {
        if (error) Object.assign(error, { serverMessages: this.#serverMessages });
        listener?.(error);
      });
    }
  }
  return { ...tedious, Connection: GuardedConnection as unknown as typeof Connection };
}
