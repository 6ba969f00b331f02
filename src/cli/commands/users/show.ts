import type { AccountChange } from '../../../core/users/account-changes.js';
import { type LinkedUserDetails, showLinkedUser } from '../../../core/users/linked.js';
import type { Command } from '../../command.js';
import type { Column } from '../../output/column.js';
import { accountInWords, usersList } from './list.js';

export const DETAIL_FIELDS: Column<LinkedUserDetails>[] = [
  { key: 'userName', label: 'USER NAME' },
  { key: 'idp', label: 'IDP' },
  { key: 'id', label: 'ID' },
  { key: 'externalId', label: 'EXTERNAL ID' },
  { key: 'link', label: 'LINK' },
  { key: 'account', label: 'ACCOUNT', show: accountInWords },
  { key: 'active', label: 'ACTIVE' },
  { key: 'pending', label: 'PENDING' },
  { key: 'deprovisionedAt', label: 'DEPROVISIONED' },
  { key: 'reason', label: 'REASON' },
  { key: 'missingSince', label: 'MISSING SINCE' },
  { key: 'groups', label: 'GROUPS', show: ({ groups }) => groups.join(', ') },
  { key: 'hostUserId', label: 'USER' },
  { key: 'loginName', label: 'LOGIN' },
  { key: 'email', label: 'E-MAIL' },
  { key: 'displayName', label: 'NAME' },
  { key: 'enabled', label: 'ENABLED' },
  { key: 'protected', label: 'PROTECTED' },
  { key: 'licenceType', label: 'SEAT' },
  { key: 'ssoProviderId', label: 'SSO PROVIDER' },
  { key: 'lastSignInAt', label: 'LAST SIGN-IN' },
  { key: 'createdAt', label: 'LINKED' },
  { key: 'updatedAt', label: 'UPDATED' },
];

export const usersShow: Command<{ user: string }> = {
  name: 'show',
  summary: 'Show one linked user and the account in the host application',
  description:
    'Shows what the IdP said last (LINK), what the host application has (ACCOUNT), and the changes to the account in the audit trail, newest first: login name, state, seat and SSO provider before and after. If several links lead to the account, shows the link in force, otherwise the latest.',
  arguments: [
    {
      syntax: '<user>',
      description:
        'exact id, login name or e-mail address of the account, or name or id of the user in the IdP',
    },
  ],
  examples: [
    { does: 'by e-mail address', command: 'users show anna.schmidt@contoso.example' },
    {
      does: 'by the id in the IdP, for a script',
      command: 'users show 3b7f6c1e-84a2-4d0f-9a51-c2e07d9b1f30 -o json',
    },
  ],
  rights: { ...usersList.rights, event: 'SELECT' },
  async run({ user }, context) {
    const { output, globals } = context;
    const found = await showLinkedUser(await context.core(), user);
    await output.one(found, DETAIL_FIELDS);
    if (output.format !== 'table' || globals.quiet || found.changes.length === 0) return;
    output.text('\n');
    await output.list(found.changes, CHANGES, '');
  },
};

const CHANGES: Column<AccountChange>[] = [
  { key: 'at', label: 'AT' },
  { key: 'actor', label: 'BY' },
  { key: 'action', label: 'ACTION' },
  { key: 'after', label: 'LOGIN', show: (change) => beforeAndAfter(change, ({ loginName }) => loginName) },
  {
    key: 'after',
    label: 'ENABLED',
    show: (change) => beforeAndAfter(change, ({ enabled }) => (enabled ? 'yes' : 'no')),
  },
  { key: 'after', label: 'SEAT', show: (change) => beforeAndAfter(change, ({ licenceType }) => licenceType) },
  {
    key: 'after',
    label: 'SSO PROVIDER',
    show: (change) => beforeAndAfter(change, ({ ssoProviderId }) => ssoProviderId),
  },
];

/** `yes -> no`; one value where nothing changed, or nothing was before. */
function beforeAndAfter(
  { before, after }: AccountChange,
  of: (trace: NonNullable<AccountChange['after']>) => string | null,
): string {
  const text = (trace: AccountChange['after']) => (trace && (of(trace) ?? 'none')) ?? '';
  const [was, is] = [text(before), text(after)];
  return was === '' || was === is ? is : `${was} -> ${is}`;
}
