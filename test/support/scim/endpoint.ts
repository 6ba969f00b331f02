import { createToken } from '../../../src/core/tokens/create.js';
import { generateToken } from '../../../src/core/tokens/format.js';
import type { ScimHandler } from '../../../src/scim/protocol/exchange.js';
import { DEFAULT_LIMITS, type Limits } from '../../../src/scim/server/fairness/limits.js';
import { createLog } from '../../../src/scim/server/observing/log.js';
import { type RunningServer, type ServerOptions, startServer } from '../../../src/scim/server/server.js';
import type { Product } from '../databases/product.js';

export interface EndpointOptions extends Partial<Omit<ServerOptions, 'core' | 'limits'>> {
  /** In place of `createHandler`. */
  handler?: ScimHandler;
  limits?: Partial<Limits>;
}

/** The endpoint within this process, on a free port of 127.0.0.1. */
export interface Endpoint extends RunningServer {
  /** `http://127.0.0.1:PORT/scim/v2`. */
  scim: string;
  /** Every line it has logged, parsed. */
  readonly log: Record<string, unknown>[];
}

/** Answers with what it was asked, for tests of what is in front of the protocol. */
export const echo: ScimHandler = async (request, { idp, core }) => ({
  status: 200,
  headers: { ETag: 'W/"1"' },
  body: { ...request, query: String(request.query), idp, actor: core.actor },
});

export async function startEndpoint(
  { core }: Pick<Product, 'core'>,
  { handler = echo, ...options }: EndpointOptions = {},
): Promise<Endpoint> {
  const log: Record<string, unknown>[] = [];
  const running = await startServer({
    createHandler: () => handler,
    host: '127.0.0.1',
    port: 0,
    origin: { behindProxy: false },
    verbose: false,
    sealEveryMs: 0,
    certificateEveryMs: 50,
    log: createLog({
      format: 'json',
      level: 'debug',
      clock: core.clock,
      write: (line) => log.push(JSON.parse(line)),
    }),
    ...options,
    core,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
  });
  return { ...running, scim: `${running.url}/scim/v2`, log };
}

/** A token of an IdP that lasts for a day. */
export const issue = async ({ core }: Product, idp: string): Promise<{ id: string; token: string }> =>
  createToken(core, idp, { expiresInMs: 86_400_000 });

export const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

export const basic = (user: string, password: string) => ({
  Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});

/** A token whose id and checksum are right, and whose secret is not. */
export function forge(token: string): string {
  const [, id = ''] = /^scimctl_(.{12})_/.exec(token) ?? [];
  let drawn = 0;
  // The first bytes drawn make the id: given as those that stand for it.
  const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  const { text } = generateToken((bytes) => {
    if (drawn++ === 0) return Uint8Array.from([...id].map((letter) => alphabet.indexOf(letter)));
    return new Uint8Array(bytes).fill(9);
  });
  return text;
}
