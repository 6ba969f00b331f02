import type { CommandGroup } from '../../command.js';
import { grants } from './grants.js';
import { migrate } from './migrate.js';
import { script } from './script.js';
import { status } from './status.js';
import { verify } from './verify.js';
import { wait } from './wait.js';

export const db: CommandGroup = {
  name: 'db',
  summary: 'Manage the schema: status, migrate, script, verify, grants, wait',
  commands: [status, migrate, script, verify, grants, wait],
};
