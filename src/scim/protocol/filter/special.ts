import type { Filter, FilterOperator } from '../../../words/filter.js';
import type { Attribute, ResourceType } from '../schemas/resource-type.js';
import { invalidFilter } from '../scim-error.js';
import type { Literal } from './parse.js';
import { join, type SimpleCondition } from './simplify.js';

/** Attributes that are made when a resource is shown, so that the database knows nothing of them. */
const SPECIAL = new Set(['schemas', 'meta.resourceType', 'meta.location', 'meta.version']);

export const isSpecial = (attribute: Attribute): boolean => SPECIAL.has(attribute.label);

/** Says with what the database knows what a comparison with such an attribute comes to. */
export function resolveSpecial(
  attribute: Attribute,
  operator: FilterOperator,
  { text }: Literal,
  { type, baseUrl = '' }: { type: ResourceType; baseUrl?: string },
): SimpleCondition {
  switch (attribute.label) {
    case 'meta.resourceType':
      return holds(type.name, operator, text);
    case 'schemas':
      return join('or', [
        holds(type.schema.id.toLowerCase(), operator, text.toLowerCase()),
        ...type.extensions
          .filter(({ urn }) => holds(urn.toLowerCase(), operator, text.toLowerCase()))
          .map(({ attributes }) => anyOf(attributes)),
      ]);
    case 'meta.location':
      if (operator === 'eq' || operator === 'ne') return byLocation(type, operator, text, baseUrl);
  }
  throw invalidFilter(`${attribute.label} cannot be filtered by with ${operator}.`);
}

function byLocation(
  type: ResourceType,
  operator: 'eq' | 'ne',
  text: string,
  baseUrl: string,
): SimpleCondition {
  const prefix = `${baseUrl}${type.endpoint}/`;
  if (!text.startsWith(prefix)) return operator === 'ne';
  const id = type.names.get('id')?.at;
  if (!id) return false;
  return { kind: 'compare', attribute: id, operator, value: text.slice(prefix.length) };
}

/** An extension is among the schemas where the resource has one of its attributes. */
function anyOf(attributes: readonly Attribute[]): SimpleCondition {
  return join(
    'or',
    attributes.flatMap(({ at, children }) =>
      (at ? [at] : children.flatMap((child) => child.at ?? [])).map(
        (attribute): Filter => ({ kind: 'present', attribute }),
      ),
    ),
  );
}

function holds(actual: string, operator: FilterOperator, wanted: string): boolean {
  switch (operator) {
    case 'eq':
      return actual === wanted;
    case 'ne':
      return actual !== wanted;
    case 'co':
      return actual.includes(wanted);
    case 'sw':
      return actual.startsWith(wanted);
    case 'ew':
      return actual.endsWith(wanted);
    case 'gt':
      return actual > wanted;
    case 'ge':
      return actual >= wanted;
    case 'lt':
      return actual < wanted;
    case 'le':
      return actual <= wanted;
  }
}
