import { hash } from 'node:crypto';
import type { Lock } from '../../dialect/lock.js';

/**
 * A statement that takes these locks until the transaction ends, one after the other; nothing where there are
 * none. The numbers are our own: nothing of a name gets into the SQL.
 */
export function takeLocksPostgres(schema: string, locks: readonly Lock[]): string | undefined {
  if (locks.length === 0) return undefined;
  const calls = locks.map(({ name, shared }) => {
    const key = hash('sha256', `${schema}\0${name}`, 'buffer').readBigInt64BE();
    return `pg_advisory_xact_lock${shared ? '_shared' : ''}(${key})`;
  });
  return `select ${calls.join(', ')}`;
}
