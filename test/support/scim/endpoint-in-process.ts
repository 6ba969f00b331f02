import { createScimHandler } from '../../../src/scim/protocol/handler/handler.js';
import type { Product } from '../databases/product.js';
import { bearer, startEndpoint } from './endpoint.js';

/** The whole endpoint within this process, on a socket all the same. */
export interface InProcess {
  request(
    method: string,
    path: string,
    token: string,
    body?: unknown,
    // biome-ignore lint/suspicious/noExplicitAny: whatever the endpoint said
  ): Promise<{ status: number; body: any }>;
  raw(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string,
  ): Promise<{ status: number; text: string }>;
  stop(): Promise<unknown>;
}

export async function startServer(product: Product): Promise<InProcess> {
  const endpoint = await startEndpoint(product, { handler: createScimHandler({}) });
  const raw: InProcess['raw'] = async (method, path, headers, body) => {
    const response = await fetch(`${endpoint.scim}${path}`, { method, headers, body });
    endpoint.log.length = 0;
    return { status: response.status, text: await response.text() };
  };
  return {
    raw,
    async request(method, path, token, body) {
      const headers = { ...bearer(token), 'content-type': 'application/scim+json' };
      const { status, text } = await raw(
        method,
        path,
        headers,
        body === undefined ? undefined : JSON.stringify(body),
      );
      return { status, body: text === '' ? undefined : JSON.parse(text) };
    },
    stop: () => endpoint.stop(5000),
  };
}
