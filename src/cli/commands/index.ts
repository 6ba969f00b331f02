import type { CommandEntry } from '../command.js';

/** Every command, in the order a newcomer meets them. Only the one that was typed is loaded. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'quickstart',
    summary: 'Try scimctl on an embedded database with sample users',
    load: async () => (await import('./quickstart/index.js')).quickstart,
  },
  {
    name: 'init',
    summary: 'Set up an installation, step by step',
    load: async () => (await import('./init/index.js')).init,
  },
  {
    name: 'db',
    summary: 'Manage the schema: status, migrate, script, verify, grants, wait',
    load: async () => (await import('./db/index.js')).db,
  },
  {
    name: 'host',
    summary: 'Manage the connection to the host application, and the sample application',
    load: async () => (await import('./host/index.js')).host,
  },
  {
    name: 'check',
    summary: 'Check the prerequisites of provisioning',
    load: async () => (await import('./check.js')).check,
  },
  {
    name: 'idp',
    summary: 'Manage the service accounts of IdPs, and print their set-up sheets',
    load: async () => (await import('./idp/index.js')).idp,
  },
  {
    name: 'token',
    summary: 'Manage bearer tokens: create, rotate, revoke, verify',
    load: async () => (await import('./token/index.js')).token,
  },
  {
    name: 'users',
    summary: 'Manage linked users and users pending manual disable',
    load: async () => (await import('./users/index.js')).users,
  },
  {
    name: 'seats',
    summary: 'List licence pools and their free seats',
    load: async () => (await import('./seats.js')).seats,
  },
  {
    name: 'audit',
    summary: 'List, seal, verify and export the audit trail',
    load: async () => (await import('./audit/index.js')).audit,
  },
  {
    name: 'serve',
    summary: 'Run the SCIM 2.0 endpoint that the IdP talks to',
    load: async () => (await import('./serve/index.js')).serve,
  },
  {
    name: 'probe',
    summary: 'Test any SCIM endpoint by acting as Entra and Okta',
    load: async () => (await import('./probe/index.js')).probe,
  },
  {
    name: 'completion',
    summary: 'Print the completion script for a shell',
    load: async () => (await import('./completion/index.js')).completion(COMMANDS),
  },
  {
    name: 'help',
    summary: 'Show help on a command, or on exit-codes, environment, output',
    load: async () => (await import('./help/index.js')).help(COMMANDS),
  },
];
