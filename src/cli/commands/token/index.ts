import type { CommandGroup } from '../../command.js';
import { create } from './create.js';
import { list } from './list.js';
import { newKey } from './new-key.js';
import { prune } from './prune.js';
import { revoke } from './revoke.js';
import { rotate } from './rotate.js';
import { show } from './show.js';
import { verify } from './verify.js';

export const token: CommandGroup = {
  name: 'token',
  summary: 'Manage bearer tokens: create, rotate, revoke, verify, prune',
  commands: [create, list, show, rotate, revoke, verify, newKey, prune],
};
