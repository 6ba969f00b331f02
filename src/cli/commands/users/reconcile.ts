import type { Command } from '../../command.js';
import { listOptions } from '../../input/list-options.js';
import { count } from '../../input/quantity.js';
import { DRY_RUN } from '../../shared/dry-run.js';
import { REPORT } from '../../shared/reports/option.js';
import { LEAVER_COLUMNS } from './finding-columns.js';
import type { ReconcileFlags } from './run-reconcile.js';

export const usersReconcile: Command<ReconcileFlags> = {
  name: 'reconcile',
  summary: 'Find leavers that SCIM never reported, from an export of the IdP',
  description:
    'Compares an export of all users of an IdP with the accounts, and lists the enabled accounts that do not belong to an active user of the IdP: unknown (no link, and no such user in the list), missing (linked, but no longer in the list), disabled (the list says that the user is not active), and several (enabled accounts of one user). Leaves out protected accounts, accounts that another IdP has linked, and accounts on the pending list. With --mark, puts unknown, missing and disabled accounts on the pending list with the reason missing, and changes nothing else; a later list that has the user as active, or a request of the IdP for the user, ends the mark. Refuses to mark more than a tenth of the links of the IdP in force unless --expect says how many. The exit code is 4 if the list looks like the wrong one.',
  arguments: [
    {
      syntax: '<file...>',
      description: 'CSV, or the JSON response of the API of the IdP, in any number of pages; - for stdin',
    },
  ],
  options: [
    { flags: '--idp <name>', description: 'the IdP that the list is from; required if there are several' },
    { flags: '--mark', description: 'put these accounts on the pending list' },
    {
      flags: '--expect <n>',
      description: 'the number of accounts that --mark will mark, from a review of the list; 0 for none',
      parse: count(0, 1_000_000_000),
    },
    { flags: '--fail-on-findings', description: 'exit with code 5 if an account is found' },
    REPORT,
    DRY_RUN,
    // Accounts are listed in the order in which they are found.
    ...listOptions(LEAVER_COLUMNS).filter(({ flags }) => !flags.startsWith('--sort')),
  ],
  examples: [
    { does: 'compare, and change nothing', command: 'users reconcile exportUsers.csv --idp entra' },
    {
      does: 'after a review, put the accounts on the pending list',
      command: 'users reconcile exportUsers.csv --idp entra --mark',
    },
    {
      does: 'every month, in a script; exit code 4 or 5 on findings',
      command: 'users reconcile users.json --idp okta --fail-on-findings -o json',
    },
  ],
  rights: { service_account: 'SELECT', token: 'SELECT', identity: 'SELECT', host_user: 'SELECT' },
  // Loaded here, because it also loads the readers of exports, and every command of this noun loads this file.
  run: async (options, context) => (await import('./run-reconcile.js')).runReconcile(options, context),
};
