import type { CommandGroup } from '../../command.js';
import { pending } from './pending.js';

export const users: CommandGroup = {
  name: 'users',
  summary: 'Linked users, and those pending manual disable',
  commands: [pending],
};
