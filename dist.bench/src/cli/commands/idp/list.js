import { listAccounts } from '../../../core/service-accounts/service-account.js';
import { ACCOUNT_FIELDS } from './fields.js';
export const list = {
    name: 'list',
    summary: 'All IdPs',
    examples: [
        { does: 'a line each', command: 'idp list' },
        { does: 'names only', command: "idp list -o json | jq -r '.[].name'" },
    ],
    rights: { service_account: 'SELECT', token: 'SELECT' },
    async run(_, context) {
        const accounts = await listAccounts(await context.core());
        await context.output.list(accounts, ACCOUNT_FIELDS, 'No IdP yet. Add one with: scimctl idp add entra');
    },
};
