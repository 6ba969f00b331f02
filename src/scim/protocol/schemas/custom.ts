import { configurationProblem, type Problem } from '../../../problem.js';
import {
  type AttributeDefinition,
  type AttributeType,
  attribute,
  CORE,
  type SchemaDefinition,
} from './definition.js';

/** Where an attribute does not say, RFC 7643 §2.2 does; the same holds for what is left out here. */
type Given = Record<string, unknown>;

const TYPES: readonly AttributeType[] = [
  'string',
  'boolean',
  'decimal',
  'integer',
  'dateTime',
  'reference',
  'binary',
  'complex',
];
const MUTABILITIES = ['readOnly', 'readWrite', 'immutable', 'writeOnly'] as const;
const RETURNED = ['always', 'never', 'default', 'request'] as const;
/** RFC 7643 §2.1, but for the leading `$`, which is for `$ref` alone. */
const NAME = /^[A-Za-z][\w-]*$/;
const URN = /^urn:[A-Za-z0-9][A-Za-z0-9-]{0,31}:[\w().:=@;$!*'%/?#+,-]*[\w]$/;

/**
 * Reads a schema extension for users as an operator gives it: RFC 7643 §7, in JSON. Throws
 * `scim-schema-invalid`, naming what is wrong.
 */
export function readExtensionSchema(given: unknown): SchemaDefinition {
  const schema = objectOf(given, 'the schema');
  const id = textOf(schema, 'id', 'the schema');
  if (!URN.test(id)) throw invalid(`the id ${JSON.stringify(id)} is not a URN`);
  if (id.toLowerCase().startsWith(CORE.toLowerCase())) {
    throw invalid(`${id} is a name of the standard’s own schemas`);
  }
  const attributes = schema.attributes;
  if (!Array.isArray(attributes) || attributes.length === 0) throw invalid(`${id} has no attributes`);
  return {
    id,
    name: optionalText(schema, 'name', id) ?? id,
    description: optionalText(schema, 'description', id) ?? '',
    attributes: readAttributes(attributes, id, true),
  };
}

function readAttributes(given: unknown[], where: string, mayBeComplex: boolean): AttributeDefinition[] {
  const read = given.map((one) =>
    readAttribute(objectOf(one, `an attribute of ${where}`), where, mayBeComplex),
  );
  const names = new Set<string>();
  for (const { name } of read) {
    if (names.has(name.toLowerCase())) throw invalid(`${where} has ${name} twice`);
    names.add(name.toLowerCase());
  }
  return read;
}

function readAttribute(given: Given, schema: string, mayBeComplex: boolean): AttributeDefinition {
  const name = textOf(given, 'name', `an attribute of ${schema}`);
  const where = `${schema}:${name}`;
  if (!NAME.test(name) && !(name === '$ref' && !mayBeComplex)) {
    throw invalid(`${where}: a name has letters, digits, - and _ and begins with a letter`);
  }
  const type = oneOf(given, 'type', TYPES, 'string', where);
  if (type === 'complex' && !mayBeComplex) throw invalid(`${where}: complex attributes do not nest`);
  const subAttributes = given.subAttributes ?? [];
  if (!Array.isArray(subAttributes) || subAttributes.length > 0 !== (type === 'complex')) {
    throw invalid(`${where}: sub-attributes belong to complex attributes, and to all of them`);
  }
  if ((given.uniqueness ?? 'none') !== 'none') {
    throw invalid(`${where}: uniqueness must be none; nothing here holds values of extensions unique`);
  }
  const mutability = oneOf(given, 'mutability', MUTABILITIES, 'readWrite', where);
  if (mutability === 'readOnly')
    throw invalid(`${where}: nothing here could ever write a read-only attribute`);
  return attribute(name, optionalText(given, 'description', where) ?? '', {
    type,
    multiValued: flagOf(given, 'multiValued', where),
    required: flagOf(given, 'required', where),
    caseExact: type === 'reference' || type === 'binary' || flagOf(given, 'caseExact', where),
    mutability,
    returned: mutability === 'writeOnly' ? 'never' : oneOf(given, 'returned', RETURNED, 'default', where),
    ...list(given, 'canonicalValues', where),
    ...list(given, 'referenceTypes', where),
    ...(type === 'complex' ? { subAttributes: readAttributes(subAttributes, where, false) } : {}),
  });
}

function objectOf(value: unknown, what: string): Given {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw invalid(`${what} is not a JSON object`);
  }
  return value as Given;
}

function textOf(given: Given, key: string, where: string): string {
  const text = optionalText(given, key, where);
  if (!text) throw invalid(`${where} has no ${key}`);
  return text;
}

function optionalText(given: Given, key: string, where: string): string | undefined {
  const value = given[key] ?? undefined;
  if (value !== undefined && typeof value !== 'string') throw invalid(`${key} of ${where} is not text`);
  return value;
}

function flagOf(given: Given, key: string, where: string): boolean {
  const value = given[key] ?? false;
  if (typeof value !== 'boolean') throw invalid(`${key} of ${where} is neither true nor false`);
  return value;
}

function oneOf<T extends string>(
  given: Given,
  key: string,
  allowed: readonly T[],
  other: T,
  where: string,
): T {
  const value = given[key] ?? other;
  if (!allowed.includes(value as T)) throw invalid(`${key} of ${where} is none of ${allowed.join(', ')}`);
  return value as T;
}

function list(given: Given, key: 'canonicalValues' | 'referenceTypes', where: string) {
  const value = given[key] ?? undefined;
  if (value === undefined) return {};
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'string')) {
    throw invalid(`${key} of ${where} is not a list of texts`);
  }
  return { [key]: value as string[] };
}

const invalid = (what: string): Problem =>
  configurationProblem('scim-schema-invalid', `A SCIM schema cannot be used: ${what}.`, {
    hint: 'Write it as in RFC 7643 §7: id, name, description, and attributes with their characteristics.',
  });
