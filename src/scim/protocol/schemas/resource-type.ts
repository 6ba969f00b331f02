import type { AttributePath } from '../../../words/filter.js';
import { COMMON_ATTRIBUTES } from './common.js';
import type { AttributeDefinition, SchemaDefinition } from './definition.js';

/** An attribute of a resource type, with all that is asked of it often worked out beforehand. */
export interface Attribute {
  readonly name: string;
  readonly definition: AttributeDefinition;
  /** The complex attribute it is a part of. */
  readonly parent: Attribute | undefined;
  /** The URN of the extension it is in. */
  readonly extension: string | undefined;
  /** The parts of a complex attribute, in the schema's order, and by lower-case name. */
  readonly children: readonly Attribute[];
  readonly child: ReadonlyMap<string, Attribute>;
  /** As messages name it: `name.givenName`, `urn:…:User:department`. */
  readonly label: string;
  /** What a filter or an order is made of; of a complex attribute that of its `value`, where it has one. */
  readonly at: AttributePath | undefined;
}

export interface Extension {
  readonly urn: string;
  readonly schema: SchemaDefinition;
  readonly attributes: readonly Attribute[];
}

/** A kind of resource (RFC 7643 §6), made once from its schemas. */
export interface ResourceType {
  readonly name: 'User' | 'Group';
  readonly endpoint: '/Users' | '/Groups';
  readonly schema: SchemaDefinition;
  readonly extensions: readonly Extension[];
  /** The attributes of the base schema, without the common ones, in its order. */
  readonly attributes: readonly Attribute[];
  /** Those attributes, and the extensions, as they are spelled. */
  readonly byName: ReadonlyMap<string, Attribute>;
  readonly byUrn: ReadonlyMap<string, Extension>;
  /** Every name an attribute goes by, in lower case: `emails.value`, and with the URN of its schema. */
  readonly names: ReadonlyMap<string, Attribute>;
  /** Extensions and the base schema (undefined) by their URN without punctuation, in lower case. */
  readonly schemasByUrn: ReadonlyMap<string, Extension | undefined>;
  /** Characters of the shortest of them: what has fewer is none. */
  readonly shortestUrn: number;
}

/**
 * A URN as far as IdPs get it right: mistyped ones differ in case and in a colon too few
 * (`…:enterprise:2.0User`).
 */
export const urnKey = (urn: string) => urn.toLowerCase().replace(/[^a-z0-9]/g, '');

export function createResourceType(
  name: ResourceType['name'],
  schema: SchemaDefinition,
  extensionSchemas: readonly SchemaDefinition[] = [],
): ResourceType {
  const names = new Map<string, Attribute>();
  const register = (attribute: Attribute, prefixes: readonly string[]) => {
    const tail = (attribute.parent ? [attribute.parent.name, attribute.name] : [attribute.name]).join('.');
    for (const prefix of prefixes) names.set(`${prefix}${tail}`.toLowerCase(), attribute);
    for (const child of attribute.children) register(child, prefixes);
  };

  const attributes = schema.attributes.map((definition) => compile(definition));
  for (const attribute of [...COMMON_ATTRIBUTES.map((definition) => compile(definition)), ...attributes]) {
    register(attribute, ['', ...prefixesOf(schema.id)]);
  }
  const extensions = extensionSchemas.map((extension) => {
    const compiled = extension.attributes.map((definition) => compile(definition, extension.id));
    for (const attribute of compiled) register(attribute, prefixesOf(extension.id));
    return { urn: extension.id, schema: extension, attributes: compiled };
  });
  const schemasByUrn = new Map<string, Extension | undefined>([
    [urnKey(schema.id), undefined],
    ...extensions.map((extension): [string, Extension] => [urnKey(extension.urn), extension]),
  ]);
  return {
    name,
    endpoint: `/${name}s`,
    schema,
    extensions,
    attributes,
    byName: new Map(attributes.map((attribute) => [attribute.name, attribute])),
    byUrn: new Map(extensions.map((extension) => [extension.urn, extension])),
    names,
    schemasByUrn,
    shortestUrn: Math.min(...[...schemasByUrn.keys()].map((key) => key.length)),
  };
}

/** The dot is how Entra ID's older jobs separate the name from the URN. */
const prefixesOf = (urn: string): string[] => [`${urn}:`, `${urn}.`];

function compile(definition: AttributeDefinition, extension?: string, parent?: Attribute): Attribute {
  const path = [...(extension ? [extension] : []), ...(parent ? [parent.name] : []), definition.name];
  const label = parent ? `${parent.label}.${definition.name}` : path.join(':');
  const children: Attribute[] = [];
  const attribute: Attribute = {
    name: definition.name,
    definition,
    parent,
    extension,
    children,
    child: new Map(),
    label,
    at: undefined,
  };
  for (const part of definition.subAttributes ?? []) children.push(compile(part, extension, attribute));
  const child = new Map(children.map((part) => [part.name.toLowerCase(), part]));
  const multiValued = parent?.definition.multiValued ?? definition.multiValued;
  const { type, caseExact } = definition;
  return Object.assign(attribute, {
    child,
    at: type === 'complex' ? child.get('value')?.at : { path, type, caseExact, multiValued },
  });
}
