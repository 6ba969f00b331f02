import { FIELD_NAMES } from './value.js';

/** The part of JSON Schema in which the format is written. */
export interface JsonSchema {
  $schema?: string;
  $id?: string;
  title?: string;
  description?: string;
  $ref?: string;
  type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | readonly string[];
  const?: unknown;
  enum?: readonly unknown[];
  properties?: Readonly<Record<string, JsonSchema>>;
  required?: readonly string[];
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  minItems?: number;
  minLength?: number;
  minimum?: number;
  maximum?: number;
  pattern?: string;
  /** Objects that differ by their first required property, or a text and an object. */
  oneOf?: readonly JsonSchema[];
  $defs?: Readonly<Record<string, JsonSchema>>;
}

type Properties = Record<string, JsonSchema>;

const text: JsonSchema = { type: 'string', minLength: 1 };
const flag: JsonSchema = { type: 'boolean' };
const ref = (name: string): JsonSchema => ({ $ref: `#/$defs/${name}` });
const list = (items: JsonSchema): JsonSchema => ({ type: 'array', items, minItems: 1 });
const mapOf = (values: JsonSchema): JsonSchema => ({ type: 'object', additionalProperties: values });
const oneOf = (...values: readonly string[]): JsonSchema => ({ type: 'string', enum: values });

/** An object of these properties and no others; the first required one tells it from its alternatives. */
const object = (required: Properties, optional: Properties = {}): JsonSchema => ({
  type: 'object',
  required: Object.keys(required),
  properties: { ...required, ...optional },
  additionalProperties: false,
});

const value = ref('value');
const condition = ref('condition');
const table = ref('table');
const values = mapOf(value);
const fields = FIELD_NAMES.filter((name) => name !== 'enabled');
const judgement: Properties = { yes: condition, no: condition };
const declared: Properties = { by: text, at: text };

const rowWrites: Properties = {
  insert: values,
  once: { type: 'array', items: text },
  update: mapOf(ref('update')),
  enable: values,
  disable: values,
};

/** A test of one column: which column, and one of the tests. */
const columnTest = (test: string, operand: JsonSchema, more: Properties = {}): JsonSchema =>
  object({ [test]: operand, column: text }, { of: text, ...more });

const conditions: JsonSchema[] = [
  object({ all: { type: 'array', items: condition } }),
  object({ any: { type: 'array', items: condition } }),
  object({ not: condition }),
  object({ exists: object({ table, match: values }, { where: condition }) }),
  object({
    memberOf: object(
      { through: table, user: text, group: text, groups: table, key: text, name: text, in: list(text) },
      { ignoreCase: flag },
    ),
  }),
  columnTest('in', list(ref('scalar')), { ignoreCase: flag }),
  columnTest('null', flag),
  columnTest('like', text, { ignoreCase: flag }),
  columnTest('bits', { type: 'integer', minimum: 1 }, { set: oneOf('all', 'any', 'none') }),
  columnTest('above', { type: 'number' }),
  columnTest('below', { type: 'number' }),
  columnTest('before', { const: 'now' }, { as: ref('clock') }),
  columnTest('after', { const: 'now' }, { as: ref('clock') }),
];

const forms: JsonSchema[] = [
  object({ column: text }, { of: text }),
  object({ constant: ref('scalar') }),
  object({ field: oneOf(...FIELD_NAMES) }),
  object({ firstNonNull: list(value) }),
  object({ firstNonEmpty: list(value) }),
  object({ template: text, with: values }),
  object({
    part: oneOf(
      'first-word',
      'rest',
      'last-word',
      'before-last-word',
      'before-at',
      'after-at',
      'after-backslash',
    ),
    value,
  }),
  object({ lower: value }),
  object({ upper: value }),
  object({ normalised: value }),
  object({ trimmed: value }),
  object({ capitalised: value }),
  object({ cut: value, length: { type: 'integer', minimum: 1 } }),
  object({ map: value, pairs: list(object({ from: ref('scalar'), to: ref('scalar') })) }, { else: value }),
  object({ lookup: object({ table, where: values, column: text }, { default: value }) }),
  object({
    aggregate: object(
      { function: oneOf('max', 'min', 'count'), table, match: values },
      { column: text, where: condition },
    ),
  }),
  // biome-ignore lint/suspicious/noThenProperty: `then` belongs to `if` in JSON Schema
  object({ case: list(object({ if: condition, then: value })) }, { else: value }),
  object({ guid: object({}, { case: oneOf('lower', 'upper'), hyphens: flag }) }),
  object({ random: object({ length: { type: 'integer', minimum: 1, maximum: 256 }, alphabet: text }) }),
  object({ sequence: table }),
  object({
    counter: object(
      { table, column: text, where: values },
      { step: { type: 'integer', minimum: 1 }, gives: oneOf('last', 'next') },
    ),
  }),
  object({ now: ref('clock') }, { timeZone: text, round: oneOf('seconds') }),
  object({ copied: object({ column: text }, { where: condition }) }),
];

const made: JsonSchema = { oneOf: [{ const: 'database' }, ...forms] };

const users = object(
  { table, key: ref('userKey'), login: ref('field'), displayName: ref('field'), enabled: ref('enabled') },
  {
    where: condition,
    related: mapOf(ref('related')),
    email: ref('field'),
    givenName: ref('field'),
    familyName: ref('field'),
    protected: ref('judgement'),
    lastSignIn: ref('instant'),
    ssoProvider: ref('field'),
    licence: ref('field'),
    externalId: ref('field'),
    ssoSubject: ref('field'),
    loginRule: oneOf('email', 'user-name', 'local-part'),
    renameOnMatch: flag,
    create: oneOf('yes', 'enable-only'),
    createReason: text,
    timeZone: text,
    endSessions: { type: 'array', items: ref('endSessions') },
    ...rowWrites,
  },
);

/** The format of `host-binding.json`: shipped as `sql/host-binding.schema.json`. */
export const BINDING_SCHEMA: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'host-binding.json of scimctl',
  description: 'Where a host application keeps what the host views show. docs/host-scaffold.md explains it.',
  ...object(
    { format: { const: 1 }, users, providers: ref('providers'), seats: ref('seats') },
    { $schema: text, application: text, catalogue: mapOf(mapOf(text)) },
  ),
  $defs: {
    scalar: { type: ['string', 'number', 'boolean', 'null'] },
    table: {
      description: 'schema.table; a part with a dot, a double quote or = is in double quotes',
      type: 'string',
      pattern: '^("([^"]|"")+"|[^."=]+)\\.("([^"]|"")+"|[^."=]+)$',
    },
    clock: oneOf('instant', 'epoch-seconds', 'epoch-milliseconds'),
    condition: { oneOf: conditions },
    value: { oneOf: forms },
    update: { oneOf: [object({ set: value, on: list(oneOf(...FIELD_NAMES)) }), ...forms] },
    key: object({ column: text, made }),
    userKey: object({ column: text, made }, { with: list(text) }),
    field: object(
      { read: value },
      {
        write: { oneOf: [{ const: false }, ...forms] },
        maxLength: { type: 'integer', minimum: 1 },
        allowed: text,
        shape: oneOf('email'),
        required: flag,
        unique: oneOf('ignoring-case', 'exact'),
      },
    ),
    judgement: object({}, judgement),
    enabled: object({}, { ...judgement, temporarily: condition }),
    instant: object({ read: value }, { as: ref('clock') }),
    related: object(
      { table, match: values, join: oneOf('required', 'optional', 'first', 'none') },
      {
        where: condition,
        order: text,
        present: oneOf('always', 'enabled', 'disabled', ...fields),
        before: flag,
        key: ref('key'),
        ...rowWrites,
      },
    ),
    endSessions: object(
      { table, match: values },
      { where: condition, on: list(oneOf('disabled', ...fields)) },
    ),
    providers: {
      oneOf: [
        object({ declared: object({ name: text }, { id: text, ...declared }) }),
        object(
          { table, id: value, name: value, protocol: value },
          { where: condition, enabled: ref('judgement'), certificateExpiresAt: ref('instant') },
        ),
      ],
    },
    seats: {
      oneOf: [
        object({ none: object({}, declared) }),
        object({ table, type: value, total: value, used: value }, { where: condition, order: value }),
      ],
    },
  },
};
