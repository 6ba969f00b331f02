import { COMMON_ATTRIBUTES } from './common.js';
/**
 * A URN as far as IdPs get it right: mistyped ones differ in case and in a colon too few
 * (`…:enterprise:2.0User`).
 */
export const urnKey = (urn) => urn.toLowerCase().replace(/[^a-z0-9]/g, '');
export function createResourceType(name, schema, extensionSchemas = []) {
    const names = new Map();
    const register = (attribute, prefixes) => {
        const tail = (attribute.parent ? [attribute.parent.name, attribute.name] : [attribute.name]).join('.');
        for (const prefix of prefixes)
            names.set(`${prefix}${tail}`.toLowerCase(), attribute);
        for (const child of attribute.children)
            register(child, prefixes);
    };
    const attributes = schema.attributes.map((definition) => compile(definition));
    for (const attribute of [...COMMON_ATTRIBUTES.map((definition) => compile(definition)), ...attributes]) {
        register(attribute, ['', `${schema.id}:`]);
    }
    const extensions = extensionSchemas.map((extension) => {
        const compiled = extension.attributes.map((definition) => compile(definition, extension.id));
        // The dot is how Entra ID's older jobs separate the name from the URN.
        for (const attribute of compiled)
            register(attribute, [`${extension.id}:`, `${extension.id}.`]);
        return { urn: extension.id, schema: extension, attributes: compiled };
    });
    return {
        name,
        endpoint: `/${name}s`,
        schema,
        extensions,
        attributes,
        byName: new Map(attributes.map((attribute) => [attribute.name, attribute])),
        byUrn: new Map(extensions.map((extension) => [extension.urn, extension])),
        names,
        schemasByUrn: new Map([
            [urnKey(schema.id), undefined],
            ...extensions.map((extension) => [urnKey(extension.urn), extension]),
        ]),
    };
}
function compile(definition, extension, parent) {
    const path = [...(extension ? [extension] : []), ...(parent ? [parent.name] : []), definition.name];
    const label = parent ? `${parent.label}.${definition.name}` : path.join(':');
    const children = [];
    const attribute = {
        name: definition.name,
        definition,
        parent,
        extension,
        children,
        child: new Map(),
        label,
        at: undefined,
    };
    for (const part of definition.subAttributes ?? [])
        children.push(compile(part, extension, attribute));
    const child = new Map(children.map((part) => [part.name.toLowerCase(), part]));
    const multiValued = parent?.definition.multiValued ?? definition.multiValued;
    const { type, caseExact } = definition;
    return Object.assign(attribute, {
        child,
        at: type === 'complex' ? child.get('value')?.at : { path, type, caseExact, multiValued },
    });
}
