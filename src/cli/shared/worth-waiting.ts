import { Problem } from '../../problem.js';

/** Problems that can go away while one waits. */
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
  // No domain controller may be within reach yet.
  'kerberos-failed',
];

/** Whether waiting can solve the problem. */
export const isWorthWaiting = (error: unknown): error is Problem =>
  error instanceof Problem && PASSING.includes(error.code);
