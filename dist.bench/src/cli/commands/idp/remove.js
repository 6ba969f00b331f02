import { removeAccount } from '../../../core/service-accounts/change.js';
import { findAccount } from '../../../core/service-accounts/service-account.js';
import { DRY_RUN, sayDone } from '../shared.js';
import { ACCOUNT_FIELDS } from './fields.js';
export const remove = {
    name: 'remove',
    summary: 'Remove the service account of an IdP',
    description: 'Ends all tokens of the IdP at once and frees its name. Its users keep their accounts but are no longer managed; those pending manual disable stay on the list.',
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
        if (!options.dryRun) {
            const question = `This ends all tokens of IdP ${found.name} and cannot be undone.`;
            await context.prompts.confirm(question, { name: found.name, confirmed: options.confirm });
        }
        const removed = await removeAccount(core, found.id, options);
        await context.output.one(removed, ACCOUNT_FIELDS);
        sayDone(context, options, `IdP ${removed.name} is removed.`);
    },
};
