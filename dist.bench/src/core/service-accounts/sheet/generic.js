import { leavers, tokenEndpointOf, tokenOf } from './step.js';
export const genericSteps = (facts) => [
    {
        title: 'Connect',
        lines: [
            `Base URL:         ${facts.tenantUrl}`,
            'Authentication:   bearer token, in the header Authorization: Bearer TOKEN',
            `Token:            ${tokenOf(facts.name)}`,
            'Unique id:        externalId must be an id that never changes; userName is the e-mail address.',
        ],
    },
    ...otherCredentials(facts),
    { title: 'Leavers', lines: [leavers(facts)] },
];
function otherCredentials({ name, tenantUrl, authentication }) {
    const lines = [
        ...(authentication.includes('oauth')
            ? [
                'OAuth 2.0 client credentials grant:',
                `Token endpoint:   ${tokenEndpointOf(tenantUrl)}`,
                `Client id:        ${name}`,
                `Client secret:    ${tokenOf(name)}`,
            ]
            : []),
        ...(authentication.includes('basic')
            ? ['HTTP basic:', `User name:        ${name}`, `Password:         ${tokenOf(name)}`]
            : []),
    ];
    return lines.length > 0 ? [{ title: 'Or connect with other credentials', lines }] : [];
}
