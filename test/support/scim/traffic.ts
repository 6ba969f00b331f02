import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Idp } from '../../../src/core/provisioning/types.js';
import { addServiceAccount } from '../../../src/core/service-accounts/add.js';
import type { ScimHandler, ScimResponse } from '../../../src/scim/protocol/exchange.js';
import type { DeprovisionPolicy, IdpKind } from '../../../src/words/idp.js';
import type { Product } from '../databases/product.js';
import { projectDirectory } from '../environment.js';

/** A conversation as an IdP leads it, and what it is to be answered. */
export interface Traffic {
  /** What it is a recording of. */
  about: string;
  idp: { name: string; kind: IdpKind; deprovisionPolicy: DeprovisionPolicy };
  exchanges: Exchange[];
}

export interface Exchange {
  title: string;
  request: {
    method: string;
    /** Path and query below `/scim/v2`, percent-encoded. `<id-1>` stands for the first id in the answers. */
    url: string;
    headers?: Record<string, string>;
    body?: unknown;
  };
  response: { status: number; headers: Record<string, string>; body?: unknown };
}

export const BASE_URL = 'https://iqm.contoso.example/scim/v2';
const BEGIN = Date.parse('2026-03-02T08:00:00.000Z');
const MINUTE_MS = 60_000;

const fileOf = (name: string) => join(projectDirectory, 'test', 'scim', 'traffic', `${name}.json`);

export async function readTraffic(name: string): Promise<Traffic> {
  return JSON.parse(await readFile(fileOf(name), 'utf8')) as Traffic;
}

/** Writes the answers down, for SCIMCTL_TEST_UPDATE=1: look at what changed before it is kept. */
export async function writeTraffic(name: string, traffic: Traffic): Promise<void> {
  await writeFile(fileOf(name), `${JSON.stringify(traffic, undefined, 2)}\n`);
}

/** The service account that a conversation is with. */
export async function addIdp(
  product: Product,
  { name, kind, deprovisionPolicy }: Traffic['idp'],
): Promise<Idp> {
  const account = await addServiceAccount(product.core, { name, kind, deprovisionPolicy });
  return { ...account, kind, deprovisionPolicy };
}

/**
 * Says what an IdP said, a minute apart, and hands back what was answered: ids and versions by the order in
 * which they came up, and the host application's ids by their names.
 */
export function createReplay(product: Product, handler: ScimHandler, idp: Idp) {
  const words = new Map<string, string>();
  let minutes = 0;
  const replaced = (text: string, pattern: RegExp, kind: string): string =>
    text.replace(pattern, (found) => {
      const known = words.get(found);
      if (known) return known;
      const word = `<${kind}-${[...words.values()].filter((one) => one.startsWith(`<${kind}-`)).length + 1}>`;
      words.set(found, word);
      return word;
    });
  const spoken = (text: string): string =>
    text.replace(/<id-\d+>/g, (word) => [...words].find(([, known]) => known === word)?.[0] ?? word);
  const recorded = ({ status, headers, body }: ScimResponse): Exchange['response'] => {
    const text = JSON.stringify({ status, headers, ...(body === undefined ? {} : { body }) });
    const ids = replaced(text, /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'id');
    return JSON.parse(replaced(ids, /W\/\\"[\w-]{16}\\"/g, 'version')) as Exchange['response'];
  };
  return async ({ request }: Exchange): Promise<Exchange['response']> => {
    product.now = new Date(BEGIN + MINUTE_MS * minutes++);
    const url = new URL(`http://localhost${spoken(request.url)}`);
    const { 'If-Match': ifMatch, 'If-None-Match': ifNoneMatch } = request.headers ?? {};
    const response = await handler(
      {
        method: request.method,
        path: url.pathname,
        query: url.searchParams,
        baseUrl: BASE_URL,
        ...(ifMatch === undefined ? {} : { ifMatch: spokenVersion(ifMatch) }),
        ...(ifNoneMatch === undefined ? {} : { ifNoneMatch: spokenVersion(ifNoneMatch) }),
        ...(request.body === undefined ? {} : { body: JSON.parse(spoken(JSON.stringify(request.body))) }),
      },
      { core: { ...product.core, actor: `idp:${idp.name}` }, idp },
    );
    return recorded(response);
  };

  function spokenVersion(header: string): string {
    const found = [...words].find(([, word]) => word === header)?.[0] ?? header;
    return found.replaceAll('\\"', '"');
  }
}
