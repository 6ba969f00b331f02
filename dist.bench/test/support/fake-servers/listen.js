import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { projectDirectory } from '../environment.js';
/** Listens on a free port, of 127.0.0.1 unless told otherwise. Errors of its sockets are the clients' business. */
export function listen(serve, host = '127.0.0.1') {
    const sockets = new Set();
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
                close: () => new Promise((closed) => {
                    server.close(() => closed());
                    for (const socket of sockets)
                        socket.destroy();
                }),
            });
        });
    });
}
/** A port of 127.0.0.1 on which nothing listens. */
export async function closedPort() {
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
export const tlsFixture = (name) => join(projectDirectory, 'test', 'fixtures', 'tls', `${name}.pem`);
export const secureContext = (certificate) => createSecureContext({
    cert: readFileSync(tlsFixture(certificate)),
    key: readFileSync(tlsFixture('key-for-tests-only')),
});
