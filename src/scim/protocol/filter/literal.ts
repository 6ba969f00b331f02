import type { AttributePath, FilterOperator, FilterValue } from '../../../words/filter.js';
import type { Attribute } from '../schemas/resource-type.js';
import { invalidFilter, shownValue } from '../scim-error.js';
import { dateTimeOf } from '../values/date-time.js';
import type { Literal } from './parse.js';

const NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;
const EQUALITY: readonly FilterOperator[] = ['eq', 'ne'];
const ORDER: readonly FilterOperator[] = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'];

/** What may be asked of a type (RFC 7644 §3.4.2.2: no order of booleans and binaries; parts are of text). */
const OPERATORS: Partial<Record<AttributePath['type'], readonly FilterOperator[]>> = {
  boolean: EQUALITY,
  binary: EQUALITY,
  integer: ORDER,
  decimal: ORDER,
  dateTime: ORDER,
};

export const isNull = ({ text, quoted }: Literal) => !quoted && text.toLowerCase() === 'null';

/** The value that a filter compares an attribute with, as the attribute's type has it. */
export function comparedValue(
  attribute: Attribute,
  at: AttributePath,
  operator: FilterOperator,
  literal: Literal,
): Exclude<FilterValue, null> {
  const allowed = OPERATORS[at.type];
  if (allowed && !allowed.includes(operator)) {
    throw invalidFilter(
      `${attribute.label} is ${kindOf(at)}, and ${operator} does not apply to it; use ${allowed.join(', ')}.`,
    );
  }
  const value = convert(attribute, at, literal);
  if (value === undefined) {
    throw invalidFilter(
      `${attribute.label} is ${kindOf(at)} and cannot be compared with ${shownValue(literal.text)}${hintFor(at, literal)}.`,
    );
  }
  return value;
}

function convert(attribute: Attribute, at: AttributePath, literal: Literal) {
  const { text, quoted } = literal;
  switch (at.type) {
    case 'boolean': {
      // Entra ID writes "True".
      const lower = text.toLowerCase();
      return lower === 'true' ? true : lower === 'false' ? false : undefined;
    }
    case 'integer':
    case 'decimal': {
      const number = NUMBER.test(text) ? Number(text) : Number.NaN;
      const fits = at.type === 'integer' ? Number.isSafeInteger(number) : Number.isFinite(number);
      return fits ? number : undefined;
    }
    case 'dateTime':
      return dateTimeOf(text);
    default:
      // Entra ID's own example of a filter by externalId has no quotes.
      return quoted || attribute.name === 'externalId' || attribute.name === 'id' ? text : undefined;
  }
}

const hintFor = (at: AttributePath, { quoted }: Literal) =>
  quoted || at.type === 'boolean'
    ? ''
    : at.type === 'string' || at.type === 'reference'
      ? '; write it in quotes'
      : '';

function kindOf({ type }: AttributePath): string {
  switch (type) {
    case 'boolean':
      return 'true or false';
    case 'integer':
    case 'decimal':
      return 'a number';
    case 'dateTime':
      return 'an instant';
    case 'binary':
      return 'binary';
    default:
      return 'text';
  }
}
