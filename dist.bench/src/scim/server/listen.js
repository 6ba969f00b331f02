import { createServer, STATUS_CODES } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { configurationProblem } from '../../problem.js';
import { scimError } from './answer.js';
/**
 * Listens, with the limits on every connection.
 * @throws Problem `port-in-use`, `port-forbidden`, `address-unavailable`.
 */
export async function listen(listener, options) {
    const { host, port, tls, limits } = options;
    const http = {
        maxHeaderSize: limits.maxHeader,
        headersTimeout: limits.headersMs,
        requestTimeout: limits.requestMs,
        connectionsCheckingInterval: Math.min(1000, limits.headersMs),
        keepAliveTimeout: limits.keepAliveMs,
        noDelay: true,
    };
    const server = tls
        ? createSecureServer({ ...http, ...tls, handshakeTimeout: limits.headersMs }, listener)
        : createServer(http, listener);
    server.maxConnections = limits.maxConnections;
    // Nobody reads, or the network is gone.
    server.setTimeout(limits.requestMs + limits.handlerMs, (socket) => socket.destroy());
    server.on('clientError', (error, socket) => {
        const status = STATUS_OF[error.code ?? ''] ?? 400;
        if (error.code !== 'ECONNRESET')
            options.onBadClient(status, error.code ?? 'error');
        answerRaw(socket, status);
    });
    await new Promise((resolve, reject) => {
        server.once('error', (error) => reject(listenProblem(error, host, port)));
        server.listen(port, host, resolve);
    });
    return server;
}
export const portOf = (server) => server.address().port;
const STATUS_OF = {
    ERR_HTTP_REQUEST_TIMEOUT: 408,
    HPE_HEADER_OVERFLOW: 431,
    HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
};
const DETAILS = {
    400: 'This is not a request of HTTP/1.1.',
    408: 'The request took too long to arrive.',
    413: 'The body is too large.',
    431: 'The headers are too large.',
};
/** There is no response to write to: the request did not come that far. */
function answerRaw(socket, status) {
    if (!socket.writable || socket.bytesWritten > 0) {
        socket.destroy();
        return;
    }
    const body = JSON.stringify(scimError(status, DETAILS[status] ?? '').body);
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nCache-Control: no-store\r\n` +
        `Content-Type: application/scim+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}
function listenProblem(error, host, port) {
    const where = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    const [code, message, hint] = LISTEN_FAILURES[error.code ?? '']?.(where) ?? [
        'address-unavailable',
        `It is not possible to listen at ${where} (${error.code ?? error.message}).`,
        'Give --host an address of this machine; 0.0.0.0 or :: is all of them.',
    ];
    return configurationProblem(code, message, { hint, cause: error });
}
const LISTEN_FAILURES = {
    EADDRINUSE: (where) => [
        'port-in-use',
        `Something listens at ${where} already.`,
        'Choose another port with --port, or end what is there.',
    ],
    EACCES: (where) => [
        'port-forbidden',
        `This account has no right to listen at ${where}.`,
        'Choose a port from 1024 up, or give the service the right to it: AmbientCapabilities=CAP_NET_BIND_SERVICE in systemd.',
    ],
};
