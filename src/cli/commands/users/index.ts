import type { CommandGroup } from '../../command.js';
import { SUMMARIES } from '../summaries.js';
import { usersDisable } from './disable.js';
import { usersLink } from './link.js';
import { usersList } from './list.js';
import { usersPending } from './pending.js';
import { usersPreflight } from './preflight.js';
import { usersReconcile } from './reconcile.js';
import { usersShow } from './show.js';

export const users: CommandGroup = {
  name: 'users',
  summary: SUMMARIES.users,
  commands: [usersPending, usersList, usersShow, usersPreflight, usersReconcile, usersLink, usersDisable],
};
