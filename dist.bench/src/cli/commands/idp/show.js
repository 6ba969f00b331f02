import { findAccount } from '../../../core/service-accounts/service-account.js';
import { ACCOUNT_FIELDS } from './fields.js';
export const show = {
    name: 'show',
    summary: 'One IdP',
    arguments: [{ syntax: '<idp>', description: 'name, id, or a unique beginning of either' }],
    examples: [
        { does: 'all there is to know', command: 'idp show entra' },
        { does: 'when its last token ends', command: 'idp show entra -o json | jq -r .tokens.expiresAt' },
    ],
    rights: { service_account: 'SELECT', token: 'SELECT' },
    async run({ idp }, context) {
        const core = await context.core();
        const account = await core.database.read((session) => findAccount(session, idp, core.clock()));
        await context.output.one(account, ACCOUNT_FIELDS);
    },
};
