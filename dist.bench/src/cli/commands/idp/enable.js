import { setAccountEnabled } from '../../../core/service-accounts/change.js';
import { DRY_RUN, sayDone } from '../shared.js';
import { ACCOUNT_FIELDS } from './fields.js';
export const enable = {
    name: 'enable',
    summary: 'Let an IdP provision',
    description: 'Switches SCIM on for this IdP. Refused for a cloud-hosted installation.',
    arguments: [{ syntax: '<idp>', description: 'name, id, or a unique beginning of either' }],
    options: [DRY_RUN],
    examples: [
        { does: "the operator's switch", command: 'idp enable entra' },
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
        sayDone(context, options, `IdP ${account.name} may provision again.`);
    },
};
