import { chooseUsers, type DisabledUser, disableUser } from '../../../core/users/disable.js';
import type { Command } from '../../command.js';
import type { Column } from '../../output/column.js';
import { DRY_RUN, sayDone } from '../../shared/dry-run.js';

const COLUMNS: Column<DisabledUser>[] = [
  { key: 'userId', label: 'USER' },
  { key: 'loginName', label: 'LOGIN' },
  { key: 'email', label: 'E-MAIL', wide: true },
  { key: 'displayName', label: 'NAME' },
  { key: 'enabled', label: 'ENABLED' },
  { key: 'changed', label: 'CHANGED' },
  { key: 'licenceFreed', label: 'SEAT FREED' },
  { key: 'idp', label: 'IDP' },
];

export const usersDisable: Command<{ user: string[]; dryRun?: boolean }> = {
  name: 'disable',
  summary: 'Disable the accounts of users who are pending manual disable',
  description:
    'Disables the accounts of users who were deprovisioned, as an administrator does in the host application, and frees their seats. You can disable only users on the list of `users pending`, and never a protected account. If one of the accounts cannot be disabled, none is.',
  arguments: [{ syntax: '<user...>', description: 'exact id, login name or e-mail address' }],
  options: [DRY_RUN],
  examples: [
    { does: 'ask for confirmation', command: 'users disable layla.haddad@contoso.example' },
    { does: 'two users, in a script', command: 'users disable 6 9 --yes' },
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
      await context.prompts.confirm(
        `Disable ${names}? They can no longer sign in, and their licence seats become free.`,
      );
    }
    const disabled: DisabledUser[] = [];
    for (const { userId } of chosen) disabled.push(await disableUser(core, userId, options));
    await context.output.list(disabled, COLUMNS, '');
    const count = disabled.filter(({ changed }) => changed).length;
    sayDone(context, options, count === 1 ? 'One account is disabled.' : `${count} accounts are disabled.`);
  },
};
