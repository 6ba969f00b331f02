import { setAccountEnabled } from '../../../core/service-accounts/change.js';
import type { Command } from '../../command.js';
import { DRY_RUN, sayDone } from '../../shared/dry-run.js';
import { ACCOUNT_FIELDS } from './fields.js';

export const idpEnable: Command<{ idp: string; dryRun?: boolean }> = {
  name: 'enable',
  summary: 'Enable an IdP',
  description: 'Enables SCIM for this IdP. Refused if the installation is marked as cloud-hosted.',
  arguments: [{ syntax: '<idp>', description: 'name or id, or the unique beginning of one' }],
  options: [DRY_RUN],
  examples: [
    { does: 'by name', command: 'idp enable entra' },
    { does: 'for a script', command: 'idp enable entra -o json' },
  ],
  rights: {
    installation: 'SELECT',
    service_account: 'SELECT, UPDATE',
    token: 'SELECT',
    event: 'SELECT, INSERT',
  },
  async run(options, context) {
    const account = await setAccountEnabled(await context.core(), options.idp, true, options);
    await context.output.one(account, ACCOUNT_FIELDS);
    sayDone(context, options, `IdP ${account.name} is enabled and can provision users.`);
  },
};
