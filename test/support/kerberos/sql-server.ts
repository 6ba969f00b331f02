import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { type CertificateName, type FakeServer, listen, secureContext } from '../fake-servers/listen.js';
import type { Accepted, Acceptor } from './acceptor.js';

export interface IntegratedServerOptions {
  accept: Acceptor;
  /** Encrypts, with this certificate; `strict` before anything else. */
  certificate?: CertificateName;
  strict?: boolean;
  /** How it answers a login: in one message or in two, or with what no server should. */
  answers?: 'together' | 'apart' | 'without-proof' | 'short' | 'garbage' | ((accepted: Accepted) => Buffer);
  /** Requires that the login is bound to the connection (Extended Protection). */
  bound?: boolean;
}

export interface IntegratedServer extends FakeServer {
  /** What came in logins: who by Kerberos, and what the login says besides. */
  readonly logins: { account: string; user: string; serverName: string }[];
  /** Why logins were refused. */
  readonly refused: string[];
}

const token = (type: number, body: Buffer): Buffer => {
  const head = Buffer.from([type, 0, 0]);
  head.writeUInt16LE(body.length, 1);
  return Buffer.concat([head, body]);
};
const words = (text: string) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'utf16le')]);
const done = Buffer.from([0xfd, ...Array<number>(12).fill(0)]);
const loginAck = token(
  0xad,
  Buffer.concat([Buffer.from([1, 0x74, 0, 0, 4]), words('Microsoft SQL Server'), Buffer.from([16, 0, 0, 0])]),
);

/** ENVCHANGE of type 20: go to another server. */
export function routing(server: string, port: number): Buffer {
  const name = Buffer.from(server, 'utf16le');
  const value = Buffer.alloc(5 + name.length);
  value.writeUInt16LE(port, 1);
  value.writeUInt16LE(server.length, 3);
  name.copy(value, 5);
  const length = Buffer.alloc(2);
  length.writeUInt16LE(value.length);
  return token(0xe3, Buffer.concat([Buffer.from([20]), length, value, Buffer.from([0, 0])]));
}

/** The answer to a login that was accepted, and what follows it. */
export const accepted = ({ reply }: Accepted, ...more: Buffer[]): Buffer =>
  Buffer.concat([token(0xed, reply), loginAck, ...more, done]);

function refusal(text: string): Buffer {
  const number = Buffer.alloc(6);
  number.writeUInt32LE(18452);
  number.set([1, 14], 4);
  const message = Buffer.concat([Buffer.from([text.length, 0]), Buffer.from(text, 'utf16le')]);
  return Buffer.concat([token(0xaa, Buffer.concat([number, message, Buffer.alloc(6)])), done]);
}

/** A SQL Server that accepts logins by Kerberos only, and answers every statement with nothing. */
export async function integratedServer(options: IntegratedServerOptions): Promise<IntegratedServer> {
  const logins: IntegratedServer['logins'] = [];
  const refused: string[] = [];
  const { certificate, strict } = options;
  const serve = (stream: Duplex, tls?: TLSSocket) => {
    const send = (payload: Buffer) => stream.write(packet(payload));
    const session = { send, tls, stream };
    void messages(stream, (type, data) => {
      if (type === 0x12) {
        const encryption = certificate && !strict ? 1 : 2;
        send(Buffer.from([0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff, 16, 0, 0, 0, 0, 0, encryption]));
        return encryption === 1 ? 'tls' : undefined;
      }
      if (type === 0x10) answerLogin(data, session, options, { logins, refused });
      else send(done);
      return undefined;
    }).then((goesOnInTls) => {
      if (goesOnInTls && certificate) startTls(stream as Socket, certificate, serve);
    });
  };
  const server = await listen((socket) => {
    if (!strict || !certificate) return serve(socket);
    const tls = new TLSSocket(socket, {
      ...{ isServer: true, secureContext: secureContext(certificate) },
      ALPNProtocols: ['tds/8.0'],
    });
    tls.on('error', () => undefined);
    serve(tls, tls);
  });
  return { ...server, logins, refused };
}

interface ServerSession {
  send(payload: Buffer): void;
  tls: TLSSocket | undefined;
  stream: Duplex;
}

function answerLogin(
  data: Buffer,
  { send, tls, stream }: ServerSession,
  { accept, answers = 'together', bound }: IntegratedServerOptions,
  { logins, refused }: Pick<IntegratedServer, 'logins' | 'refused'>,
): void {
  const field = (at: number) =>
    data.subarray(data.readUInt16LE(at), data.readUInt16LE(at) + 2 * data.readUInt16LE(at + 2));
  const start = data.readUInt16LE(78);
  const sspi = data.subarray(start, start + data.readUInt16LE(80));
  const finished = tls?.getPeerFinished();
  const binding = bound && finished ? Buffer.concat([Buffer.from('tls-unique:'), finished]) : undefined;
  let accepts: Accepted;
  try {
    accepts = accept(sspi, binding);
  } catch (error) {
    refused.push((error as Error).message);
    send(refusal('Login failed. The login is from an untrusted domain.'));
    stream.end();
    return;
  }
  const [user, serverName] = [field(40), field(52)].map((one) => one.toString('utf16le')) as [string, string];
  logins.push({ account: accepts.account, user, serverName });
  if (typeof answers === 'function') send(answers(accepts));
  else if (answers === 'together') send(accepted(accepts));
  else if (answers === 'without-proof') send(Buffer.concat([loginAck, done]));
  else if (answers === 'short') send(accepted({ ...accepts, reply: accepts.reply.subarray(0, 22) }));
  else if (answers === 'garbage') send(Buffer.from([0x01, 0x02, 0x03]));
  else {
    send(token(0xed, accepts.reply));
    send(Buffer.concat([loginAck, done]));
  }
}

function packet(payload: Buffer): Buffer {
  const header = Buffer.from([4, 1, 0, 0, 0, 0, 1, 0]);
  header.writeUInt16BE(8 + payload.length, 2);
  return Buffer.concat([header, payload]);
}

/** Hands on whole messages, until one is answered with `tls`. @returns true then. */
function messages(stream: Duplex, hear: (type: number, data: Buffer) => 'tls' | undefined): Promise<boolean> {
  let bytes = Buffer.alloc(0);
  let message = Buffer.alloc(0);
  return new Promise((resolve) => {
    const read = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      while (bytes.length >= 8 && bytes.length >= bytes.readUInt16BE(2)) {
        const [type = 0, status = 0] = bytes;
        const length = bytes.readUInt16BE(2);
        message = Buffer.concat([message, bytes.subarray(8, length)]);
        bytes = bytes.subarray(length);
        if ((status & 1) === 0) continue;
        const whole = message;
        message = Buffer.alloc(0);
        if (hear(type, whole) !== 'tls') continue;
        stream.off('data', read);
        resolve(true);
        return;
      }
    };
    stream.on('data', read).on('close', () => resolve(false));
  });
}

/** TLS inside of PRELOGIN packets until the handshake is over, and then as it is. */
function startTls(
  socket: Socket,
  certificate: CertificateName,
  serve: (stream: Duplex, tls: TLSSocket) => void,
): void {
  let flight: Buffer[] = [];
  let flights = 0;
  let isOver = false;
  let wrapped = Buffer.alloc(0);
  const inside = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, written) => {
      if (isOver) socket.write(chunk);
      else {
        if (flight.length === 0) {
          setImmediate(() => {
            socket.write(packet(Buffer.concat(flight)));
            flight = [];
            // A server of TLS 1.2 has two: its certificate, and that it has finished.
            isOver = ++flights === 2;
          });
        }
        flight.push(chunk);
      }
      written();
    },
  });
  socket.on('data', (chunk) => {
    if (isOver) {
      inside.push(chunk);
      return;
    }
    wrapped = Buffer.concat([wrapped, chunk]);
    while (wrapped.length >= 8 && wrapped.length >= wrapped.readUInt16BE(2)) {
      const length = wrapped.readUInt16BE(2);
      inside.push(wrapped.subarray(8, length));
      wrapped = wrapped.subarray(length);
    }
  });
  const tls = new TLSSocket(inside as Socket, {
    ...{ isServer: true, secureContext: secureContext(certificate) },
  });
  tls.on('error', () => undefined);
  serve(tls, tls);
}
