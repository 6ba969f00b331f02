import { attribute, EXTENSION, readOnly } from './definition.js';
/** RFC 7643 §4.3 and §8.7.1. */
export const ENTERPRISE_USER_SCHEMA = {
    id: `${EXTENSION}enterprise:2.0:User`,
    name: 'EnterpriseUser',
    description: 'Enterprise user',
    attributes: [
        attribute('employeeNumber', 'The number or name that the organisation gave the person.'),
        attribute('costCenter', 'The cost centre.'),
        attribute('organization', 'The organisation.'),
        attribute('division', 'The division.'),
        attribute('department', 'The department.'),
        attribute('manager', 'The user’s manager.', {
            subAttributes: [
                attribute('value', 'The id of the manager, as the IdP sent it.', { caseExact: true }),
                attribute('$ref', 'The URI of the manager, as the IdP sent it.', {
                    type: 'reference',
                    referenceTypes: ['User'],
                }),
                readOnly(attribute('displayName', 'The name of the manager.')),
            ],
        }),
    ],
};
/** What the host application has to say of a user. */
export const HOST_USER_SCHEMA = {
    id: `${EXTENSION}scimctl:2.0:User`,
    name: 'HostUser',
    description: 'The account in the host application',
    attributes: [
        readOnly(attribute('hostUserId', 'The id of the account in the host application.', {
            caseExact: true,
            uniqueness: 'server',
        })),
        readOnly(attribute('licenceType', 'The licence pool that the user’s seat is from; absent without a seat.')),
    ],
};
