import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { isLoopback } from '../../../loopback.js';

/** How the address of a request is found out. */
export interface OriginOptions {
  /** What the client calls this service, ending in `/scim/v2`; where absent, it is worked out. */
  tenantUrl?: string;
  /** A proxy is in front, and what it says of the client is believed. */
  behindProxy: boolean;
}

const HOST = /^([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:\d{1,5})?$/;

/**
 * What the client calls this service: as it was set, else as the client, or the proxy in front, says. Of several
 * entries that a proxy hands over only the last is its own; those before it are what the client claims.
 */
export function requestTenantUrl(
  request: IncomingMessage,
  { tenantUrl, behindProxy }: OriginOptions,
): string {
  if (tenantUrl !== undefined) return tenantUrl;
  const { headers, socket } = request;
  const forwarded = behindProxy ? last(headers['x-forwarded-proto']) : undefined;
  const scheme =
    forwarded !== undefined && /^https?$/i.test(forwarded)
      ? forwarded.toLowerCase()
      : (socket as TLSSocket).encrypted
        ? 'https'
        : 'http';
  const wanted = [behindProxy ? last(headers['x-forwarded-host']) : undefined, headers.host];
  const host = wanted.find((name) => name !== undefined && HOST.test(name)) ?? addressOf(socket);
  return `${scheme}://${host}/scim/v2`;
}

/** The client's address, as the proxy in front saw it. */
export function sourceAddress(request: IncomingMessage, { behindProxy }: OriginOptions): string {
  const direct = request.socket.remoteAddress ?? '';
  if (!behindProxy) return direct;
  const seen = last(request.headers['x-forwarded-for']);
  if (!seen) return direct;
  // Some add the port: 203.0.113.7:49152, [2001:db8::1]:49152.
  const bare = /^\[(.+)\](:\d+)?$/.exec(seen)?.[1] ?? seen.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
  return /^[0-9A-Fa-f.:%]{2,60}$/.test(bare) ? bare : direct;
}

/** Whether the request comes from this very machine, and not through a proxy on it. */
export function isLocalRequest(request: IncomingMessage): boolean {
  const { headers, socket } = request;
  const relayed =
    headers.forwarded ?? headers['x-forwarded-for'] ?? headers['x-forwarded-host'] ?? headers.via;
  return relayed === undefined && isLoopback(socket.remoteAddress ?? '');
}

const last = (header: string | string[] | undefined): string | undefined =>
  String(header ?? '')
    .split(',')
    .at(-1)
    ?.trim() || undefined;

function addressOf({ localAddress = 'localhost', localPort }: IncomingMessage['socket']): string {
  const host = localAddress.includes(':') ? `[${localAddress}]` : localAddress;
  return localPort === undefined ? host : `${host}:${localPort}`;
}
