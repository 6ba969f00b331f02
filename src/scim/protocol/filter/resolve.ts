import type { AttributePath, FilterOperator } from '../../../words/filter.js';
import { find, noSuchAttribute } from '../schemas/find.js';
import type { Attribute, ResourceType } from '../schemas/resource-type.js';
import { invalidFilter } from '../scim-error.js';
import { comparedValue, isNull } from './literal.js';
import { FilterParser, type Literal, type Syntax } from './parse.js';
import { join, negate, type SimpleCondition } from './simplify.js';
import { isSpecial, resolveSpecial } from './special.js';
import { SyntaxFault } from './tokens.js';

/** Where names are looked up, and what becomes of those that are not there. */
export interface FilterScope {
  type: ResourceType;
  /** The complex (or simple) attribute with many values whose elements are filtered; else the resource. */
  element?: Attribute;
  /**
   * In a search over several types, the others: an attribute that they have counts here as one without a
   * value (RFC 7644 §3.4.2.1), rather than as a mistake.
   */
  others?: readonly ResourceType[];
  /** The service's URL, with which `meta.location` begins. */
  baseUrl?: string;
}

/** Parses a filter; `invalidFilter`, saying where it went wrong. */
export function parseFilter(text: string): Syntax {
  try {
    return new FilterParser(text).filter();
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error;
    throw invalidFilter(`The filter cannot be read: ${error.message}.`);
  }
}

/** Gives names and values their meaning; `invalidFilter` where they have none. */
export function resolveFilter(syntax: Syntax, scope: FilterScope): SimpleCondition {
  switch (syntax.kind) {
    case 'and':
    case 'or':
      return join(
        syntax.kind,
        syntax.filters.map((filter) => resolveFilter(filter, scope)),
      );
    case 'not':
      return negate(resolveFilter(syntax.filter, scope));
    case 'present': {
      const attribute = attributeOf(syntax.name, scope);
      return attribute ? present(attribute, scope) : false;
    }
    case 'compare': {
      const attribute = attributeOf(syntax.name, scope);
      return attribute
        ? compare(attribute, syntax.operator, syntax.literal, scope)
        : (syntax.operator === 'ne') !== isNull(syntax.literal);
    }
    case 'element':
      return element(syntax.name, syntax.filter, scope);
  }
}

function attributeOf(name: string, { type, element, others = [] }: FilterScope): Attribute | undefined {
  if (element) {
    const part = element.child.get(name.toLowerCase());
    if (part) return part;
    if (element.children.length === 0 && name.toLowerCase() === 'value') return element;
    const parts = element.children.map((child) => child.name).join(', ') || 'value';
    throw invalidFilter(`${element.label} has no part ${JSON.stringify(name)}; it has ${parts}.`);
  }
  const found = find(type, name);
  if (found.kind === 'attribute' && found.attribute.definition.returned !== 'never') return found.attribute;
  if (others.some((other) => find(other, name).kind === 'attribute')) return undefined;
  if (found.kind === 'extension' || found.kind === 'core')
    throw invalidFilter(`${name} is a schema; name one of its attributes.`);
  throw invalidFilter(noSuchAttribute(type, name));
}

function compare(
  attribute: Attribute,
  operator: FilterOperator,
  literal: Literal,
  scope: FilterScope,
): SimpleCondition {
  if (isNull(literal)) {
    const is = present(attribute, scope);
    if (operator === 'ne') return is;
    if (operator === 'eq') return negate(is);
    throw invalidFilter(`null can be compared with eq and ne alone, not with ${operator}.`);
  }
  if (isSpecial(attribute)) return resolveSpecial(attribute, operator, literal, scope);
  const at = pathOf(attribute);
  return { kind: 'compare', attribute: at, operator, value: comparedValue(attribute, at, operator, literal) };
}

/** A complex attribute without a `value` is there when one of its parts is. */
function present(attribute: Attribute, scope: FilterScope): SimpleCondition {
  if (isSpecial(attribute)) return true;
  if (attribute.at) return { kind: 'present', attribute: attribute.at };
  return join(
    'or',
    attribute.children.map((child) => present(child, scope)),
  );
}

function element(name: string, filter: Syntax, scope: FilterScope): SimpleCondition {
  if (scope.element) throw invalidFilter('A filter in brackets holds no other filter in brackets.');
  const attribute = attributeOf(name, scope);
  if (!attribute) return false;
  if (attribute.parent || isSpecial(attribute)) {
    throw invalidFilter(`${attribute.label} takes no filter in brackets.`);
  }
  const condition = resolveFilter(filter, { ...scope, element: attribute });
  const { name: own, definition, extension } = attribute;
  if (typeof condition === 'boolean' || !definition.multiValued) return condition;
  const at: AttributePath = attribute.at
    ? { ...attribute.at, path: extension ? [extension, own] : [own] }
    : { path: extension ? [extension, own] : [own], type: 'string', caseExact: false, multiValued: true };
  return { kind: 'element', attribute: at, filter: condition };
}

function pathOf(attribute: Attribute): AttributePath {
  if (attribute.at) return attribute.at;
  const [first] = attribute.children;
  throw invalidFilter(`${attribute.label} has parts; name one of them, such as ${first?.label}.`);
}
