import { listAccounts } from '../../../core/service-accounts/service-account.js';
import type { Command } from '../../command.js';
import { type ListFlags, listOptions, sorted } from '../../input/list-options.js';
import { ACCOUNT_FIELDS } from './fields.js';

export const idpList: Command<ListFlags> = {
  name: 'list',
  summary: 'List all IdPs',
  options: listOptions(ACCOUNT_FIELDS),
  examples: [
    { does: 'one row for each IdP', command: 'idp list' },
    { does: 'names only', command: "idp list -o json | jq -r '.[].name'" },
  ],
  rights: { service_account: 'SELECT', token: 'SELECT' },
  async run(flags, context) {
    const accounts = await listAccounts(await context.core());
    await context.output.list(
      sorted(accounts, flags.sort),
      ACCOUNT_FIELDS,
      'There is no IdP yet. Add one with `scimctl idp add NAME`.',
      flags,
    );
  },
};
