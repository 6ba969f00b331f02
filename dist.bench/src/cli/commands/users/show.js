import { showLinkedUser } from '../../../core/users/linked.js';
import { list } from './list.js';
const FIELDS = [
    { key: 'userName', label: 'USER NAME' },
    { key: 'idp', label: 'IDP' },
    { key: 'id', label: 'ID' },
    { key: 'externalId', label: 'EXTERNAL ID' },
    { key: 'active', label: 'ACTIVE' },
    { key: 'pending', label: 'PENDING' },
    { key: 'deprovisionedAt', label: 'DEPROVISIONED' },
    { key: 'reason', label: 'REASON' },
    { key: 'groups', label: 'GROUPS', show: ({ groups }) => groups.join(', ') },
    { key: 'hostUserId', label: 'USER' },
    { key: 'loginName', label: 'LOGIN' },
    { key: 'email', label: 'E-MAIL' },
    { key: 'displayName', label: 'NAME' },
    { key: 'enabled', label: 'ENABLED' },
    { key: 'protected', label: 'PROTECTED' },
    { key: 'licenceType', label: 'SEAT' },
    { key: 'ssoProviderId', label: 'SSO PROVIDER' },
    { key: 'lastSignInAt', label: 'LAST SIGN-IN' },
    { key: 'createdAt', label: 'LINKED' },
    { key: 'updatedAt', label: 'UPDATED' },
];
export const show = {
    name: 'show',
    summary: 'One linked user, with the account behind it',
    arguments: [
        { syntax: '<user>', description: 'id, login name, e-mail address, or name or id in the IdP; exactly' },
    ],
    examples: [
        { does: 'by address', command: 'users show anna.schmidt@contoso.example' },
        {
            does: "by the IdP's own id, for a script",
            command: 'users show 3b7f6c1e-84a2-4d0f-9a51-c2e07d9b1f30 -o json',
        },
    ],
    ...(list.rights && { rights: list.rights }),
    async run({ user }, context) {
        await context.output.one(await showLinkedUser(await context.core(), user), FIELDS);
    },
};
