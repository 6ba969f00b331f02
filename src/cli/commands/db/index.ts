import type { CommandGroup } from '../../command.js';
import { SUMMARIES } from '../summaries.js';
import { dbGrants } from './grants.js';
import { dbMigrate } from './migrate.js';
import { dbScript } from './script.js';
import { dbStatus } from './status.js';
import { dbVerify } from './verify.js';
import { dbWait } from './wait.js';

export const db: CommandGroup = {
  name: 'db',
  summary: SUMMARIES.db,
  commands: [dbStatus, dbMigrate, dbScript, dbVerify, dbGrants, dbWait],
};
