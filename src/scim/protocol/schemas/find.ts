import { type Attribute, type Extension, type ResourceType, urnKey } from './resource-type.js';

/** What a name stands for. */
export type FoundAttribute =
  | { kind: 'attribute'; attribute: Attribute }
  /** The whole of an extension. */
  | { kind: 'extension'; extension: Extension }
  /** The whole of the base schema, and so of the resource. */
  | { kind: 'core' }
  /** In a schema that this service does not have. */
  | { kind: 'foreign' }
  /** In a schema that it has, or without a schema. */
  | { kind: 'unknown' };

const CORE: FoundAttribute = { kind: 'core' };
const UNKNOWN: FoundAttribute = { kind: 'unknown' };
const FOREIGN: FoundAttribute = { kind: 'foreign' };

/**
 * Finds the attribute of a name such as `emails.value` or `urn:…:User:manager`, without regard to case
 * (RFC 7643 §2.1), and with URNs as IdPs mistype them.
 */
export function find(type: ResourceType, name: string): FoundAttribute {
  const attribute = findAttribute(type, name);
  if (attribute) return { kind: 'attribute', attribute };
  if (!/^urn:/i.test(name)) return UNKNOWN;

  const whole = schemaOf(type, name);
  if (whole) return whole.extension ? { kind: 'extension', extension: whole.extension } : CORE;
  const colon = name.lastIndexOf(':');
  const schema = schemaOf(type, name.slice(0, colon));
  if (!schema) return FOREIGN;
  const prefix = schema.extension ? `${schema.extension.urn}:` : '';
  const mistyped = findAttribute(type, `${prefix}${name.slice(colon + 1)}`);
  return mistyped ? { kind: 'attribute', attribute: mistyped } : UNKNOWN;
}

/** Whether a name is the URN of the base schema, with nothing behind it. */
export function isCoreSchema(type: ResourceType, name: string): boolean {
  if (name.length < type.shortestUrn || !/^urn:/i.test(name)) return false;
  const schema = schemaOf(type, name);
  return schema !== undefined && schema.extension === undefined;
}

export const findAttribute = (type: ResourceType, name: string): Attribute | undefined =>
  type.names.get(name.toLowerCase());

function schemaOf(type: ResourceType, urn: string): { extension: Extension | undefined } | undefined {
  if (urn.length < type.shortestUrn) return undefined;
  const key = urnKey(urn);
  return type.schemasByUrn.has(key) ? { extension: type.schemasByUrn.get(key) } : undefined;
}

/** Foreign schemas that a client names are no fault of its attributes; a name that is nearly right is. */
export const noSuchAttribute = (type: ResourceType, name: string) =>
  `${type.name} has no attribute ${JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}…` : name)}.`;
