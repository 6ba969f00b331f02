import { find } from '../schemas/find.js';
import type { Attribute, ResourceType } from '../schemas/resource-type.js';
import type { Resource } from './resource.js';

/** Which attributes a response has (RFC 7644 §3.9). */
export interface Projection {
  apply(resource: Resource): Resource;
  /** Whether the attribute of this name is wanted at all, so that it need not be read otherwise. */
  wants(name: string): boolean;
}

/** What is asked for; names as they came. */
export interface WantedAttributes {
  attributes: readonly string[];
  excludedAttributes: readonly string[];
}

/** Names from the resource inwards; true for all that is below. */
type Mask = Map<string, Mask | true>;

/** Names of no attribute are passed over: they cannot be returned, and that is all that they could ask for. */
export function createProjection(
  type: ResourceType,
  { attributes, excludedAttributes }: WantedAttributes,
): Projection {
  const everything = [...new Set(type.names.values())];
  if (attributes.length > 0) {
    const kept = maskOf(type, attributes);
    for (const one of everything) if (isAlways(one, kept)) insert(kept, pathOf(one));
    const never = attributesMask(everything.filter((one) => one.definition.returned === 'never'));
    return {
      apply: (resource) => drop(pick(resource, kept), never),
      wants: (name) => kept.has(name),
    };
  }
  const dropped = maskOf(type, excludedAttributes);
  for (const one of everything) if (one.definition.returned === 'always') remove(dropped, pathOf(one));
  for (const one of everything) {
    if (one.definition.returned === 'never' || one.definition.returned === 'request')
      insert(dropped, pathOf(one));
  }
  return {
    apply: (resource) => drop(resource, dropped),
    wants: (name) => dropped.get(name) !== true,
  };
}

/** What is always returned, and of a part: as soon as another part of the same attribute is. */
function isAlways({ definition, parent, extension }: Attribute, kept: Mask): boolean {
  if (definition.returned !== 'always') return false;
  return !parent || (extension ? kept.has(extension) : kept.has(parent.name));
}

const pathOf = ({ extension, parent, name }: Attribute): string[] => [
  ...(extension ? [extension] : []),
  ...(parent ? [parent.name] : []),
  name,
];

function maskOf(type: ResourceType, names: readonly string[]): Mask {
  const mask: Mask = new Map();
  for (const name of names) {
    const found = find(type, name);
    if (found.kind === 'attribute' && found.attribute.definition.returned !== 'never') {
      insert(mask, pathOf(found.attribute));
    } else if (found.kind === 'extension') {
      insert(mask, [found.extension.urn]);
    }
  }
  return mask;
}

function attributesMask(attributes: readonly Attribute[]): Mask {
  const mask: Mask = new Map();
  for (const one of attributes) insert(mask, pathOf(one));
  return mask;
}

function insert(mask: Mask, [name = '', ...rest]: readonly string[]): void {
  const inner = mask.get(name);
  if (inner === true) return;
  if (rest.length === 0) mask.set(name, true);
  else if (inner) insert(inner, rest);
  else mask.set(name, nested(rest));
}

function nested(path: readonly string[]): Mask {
  const mask: Mask = new Map();
  insert(mask, path);
  return mask;
}

function remove(mask: Mask, path: readonly string[]): void {
  const [name = '', ...rest] = path;
  const inner = mask.get(name);
  if (rest.length > 0 && inner instanceof Map) remove(inner, rest);
  else if (rest.length === 0) mask.delete(name);
}

function pick(from: Resource, mask: Mask): Resource {
  const picked: Resource = {};
  for (const [name, value] of Object.entries(from)) {
    const inner = mask.get(name);
    if (inner === undefined) continue;
    const left = inner === true ? value : each(value, (one) => pick(one, inner));
    if (inner === true || !isEmpty(left)) picked[name] = left;
  }
  return picked;
}

function drop(from: Resource, mask: Mask): Resource {
  if (mask.size === 0) return from;
  const left: Resource = {};
  for (const [name, value] of Object.entries(from)) {
    const inner = mask.get(name);
    if (inner === undefined) left[name] = value;
    else if (inner !== true) {
      const rest = each(value, (one) => drop(one, inner));
      if (!isEmpty(rest)) left[name] = rest;
    }
  }
  return left;
}

function each(value: unknown, change: (one: Resource) => Resource): unknown {
  if (Array.isArray(value)) return value.map((one) => each(one, change));
  return value !== null && typeof value === 'object' ? change(value as Resource) : value;
}

const isEmpty = (value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
