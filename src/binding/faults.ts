import type { JsonSchema } from './schema.js';

/** What is wrong with a value by a schema, each place by its path: `users.key.made has none of …`. */
export function faultsOf(value: unknown, schema: JsonSchema, root: JsonSchema, path: string): string[] {
  const at = path === '' ? 'the file' : path;
  if (schema.$ref !== undefined) return faultsOf(value, definition(schema.$ref, root), root, path);
  if (schema.oneOf) return alternativeFaults(value, schema.oneOf, root, path);
  if ('const' in schema)
    return value === schema.const ? [] : [`${at} is ${shown(value)}, not ${shown(schema.const)}`];
  if (schema.enum && !schema.enum.includes(value))
    return [`${at} is ${shown(value)}, not one of ${schema.enum.join(', ')}`];
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  if (!types.some((type) => isOf(value, type)))
    return [`${at} is ${shown(value)}, not ${types.map(inWords).join(' or ')}`];
  if (Array.isArray(value)) return arrayFaults(value, schema, root, path);
  if (isObject(value)) return objectFaults(value, schema, root, path);
  if (typeof value === 'number') return numberFaults(value, schema, at);
  return typeof value === 'string' ? textFaults(value, schema, at) : [];
}

function definition(reference: string, root: JsonSchema): JsonSchema {
  const found = root.$defs?.[reference.slice('#/$defs/'.length)];
  if (!found) throw new Error(`the schema has no ${reference}`);
  return found;
}

/** Alternatives are constants, and objects that are told apart by their first required property. */
function alternativeFaults(
  value: unknown,
  alternatives: readonly JsonSchema[],
  root: JsonSchema,
  path: string,
): string[] {
  if (alternatives.some((one) => 'const' in one && one.const === value)) return [];
  const objects = alternatives.filter(({ type }) => type === 'object');
  const own = (one: JsonSchema): string => one.required?.[0] ?? '';
  if (isObject(value)) {
    // `column` stands in tests of columns, too: the others first.
    const chosen = [...objects]
      .sort((a, b) => Number(own(a) === 'column') - Number(own(b) === 'column'))
      .find((one) => Object.hasOwn(value, own(one)));
    if (chosen) return faultsOf(value, chosen, root, path);
  }
  const others = alternatives.filter((one) => 'const' in one).map((one) => shown(one.const));
  const names = `an object with one of ${objects.map(own).join(', ')}`;
  return [`${path === '' ? 'the file' : path} is ${shown(value)}, not ${[...others, names].join(' or ')}`];
}

function objectFaults(
  value: Readonly<Record<string, unknown>>,
  { properties = {}, required = [], additionalProperties }: JsonSchema,
  root: JsonSchema,
  path: string,
): string[] {
  const at = path === '' ? 'the file' : path;
  const missing = required.filter((name) => !Object.hasOwn(value, name)).map((name) => `${at} lacks ${name}`);
  const found = Object.entries(value).flatMap(([name, one]) => {
    const schema = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    const place = path === '' ? name : `${path}.${name}`;
    if (typeof schema === 'object') return faultsOf(one, schema, root, place);
    return schema === false ? [`${at} has ${JSON.stringify(name)}, which is not known there`] : [];
  });
  return [...missing, ...found];
}

function arrayFaults(
  value: readonly unknown[],
  { items, minItems = 0 }: JsonSchema,
  root: JsonSchema,
  path: string,
): string[] {
  if (value.length < minItems) return [`${path} is empty`];
  return items ? value.flatMap((one, at) => faultsOf(one, items, root, `${path}[${at}]`)) : [];
}

const textFaults = (value: string, { minLength = 0, pattern }: JsonSchema, at: string): string[] => {
  if (value.length < minLength) return [`${at} is empty`];
  const fits = pattern === undefined || new RegExp(pattern, 'u').test(value);
  return fits ? [] : [`${at} is ${shown(value)}, not of the form schema.table`];
};

const numberFaults = (value: number, { minimum, maximum }: JsonSchema, at: string): string[] => [
  ...(minimum !== undefined && value < minimum ? [`${at} is ${value}, less than ${minimum}`] : []),
  ...(maximum !== undefined && value > maximum ? [`${at} is ${value}, more than ${maximum}`] : []),
];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isOf(value: unknown, type: string): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  if (type === 'integer') return Number.isSafeInteger(value);
  return type === 'number' ? Number.isFinite(value) : typeof value === type;
}

const inWords = (type: string): string =>
  ({
    object: 'an object',
    array: 'a list',
    string: 'a text',
    number: 'a number',
    integer: 'a whole number',
    boolean: 'true or false',
  })[type] ?? type;

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) {
    const names = Object.keys(value);
    return names.length === 0 ? 'an empty object' : `an object with ${names.slice(0, 5).join(', ')}`;
  }
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
