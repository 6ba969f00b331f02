import type { CommandGroup } from '../../command.js';
import { exportEvents } from './export.js';
import { head } from './head.js';
import { list } from './list.js';
import { prune } from './prune.js';
import { seal } from './seal.js';
import { verify } from './verify.js';
import { voidRows } from './void.js';

export const audit: CommandGroup = {
  name: 'audit',
  summary: 'List, seal, verify, export and prune the audit trail',
  commands: [list, verify, exportEvents, seal, head, voidRows, prune],
};
