import { readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import { projectDirectory } from '../environment.js';

export type CertificateName = 'trusted' | 'other-name' | 'expired' | 'not-yet-valid' | 'self-signed';

export interface FakeServer {
  port: number;
  close(): Promise<void>;
}

/** Listens on a free port, of 127.0.0.1 unless told otherwise. Errors of its sockets are the clients' business. */
export function listen(serve: (socket: Socket) => void, host = '127.0.0.1'): Promise<FakeServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    serve(socket);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, host, () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address ? address.port : 0,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            for (const socket of sockets) socket.destroy();
          }),
      });
    });
  });
}

/** A port of 127.0.0.1 on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = await listen(() => undefined);
  await server.close();
  return server.port;
}

/** Why nothing can be tested over IPv6 on this machine; false where it can. */
export const noIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((each) => each?.address === '::1')
  ? false
  : 'this machine has no IPv6 loopback';

export const tlsFixture = (name: string) => join(projectDirectory, 'test', 'fixtures', 'tls', `${name}.pem`);

export const secureContext = (certificate: CertificateName): SecureContext =>
  createSecureContext({
    cert: readFileSync(tlsFixture(certificate)),
    key: readFileSync(tlsFixture('key-for-tests-only')),
  });
