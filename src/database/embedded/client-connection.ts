import type { Socket } from 'node:net';
import { COPY_REFUSED, fatal, MAX_STARTUP_LENGTH, STARTUP, type TransactionStatus } from './wire.js';

/** Messages that PostgreSQL is given at once, and whether it answers them with ReadyForQuery. */
export interface ClientWork {
  bytes: Buffer;
  synced: boolean;
}

export interface ConnectionListener {
  /** Work has arrived; take it with `takeWork` when the session is this connection's. */
  working(connection: ClientConnection): void;
  /** The client has gone, or was sent away. */
  gone(connection: ClientConnection): void;
}

/** A setting of the session, by name. */
export type Setting = readonly [name: string, value: string];

const NO = Buffer.from('N');
const PASSED_ON = 'QPBEDCSHF';
const ENDS_WORK = 'QSHF';
const COPY_DATA = 'dcf';
const TERMINATE = 'X';

/** How long a client that was sent away has to read why, in milliseconds. */
const FAREWELL_MS = 1000;

/** One client of the owner: cuts what it sends into pieces of work, and remembers how its session stands. */
export class ClientConnection {
  status: TransactionStatus = 'I';
  /** Has begun something in the extended protocol that its Sync will end. */
  unsynced = false;
  settings: readonly Setting[] = [];
  /** `settings` may be out of date. */
  settingsTouched = false;
  gone = false;
  /** Settles when nothing of the connection is left. */
  readonly closed: Promise<void>;

  #unread: Buffer = Buffer.alloc(0);
  #started = false;
  #messages: Buffer[] = [];
  readonly #work: ClientWork[] = [];

  constructor(
    private readonly socket: Socket,
    private readonly greeting: Buffer,
    private readonly listener: ConnectionListener,
  ) {
    // Whatever happened to the client, 'close' follows and says all there is to know.
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => this.#read(chunk));
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        resolve();
        this.#leave();
      });
    });
    socket.setNoDelay(true);
  }

  /** Nothing is open: no transaction, no half of an extended query. */
  get atRest(): boolean {
    return this.status === 'I' && !this.unsynced;
  }

  get hasWork(): boolean {
    return this.#work.length > 0;
  }

  takeWork(): ClientWork | undefined {
    return this.#work.shift();
  }

  send(bytes: Buffer): void {
    if (!this.gone) this.socket.write(bytes);
  }

  /** Ends the connection and says why. What the client sent and got no answer to was not done. */
  dismiss(sqlState: string, reason: string): void {
    if (this.gone) return;
    this.socket.end(fatal(sqlState, reason));
    // Nobody waits for a client that does not even read.
    const timer = setTimeout(() => this.socket.destroy(), FAREWELL_MS);
    this.socket.once('close', () => clearTimeout(timer));
    this.#leave();
  }

  #leave(): void {
    if (this.gone) return;
    this.gone = true;
    this.#work.length = 0;
    this.listener.gone(this);
  }

  #read(chunk: Buffer): void {
    this.#unread = this.#unread.length > 0 ? Buffer.concat([this.#unread, chunk]) : chunk;
    while (!this.gone && (this.#started ? this.#takeMessage() : this.#takeStartup()));
    if (this.gone) this.#unread = Buffer.alloc(0);
  }

  /** Every database and every user is ours: who cannot enter the socket's directory does not get here. */
  #takeStartup(): boolean {
    if (this.#unread.length < 8) return false;
    const length = this.#unread.readInt32BE(0);
    if (length < 8 || length > MAX_STARTUP_LENGTH) return this.#refuse('invalid length of start-up packet');
    if (this.#unread.length < length) return false;
    const code = this.#unread.readInt32BE(4);
    this.#unread = this.#unread.subarray(length);
    if (code === STARTUP.sslRequest || code === STARTUP.gssRequest) this.socket.write(NO);
    else if (code === STARTUP.protocol3) {
      this.#started = true;
      this.socket.write(this.greeting);
    } else return this.#refuse(`unsupported frontend protocol ${code >> 16}.${code & 0xffff}`);
    return true;
  }

  #takeMessage(): boolean {
    if (this.#unread.length < 5) return false;
    const type = String.fromCharCode(this.#unread[0] ?? 0);
    const length = 1 + this.#unread.readInt32BE(1);
    if (length < 5 || !(PASSED_ON + COPY_DATA + TERMINATE).includes(type)) {
      return this.#refuse(`invalid frontend message type ${type.charCodeAt(0)}`);
    }
    if (this.#unread.length < length) return false;
    const bytes = this.#unread.subarray(0, length);
    this.#unread = this.#unread.subarray(length);
    if (type === TERMINATE) {
      this.socket.end();
      this.#leave();
    } else if (PASSED_ON.includes(type)) this.#collect(type, bytes);
    return true;
  }

  #collect(type: string, bytes: Buffer): void {
    this.#messages.push(bytes);
    // PGlite reads what it is given to the end: waiting for COPY data there would be the end of it.
    if (type === 'Q' || type === 'E') this.#messages.push(COPY_REFUSED);
    if (!ENDS_WORK.includes(type)) return;
    this.#work.push({ bytes: Buffer.concat(this.#messages), synced: type !== 'H' });
    this.#messages = [];
    this.listener.working(this);
  }

  /** 08P01: protocol violation. */
  #refuse(why: string): false {
    this.dismiss('08P01', why);
    return false;
  }
}
