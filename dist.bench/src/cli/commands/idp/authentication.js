/** What a service account takes beside bearer tokens. */
export const AUTHENTICATION_OPTIONS = [
    { flags: '--allow-basic', description: 'take HTTP basic: name of the IdP, and a token as password' },
    { flags: '--no-allow-basic', description: 'do not (default)' },
    {
        flags: '--allow-oauth',
        description: 'take OAuth 2.0 client credentials: name of the IdP, and a token as secret',
    },
    { flags: '--no-allow-oauth', description: 'do not (default)' },
];
