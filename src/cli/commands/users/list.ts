import { LINK_STATES, type LinkedUser, linkedUserPages } from '../../../core/users/linked.js';
import type { LinkedKey } from '../../../database/queries/linked-list.js';
import type { LinkState } from '../../../database/queries/linked-users.js';
import type { Command } from '../../command.js';
import { type ListFlags, listOptions } from '../../input/list-options.js';
import type { Column } from '../../output/output.js';

interface Options extends ListFlags<LinkedKey> {
  idp?: string;
  state?: LinkState;
}

const DEFAULT_LIMIT = 100;

export const LINKED_COLUMNS: Column<LinkedUser>[] = [
  { key: 'userName', label: 'USER NAME' },
  { key: 'idp', label: 'IDP' },
  { key: 'externalId', label: 'EXTERNAL ID', wide: true },
  { key: 'hostUserId', label: 'USER' },
  { key: 'displayName', label: 'NAME' },
  { key: 'active', label: 'ACTIVE' },
  { key: 'pending', label: 'PENDING' },
  { key: 'licenceType', label: 'SEAT' },
  { key: 'groups', label: 'GROUPS', show: ({ groups }) => groups.join(', ') },
];

export const list: Command<Options> = {
  name: 'list',
  summary: 'Users whom IdPs have linked, and what they are',
  description:
    'Lists the users of the IdPs with the accounts they are linked to, by user name. Active is what the IdP reads back; pending is who was deprovisioned and whose account is still enabled. Users whom an IdP has deleted and who cannot sign in any more are left out.',
  options: [
    { flags: '--idp <name>', description: 'only users of this IdP' },
    { flags: '--state <state>', description: 'only these', choices: LINK_STATES },
    ...listOptions(LINKED_COLUMNS, { limit: DEFAULT_LIMIT, unsortable: ['groups'] }),
  ],
  examples: [
    { does: 'the first hundred', command: 'users list' },
    {
      does: 'all who cannot sign in',
      command: 'users list --state inactive --limit 0 -o csv --out inactive.csv',
    },
    { does: 'of one IdP', command: 'users list --idp entra' },
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
    await context.output.list(pages, LINKED_COLUMNS, 'No IdP has linked such a user.', { ...view, limit });
  },
};
