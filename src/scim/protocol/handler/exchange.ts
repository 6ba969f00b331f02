import type { ExchangeDoor, ScimRequest, ScimResponse } from '../exchange.js';
import { entriesOf } from '../patch/apply.js';
import { unreadFault } from '../patch/operations.js';
import type { Resource } from '../resources/resource.js';
import { find } from '../schemas/find.js';
import type { ResourceType } from '../schemas/resource-type.js';
import { invalidSyntax, ScimError, shownValue } from '../scim-error.js';
import type { Service } from './service.js';

/** One request with all that is needed to answer it. */
export interface Exchange {
  service: Service;
  door: ExchangeDoor;
  request: ScimRequest;
}

/** What answers the requests with one method to one kind of path. Throws what is wrong. */
export type Answerer = (exchange: Exchange, id: string) => Promise<ScimResponse> | ScimResponse;

/** Between the parts of a long piece of work: it must not keep all other requests waiting. */
export async function othersFirst({ door }: Exchange): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
  await door.giveWay?.();
}

interface Meta {
  location?: string;
  version?: string;
}

/** A resource as the response to a request that made, read or changed it. */
export function resourceResponse(status: number, resource: Resource, sent: Resource): ScimResponse {
  const { location, version } = resource.meta as Meta;
  return {
    status,
    headers: {
      ...(location ? { Location: location } : {}),
      ...(version ? { ETag: version } : {}),
    },
    body: sent,
  };
}

/** What can be made of the request before it is known whether a fault of it matters. */
export function attempted<T>(work: () => T): { result: T } | { fault: ScimError } {
  try {
    return { result: work() };
  } catch (error) {
    if (error instanceof ScimError) return { fault: error };
    throw error;
  }
}

export const noContent = (headers: Record<string, string> = {}): ScimResponse => ({ status: 204, headers });

/**
 * The object that a body is.
 * @throws ScimError where it is none, or something of it could not be read.
 */
export function bodyOf(request: ScimRequest, what: string): Record<string, unknown> {
  const [unread] = request.unread ?? [];
  if (unread) throw unreadFault(unread).error;
  return readableBodyOf(request, what);
}

/** The same, with what could be read of it. */
export function readableBodyOf({ body }: ScimRequest, what: string): Record<string, unknown> {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) {
    throw invalidSyntax(
      body === undefined
        ? `The request must have a body: ${what}.`
        : `The body must be a JSON object, and was sent as ${shownValue(body)}.`,
    );
  }
  return body as Record<string, unknown>;
}

/** Whether the body says anything of an attribute, be it that it has no value. */
export const mentions = (type: ResourceType, body: Record<string, unknown>, name: string): boolean =>
  entriesOf(type, body).some(([key]) => {
    // Also with the URN of its schema in front.
    if (!key.toLowerCase().endsWith(name.toLowerCase())) return false;
    const found = find(type, key);
    return found.kind === 'attribute' && found.attribute.label === name;
  });
