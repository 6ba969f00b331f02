import { configurationProblem } from '../../../problem.js';
import type { ScimRequest } from '../exchange.js';
import { createProjection, type Projection } from '../resources/projection.js';
import { readExtensionSchema } from '../schemas/custom.js';
import { GROUP_SCHEMA } from '../schemas/group.js';
import { createResourceType, type ResourceType, urnKey } from '../schemas/resource-type.js';
import { USER_SCHEMA } from '../schemas/user.js';
import { ENTERPRISE_USER_SCHEMA, HOST_USER_SCHEMA } from '../schemas/user-extensions.js';

export interface ScimOptions {
  /** Extensions of the User schema: RFC 7643 §7 in JSON, parsed. */
  userExtensions?: readonly unknown[];
  /** The size of a page where a request names none. */
  defaultCount?: number;
  /** The largest page. */
  maxResults?: number;
  bulk?: {
    maxOperations: number;
    /** Bytes; held by the server, told to clients here. */
    maxPayloadSize: number;
  };
  documentationUri?: string;
  /** Told of every error that the client is told nothing about: the cause of a 500 or 503. */
  onError?: (error: unknown, request: ScimRequest) => void;
}

/** A resource type with what is worked out once for it. */
export interface Served {
  type: ResourceType;
  /** For requests that name no attributes. */
  everything: Projection;
}

/** All that the handler knows beforehand. */
export interface Service {
  users: Served;
  groups: Served;
  defaultCount: number;
  maxResults: number;
  bulk: { maxOperations: number; maxPayloadSize: number };
  documentationUri: string | undefined;
}

/** @throws Problem `scim-schema-invalid`. */
export function createService(options: ScimOptions): Service {
  const extensions = [
    ENTERPRISE_USER_SCHEMA,
    HOST_USER_SCHEMA,
    ...(options.userExtensions ?? []).map(readExtensionSchema),
  ];
  const keys = extensions.map(({ id }) => urnKey(id));
  const twice = extensions.find((_, index) => keys.indexOf(keys[index] ?? '') !== index);
  if (twice) {
    throw configurationProblem('scim-schema-invalid', `Two SCIM schemas have the URN ${twice.id}.`, {
      hint: 'URNs that differ only in case or punctuation count as equal. Give one of them another URN.',
    });
  }
  const maxResults = options.maxResults ?? 200;
  return {
    users: serve(createResourceType('User', USER_SCHEMA, extensions)),
    groups: serve(createResourceType('Group', GROUP_SCHEMA)),
    defaultCount: Math.min(options.defaultCount ?? 100, maxResults),
    maxResults,
    bulk: options.bulk ?? { maxOperations: 1_000, maxPayloadSize: 1_048_576 },
    documentationUri: options.documentationUri,
  };
}

const serve = (type: ResourceType): Served => ({
  type,
  everything: createProjection(type, { attributes: [], excludedAttributes: [] }),
});
