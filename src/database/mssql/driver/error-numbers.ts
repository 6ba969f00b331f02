import type { Fault } from '../../faults/fault.js';

/*
 * Sources, all below https://learn.microsoft.com:
 * - sql/relational-databases/errors-events/database-engine-events-and-errors, for the texts;
 * - azure/azure-sql/database/troubleshoot-common-errors-issues, for what Azure SQL asks clients to try again;
 * - sql/relational-databases/in-memory-oltp/transactions-with-memory-optimized-tables, for 41301 to 41839;
 * - sql/database-engine/availability-groups/windows, for replicas.
 */

/** What the number of an error means, in a statement as well as in a login. Numbers that are not here are told as they are. */
export const FAULT_BY_NUMBER: Readonly<Record<number, Fault>> = {
  207: 'missing-object',
  208: 'missing-object',
  1088: 'missing-object',
  2812: 'missing-object',
  3701: 'missing-object',

  229: 'permission-denied',
  230: 'permission-denied',
  262: 'permission-denied',
  297: 'permission-denied',
  300: 'permission-denied',
  916: 'permission-denied',
  2760: 'permission-denied',
  4613: 'permission-denied',
  15151: 'permission-denied',
  15247: 'permission-denied',

  241: 'value-refused',
  242: 'value-refused',
  245: 'value-refused',
  2628: 'value-refused',
  8114: 'value-refused',
  8115: 'value-refused',
  8152: 'value-refused',
  8169: 'value-refused',
  // A trigger has ended the transaction. Why, it said before, in an error of its own (from 50000 on).
  3609: 'value-refused',

  515: 'check-violation',
  1505: 'unique-violation',
  2601: 'unique-violation',
  2627: 'unique-violation',

  1205: 'deadlock',
  1222: 'lock-timeout',
  3960: 'serialization',
  3961: 'serialization',
  // Memory-optimised tables: conflicts that the client is to try again.
  41301: 'serialization',
  41302: 'serialization',
  41305: 'serialization',
  41325: 'serialization',
  41839: 'serialization',

  // Memory, locks, and what Azure SQL lets a database use.
  701: 'server-busy',
  1204: 'server-busy',
  8645: 'server-busy',
  40501: 'server-busy',
  49918: 'server-busy',
  49919: 'server-busy',
  49920: 'server-busy',

  1101: 'disk-full',
  1105: 'disk-full',
  9002: 'disk-full',
  3906: 'read-only',
  3908: 'read-only',

  // The session was ended, or the server is going down.
  596: 'connection-lost',
  6005: 'connection-lost',
  17188: 'connection-lost',
  // The database is being recovered, restored, brought online, or changes its replica.
  921: 'connection-lost',
  922: 'connection-lost',
  927: 'connection-lost',
  942: 'connection-lost',
  945: 'connection-lost',
  952: 'connection-lost',
  976: 'connection-lost',
  982: 'connection-lost',
  983: 'connection-lost',
  9001: 'connection-lost',
  17187: 'connection-lost',
  40197: 'connection-lost',
  40613: 'connection-lost',
};

/** What means something else, or anything at all, only in a login that fails where one has worked before. */
export const FAULT_OF_LOGIN: Readonly<Record<number, Fault>> = {
  4060: 'connection-lost',
  17142: 'connection-lost',
  18401: 'connection-lost',
  18451: 'connection-lost',
  10928: 'too-many-connections',
  17809: 'too-many-connections',
  17810: 'too-many-connections',
};

/** Babelfish's number for whatever it has no number for. */
export const BABELFISH_UNMAPPED = 33_557_097;
