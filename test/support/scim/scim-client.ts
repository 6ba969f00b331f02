import assert from 'node:assert/strict';
import type { Idp } from '../../../src/core/provisioning/types.js';
import { addServiceAccount } from '../../../src/core/service-accounts/add.js';
import type { ScimHandler, ScimRequest, ScimResponse } from '../../../src/scim/protocol/exchange.js';
import type { Product } from '../databases/product.js';
import { PATCH_OP } from './scim.js';

export const BASE_URL = 'https://iqm.contoso.example/scim/v2';

type Json = Record<string, unknown>;
export type Answer = ScimResponse & { body: Json };
interface Conditions {
  ifMatch?: string;
  ifNoneMatch?: string;
  /** What the server has left out of the body. */
  unread?: ScimRequest['unread'];
}

/** An IdP that talks to the handler, with no network in between. */
export interface ScimClient {
  readonly idp: Idp;
  /** Sets the IdP otherwise, as `idp update` would, for the requests from then on. */
  set(change: Partial<Idp>): void;
  send(method: string, url: string, body?: unknown, conditions?: Conditions): Promise<Answer>;
  get(url: string, conditions?: Conditions): Promise<Answer>;
  /** The resources of a list. */
  list(url: string): Promise<Json[]>;
  /** Posts what must be created, and hands it back. */
  create(url: string, body: unknown): Promise<Json & { id: string }>;
  patch(url: string, ...operations: unknown[]): Promise<Answer>;
}

/** @param account what the IdP is set to; it has no limit of departures unless one is given. */
export async function scimClient(
  product: Product,
  handler: ScimHandler,
  name: string,
  account: Partial<Parameters<typeof addServiceAccount>[1]> = {},
): Promise<ScimClient> {
  const { maxDepartures = null } = account;
  const added = await addServiceAccount(product.core, { kind: 'generic', ...account, name, maxDepartures });
  // As authentication has it.
  let idp: Idp = {
    id: added.id,
    name,
    kind: added.kind,
    ssoProviderId: added.ssoProviderId,
    deprovisionPolicy: added.deprovisionPolicy,
    adoptsDisabled: added.adoptDisabled === 'enable',
    departureLimit: maxDepartures && { ...maxDepartures, releasedAt: null },
  };
  const core = { ...product.core, actor: `idp:${name}` };
  const send: ScimClient['send'] = async (method, url, body, conditions = {}) => {
    const { pathname, searchParams } = new URL(`http://localhost${url}`);
    const request = {
      method,
      path: pathname,
      query: searchParams,
      baseUrl: BASE_URL,
      ...conditions,
      // As it arrives: parsed from what was sent.
      ...(body === undefined ? {} : { body: JSON.parse(JSON.stringify(body)) as unknown }),
    };
    const response = await handler(request, { core, idp });
    return { ...response, body: (response.body ?? {}) as Json };
  };
  const get: ScimClient['get'] = (url, conditions) => send('GET', url, undefined, conditions);
  return {
    get idp() {
      return idp;
    },
    set(change) {
      idp = { ...idp, ...change };
    },
    send,
    get,
    async list(url) {
      const { status, body } = await get(url);
      assert.equal(status, 200, JSON.stringify(body));
      return body.Resources as Json[];
    },
    async create(url, body) {
      const answer = await send('POST', url, body);
      assert.equal(answer.status, 201, JSON.stringify(answer.body));
      return answer.body as Json & { id: string };
    },
    patch: (url, ...operations) => send('PATCH', url, { schemas: [PATCH_OP], Operations: operations }),
  };
}

/** A filter as it goes into a URL. */
export const filterBy = (filter: string) => `filter=${encodeURIComponent(filter)}`;
