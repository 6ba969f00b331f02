import type { CommandGroup } from '../../command.js';
import { installReference } from './install-reference.js';
import { mark } from './mark.js';
import { remove } from './remove.js';
import { scaffold } from './scaffold.js';
import { status } from './status.js';

export const host: CommandGroup = {
  name: 'host',
  summary: 'Manage the connection to the host application, and the sample application',
  commands: [status, scaffold, remove, installReference, mark],
};
