import { hash } from 'node:crypto';
import type { Lock } from '../../dialect/lock.js';
import type { Runner } from '../../pool/runner.js';

/**
 * A statement that takes these locks until the transaction ends, one after the other; nothing where there are
 * none. The numbers are our own: nothing of a name gets into the SQL.
 */
export function takeLocksPostgres(schema: string, locks: readonly Lock[]): string | undefined {
  if (locks.length === 0) return undefined;
  return `select ${calls('pg_advisory_xact_lock', schema, locks).join(', ')}`;
}

/** See `Dialect.tryLocks`. */
export async function tryLocksPostgres(
  { rows }: Pick<Runner, 'rows'>,
  schema: string,
  locks: readonly Lock[],
): Promise<boolean> {
  const all = calls('pg_try_advisory_xact_lock', schema, locks).join(' and ');
  const [row] = await rows<{ had: boolean }>(`select ${all} as had`);
  return row?.had === true;
}

const calls = (call: string, schema: string, locks: readonly Lock[]): string[] =>
  locks.map(({ name, shared }) => {
    const key = hash('sha256', `${schema}\0${name}`, 'buffer').readBigInt64BE();
    return `${call}${shared ? '_shared' : ''}(${key})`;
  });
