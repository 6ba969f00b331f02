import { setAccountEnabled } from '../../../core/service-accounts/change.js';
import type { Command } from '../../command.js';
import { DRY_RUN, sayDone } from '../../shared/dry-run.js';
import { ACCOUNT_FIELDS } from './fields.js';

export const idpDisable: Command<{ idp: string; dryRun?: boolean }> = {
  name: 'disable',
  summary: 'Disable an IdP until you enable it again',
  description:
    'Disables SCIM for this IdP: its requests are refused. Its tokens are kept and work again after the IdP is enabled.',
  arguments: [{ syntax: '<idp>', description: 'name or id, or the unique beginning of one' }],
  options: [DRY_RUN],
  examples: [
    { does: 'by name', command: 'idp disable entra' },
    { does: 'for a script', command: 'idp disable entra -o json' },
  ],
  rights: { service_account: 'SELECT, UPDATE', token: 'SELECT', event: 'SELECT, INSERT' },
  async run(options, context) {
    const account = await setAccountEnabled(await context.core(), options.idp, false, options);
    await context.output.one(account, ACCOUNT_FIELDS);
    sayDone(context, options, `IdP ${account.name} is disabled. Its requests are refused.`);
  },
};
