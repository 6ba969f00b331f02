import { Problem } from '../../problem.js';

/** What time may mend. */
export const PASSING = [
  'database-unreachable',
  'database-host-unknown',
  'database-instance-unknown',
  'database-starting',
  'database-busy',
  'database-missing',
  'database-timeout',
  'database-too-many-connections',
  'database-connection-failed',
  'database-connection-lost',
  'database-in-use',
];

/** Whether waiting may mend what keeps the database from answering. */
export const isWorthWaiting = (error: unknown): error is Problem =>
  error instanceof Problem && PASSING.includes(error.code);
