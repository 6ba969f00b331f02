import { type DisownedAccount, disownAccount } from '../../../core/users/disown.js';
import { linkByHand } from '../../../core/users/link.js';
import { usageProblem } from '../../../problem.js';
import type { Command } from '../../command.js';
import type { Context } from '../../context.js';
import type { Column } from '../../output/column.js';
import { DRY_RUN, sayDone } from '../../shared/dry-run.js';
import { DETAIL_FIELDS } from './show.js';

interface Options {
  account: string;
  idp?: string;
  externalId?: string;
  userName?: string;
  none?: boolean;
  replaceSubject?: boolean;
  dryRun?: boolean;
}

export const usersLink: Command<Options> = {
  name: 'link',
  summary: 'Link an account to a user of an IdP manually',
  description:
    'Links an account to a user of an IdP. Use it for users that cannot be matched automatically, and to resolve a doubtful link: other links to the account then end permanently. Refused if an IdP already manages the account, or if the account is protected. The command does not write to the host application: the next request of the IdP for this user updates and enables the account, and assigns a licence seat. The account of a user who has left stays on the list of `users pending`.',
  arguments: [{ syntax: '<account>', description: 'exact id, login name or e-mail address' }],
  options: [
    { flags: '--idp <name>', description: 'the IdP of the user' },
    { flags: '--external-id <id>', description: 'id of the user in the IdP, as the IdP sends it' },
    {
      flags: '--user-name <name>',
      description: 'user name in the IdP (default: the login name of the account)',
    },
    {
      flags: '--replace-subject',
      description:
        'let the next request of the IdP replace the SSO subject and the external id of the account, after the IdP was refused with sso-subject-taken',
    },
    {
      flags: '--none',
      description: 'end all doubtful links to the account: it belongs to none of these users',
    },
    DRY_RUN,
  ],
  examples: [
    {
      does: 'by the id in the IdP',
      command: 'users link asmith --idp entra --external-id 3b7f6c1e-84a2-4d0f-9a51-c2e07d9b1f30',
    },
    {
      does: 'after the IdP was refused with sso-subject-taken',
      command: 'users link asmith --idp entra --user-name anna.smith@contoso.example --replace-subject',
    },
    {
      does: 'by the name in the IdP',
      command: 'users link 42 --idp okta --user-name anna.smith@contoso.example',
    },
  ],
  rights: {
    service_account: 'SELECT',
    token: 'SELECT',
    identity: 'SELECT, INSERT, UPDATE',
    idp_group: 'SELECT, UPDATE(updated_at)',
    idp_group_member: 'SELECT, DELETE',
    host_user: 'SELECT',
    event: 'SELECT, INSERT',
  },
  async run({ account, idp, externalId, userName, none, replaceSubject, dryRun }, context) {
    if (none) return disown({ account, idp, externalId, userName, replaceSubject, dryRun }, context);
    if (idp === undefined) {
      throw usageProblem('link-user-missing', "The user's IdP is missing.", {
        hint: 'Add --idp with --external-id or --user-name, or add --none if no IdP has this user.',
      });
    }
    const request = { account, idp, externalId, userName, replaceSubject };
    const { user, changed, unlinked, isPending } = await linkByHand(await context.core(), request, {
      dryRun,
    });
    await context.output.one(user, DETAIL_FIELDS);
    for (const other of unlinked) {
      context.talk.note(`The link to the user ${other.userName} of IdP ${other.idp} has ended permanently.`);
    }
    if (isPending)
      context.talk.note(
        'The account is on the list of `users pending`, because a user has left it. It stays there until it is disabled, or until the IdP sends this user as active.',
      );
    const linked = `The account ${user.loginName} belongs to the user ${user.userName} of IdP ${user.idp}`;
    sayDone(context, { dryRun }, changed ? `${linked}.` : `${linked} already.`);
  },
};

async function disown(
  { account, idp, externalId, userName, replaceSubject, dryRun }: Omit<Options, 'none'>,
  context: Context,
): Promise<void> {
  if ([idp, externalId, userName, replaceSubject].some((one) => one !== undefined)) {
    throw usageProblem(
      'link-user-missing',
      '--none cannot be used together with --idp, --external-id, --user-name or --replace-subject.',
      {
        hint: 'Leave out --idp, --external-id and --user-name (and --replace-subject), or leave out --none.',
      },
    );
  }
  const done = await disownAccount(await context.core(), account, { dryRun });
  await context.output.one(done, DISOWNED);
  sayDone(
    context,
    { dryRun },
    done.changed
      ? `${done.unlinked.length} ${done.unlinked.length === 1 ? 'link' : 'links'} to the account ${done.loginName} ended permanently.`
      : `No link to the account ${done.loginName} is doubtful.`,
  );
}

const DISOWNED: Column<DisownedAccount>[] = [
  { key: 'userId', label: 'USER' },
  { key: 'loginName', label: 'LOGIN' },
  {
    key: 'unlinked',
    label: 'UNLINKED',
    show: ({ unlinked }) => unlinked.map(({ idp, userName }) => `${userName} (${idp})`).join(', '),
  },
];
