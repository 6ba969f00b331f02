/** What each noun is for, in one line: in the list of commands, in its own help, and in completion. */
export const SUMMARIES = {
  quickstart: 'Try scimctl on an embedded database with sample users',
  init: 'Set up an installation, step by step',
  db: 'Manage the schema: status, migrate, script, verify, grants, wait',
  host: 'Manage the connection to the host application, and the sample application',
  check: 'Check the prerequisites of provisioning',
  idp: 'Manage the service accounts of IdPs, and print their set-up sheets',
  token: 'Manage bearer tokens: create, rotate, revoke, verify, prune',
  users: 'Manage linked users and users pending manual disable',
  seats: 'List licence pools and their free seats, in the order of assignment',
  audit: 'List, seal, verify, export and prune the audit trail',
  serve: 'Run the SCIM 2.0 endpoint that the IdP talks to',
  probe: 'Test any SCIM endpoint by acting as Entra and Okta',
  support: 'Collect a support bundle without secrets and personal data',
  explain: 'Explain the code of an error: meaning, causes, and what to do next',
  completion: 'Print the completion script for a shell',
  help: 'Show help on a command, or on exit-codes, environment, output',
} as const;
