import { type FakeServer, listen } from './listen.js';
import { errorToken, packetOf, preloginAnswer, type ServerError } from './tds.js';

/** What a session asks for. `options` is the driver's first batch, which sets the options of the session. */
export type Asked = 'options' | 'statement' | 'begin' | 'commit' | 'rollback';

export interface FakeSqlServerOptions {
  /**
   * The errors that it answers with; nothing, where it does what is asked. The session goes on afterwards.
   * @param sql the statement, where it is one.
   */
  refuse?: (asked: Asked, sql: string) => readonly ServerError[] | undefined;
  /** Says that the transaction has ended when a statement in one fails, as XACT_ABORT has it; if left out, it does. */
  saysRollback?: boolean;
}

export interface FakeSqlServer extends FakeServer {
  /** For `--database`. */
  readonly url: string;
  /** Sessions that logged in. */
  readonly sessions: number;
  /** What was asked, in its order, with the instant in milliseconds and the number of the session. */
  readonly asked: readonly { what: Asked; sql: string; at: number; session: number }[];
}

const PRELOGIN = 0x12;
const LOGIN = 0x10;
const BATCH = 0x01;
const CALL = 0x03;
const MANAGER = 0x0e;
/** The requests of the transaction manager, and how ENVCHANGE tells of what they did. */
const BY_MANAGER: Record<number, [what: Asked, change: number]> = {
  5: ['begin', 8],
  7: ['commit', 9],
  8: ['rollback', 10],
};

/** A SQL Server without TLS that plays sessions: a login, statements that all have one row, and transactions. */
export async function fakeSqlServer({
  refuse = () => undefined,
  saysRollback = true,
}: FakeSqlServerOptions = {}): Promise<FakeSqlServer> {
  const asked: FakeSqlServer['asked'][number][] = [];
  let sessions = 0;
  const server = await listen((socket) => {
    let session = 0;
    let inTransaction = false;
    const send = (...tokens: Buffer[]) => socket.write(packetOf(Buffer.concat(tokens)));
    const ask = (what: Asked, sql: string) => {
      asked.push({ what, sql, at: performance.now(), session });
      return refuse(what, sql)?.map(errorToken);
    };
    const manage = (request: number) => {
      const [what, change] = BY_MANAGER[request] ?? ['rollback', 10];
      const errors = ask(what, '');
      if (errors) return send(...errors, done(0xfd, true));
      inTransaction = what === 'begin';
      return send(envChange(change), done(0xfd));
    };
    const run = (sql: string, isCall: boolean) => {
      const errors = ask(/set ansi_nulls on/.test(sql) ? 'options' : 'statement', sql);
      const ends = errors && inTransaction && saysRollback ? [envChange(10)] : [];
      if (ends.length > 0) inTransaction = false;
      const rows = errors || /^set /.test(sql) ? [] : oneRow(sql);
      if (!isCall) send(...(errors ?? rows), ...ends, done(0xfd, errors !== undefined));
      else
        send(...(errors ?? [...rows, done(0xff)]), ...ends, RETURN_STATUS, done(0xfe, errors !== undefined));
    };
    const hear = (type: number | undefined, message: Buffer) => {
      if (type === PRELOGIN) send(preloginAnswer({}));
      else if (type === LOGIN) {
        session = ++sessions;
        send(LOGIN_ACK, done(0xfd));
      } else if (type === MANAGER) manage(message.readUInt16LE(message.readUInt32LE(0)));
      else if (type === BATCH) run(message.subarray(message.readUInt32LE(0)).toString('utf16le'), false);
      else if (type === CALL) run(textOf(message), true);
    };
    let bytes = Buffer.alloc(0);
    let message = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      while (bytes.length >= 8 && bytes.length >= bytes.readUInt16BE(2)) {
        const [type, status = 0] = bytes;
        message = Buffer.concat([message, bytes.subarray(8, bytes.readUInt16BE(2))]);
        bytes = bytes.subarray(bytes.readUInt16BE(2));
        if ((status & 1) === 0) continue;
        const whole = message;
        message = Buffer.alloc(0);
        hear(type, whole);
      }
    });
  });
  return {
    ...server,
    url: `mssql://joe:pw@127.0.0.1:${server.port}/app?encrypt=false`,
    get sessions() {
      return sessions;
    },
    asked,
  };
}

/** The statement of a call of sp_executesql: its first parameter, NVARCHAR(MAX) or shorter, comes before all text. */
function textOf(message: Buffer): string {
  const texts = [0, 1].map((shift) => message.subarray(shift).toString('utf16le'));
  return (
    texts.map((text) => /[\x20-\x7e\n]{6,}/.exec(text)?.[0] ?? '').sort((a, b) => b.length - a.length)[0] ??
    ''
  );
}

const token = (type: number, body: Buffer): Buffer => {
  const length = Buffer.alloc(2);
  length.writeUInt16LE(body.length);
  return Buffer.concat([Buffer.from([type]), length, body]);
};
const shortText = (text: string) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'utf16le')]);
const done = (type: number, failed = false) =>
  Buffer.from([type, failed ? 2 : 0, ...Array<number>(11).fill(0)]);
const RETURN_STATUS = Buffer.from([0x79, 0, 0, 0, 0]);
const LOGIN_ACK = token(
  0xad,
  Buffer.concat([
    Buffer.from([1, 0x74, 0, 0, 4]),
    shortText('Microsoft SQL Server'),
    Buffer.from([16, 0, 0, 0]),
  ]),
);
const DESCRIPTOR = Buffer.from([8, 1, 0, 0, 0, 1, 0, 0, 0]);
/** That a transaction has begun has its new descriptor, the others the old one. */
const envChange = (type: number) =>
  token(
    0xe3,
    Buffer.concat([
      Buffer.from([type]),
      ...(type === 8 ? [DESCRIPTOR, Buffer.from([0])] : [Buffer.from([0]), DESCRIPTOR]),
    ]),
  );

/** Of the first statement of a connection the level of the database, of all others a number. */
function oneRow(sql: string): Buffer[] {
  const isLevel = /compatibility_level/.test(sql);
  const number = (name: string) => Buffer.concat([Buffer.from([0, 0, 0, 0, 9, 0, 0x26, 4]), shortText(name)]);
  const text = (name: string) =>
    Buffer.concat([Buffer.from([0, 0, 0, 0, 9, 0, 0xe7, 0x58, 2, 9, 4, 0xd0, 0, 0x34]), shortText(name)]);
  const value = (of: number) => Buffer.from([4, of, 0, 0, 0]);
  const banner = Buffer.from('Microsoft SQL Server 2022', 'utf16le');
  return isLevel
    ? [
        Buffer.concat([Buffer.from([0x81, 2, 0]), number('level'), text('banner')]),
        Buffer.concat([Buffer.from([0xd1]), value(160), Buffer.from([banner.length, 0]), banner]),
      ]
    : [
        Buffer.concat([Buffer.from([0x81, 1, 0]), number('one')]),
        Buffer.concat([Buffer.from([0xd1]), value(1)]),
      ];
}
