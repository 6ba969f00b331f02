import { LINK_STATES, type LinkedUser, linkedUserPages } from '../../../core/users/linked.js';
import type { LinkedKey } from '../../../database/queries/links/linked-list.js';
import type { LinkState } from '../../../words/link.js';
import type { Command } from '../../command.js';
import { type ListFlags, listOptions } from '../../input/list-options.js';
import type { Column } from '../../output/column.js';

interface Options extends ListFlags<LinkedKey> {
  idp?: string;
  state?: LinkState;
}

const DEFAULT_LIMIT = 100;

export const LINKED_COLUMNS: Column<LinkedUser>[] = [
  { key: 'userName', label: 'USER NAME', rank: 0 },
  { key: 'idp', label: 'IDP', rank: 2 },
  { key: 'externalId', label: 'EXTERNAL ID', wide: true },
  { key: 'hostUserId', label: 'USER', rank: 5 },
  { key: 'displayName', label: 'NAME', rank: 6 },
  { key: 'link', label: 'LINK', rank: 3 },
  { key: 'account', label: 'ACCOUNT', rank: 1, show: accountInWords },
  { key: 'active', label: 'ACTIVE', wide: true },
  { key: 'pending', label: 'PENDING', rank: 4 },
  { key: 'licenceType', label: 'SEAT', rank: 7 },
  { key: 'groups', label: 'GROUPS', rank: 8, show: ({ groups }) => groups.join(', ') },
];

export const usersList: Command<Options> = {
  name: 'list',
  summary: 'List the linked users of all IdPs and their state',
  description:
    'Lists the users of the IdPs with the accounts they are linked to, by user name. LINK is what the IdP said last: in force, or ended. A link that `users link` made is awaiting until the IdP uses it for the first time. ACCOUNT is what the host application has: enabled, disabled, gone, or doubtful, if the key of the account may now belong to another person. A link in force whose account is disabled is suspended in the application; pending is an account that is still enabled although its latest link has ended. The IdP reads a link in force as active while the account is there. Users that an IdP has deleted are left out unless they are pending.',
  options: [
    { flags: '--idp <name>', description: 'only users of this IdP' },
    { flags: '--state <state>', description: 'only users in this state', choices: LINK_STATES },
    ...listOptions(LINKED_COLUMNS, { limit: DEFAULT_LIMIT, unsortable: ['groups'] }),
  ],
  examples: [
    { does: 'the first 100 users', command: 'users list' },
    {
      does: 'users who are active in the IdP but disabled in the host application',
      command: 'users list --state suspended',
    },
    {
      does: 'all users whose link has ended',
      command: 'users list --state inactive --limit 0 -o csv --out inactive.csv',
    },
    {
      does: 'links made by hand that the IdP has not used yet',
      command: 'users list --state awaiting',
    },
    { does: 'the users of one IdP', command: 'users list --idp entra' },
  ],
  rights: {
    service_account: 'SELECT',
    token: 'SELECT',
    identity: 'SELECT',
    idp_group: 'SELECT',
    idp_group_member: 'SELECT',
    host_user: 'SELECT',
  },
  async run({ idp, state, limit = DEFAULT_LIMIT, ...view }, context) {
    // One more tells whether there are more.
    const query = { idp, state, ...(limit > 0 && { limit: limit + 1 }) };
    const pages = linkedUserPages(await context.core(), query, view.sort);
    await context.output.list(pages, LINKED_COLUMNS, 'No linked user matches.', { ...view, limit });
  },
};

/** The state of the account, where it is not what the IdP reads; as `--state suspended` lists it. */
export function accountInWords({ active, account }: Pick<LinkedUser, 'active' | 'account'>): string {
  return active && account === 'disabled' ? 'suspended in the application' : account;
}
