import { REHEARSAL_RIGHTS } from '../../../core/preflight/rehearsal-rights.js';
import type { Command } from '../../command.js';
import { listOptions } from '../../input/list-options.js';
import { PERSON_COLUMNS } from './foreseen-columns.js';
import type { PreflightFlags } from './look-ahead.js';

export const usersPreflight: Command<PreflightFlags> = {
  name: 'preflight',
  summary: 'Show what a first sync would do, from an export of the IdP',
  description:
    'Reads an export of the users that an IdP is about to provision, and reports what would happen to each user: which account is matched, who gets a new account, and who is refused and why. Also reports which columns it recognised, whether the list is complete, whether SAML is ready and whether there are enough seats. Changes nothing. With --rehearse, it also tries every create and every change in transactions that it rolls back, to find what only the triggers and constraints of the host application refuse. A rehearsal uses up sequence numbers and holds locks for about a second at a time. The exit code is 4 if a prerequisite fails, seats are missing, or the host application refuses a user.',
  arguments: [
    {
      syntax: '<file...>',
      description: 'CSV, or the JSON response of the API of the IdP, in any number of pages; - for stdin',
    },
  ],
  options: [
    {
      flags: '--idp <name>',
      description: 'the IdP that will sync; without it, an IdP that has linked no user yet',
    },
    { flags: '--partial', description: 'accept a list that is known to be incomplete' },
    {
      flags: '--all',
      description: 'list every user, not only those who are refused or whose login name or state changes',
    },
    {
      flags: '--rehearse',
      description:
        'try every create and every change in the host application, and roll it back; requires --idp',
    },
    { flags: '--fail-on-findings', description: 'exit with code 5 if a user would be refused' },
    // Users are listed in the order of the export.
    ...listOptions(PERSON_COLUMNS).filter(({ flags }) => !flags.startsWith('--sort')),
  ],
  examples: [
    { does: 'before anything is switched on', command: 'users preflight exportUsers.csv' },
    {
      does: 'every user and the matched account, as a file',
      command: 'users preflight exportUsers.csv --all -o csv --out matched.csv',
    },
    { does: 'the pages of one list', command: 'users preflight page-1.json page-2.json' },
    {
      does: 'try every user in the host application before the first sync',
      command: 'users preflight exportUsers.csv --idp entra --rehearse',
    },
    {
      does: 'in a script; exit code 4 or 5 on problems',
      command: 'users preflight users.json --idp okta --fail-on-findings -o json',
    },
  ],
  rights: {
    installation: 'SELECT',
    service_account: 'SELECT',
    token: 'SELECT',
    identity: 'SELECT',
    host_user: 'SELECT',
    host_sso_provider: 'SELECT',
    host_licence: 'SELECT',
  },
  rightsWith: ({ rehearse }) => (rehearse ? REHEARSAL_RIGHTS : undefined),
  // Loaded here, because it also loads the checks, and every command of this noun loads this file.
  run: async (options, context) => (await import('./look-ahead.js')).lookAhead(options, context),
};
