import { chooseUsers, disableUser } from '../../../core/users/disable.js';
import { DRY_RUN, sayDone } from '../shared.js';
const COLUMNS = [
    { key: 'userId', label: 'USER' },
    { key: 'loginName', label: 'LOGIN' },
    { key: 'email', label: 'E-MAIL', wide: true },
    { key: 'displayName', label: 'NAME' },
    { key: 'enabled', label: 'ENABLED' },
    { key: 'changed', label: 'CHANGED' },
    { key: 'licenceFreed', label: 'SEAT FREED' },
    { key: 'idp', label: 'IDP' },
];
export const disable = {
    name: 'disable',
    summary: 'Disable the accounts of users who are pending',
    description: 'Does what an administrator does in the host application with who was deprovisioned: disables the account and frees its seat. Each is named; only who is on the list of `users pending` can be disabled, and never a protected account. Where one of them cannot be, none is.',
    arguments: [{ syntax: '<user...>', description: 'id, login name or e-mail address, exactly' }],
    options: [DRY_RUN],
    examples: [
        { does: 'asks first', command: 'users disable layla.haddad@contoso.example' },
        { does: 'two, in a script', command: 'users disable 6 9 --yes' },
    ],
    rights: {
        service_account: 'SELECT',
        identity: 'SELECT',
        host_user: 'SELECT, UPDATE',
        event: 'SELECT, INSERT',
    },
    async run({ user, ...options }, context) {
        const core = await context.core();
        const chosen = await chooseUsers(core, user);
        const enabled = chosen.filter(({ isEnabled }) => isEnabled);
        if (!options.dryRun && enabled.length > 0) {
            const names = enabled.map(({ loginName }) => loginName).join(', ');
            await context.prompts.confirm(`Disable ${names}? They cannot sign in any more, and their seats are free.`);
        }
        const disabled = [];
        for (const { userId } of chosen)
            disabled.push(await disableUser(core, userId, options));
        await context.output.list(disabled, COLUMNS, '');
        const count = disabled.filter(({ changed }) => changed).length;
        sayDone(context, options, count === 1 ? 'One account is disabled.' : `${count} accounts are disabled.`);
    },
};
