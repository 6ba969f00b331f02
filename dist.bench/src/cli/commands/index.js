/** Every command, in the order a newcomer meets them. Only the one that was typed is loaded. */
export const COMMANDS = [
    {
        name: 'quickstart',
        summary: 'Try all of it on an embedded database with sample users',
        load: async () => (await import('./quickstart/index.js')).quickstart,
    },
    {
        name: 'init',
        summary: 'Set up an installation, step by step',
        load: async () => (await import('./init/index.js')).init,
    },
    {
        name: 'db',
        summary: 'The schema: status, migrate, script, verify, grants, wait',
        load: async () => (await import('./db/index.js')).db,
    },
    {
        name: 'host',
        summary: 'The host application: its views, its hosting, the reference installation',
        load: async () => (await import('./host/index.js')).host,
    },
    {
        name: 'check',
        summary: 'Check the prerequisites of provisioning',
        load: async () => (await import('./check.js')).check,
    },
    {
        name: 'idp',
        summary: 'Per-IdP service accounts and their set-up sheets',
        load: async () => (await import('./idp/index.js')).idp,
    },
    {
        name: 'token',
        summary: 'Bearer tokens: create, rotate, revoke, verify',
        load: async () => (await import('./token/index.js')).token,
    },
    {
        name: 'users',
        summary: 'Linked users, and those pending manual disable',
        load: async () => (await import('./users/index.js')).users,
    },
    {
        name: 'seats',
        summary: 'Licence pools and their free seats',
        load: async () => (await import('./seats.js')).seats,
    },
    {
        name: 'audit',
        summary: 'The trail of every change',
        load: async () => (await import('./audit/index.js')).audit,
    },
    {
        name: 'serve',
        summary: 'Run the SCIM 2.0 endpoint that the IdP talks to',
        load: async () => (await import('./serve/index.js')).serve,
    },
    {
        name: 'probe',
        summary: 'Act as Entra and Okta against any SCIM endpoint',
        load: async () => (await import('./probe/index.js')).probe,
    },
    {
        name: 'completion',
        summary: 'Completion of commands and options for a shell',
        load: async () => (await import('./completion/index.js')).completion,
    },
    {
        name: 'help',
        summary: 'Help on a command, or on exit-codes, environment, output',
        load: async () => (await import('./help/index.js')).help,
    },
];
