import type { CommandGroup } from '../../command.js';
import { disable } from './disable.js';
import { link } from './link.js';
import { list } from './list.js';
import { pending } from './pending.js';
import { preflight } from './preflight.js';
import { show } from './show.js';

export const users: CommandGroup = {
  name: 'users',
  summary: 'Manage linked users and users pending manual disable',
  commands: [pending, list, show, preflight, link, disable],
};
