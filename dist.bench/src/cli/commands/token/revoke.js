import { findTokenSummary } from '../../../core/tokens/find.js';
import { revokeToken } from '../../../core/tokens/revoke.js';
import { DRY_RUN, sayDone } from '../shared.js';
import { TOKEN_FIELDS } from './fields.js';
export const revoke = {
    name: 'revoke',
    summary: 'End a token at once',
    arguments: [{ syntax: '<token>', description: 'its id, or a unique beginning of it' }],
    options: [DRY_RUN],
    examples: [
        { does: 'asks first', command: 'token revoke 7Gk2mQx91ZbT' },
        { does: 'in a script', command: 'token revoke 7Gk2mQx91ZbT --yes' },
    ],
    rights: {
        service_account: 'SELECT, UPDATE(token_changes)',
        token: 'SELECT, UPDATE',
        event: 'SELECT, INSERT',
    },
    async run(options, context) {
        const core = await context.core();
        const { id, idp, status } = await findTokenSummary(core, options.token);
        if (!options.dryRun && (status === 'active' || status === 'retiring')) {
            await context.prompts.confirm(`End token ${id} of IdP ${idp}? Provisioning with it stops at once.`);
        }
        await context.output.one(await revokeToken(core, id, options), TOKEN_FIELDS);
        sayDone(context, options, `Token ${id} has ended.`);
    },
};
