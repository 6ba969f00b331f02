import type { Command } from '../../command.js';
import { OUT } from '../../input/list-options.js';

export interface PreflightOptions {
  file: string[];
  partial?: boolean;
  idp?: string;
  all?: boolean;
  rehearse?: boolean;
  failOnFindings?: boolean;
}

export const preflight: Command<PreflightOptions> = {
  name: 'preflight',
  summary: 'What a first sync would do, from an export of the IdP',
  description:
    'Reads the users that an IdP is about to provision, as its console or its API exports them, and says of each what would become of it: which account is matched, who gets a new one, who is refused and why, and whether SAML is ready and the seats suffice. Says which columns it recognised, and whether the list is complete. Changes nothing. With --rehearse it also tries every create and every change in transactions that are rolled back, so that what only triggers and constraints of the host application know is reported for each user; that uses up numbers of sequences, and holds locks for about a second at a time. Exit 4 where a prerequisite fails, seats are short, or the host application refuses a user.',
  arguments: [
    {
      syntax: '<file...>',
      description: 'CSV, or JSON as the API of the IdP answers, in any number of pages; - for stdin',
    },
  ],
  options: [
    { flags: '--idp <name>', description: 'the IdP it is the sync of; else one that has linked nobody yet' },
    { flags: '--partial', description: 'accept a list that is known to be incomplete' },
    {
      flags: '--all',
      description: 'list every user, not only those who are refused or whose account or login changes',
    },
    {
      flags: '--rehearse',
      description: 'try every create and every change in the host application, and roll it back; takes --idp',
    },
    { flags: '--fail-on-findings', description: 'exit 5 when anybody would be refused' },
    OUT,
  ],
  examples: [
    { does: 'before anything is switched on', command: 'users preflight exportUsers.csv' },
    {
      does: 'who is matched with which account',
      command: 'users preflight exportUsers.csv --all -o csv --out matched.csv',
    },
    { does: 'the pages of one list', command: 'users preflight page-1.json page-2.json' },
    {
      does: 'what the host application says to each user, before the first cycle',
      command: 'users preflight exportUsers.csv --idp entra --rehearse',
    },
    {
      does: 'in a script; 4 or 5 when it would not go well',
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
  // Loaded here, since it takes the checks along, and every command of this noun loads this file.
  run: async (options, context) => (await import('./look-ahead.js')).lookAhead(options, context),
};
