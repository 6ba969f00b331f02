import {
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { TransportFailure, transportFailure } from './transport-failure.js';

export interface Endpoint {
  /** Below which `/Users` is; its query string is sent along with every request, as Entra does. */
  url: URL;
  token: string;
  /** Authorities to trust, PEM, in the place of Node's own. */
  ca?: readonly string[];
  /** Milliseconds for one request, the answer included. */
  timeoutMs: number;
}

export interface Request {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the base URL: `/Users`. */
  path: string;
  /** A query string as the IdP writes it, without `?`. */
  query?: string;
  body?: unknown;
  /** Another token than the endpoint's; null for none. */
  token?: string | null;
}

export interface Reply {
  method: string;
  /** With the query, as it was sent. */
  path: string;
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** Milliseconds from the request to the end of the answer. */
  ms: number;
  /** `TLSv1.3`; nothing over plain HTTP. */
  tls?: string;
}

/** How long a request that is under way at an interruption may still take: it may have made something. */
const GRACE_MS = 5000;

/** More than any list we ask for; a larger one is not read to its end. */
const MAX_CHARACTERS = 8 * 1024 * 1024;

/** An HTTP client that does what an IdP's does: one endpoint, one token, TLS verified, redirects not followed. */
export class Client {
  private readonly agent: HttpAgent | HttpsAgent;

  constructor(
    private readonly endpoint: Endpoint,
    private readonly clock: () => Date,
    private readonly signal?: AbortSignal,
  ) {
    const { url, ca } = endpoint;
    // A connection for each request: one that is kept may be closed by the other side at any moment.
    this.agent =
      url.protocol === 'https:'
        ? new HttpsAgent({ ...(ca && { ca: [...ca] }), minVersion: 'TLSv1.2' })
        : new HttpAgent();
  }

  /** @throws TransportFailure where no answer came; the signal's reason where the run was interrupted before. */
  async send(request: Request): Promise<Reply> {
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
      const give = (milliseconds: number) =>
        setTimeout(() => {
          const message = `${url.host} did not answer ${method} ${path} within ${milliseconds / 1000} seconds`;
          sent.destroy(
            new TransportFailure('timed-out', message, 'Okta gives up after 60 seconds; find what is slow'),
          );
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
      const fail = (error: Error) => {
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
            tls: (response.socket as TLSSocket).getProtocol?.() ?? undefined,
          });
        }, fail);
      });
      sent.end(text);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

async function read(response: IncomingMessage): Promise<string> {
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
