import { Agent as HttpAgent, request as httpRequest, } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { TransportFailure, transportFailure } from './transport-failure.js';
/** How long a request that is under way at an interruption may still take: it may have made something. */
const GRACE_MS = 5000;
/** More than any list we ask for; a larger one is not read to its end. */
const MAX_CHARACTERS = 8 * 1024 * 1024;
/** An HTTP client that does what an IdP's does: one endpoint, one token, TLS verified, redirects not followed. */
export class Client {
    endpoint;
    clock;
    signal;
    agent;
    constructor(endpoint, clock, signal) {
        this.endpoint = endpoint;
        this.clock = clock;
        this.signal = signal;
        const { url, ca } = endpoint;
        // A connection for each request: one that is kept may be closed by the other side at any moment.
        this.agent =
            url.protocol === 'https:'
                ? new HttpsAgent({ ...(ca && { ca: [...ca] }), minVersion: 'TLSv1.2' })
                : new HttpAgent();
    }
    /** @throws TransportFailure where no answer came; the signal's reason where the run was interrupted before. */
    async send(request) {
        this.signal?.throwIfAborted();
        const { url, timeoutMs, token: own } = this.endpoint;
        const { method, path, body } = request;
        const query = [url.search.slice(1), request.query].filter(Boolean).join('&');
        const target = `${path}${query ? `?${query}` : ''}`;
        const token = request.token === undefined ? own : request.token;
        const text = body === undefined ? undefined : JSON.stringify(body);
        const began = this.clock().getTime();
        const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
        return new Promise((resolve, reject) => {
            const sent = send({
                protocol: url.protocol,
                hostname: url.hostname.replace(/^\[|\]$/g, ''),
                port: url.port,
                path: `${url.pathname.replace(/\/+$/, '')}${target}`,
                method,
                agent: this.agent,
                headers: {
                    accept: 'application/scim+json',
                    'user-agent': 'scimctl-probe',
                    ...(token !== null && { authorization: `Bearer ${token}` }),
                    ...(text !== undefined && {
                        'content-type': 'application/scim+json; charset=utf-8',
                        'content-length': Buffer.byteLength(text),
                    }),
                },
            });
            const give = (milliseconds) => setTimeout(() => {
                const message = `${url.host} did not answer ${method} ${path} within ${milliseconds / 1000} seconds`;
                sent.destroy(new TransportFailure('timed-out', message, 'Okta gives up after 60 seconds; find what is slow'));
            }, milliseconds);
            let limit = give(timeoutMs);
            const hurry = () => {
                clearTimeout(limit);
                limit = give(Math.min(GRACE_MS, timeoutMs));
            };
            this.signal?.addEventListener('abort', hurry, { once: true });
            const settle = () => {
                clearTimeout(limit);
                this.signal?.removeEventListener('abort', hurry);
            };
            const fail = (error) => {
                settle();
                reject(transportFailure(error, url));
            };
            sent.on('error', fail).on('response', (response) => {
                read(response).then((received) => {
                    settle();
                    resolve({
                        method,
                        path: target,
                        status: response.statusCode ?? 0,
                        headers: response.headers,
                        // An endpoint may repeat what it was sent; the token must not be shown for that.
                        text: received.replaceAll(own, '[token]'),
                        ms: this.clock().getTime() - began,
                        tls: response.socket.getProtocol?.() ?? undefined,
                    });
                }, fail);
            });
            sent.end(text);
        });
    }
    close() {
        this.agent.destroy();
    }
}
async function read(response) {
    response.setEncoding('utf8');
    let text = '';
    for await (const chunk of response) {
        text += chunk;
        if (text.length > MAX_CHARACTERS) {
            response.destroy();
            throw new TransportFailure('too-large', 'The answer is larger than 8 million characters', 'Send pages');
        }
    }
    return text;
}
