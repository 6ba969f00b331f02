import type { ResourceType } from '../schemas/resource-type.js';
import { type Document, tolerantPath } from './apply.js';
import type { Operation } from './operations.js';

/**
 * What an operation that went well names and no resource keeps: attributes that are not there, and `password`. Not those
 * that are read-only, which IdPs send back as they have read them, and not `schemas`.
 * @param name the path of the operation, or the one name in its value.
 */
export function* namesNotTaken(
  type: ResourceType,
  name: string,
  { path, value }: Pick<Operation, 'path' | 'value'>,
): Generator<string> {
  const found = pathOf(type, name);
  if (!found || found.kind === 'core') return;
  if (found.kind === 'ignored' || found.kind === 'foreign') {
    if (!/(^|:)schemas$/i.test(name)) yield name;
    return;
  }
  const said = path === undefined && isObject(value) ? value[name] : value;
  if (found.kind === 'extension') {
    const { urn } = found.extension;
    for (const inner of namesIn(said)) {
      if (pathOf(type, `${urn}:${inner}`)?.kind === 'ignored') yield `${urn}:${inner}`;
    }
    return;
  }
  const { attribute, part } = found;
  const isPlain = part || attribute.children.length === 0 || attribute.definition.mutability === 'readOnly';
  if (isPlain) return;
  for (const value of Array.isArray(said) ? said : [said]) {
    for (const one of namesIn(value)) if (!attribute.child.has(one.toLowerCase())) yield `${name}.${one}`;
  }
}

function pathOf(type: ResourceType, name: string) {
  try {
    return tolerantPath(type, name);
  } catch {
    // Refused, and named as such.
    return undefined;
  }
}

const namesIn = (value: unknown): string[] => (isObject(value) ? Object.keys(value) : []);

const isObject = (value: unknown): value is Document =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
