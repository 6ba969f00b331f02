/**
 * The few messages of the PostgreSQL protocol (version 3.0, chapter "Message Formats") that are made or
 * looked into here. Everything else passes through untouched.
 */

/** What the first packet of a connection asks for; it has a length but no type. */
export const STARTUP = {
  protocol3: 196_608,
  cancelRequest: 80_877_102,
  sslRequest: 80_877_103,
  gssRequest: 80_877_104,
} as const;

/** A client may be greeted before it says who it is: this asks for TLS and is answered `N`, for no. */
export const SSL_REQUEST = packet(STARTUP.sslRequest);

/** Longest first packet that PostgreSQL takes, in bytes. */
export const MAX_STARTUP_LENGTH = 10_000;

/** What ReadyForQuery says: idle, in a transaction, in a failed transaction. */
export type TransactionStatus = 'I' | 'T' | 'E';

export interface Message {
  /** One letter. */
  type: string;
  /** Without type and length. */
  body: Buffer;
}

export function packet(code: number, rest: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + rest.length, 0);
  head.writeInt32BE(code, 4);
  return Buffer.concat([head, rest]);
}

export function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([head, body]);
}

export const query = (sql: string) => message('Q', Buffer.from(`${sql}\0`));

/** Rolls back what a client began in the extended protocol and left before its Sync. */
export const ROLLBACK_UNSYNCED = Buffer.concat([
  message('P', Buffer.from('\0rollback\0\0\0')),
  message('B', Buffer.alloc(8)),
  message('E', Buffer.alloc(5)),
  message('S', Buffer.alloc(0)),
]);

/** Ends a COPY … FROM STDIN; PostgreSQL ignores it everywhere else. */
export const COPY_REFUSED = message('f', Buffer.from('the embedded database takes no COPY FROM STDIN\0'));

/** Said to a client that loses nothing if it turns to the next owner. */
export const HANDED_OVER = 'the embedded database is handed over to another process';

/** An ErrorResponse that ends the connection. */
export function fatal(sqlState: string, text: string): Buffer {
  const fields = ['SFATAL', 'VFATAL', `C${sqlState}`, `M${text}`];
  return message('E', Buffer.from(`${fields.join('\0')}\0\0`));
}

/** How much of a buffer is whole messages. */
export function messageLength(bytes: Buffer): number {
  let at = 0;
  while (bytes.length - at >= 5) {
    const end = at + 1 + bytes.readInt32BE(at + 1);
    if (end > bytes.length) break;
    at = end;
  }
  return at;
}

/** The messages in a buffer that holds whole ones. */
export function* messagesIn(bytes: Buffer): Generator<Message> {
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + bytes.readInt32BE(at + 1);
    yield { type: String.fromCharCode(bytes[at] ?? 0), body: bytes.subarray(at + 5, end) };
    at = end;
  }
}

/** The values of a DataRow in text format. */
export function rowOf(body: Buffer): (string | null)[] {
  const values: (string | null)[] = [];
  for (let at = 2, left = body.readInt16BE(0); left > 0; left--) {
    const length = body.readInt32BE(at);
    values.push(length < 0 ? null : body.toString('utf8', at + 4, at + 4 + length));
    at += 4 + Math.max(length, 0);
  }
  return values;
}

/** The fields of an ErrorResponse, by their letter: `C` SQLSTATE, `M` message, `V` severity. */
export function errorFields(body: Buffer): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const field of body.toString('utf8').split('\0')) if (field) fields[field.charAt(0)] = field.slice(1);
  return fields;
}

/** An SQL literal. */
export const wireLiteral = (text: string) => ` E'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
