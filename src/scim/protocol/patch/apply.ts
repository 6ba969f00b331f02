import { isCoreSchema, noSuchAttribute } from '../schemas/find.js';
import type { Attribute, Extension, ResourceType } from '../schemas/resource-type.js';
import { invalidPath, invalidValue, ScimError, shownValue } from '../scim-error.js';
import { coerceOne, isNothing, type Parts, pruned } from '../values/coerce.js';
import { MAX_NAMES, tooManyNames } from './budget.js';
import { changeList } from './list.js';
import type { Operation } from './operations.js';
import { type Path, parsePath, pathOfName } from './path.js';

/**
 * The attributes of a resource by the schemas' names, those of extensions under their URN. Never changed in
 * place beyond its first level: what is in it may belong to somebody else.
 */
export type Document = Record<string, unknown>;

type AttributePathIn = Extract<Path, { kind: 'attribute' }>;

/** Applies one operation of a PATCH (RFC 7644 §3.5.2) to a document of one's own. */
export function applyOperation(type: ResourceType, document: Document, operation: Operation): void {
  if (operation.path === undefined) {
    applyBody(type, document, operation);
    return;
  }
  operation.budget?.path(operation.path);
  const path = parsePath(type, operation.path);
  if (path.kind === 'foreign') throw invalidPath(noSuchAttribute(type, operation.path));
  if (path.kind === 'extension') applyExtension(type, document, path.extension, operation);
  else if (path.kind === 'core') applyBody(type, document, ofResource(type, operation));
  else if (path.kind === 'attribute') {
    refuseReadOnly(path, operation.path);
    applyAttribute(document, path, operation);
  }
}

/**
 * Applies an operation without a path, of which the body of a POST or PUT is one as well. Names may be
 * dotted, have URNs and filters, as Entra ID's are. What is unknown or read-only is not taken (RFC 7644 §3.3).
 */
export function applyBody(type: ResourceType, document: Document, operation: Operation): void {
  for (const [name, one] of entriesOf(type, operation.value)) {
    operation.budget?.path(name);
    const path = tolerantPath(type, name);
    const inner = { ...operation, path: name, value: one };
    if (path.kind === 'extension') applyExtension(type, document, path.extension, inner);
    else if (path.kind === 'attribute' && !isReadOnly(path)) applyAttribute(document, path, inner);
  }
}

/**
 * The names in a body with their values. What is in an object under the URN of the base schema counts as if it were
 * beside that object.
 */
export function entriesOf(type: ResourceType, body: unknown): [name: string, value: unknown][] {
  if (!isObject(body)) {
    throw invalidValue(`Without a path, the value must be an object, and was sent as ${shownValue(body)}.`);
  }
  const entries: [name: string, value: unknown][] = [];
  for (const name of Object.keys(body)) {
    const value = body[name];
    if (!isCoreSchema(type, name)) entries.push([name, value]);
    else if (isObject(value)) {
      for (const inner of Object.keys(value))
        if (!isCoreSchema(type, inner)) entries.push([inner, value[inner]]);
    } else if (!isNothing(value)) {
      throw invalidValue(`${name} must be an object, and was sent as ${shownValue(value)}.`);
    }
  }
  return entries;
}

/** @throws ScimError 413 `tooMany`. Called with a whole body before its names are looked up. */
export function assertFewNames(type: ResourceType, body: unknown): void {
  if (entriesOf(type, body).length > MAX_NAMES) throw tooManyNames();
}

/** An operation whose path is the base schema, as the operation without a path that it is. */
export function ofResource(type: ResourceType, operation: Operation): Operation {
  if (operation.op === 'remove') {
    throw new ScimError(400, 'noTarget', `A remove must name an attribute of ${type.schema.id}.`);
  }
  return { ...operation, path: undefined };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The path of a name in a body, where what is unknown is no fault. A filter that cannot be read is one. */
export const tolerantPath = (type: ResourceType, name: string): Path =>
  name.includes('[') ? parsePath(type, name) : pathOfName(type, name);

function applyExtension(
  type: ResourceType,
  document: Document,
  extension: Extension,
  operation: Operation,
): void {
  const { op, value } = operation;
  if (op === 'remove' || isNothing(value)) {
    const before = (document[extension.urn] ?? {}) as Document;
    for (const attribute of extension.attributes) {
      refuseImmutable({ attribute, part: undefined }, before[attribute.name], undefined);
    }
    delete document[extension.urn];
    return;
  }
  if (!isObject(value)) {
    throw invalidValue(`${extension.urn} must be an object, and was sent as ${shownValue(value)}.`);
  }
  operation.budget?.names(value);
  for (const [name, one] of Object.entries(value)) {
    const path = tolerantPath(type, `${extension.urn}:${name}`);
    if (path.kind === 'attribute' && !isReadOnly(path)) {
      applyAttribute(document, path, { ...operation, path: name, value: one });
    }
  }
}

function applyAttribute(document: Document, path: AttributePathIn, operation: Operation): void {
  const { attribute, filter, part } = path;
  const within = attribute.extension;
  const container = within ? { ...(document[within] as Document | undefined) } : document;
  const before = container[attribute.name];
  if (Array.isArray(before)) {
    // Each value that is added or removed is compared with each that is there.
    const given = Array.isArray(operation.value) ? Math.max(1, operation.value.length) : 1;
    operation.budget?.compare(filter ?? true, filter ? before : before.length * given);
  }
  const after = attribute.definition.multiValued
    ? changeList((before ?? []) as unknown[], attribute, filter, part, operation)
    : changeOne(before, path, operation);
  refuseImmutable(path, before, after);
  refuseUnassigned(path, before, after);
  if (isNothing(after)) delete container[attribute.name];
  else container[attribute.name] = after;
  if (!within) return;
  if (Object.keys(container).length > 0) document[within] = container;
  else delete document[within];
}

function changeOne(
  before: unknown,
  { attribute, filter, part }: AttributePathIn,
  operation: Operation,
): unknown {
  if (filter !== undefined && filter !== true) {
    throw new ScimError(
      400,
      'invalidPath',
      `${attribute.label} has one value, and takes no filter in brackets.`,
    );
  }
  const removing = operation.op === 'remove';
  if (part) {
    const value = removing ? undefined : coerceOne(part, operation.value);
    return setPart((before ?? {}) as Parts, attribute, part, value);
  }
  if (removing) return undefined;
  const given = coerceOne(attribute, operation.value);
  if (attribute.definition.type !== 'complex' || given === undefined) return given;
  // Parts are merged (RFC 7644 §3.5.2.3), unless they all say which one value the attribute has: a manager.
  if (attribute.child.has('value')) return pruned(given as Parts);
  return pruned({ ...(before as Parts | undefined), ...(given as Parts) });
}

function setPart(before: Parts, attribute: Attribute, part: Attribute, value: unknown): Parts | undefined {
  if (before[part.name] === value) return pruned(before);
  const after = { ...before, [part.name]: value };
  // A reference to somebody else would contradict the new value.
  if (part.name === 'value' && attribute.child.has('$ref')) after.$ref = undefined;
  return pruned(after);
}

const isReadOnly = ({ attribute, part }: AttributePathIn) =>
  attribute.definition.mutability === 'readOnly' || part?.definition.mutability === 'readOnly';

function refuseReadOnly(path: AttributePathIn, text: string): void {
  if (isReadOnly(path)) throw new ScimError(400, 'mutability', `${text} is read-only.`);
}

function refuseImmutable(
  { attribute, part }: Pick<AttributePathIn, 'attribute' | 'part'>,
  before: unknown,
  after: unknown,
): void {
  const target = part ?? attribute;
  if (target.definition.mutability !== 'immutable' || before === undefined) return;
  const [old, now] =
    part && !attribute.definition.multiValued
      ? [valueAt(before, part), valueAt(after, part)]
      : [before, after];
  if (old !== undefined && JSON.stringify(old) !== JSON.stringify(now)) {
    throw new ScimError(400, 'mutability', `${target.label} cannot be changed once it has a value.`);
  }
}

/** RFC 7644 §3.5.2.2: an attribute that a resource must have keeps a value. */
function refuseUnassigned({ attribute, part }: AttributePathIn, before: unknown, after: unknown): void {
  if (part || !attribute.definition.required || isNothing(before) || !isNothing(after)) return;
  throw new ScimError(400, 'mutability', `${attribute.label} is required and cannot be removed.`);
}

const valueAt = (parts: unknown, { name }: Attribute) => (parts as Parts | undefined)?.[name];
