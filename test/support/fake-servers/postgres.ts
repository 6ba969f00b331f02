import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { type CertificateName, type FakeServer, listen, secureContext } from './listen.js';

export interface FakePostgresOptions {
  /** What it shows when asked for TLS; without one it answers that it has none. */
  certificate?: CertificateName;
  /** How it refuses every login. */
  refusal?: { code: string; message: string };
}

/** The first steps of PostgreSQL's protocol: TLS or not, then a refusal. */
export const fakePostgres = ({ certificate, refusal }: FakePostgresOptions): Promise<FakeServer> =>
  listen((socket) => {
    socket.once('data', (first) => {
      if (!isTlsRequest(first)) return refuse(socket, refusal);
      if (certificate === undefined) {
        socket.once('data', () => refuse(socket, refusal));
        socket.write('N');
        return;
      }
      socket.write('S');
      const secure = new TLSSocket(socket, { isServer: true, secureContext: secureContext(certificate) });
      secure.on('error', () => undefined).once('data', () => refuse(secure, refusal));
    });
  });

/** An SSLRequest, which has the number 80877103 where others have the version. */
const isTlsRequest = (message: Buffer) => message.length === 8 && message.readInt32BE(4) === 80877103;

function refuse(socket: Socket, refusal = { code: '28P01', message: 'password authentication failed' }) {
  const fields = `SFATAL\0VFATAL\0C${refusal.code}\0M${refusal.message}\0\0`;
  const length = Buffer.alloc(4);
  length.writeInt32BE(4 + Buffer.byteLength(fields));
  socket.end(Buffer.concat([Buffer.from('E'), length, Buffer.from(fields)]));
}
