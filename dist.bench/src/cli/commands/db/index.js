import { grants } from './grants.js';
import { migrate } from './migrate.js';
import { script } from './script.js';
import { status } from './status.js';
import { verify } from './verify.js';
import { wait } from './wait.js';
export const db = {
    name: 'db',
    summary: 'The schema: status, migrate, script, verify, grants, wait',
    commands: [status, migrate, script, verify, grants, wait],
};
