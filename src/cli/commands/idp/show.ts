import { findAccount } from '../../../core/service-accounts/service-account.js';
import type { Command } from '../../command.js';
import { OUT } from '../../input/list-options.js';
import { ACCOUNT_FIELDS } from './fields.js';

export const idpShow: Command<{ idp: string }> = {
  name: 'show',
  summary: 'Show one IdP',
  arguments: [{ syntax: '<idp>', description: 'name or id, or the unique beginning of one' }],
  options: [OUT],
  examples: [
    { does: 'all details', command: 'idp show entra' },
    { does: 'when its last token expires', command: 'idp show entra -o json | jq -r .tokens.expiresAt' },
  ],
  rights: { service_account: 'SELECT', token: 'SELECT' },
  async run({ idp }, context) {
    const core = await context.core();
    const account = await core.database.read((session) => findAccount(session, idp, core.clock()));
    await context.output.one(account, ACCOUNT_FIELDS);
  },
};
