/** Where to log in, and what both sides know of the connection. */
export interface NegotiationTarget {
  /** The name of the server as the setting has it, or as the server has routed to. */
  host: string;
  /** The port of the connection, also where an instance was looked up. */
  port: number;
  /** The service principal name of the server, where the setting names it. */
  spn?: string;
  /** See `channelBinding`. */
  binding?: Buffer;
  /** Aborted when the login is given up. */
  signal?: AbortSignal;
}

/**
 * One login with the account of the process: an exchange of tokens in which both sides prove who they are. A context of
 * its own for each connection, so that each uses the tickets that are valid then.
 */
export interface Negotiation {
  /**
   * The next token for the server.
   * @param answer the server's token; none at the beginning.
   * @returns nothing where the server waits for nothing.
   * @throws Problem of a code that begins with `kerberos-`.
   */
  next(answer?: Buffer): Promise<Buffer | undefined>;
  /** Whether the server has proved who it is. NTLM, to which Windows may fall back, proves the client alone. */
  readonly isServerProven: boolean;
  /** The account, where the system says it: `scim@EXAMPLE.COM`. It is known with the first token. */
  readonly account: string | undefined;
  /** Releases what the system holds of it. */
  end(): void;
}

/** Begins a login. @throws Problem of a code that begins with `kerberos-`. */
export type Negotiate = (target: NegotiationTarget) => Promise<Negotiation>;

/** What the server is called in a directory unless the setting says otherwise. */
export const principalOf = (host: string, port: number): string => `MSSQLSvc/${host}:${port}`;
