import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { type CertificateName, type FakeServer, listen, secureContext } from './listen.js';

/** An error as SQL Server tells it. */
export interface ServerError {
  number: number;
  message: string;
}

export interface FakeTdsOptions {
  /** What it shows in the TLS handshake; without one it answers that it cannot encrypt. */
  certificate?: CertificateName;
  /** Answers that it takes encrypted connections only. */
  encryptionRequired?: boolean;
  /** The errors it sends to every login. */
  refusal?: ServerError[];
  /** Where it listens; 127.0.0.1 unless told otherwise. */
  host?: string;
}

export interface FakeTds extends FakeServer {
  /** The logins that were sent to it in plain text. */
  readonly plainLogins: readonly Buffer[];
}

const PRELOGIN = 0x12;
const LOGIN = 0x10;
const ANSWER = 0x04;

/** The first steps of SQL Server's protocol: TLS or not, then a refusal. */
export async function fakeTds(options: FakeTdsOptions): Promise<FakeTds> {
  const plainLogins: Buffer[] = [];
  const server = await listen((socket) => {
    let handshake: Duplex | undefined;
    socket.on('data', (packet) => {
      const [type] = packet;
      if (type === LOGIN) {
        plainLogins.push(packet);
        socket.end(packetOf(Buffer.concat((options.refusal ?? []).map(errorToken).concat(doneToken))));
      } else if (type === PRELOGIN && handshake) handshake.push(packet.subarray(8));
      else if (type === PRELOGIN) {
        socket.write(packetOf(preloginAnswer(options)));
        if (options.certificate) handshake = startTls(socket, options.certificate);
      }
    });
  }, options.host);
  return { ...server, plainLogins };
}

/** One message of the server, in one packet. */
export function packetOf(payload: Buffer): Buffer {
  const header = Buffer.from([ANSWER, 1, 0, 0, 0, 0, 1, 0]);
  header.writeUInt16BE(8 + payload.length, 2);
  return Buffer.concat([header, payload]);
}

/** VERSION and ENCRYPTION: 1 on, 2 not supported, 3 required. */
export function preloginAnswer({ certificate, encryptionRequired }: FakeTdsOptions): Buffer {
  const encryption = encryptionRequired ? 3 : certificate ? 1 : 2;
  return Buffer.from([0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff, 16, 0, 0, 0, 0, 0, encryption]);
}

/** TLS inside of PRELOGIN packets: each flight of the handshake is one message. */
function startTls(socket: Socket, certificate: CertificateName): Duplex {
  let flight: Buffer[] = [];
  const inside = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      if (flight.length === 0) {
        setImmediate(() => {
          socket.write(packetOf(Buffer.concat(flight)));
          flight = [];
        });
      }
      flight.push(chunk);
      done();
    },
  });
  const options = { isServer: true, secureContext: secureContext(certificate) };
  new TLSSocket(inside as Socket, options).on('error', () => undefined);
  return inside;
}

/** The token of an error, said of no procedure. */
export function errorToken({ number, message }: ServerError): Buffer {
  const text = Buffer.from(message, 'utf16le');
  const body = Buffer.alloc(8 + text.length + 2 + 4);
  body.writeUInt32LE(number, 0);
  body.writeUInt8(1, 4); // state
  body.writeUInt8(14, 5); // class
  body.writeUInt16LE(message.length, 6);
  text.copy(body, 8); // then the names of server and procedure, both empty, and the line number
  const length = Buffer.alloc(2);
  length.writeUInt16LE(body.length);
  return Buffer.concat([Buffer.from([0xaa]), length, body]);
}

const doneToken = Buffer.from([0xfd, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
