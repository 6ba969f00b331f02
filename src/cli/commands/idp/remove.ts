import { assertHoldsNone, removeAccount } from '../../../core/service-accounts/change.js';
import { findAccount } from '../../../core/service-accounts/service-account.js';
import type { Command } from '../../command.js';
import { DRY_RUN, sayDone } from '../../shared/dry-run.js';
import { ACCOUNT_FIELDS } from './fields.js';

interface Options {
  idp: string;
  confirm?: string;
  dryRun?: boolean;
}

export const idpRemove: Command<Options> = {
  name: 'remove',
  summary: 'Remove the service account of an IdP',
  description:
    'Ends all tokens of the IdP immediately and frees its name. Its users keep their accounts, but the IdP no longer manages them. Removing an IdP adds no account to `users pending`; accounts that are on this list stay there. An IdP whose departure limit holds accounts back cannot be removed before `idp release`.',
  arguments: [{ syntax: '<idp>', description: 'name or id, or the unique beginning of one' }],
  options: [
    { flags: '--confirm <name>', description: 'the name of the IdP again, to confirm without a question' },
    DRY_RUN,
  ],
  examples: [
    { does: 'ask for the name', command: 'idp remove okta-eu' },
    { does: 'in a script', command: 'idp remove okta-eu --confirm okta-eu' },
  ],
  rights: {
    service_account: 'SELECT, UPDATE',
    token: 'SELECT, UPDATE',
    identity: 'SELECT, UPDATE',
    event: 'SELECT, INSERT',
  },
  async run(options, context) {
    const core = await context.core();
    const found = await core.database.read((session) => findAccount(session, options.idp, core.clock()));
    await assertHoldsNone(core, found);
    if (!options.dryRun) {
      const question = `This ends all tokens of IdP ${found.name}. You cannot undo it.`;
      await context.prompts.confirm(question, { name: found.name, confirmed: options.confirm });
    }
    const removed = await removeAccount(core, found.id, options);
    await context.output.one(removed, ACCOUNT_FIELDS);
    sayDone(context, options, `IdP ${removed.name} is removed.`);
  },
};
