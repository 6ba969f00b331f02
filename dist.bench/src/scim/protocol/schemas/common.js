import { attribute, readOnly } from './definition.js';
/** RFC 7643 §3.1: what every resource has, and no schema lists. */
export const COMMON_ATTRIBUTES = [
    readOnly(attribute('schemas', 'The URNs of the schemas whose attributes are here.', {
        type: 'reference',
        multiValued: true,
        returned: 'always',
    })),
    readOnly(attribute('id', 'The id that this service gave.', {
        caseExact: true,
        returned: 'always',
        uniqueness: 'server',
    })),
    attribute('externalId', 'The id that the IdP gave.', { caseExact: true }),
    readOnly(attribute('meta', 'About the resource itself.', {
        subAttributes: [
            attribute('resourceType', 'The name of the resource type.', { caseExact: true }),
            attribute('created', 'When the resource was made.', { type: 'dateTime' }),
            attribute('lastModified', 'When the resource was changed last.', { type: 'dateTime' }),
            attribute('location', 'The URI of the resource.', { type: 'reference' }),
            attribute('version', 'The weak ETag of the resource.', { caseExact: true }),
        ],
    })),
];
