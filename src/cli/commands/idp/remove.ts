import { heldBackBy, removeAccount } from '../../../core/service-accounts/change.js';
import { findAccount } from '../../../core/service-accounts/service-account.js';
import type { Command } from '../../command.js';
import { DRY_RUN, sayDone } from '../shared.js';
import { ACCOUNT_FIELDS } from './fields.js';

interface Options {
  idp: string;
  confirm?: string;
  dryRun?: boolean;
}

export const remove: Command<Options> = {
  name: 'remove',
  summary: 'Remove the service account of an IdP',
  description:
    'Ends all tokens of the IdP at once and frees its name. Its users keep their accounts but are no longer managed. That puts no account on the list of `users pending`; those that are on it stay.',
  arguments: [{ syntax: '<idp>', description: 'name, id, or a unique beginning of either' }],
  options: [
    { flags: '--confirm <name>', description: 'its name once more, instead of being asked' },
    DRY_RUN,
  ],
  examples: [
    { does: 'asks for the name', command: 'idp remove okta-eu' },
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
    const heldBack = await heldBackBy(core, found.id);
    if (heldBack > 0) {
      context.talk.warn(
        `The limit of IdP ${found.name} holds back ${heldBack} departures. Their accounts stay enabled: run \`scimctl idp release ${found.name}\` first, or disable them one by one with \`scimctl users disable\`.`,
      );
    }
    if (!options.dryRun) {
      const question = `This ends all tokens of IdP ${found.name} and cannot be undone.`;
      await context.prompts.confirm(question, { name: found.name, confirmed: options.confirm });
    }
    const removed = await removeAccount(core, found.id, options);
    await context.output.one(removed, ACCOUNT_FIELDS);
    sayDone(context, options, `IdP ${removed.name} is removed.`);
  },
};
