import type { LifeEvent } from '../../../core/users/life/life.js';
import { type LinkedUserDetails, showLinkedUser } from '../../../core/users/linked.js';
import type { Command } from '../../command.js';
import { OUT } from '../../input/list-options.js';
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
    'Shows what the IdP said last (LINK), what the host application has (ACCOUNT), and the life of the person in the audit trail, across all IdPs and newest first: created or matched, renamed, left, waited, disabled, by whom, with login name, state, seat and SSO provider before and after. What was done in the application itself is shown as the time between two looks, by an author who is not known. Times before an upgrade and pruned events are not recorded. If several links lead to the account, shows the link in force, otherwise the latest.',
  arguments: [
    {
      syntax: '<user>',
      description:
        'exact id, login name or e-mail address of the account, or name or id of the user in the IdP',
    },
  ],
  options: [OUT],
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
    if (output.format !== 'table' || globals.quiet || found.history.length === 0) return;
    output.text('\n');
    await output.list(found.history, HISTORY, '');
  },
};

const HISTORY: Column<LifeEvent>[] = [
  {
    key: 'at',
    label: 'AT',
    rank: 0,
    show: ({ at, notBefore }) => {
      const until = at instanceof Date ? at.toISOString() : at;
      return notBefore ? `${until}, after ${notBefore.toISOString()}` : until;
    },
  },
  { key: 'step', label: 'WHAT', rank: 1, show: inWords },
  { key: 'by', label: 'BY', rank: 2, show: ({ by }) => by ?? 'not known' },
  { key: 'idp', label: 'IDP', rank: 3 },
  {
    key: 'after',
    label: 'LOGIN',
    rank: 4,
    show: (event) => beforeAndAfter(event, ({ loginName }) => loginName),
  },
  {
    key: 'after',
    label: 'ENABLED',
    rank: 5,
    show: (event) => beforeAndAfter(event, ({ enabled }) => (enabled ? 'yes' : 'no')),
  },
  {
    key: 'after',
    label: 'SEAT',
    rank: 6,
    show: (event) => beforeAndAfter(event, ({ licenceType }) => licenceType),
  },
  {
    key: 'after',
    label: 'SSO PROVIDER',
    rank: 7,
    show: (event) => beforeAndAfter(event, ({ ssoProviderId }) => ssoProviderId),
  },
];

function inWords({ step, waitedDays, remark }: LifeEvent): string {
  const waited =
    waitedDays === null ? '' : ` after ${waitedDays === 1 ? 'one day' : `${waitedDays} days`} of waiting`;
  return `${step}${waited}${remark === null ? '' : `: ${remark}`}`;
}

/** `yes -> no`; one value where nothing changed, or nothing was before. */
function beforeAndAfter(
  { before, after }: Pick<LifeEvent, 'before' | 'after'>,
  of: (trace: NonNullable<LifeEvent['after']>) => string | null,
): string {
  const text = (trace: LifeEvent['after']) => (trace && (of(trace) ?? 'none')) ?? '';
  const [was, is] = [text(before), text(after)];
  return was === '' || was === is ? is : `${was} -> ${is}`;
}
