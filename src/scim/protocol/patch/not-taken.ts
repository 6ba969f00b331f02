import type { ResourceType } from '../schemas/resource-type.js';
import { type Document, tolerantPath } from './apply.js';
import type { Operation } from './operations.js';

/**
 * What an operation that went well names and no resource keeps: attributes that are not there, and `password`. Not those
 * that are read-only, which IdPs send back as they have read them, and not `schemas`.
 * @param name the path of the operation, or the one name in its value.
 */
export function namesNotTaken(type: ResourceType, name: string, { path, value }: Operation): string[] {
  const found = pathOf(type, name);
  if (!found || found.kind === 'core') return [];
  if (found.kind === 'ignored' || found.kind === 'foreign') return /(^|:)schemas$/i.test(name) ? [] : [name];
  const said = path === undefined && isObject(value) ? value[name] : value;
  if (found.kind === 'extension') {
    const { urn } = found.extension;
    return namesIn(said)
      .map((inner) => `${urn}:${inner}`)
      .filter((inner) => pathOf(type, inner)?.kind === 'ignored');
  }
  const { attribute, part } = found;
  const isPlain = part || attribute.children.length === 0 || attribute.definition.mutability === 'readOnly';
  if (isPlain) return [];
  const inner = (Array.isArray(said) ? said : [said]).flatMap(namesIn);
  return [...new Set(inner)]
    .filter((one) => !attribute.child.has(one.toLowerCase()))
    .map((one) => `${name}.${one}`);
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
