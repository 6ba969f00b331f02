import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer as createHttpServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Notice } from '../../../src/core/audit/follow/notice.js';

/** A message as a receiver of notices got it. */
export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  notice: Notice;
  at: number;
}

/** A receiver of notices, which answers as the test says. */
export interface Hook {
  url: string;
  port: number;
  /** In the order in which they came, accepted or not. */
  received: Received[];
  /** What it answers, until it is set otherwise: a status, with headers, or nothing at all. */
  answer: (
    message: Received,
  ) => { status: number; headers?: Record<string, string>; body?: string } | undefined;
  close(): Promise<void>;
}

export async function startHook({
  tls,
  port = 0,
}: {
  tls?: ServerOptions;
  port?: number;
} = {}): Promise<Hook> {
  const hook: Hook = { url: '', port, received: [], answer: () => ({ status: 204 }), close: async () => {} };
  const listener: RequestListener = (request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const message = {
        headers: request.headers,
        body,
        notice: JSON.parse(body) as Notice,
        at: performance.now(),
      };
      hook.received.push(message);
      const answer = hook.answer(message);
      if (answer) response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  };
  const server = tls ? createHttpsServer(tls, listener) : createHttpServer(listener);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  hook.port = (server.address() as AddressInfo).port;
  hook.url = `${tls ? 'https' : 'http'}://127.0.0.1:${hook.port}/hooks/leavers`;
  hook.close = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return hook;
}

/** Whether one of the signatures is that of this secret, as the libraries of Standard Webhooks look. */
export function isSignedWith(secret: string, { headers, body }: Received): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const expected = createHmac('sha256', key).update(signed).digest();
  return String(headers['webhook-signature'])
    .split(' ')
    .map((one) => one.split(','))
    .some(([version, text = '']) => {
      const given = Buffer.from(text, 'base64');
      return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
    });
}
