import { attribute, CORE, readOnly } from './definition.js';
/** The schemas of what the service says about itself: RFC 7643 §5 to §7 and §8.7.2, RFC 9865 §4. */
const required = { required: true };
const flag = (name, description) => attribute(name, description, { type: 'boolean', ...required });
const integer = (name, description, isRequired = true) => attribute(name, description, { type: 'integer', required: isRequired });
const uri = (name, description, isRequired = false) => attribute(name, description, {
    type: 'reference',
    referenceTypes: ['uri'],
    caseExact: true,
    required: isRequired,
});
const supported = (name, description, more = []) => attribute(name, description, {
    ...required,
    subAttributes: [flag('supported', 'Whether it is supported.'), ...more],
});
export const SERVICE_PROVIDER_CONFIG_SCHEMA = {
    id: `${CORE}ServiceProviderConfig`,
    name: 'Service Provider Configuration',
    description: 'What this service supports',
    attributes: [
        uri('documentationUri', 'Documentation for people.'),
        supported('patch', 'PATCH.'),
        supported('bulk', 'Several operations in one request.', [
            integer('maxOperations', 'The largest number of operations in a request.'),
            integer('maxPayloadSize', 'The largest request, in bytes.'),
        ]),
        supported('filter', 'Filters.', [
            integer('maxResults', 'The largest number of resources in a response.'),
        ]),
        supported('changePassword', 'Changing passwords.'),
        supported('sort', 'Sorting.'),
        supported('etag', 'ETags.'),
        attribute('pagination', 'Lists in pages.', {
            subAttributes: [
                flag('cursor', 'Whether pages by cursor are supported.'),
                flag('index', 'Whether pages by index are supported.'),
                attribute('defaultPaginationMethod', 'The method where a request names none.', {
                    canonicalValues: ['cursor', 'index'],
                }),
                integer('defaultPageSize', 'The size of a page where a request names none.', false),
                integer('maxPageSize', 'The largest page.', false),
                integer('cursorTimeout', 'The seconds for which a cursor is good.', false),
            ],
        }),
        attribute('authenticationSchemes', 'How clients authenticate.', {
            multiValued: true,
            ...required,
            subAttributes: [
                attribute('type', 'The scheme.', {
                    ...required,
                    canonicalValues: ['oauth', 'oauth2', 'oauthbearertoken', 'httpbasic', 'httpdigest'],
                }),
                attribute('name', 'The name of the scheme, for people.', required),
                attribute('description', 'What the scheme is.', required),
                uri('specUri', 'The specification of the scheme.'),
                uri('documentationUri', 'Documentation for people.'),
                attribute('primary', 'Whether this is the preferred scheme.', { type: 'boolean' }),
            ],
        }),
    ].map(readOnly),
};
export const RESOURCE_TYPE_SCHEMA = {
    id: `${CORE}ResourceType`,
    name: 'Resource Type',
    description: 'A kind of resource',
    attributes: [
        attribute('id', 'The id of the resource type; the same as its name.'),
        attribute('name', 'The name of the resource type.', required),
        attribute('description', 'What such resources are.'),
        uri('endpoint', 'Where such resources are, below the base URL.', true),
        uri('schema', 'The URN of the base schema.', true),
        attribute('schemaExtensions', 'The extensions of such resources.', {
            multiValued: true,
            subAttributes: [
                uri('schema', 'The URN of the extension.', true),
                flag('required', 'Whether every such resource has it.'),
            ],
        }),
    ].map(readOnly),
};
const characteristics = (depth) => [
    attribute('name', 'The name of the attribute.', { ...required, caseExact: true }),
    attribute('type', 'The type of the attribute.', {
        ...required,
        canonicalValues: [
            'string',
            'complex',
            'boolean',
            'decimal',
            'integer',
            'dateTime',
            'reference',
            'binary',
        ],
    }),
    flag('multiValued', 'Whether the attribute has many values.'),
    attribute('description', 'What the attribute says.', { caseExact: true }),
    flag('required', 'Whether the attribute must be there.'),
    attribute('canonicalValues', 'Values that are suggested.', { multiValued: true, caseExact: true }),
    attribute('caseExact', 'Whether text is compared with regard to case.', { type: 'boolean' }),
    attribute('mutability', 'Who may change the attribute.', {
        caseExact: true,
        canonicalValues: ['readOnly', 'readWrite', 'immutable', 'writeOnly'],
    }),
    attribute('returned', 'When the attribute is in a response.', {
        caseExact: true,
        canonicalValues: ['always', 'never', 'default', 'request'],
    }),
    attribute('uniqueness', 'Within what a value is unique.', {
        caseExact: true,
        canonicalValues: ['none', 'server', 'global'],
    }),
    attribute('referenceTypes', 'The resource types that a reference may name.', {
        multiValued: true,
        caseExact: true,
    }),
    ...(depth > 0
        ? [
            attribute('subAttributes', 'The parts of a complex attribute.', {
                multiValued: true,
                subAttributes: characteristics(depth - 1),
            }),
        ]
        : []),
];
export const SCHEMA_SCHEMA = {
    id: `${CORE}Schema`,
    name: 'Schema',
    description: 'The attributes of a kind of resource',
    attributes: [
        attribute('id', 'The URN of the schema.', required),
        attribute('name', 'The name of the schema, for people.', required),
        attribute('description', 'What the schema is for.'),
        attribute('attributes', 'The attributes.', {
            multiValued: true,
            ...required,
            subAttributes: characteristics(1),
        }),
    ].map(readOnly),
};
