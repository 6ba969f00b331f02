import { readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createSecureContext, type SecureContext } from 'node:tls';
import { projectDirectory } from '../environment.js';

export type CertificateName = 'trusted' | 'other-name' | 'expired' | 'self-signed';

export interface FakeServer {
  port: number;
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1. Errors of its sockets are the clients' business. */
export function listen(serve: (socket: Socket) => void): Promise<FakeServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    serve(socket);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', () => {
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

export const tlsFixture = (name: string) => join(projectDirectory, 'test', 'fixtures', 'tls', `${name}.pem`);

export const secureContext = (certificate: CertificateName): SecureContext =>
  createSecureContext({
    cert: readFileSync(tlsFixture(certificate)),
    key: readFileSync(tlsFixture('key-for-tests-only')),
  });
