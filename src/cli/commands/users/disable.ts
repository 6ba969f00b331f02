import { chooseUsers, type DisabledUser, disableUser } from '../../../core/users/disable.js';
import { assertDisabledHere } from '../../../core/users/manual-disable.js';
import { isOn } from '../../../database/queries/host/host-users.js';
import { usageProblem } from '../../../problem.js';
import type { Command } from '../../command.js';
import type { Column } from '../../output/column.js';
import { DRY_RUN, sayDone } from '../../shared/dry-run.js';
import { pickPending } from '../../shared/pick-pending.js';
import { usersIn } from '../../shared/users-in-file.js';

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

interface Options {
  user: string[];
  from?: string;
  reason?: string;
  dryRun?: boolean;
}

/** Longer ones belong in a ticket, whose number can stand here. */
const MOST_REASON = 500;

export const usersDisable: Command<Options> = {
  name: 'disable',
  summary: 'Disable the accounts of users who are pending manual disable',
  description:
    'Disables the accounts of users who were deprovisioned, as an administrator does in the host application, and frees their seats. You can disable only users on the list of `users pending`, and never a protected account. All accounts are checked first: if scimctl may not disable one of them, none is disabled. They are then disabled one after another; if the host application refuses one, those before it stay disabled, and the output lists them. --from reads the users from a file, such as the CSV of `users pending` after a review, with one user per line or a column userId. Without users and --from, it shows at a prompt who is pending, and you pick from the list. --reason is kept in the audit trail.',
  arguments: [{ syntax: '[user...]', description: 'exact id, login name or e-mail address' }],
  options: [
    {
      flags: '--from <file>',
      description: 'also the users in this file: one per line, or CSV with a column userId',
    },
    {
      flags: '--reason <text>',
      description: 'why they are disabled, such as a ticket number; kept in the audit trail',
      parse: reasonOf,
    },
    DRY_RUN,
  ],
  examples: [
    { does: 'pick from the list of pending users, at a prompt', command: 'users disable' },
    { does: 'ask for confirmation', command: 'users disable layla.haddad@contoso.example' },
    { does: 'two users, in a script', command: 'users disable 6 9 --yes' },
    {
      does: 'the users of a reviewed list, with the number of the ticket',
      command: 'users disable --from reviewed.csv --reason CHG-1042 --yes',
    },
  ],
  rights: {
    installation: 'SELECT',
    service_account: 'SELECT',
    identity: 'SELECT',
    host_user: 'SELECT, UPDATE',
    event: 'SELECT, INSERT',
  },
  async run({ user, from, reason, dryRun }, context) {
    const isNamed = user.length > 0 || from !== undefined;
    const core = await context.core();
    // First, so that an installation where this is turned off says where it is done instead of asking for names.
    await core.database.read(assertDisabledHere);
    if (!isNamed && !context.prompts.available) {
      throw usageProblem('users-missing', 'No user is named.', {
        hint: 'Name the users, or add --from with a file that lists them. `scimctl users pending` shows who is pending.',
      });
    }
    const listed = from === undefined ? [] : await usersIn(from, context.world.cwd);
    const options = { dryRun, remark: reason };
    const picked = isNamed ? [] : await pickPending(core, context);
    const chosen = await chooseUsers(core, [...user, ...listed, ...picked]);
    const enabled = chosen.filter(isOn);
    if (!options.dryRun && enabled.length > 0) {
      const names = enabled.map(({ loginName }) => loginName).join(', ');
      await context.prompts.confirm(
        `Disable ${names}? They can no longer sign in, and their licence seats become free.`,
      );
    }
    if (!options.dryRun) {
      context.sayWhenInterrupted(
        'Accounts that are disabled stay disabled. Run the command again to disable the rest.',
      );
    }
    const disabled: DisabledUser[] = [];
    let failure: { error: unknown } | undefined;
    for (const { userId } of chosen) {
      try {
        disabled.push(await disableUser(core, userId, options));
      } catch (error) {
        failure = { error };
        break;
      }
    }
    // What is done is said, also where the next account fails.
    if (failure === undefined || disabled.length > 0) {
      await context.output.list(disabled, COLUMNS, '');
      const count = disabled.filter(({ changed }) => changed).length;
      sayDone(context, options, count === 1 ? 'One account is disabled.' : `${count} accounts are disabled.`);
    }
    if (failure) throw failure.error;
  },
};

/** @throws Problem `reason-invalid`. */
function reasonOf(text: string): string {
  const reason = text.trim();
  if (reason !== '' && reason.length <= MOST_REASON) return reason;
  throw usageProblem('reason-invalid', `The reason must have 1 to ${MOST_REASON} characters.`, {
    hint: 'Use a short text, such as the number of a ticket.',
  });
}
