import type { CommandGroup } from '../../command.js';
import { installReference } from './install-reference.js';
import { mark } from './mark.js';
import { status } from './status.js';

export const host: CommandGroup = {
  name: 'host',
  summary: 'The host application: its views, its hosting, the reference installation',
  commands: [status, installReference, mark],
};
