import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Connection, ConnectionConfiguration } from 'tedious';
import { driverParts, type IntegratedLogin, OneLogin } from '../integrated/login.js';

export interface DriverOptions {
  /** Refuse a server that will not encrypt. */
  encryptionRequired: boolean;
  /** Log in with the account of the process. */
  integrated?: IntegratedLogin | undefined;
}

/** The server answered that it has no TLS, although it was asked for. */
export class EncryptionRefused extends Error {
  readonly code = 'ENCRYPTION_REFUSED';
}

/** The server refused the options of a session, such as XACT_ABORT, without which a transaction could be half done. */
class OptionsRefused extends Error {
  readonly code = 'EOPTIONS';
}

/** What the server said while a login failed; the driver keeps the last sentence and drops its number. */
export interface ServerMessage {
  number: number;
  message: string;
}

/** Of a deadlock with the host application we are the victim: we try again, and it may not. */
const YIELD = 'set deadlock_priority low';

/** What the driver has inside that is replaced here. */
interface Inside {
  sendLogin7Packet(): void;
  performSentLogin7WithNTLMLogin(signal: AbortSignal): Promise<unknown>;
  performLoggedInSendingInitialSql(signal: AbortSignal): Promise<void>;
  createTokenStreamParser(message: unknown, handler: unknown): EventEmitter & { parser: EventEmitter };
  socket?: Socket;
}

const REPLACED = [
  'sendLogin7Packet',
  'performSentLogin7WithNTLMLogin',
  'performLoggedInSendingInitialSql',
  'createTokenStreamParser',
] as const satisfies (keyof Inside)[];

/**
 * tedious, with these gaps closed:
 *
 * - asked to encrypt, it goes on in plain text, password and all, when the server (or somebody between)
 *   answers that it cannot; here the login is then not sent;
 * - the numbers of login errors, which tell a missing database from a wrong password, are lost; here the
 *   error carries them as `serverMessages`;
 * - it goes on with a session whose options the server has refused, XACT_ABORT among them; here that ends the connection;
 * - an answer that it cannot read ends the process; here it ends the connection;
 * - it cannot log in with the account of the process; here it does, in the place of NTLM.
 */
export async function guardedDriver({ encryptionRequired, integrated }: DriverOptions) {
  const { default: tedious } = await import('tedious');
  // Private in the types; should a later driver rename one, nothing must be sent unguarded.
  const inside = tedious.Connection.prototype as unknown as Inside;
  if (REPLACED.some((name) => typeof inside[name] !== 'function'))
    throw new Error('This version of tedious cannot be guarded');
  const parts = integrated && (await driverParts());

  class GuardedConnection extends tedious.Connection {
    /** The connection inside TLS, if it is not TLS itself. */
    #secured: TLSSocket | undefined;
    readonly #serverMessages: ServerMessage[] = [];

    constructor(config: ConnectionConfiguration) {
      super(config);
      this.on('secure', (cleartext: TLSSocket) => {
        this.#secured = cleartext;
      });
      (this as EventEmitter).on('rerouting', () => {
        this.#secured = undefined;
      });
      this.on('errorMessage', ({ number, message }: ServerMessage) => {
        if (this.#serverMessages.length < 10) this.#serverMessages.push({ number, message });
      });
      const login = integrated && parts && new OneLogin(this, integrated, parts);
      const replacements: Pick<Inside, (typeof REPLACED)[number]> = {
        sendLogin7Packet: () => {
          if (encryptionRequired && !this.isEncrypted)
            throw new EncryptionRefused('The server does not encrypt');
          if (login) login.send(this.#tls);
          else inside.sendLogin7Packet.call(this);
        },
        performSentLogin7WithNTLMLogin: (signal) =>
          login ? login.answered(signal) : inside.performSentLogin7WithNTLMLogin.call(this, signal),
        performLoggedInSendingInitialSql: async (signal) => {
          let refused: ServerMessage | undefined;
          const hear = (told: ServerMessage) => {
            refused ??= told;
          };
          this.on('errorMessage', hear);
          try {
            await inside.performLoggedInSendingInitialSql.call(this, signal);
          } finally {
            this.off('errorMessage', hear);
          }
          if (refused) throw new OptionsRefused(refused.message);
        },
        createTokenStreamParser: (message, handler) => {
          const parser = inside.createTokenStreamParser.call(this, message, handler);
          parser.parser.on('error', (error) => this.#unreadable(parser, error));
          return parser;
        },
      };
      for (const [name, value] of Object.entries(replacements)) Object.defineProperty(this, name, { value });
    }

    get #tls(): TLSSocket | undefined {
      // Encrypt=Strict has TLS below everything else.
      const { socket } = this as unknown as Inside;
      return this.#secured ?? (socket instanceof TLSSocket ? socket : undefined);
    }

    /** While logging in, who waits for the end of the answer hears of it; else the connection is lost. */
    #unreadable(parser: EventEmitter, cause: Error): void {
      const error = Object.assign(new Error('The server sent an answer that cannot be read', { cause }), {
        code: 'EANSWER',
      });
      if (parser.listenerCount('error') > 0) parser.emit('error', error);
      else (this as unknown as Inside).socket?.destroy(error);
    }

    /** The options that the driver sets in a new session, and ours. */
    override getInitialSql(): string {
      return `${super.getInitialSql()}\n${YIELD}`;
    }

    /** Whether the whole session is encrypted, not only its login. */
    get isEncrypted(): boolean {
      return this.#tls !== undefined;
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
