import { once } from 'node:events';
import { hostname } from 'node:os';
import { Readable } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { Connection } from 'tedious';
import { channelBinding } from './channel-binding.js';
import { separateToken } from './login-answer.js';
import type { Negotiate, Negotiation, NegotiationTarget } from './negotiation.js';
import { accountChanged, negotiationProblem, serverUnproven } from './problems.js';

/** How the connections of one pool log in with the account of the process. */
export interface IntegratedLogin {
  negotiate: Negotiate;
  /** The service principal name of the server, where the setting has it. */
  spn?: string;
  /** Whether TLS verifies the server; else Kerberos must. */
  verifiesTls: boolean;
  /** The account of the first login that was accepted: a pool never holds connections of two. */
  account?: string;
}

/** What we use of the driver's inside. */
interface Inside {
  config: {
    server: string;
    options: Record<'appName' | 'database' | 'language' | 'tdsVersion' | 'workstationId', string> &
      Record<'packetSize', number> &
      Record<'readOnlyIntent', boolean>;
  };
  routingData?: { server: string; port: number; instance?: string } | undefined;
  socket: { remotePort?: number };
  loginError: Error | undefined;
  messageIo: {
    sendMessage(type: number, data: Buffer): void;
    readMessage(): Promise<AsyncIterable<Buffer>>;
  };
  createTokenStreamParser(message: unknown, handler: unknown): import('node:events').EventEmitter;
}

/** The driver's own parts, loaded from its inside; a later version may not have them, and is then refused. */
export interface DriverParts {
  Payload: new (options: Record<string, unknown>) => { toBuffer(): Buffer };
  versions: Record<string, number>;
  packets: { LOGIN7: number; NTLMAUTH_PKT: number };
  Handler: new (connection: unknown) => { loginAckReceived: boolean; routingData: unknown };
}

/** What the driver's parts export. */
interface Exported {
  default: DriverParts['Payload'];
  versions: DriverParts['versions'];
  TYPE: DriverParts['packets'];
  Login7TokenHandler: DriverParts['Handler'];
}

/** @throws where this version of the driver is made otherwise: nothing is sent then. */
export async function driverParts(): Promise<DriverParts> {
  // Each by its own name, so that a bundler finds it.
  const modules = await Promise.all([
    import('tedious/lib/login7-payload.js'),
    import('tedious/lib/tds-versions.js'),
    import('tedious/lib/packet.js'),
    import('tedious/lib/token/handler.js'),
  ]);
  // Node adds `default` to a CommonJS module; a later version may lack what the types of this one promise.
  const [payload, versions, packet, handler] = (modules as unknown as { default?: Partial<Exported> }[]).map(
    (module) => module.default,
  );
  const parts = {
    Payload: payload?.default ?? payload,
    versions: versions?.versions,
    packets: packet?.TYPE,
    Handler: handler?.Login7TokenHandler,
  } as DriverParts;
  const { Payload, packets, Handler } = parts;
  const isWhole =
    [Payload, Handler].every((one) => typeof one === 'function') &&
    typeof Payload.prototype.toBuffer === 'function' &&
    [packets?.LOGIN7, packets?.NTLMAUTH_PKT, parts.versions?.['7_4']].every((one) => typeof one === 'number');
  if (!isWhole) throw new Error('This version of tedious has no place for integrated security');
  return parts;
}

/** The answer to a login is never this long, in bytes. */
const LONGEST_ANSWER = 1 << 20;

/** The login of one connection, which takes the place of the driver's own for NTLM. */
export class OneLogin {
  #negotiation: Promise<Negotiation> | undefined;
  /** Where it logs in now: the server that was named, or the one that this one routes to. */
  #target: NegotiationTarget = { host: '', port: 0 };
  #givenUp = new AbortController();
  readonly #connection: Connection;

  constructor(
    connection: Connection,
    private readonly login: IntegratedLogin,
    private readonly parts: DriverParts,
  ) {
    this.#connection = connection;
  }

  get #inside(): Inside {
    return this.#connection as unknown as Inside;
  }

  /** Sends the login with the first token. The driver does not wait for it; `answered` does. */
  send(tls: TLSSocket | undefined): void {
    const { config, routingData, socket } = this.#inside;
    const { server, instance } = routingData ?? { server: config.server, instance: undefined };
    this.#inside.routingData = undefined;
    const serverName = instance === undefined ? server : `${server}\\${instance}`;
    const { spn } = this.login;
    const binding = channelBinding(tls);
    this.#givenUp = new AbortController();
    this.#target = {
      ...{ host: server, port: socket.remotePort ?? 1433, signal: this.#givenUp.signal },
      ...(spn !== undefined && { spn }),
      ...(binding && { binding }),
    };
    this.#negotiation = this.#begin(serverName);
    // Who waits for the answer hears of it.
    this.#negotiation.catch(() => undefined);
  }

  async #begin(serverName: string): Promise<Negotiation> {
    const negotiation = await this.login.negotiate(this.#target);
    try {
      const token = await negotiation.next();
      this.#assertSameAccount(negotiation.account);
      this.#inside.messageIo.sendMessage(this.parts.packets.LOGIN7, this.#payload(serverName, token));
      return negotiation;
    } catch (error) {
      negotiation.end();
      throw error;
    }
  }

  #assertSameAccount(account: string | undefined): void {
    const before = this.login.account;
    if (account !== undefined && before !== undefined && before !== account)
      throw accountChanged(before, account);
  }

  /** As the driver makes it, with our token and without a name or password. */
  #payload(serverName: string, sspi: Buffer | undefined): Buffer {
    const { options } = this.#inside.config;
    const payload = new this.parts.Payload({
      tdsVersion: this.parts.versions[options.tdsVersion],
      packetSize: options.packetSize,
      clientProgVer: 0,
      clientPid: process.pid,
      connectionId: 0,
      clientTimeZone: new Date().getTimezoneOffset(),
      clientLcid: 0x0409,
    });
    Object.assign(payload, {
      sspi,
      hostname: options.workstationId ?? hostname(),
      serverName,
      appName: options.appName,
      libraryName: 'Tedious',
      language: options.language,
      database: options.database,
      clientId: Buffer.from([1, 2, 3, 4, 5, 6]),
      readOnlyIntent: options.readOnlyIntent,
      initDbFatal: true,
    });
    return payload.toBuffer();
  }

  /** Exchanges tokens until the server has accepted the login. @returns where it routes to, if it does. */
  async answered(signal: AbortSignal): Promise<unknown> {
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    aborted.catch((reason) => this.#givenUp.abort(reason));
    signal.throwIfAborted();
    // Until it has its first token, it waits for the domain, and the server for it.
    const unsent = aborted.catch((reason) => {
      throw reason?.code === 'ETIMEOUT' ? negotiationProblem('silent', this.#target, reason.message) : reason;
    });
    unsent.catch(() => undefined);
    try {
      const negotiation = await Promise.race([this.#negotiation as Promise<Negotiation>, unsent]);
      return await this.#exchange(negotiation, aborted);
    } finally {
      this.#inside.loginError = undefined;
      void this.#negotiation?.then((negotiation) => negotiation.end()).catch(() => undefined);
    }
  }

  async #exchange(negotiation: Negotiation, aborted: Promise<never>): Promise<unknown> {
    for (;;) {
      const { rest, token } = separateToken(await Promise.race([this.#message(), aborted]));
      const handler = new this.parts.Handler(this.#connection);
      const parser = this.#inside.createTokenStreamParser(Readable.from([rest]), handler);
      await Promise.race([once(parser, 'end'), aborted]);
      if (this.#inside.loginError && !handler.loginAckReceived) throw this.#inside.loginError;
      const next = token && (await Promise.race([negotiation.next(token), aborted]));
      if (handler.loginAckReceived) {
        if (!negotiation.isServerProven && !this.login.verifiesTls) throw serverUnproven(this.#target.host);
        // Another connection may have been accepted meanwhile.
        this.#assertSameAccount(negotiation.account);
        if (negotiation.account !== undefined) this.login.account = negotiation.account;
        return handler.routingData;
      }
      if (!token) throw Object.assign(new Error('Login failed.'), { code: 'ELOGIN' });
      if (next) this.#inside.messageIo.sendMessage(this.parts.packets.NTLMAUTH_PKT, next);
    }
  }

  async #message(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of await this.#inside.messageIo.readMessage()) {
      length += chunk.length;
      if (length > LONGEST_ANSWER) throw new Error('The answer to the login has no end');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }
}
