import type { CommandGroup } from '../../command.js';
import { add } from './add.js';
import { disable } from './disable.js';
import { enable } from './enable.js';
import { list } from './list.js';
import { release } from './release.js';
import { remove } from './remove.js';
import { sheet } from './sheet.js';
import { show } from './show.js';
import { update } from './update.js';

export const idp: CommandGroup = {
  name: 'idp',
  summary: 'Manage the service accounts of IdPs, and print their set-up sheets',
  commands: [add, list, show, update, enable, disable, release, remove, sheet],
};
