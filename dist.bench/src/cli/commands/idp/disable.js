import { setAccountEnabled } from '../../../core/service-accounts/change.js';
import { DRY_RUN, sayDone } from '../shared.js';
import { ACCOUNT_FIELDS } from './fields.js';
export const disable = {
    name: 'disable',
    summary: 'Refuse an IdP until it is enabled again',
    description: 'Switches SCIM off for this IdP: its requests are refused. Its tokens are kept and work again once it is enabled.',
    arguments: [{ syntax: '<idp>', description: 'name, id, or a unique beginning of either' }],
    options: [DRY_RUN],
    examples: [
        { does: "the operator's switch", command: 'idp disable entra' },
        { does: 'for a script', command: 'idp disable entra -o json' },
    ],
    rights: { service_account: 'SELECT, UPDATE', token: 'SELECT', event: 'SELECT, INSERT' },
    async run(options, context) {
        const account = await setAccountEnabled(await context.core(), options.idp, false, options);
        await context.output.one(account, ACCOUNT_FIELDS);
        sayDone(context, options, `IdP ${account.name} is refused from now on.`);
    },
};
