import { attribute, CORE, readOnly } from './definition.js';
/** RFC 7643 §4.2 and §8.7.1. Groups hold users; groups within groups are not kept. */
export const GROUP_SCHEMA = {
    id: `${CORE}Group`,
    name: 'Group',
    description: 'Group',
    attributes: [
        attribute('displayName', 'The name of the group; no other group of the IdP has it.', {
            required: true,
            uniqueness: 'server',
        }),
        attribute('members', 'The users in the group.', {
            multiValued: true,
            subAttributes: [
                attribute('value', 'The id of the user.', { mutability: 'immutable', caseExact: true }),
                attribute('$ref', 'The URI of the user.', {
                    type: 'reference',
                    referenceTypes: ['User'],
                    mutability: 'immutable',
                }),
                attribute('type', 'What the member is.', { mutability: 'immutable', canonicalValues: ['User'] }),
                readOnly(attribute('display', 'The name of the user.')),
            ],
        }),
    ],
};
