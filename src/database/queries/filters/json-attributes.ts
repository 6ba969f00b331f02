import type { AttributePath } from '../../../words/filter.js';
import { allOf, type Fragment, raw, sql } from '../../sql/fragment.js';
import type { JsonElements, SearchExpressions } from '../../sql/search-expressions.js';
import type { Elements, Operand } from './operand.js';

/** An attribute that is kept in a JSON object, where its path leads. */
export function jsonOperand(search: SearchExpressions, json: string, attribute: AttributePath): Operand {
  if (attribute.multiValued) {
    const elements = jsonElementsOf(search, json, attribute);
    return { kind: 'many', elements, operand: (element) => element(attribute) };
  }
  const { path } = attribute;
  return operandOf(search, attribute, search.jsonText(json, path), search.jsonPresent(json, path));
}

/** The elements of an attribute in JSON that has many values; the path may lead on, into them. */
export function jsonElementsOf(search: SearchExpressions, json: string, attribute: AttributePath): Elements {
  const array = arrayPath(attribute);
  const found = search.jsonElements(json, array);
  return {
    some: (condition) => {
      const resolved = condition((part) => elementOperand(search, found, partOf(array, part), part));
      return sql`exists (select 1 from ${found.from} where ${resolved})`;
    },
    first: (part) => found.first(partOf(array, part)),
  };
}

function elementOperand(
  search: SearchExpressions,
  elements: JsonElements,
  part: string | undefined,
  attribute: AttributePath,
): Operand {
  const text = elements.text(part);
  const present = part === undefined ? sql`${text} is not null` : elements.present(part);
  const operand = operandOf(search, attribute, text, present);
  // RFC 7643 §2.4: a value that does not say whether it is the primary one is not.
  return operand.kind === 'boolean' && part === 'primary' ? { ...operand, absentIsFalse: true } : operand;
}

/** A text out of JSON as the schemas' type says. */
function operandOf(
  search: SearchExpressions,
  { type, caseExact }: AttributePath,
  text: Fragment,
  present: Fragment,
): Operand {
  switch (type) {
    case 'boolean': {
      const given = sql`${text} is not null`;
      return { kind: 'boolean', isTrue: allOf([given, sql`${text} = ${raw("'true'")}`]), present: given };
    }
    case 'integer':
    case 'decimal':
      return { kind: 'number', value: search.toNumber(text) };
    case 'dateTime':
      return { kind: 'instantText', value: search.toInstant(text) };
    default:
      return { kind: 'text', text, caseExact, present };
  }
}

/** `phoneNumbers` of `phoneNumbers.type`; in an extension with the extension's URN before it. */
export const arrayPath = ({ path }: AttributePath): readonly string[] =>
  path.slice(0, isExtension(path) ? 2 : 1);

const isExtension = ([first = '']: readonly string[]) => /^urn:/i.test(first);

/** The name within an element, for a path from the resource inwards as for one from the element. */
export function partOf(array: readonly string[], { path }: AttributePath): string | undefined {
  const isWhole = array.every((name, at) => path[at] === name);
  return (isWhole ? path.slice(array.length) : path).at(-1);
}
