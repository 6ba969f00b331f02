import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type { Lock } from '../../dialect/lock.js';
import { DatabaseFault } from '../../faults/fault.js';
import type { Runner } from '../../pool/runner.js';

/** See `Dialect.transaction`. Names may be long, and hold what is not for a list of locks: they are hashed. */
export const takeLocksMssql = (transaction: Knex, schema: string, locks: readonly Lock[]): Promise<void> =>
  takeNamedLocks(transaction, hashed(schema, locks));

const hashed = (schema: string, locks: readonly Lock[]): Lock[] =>
  locks.map(({ name, shared }) => ({
    name: `scimctl ${createHash('sha256').update(`${schema}\0${name}`).digest('hex')}`,
    shared,
  }));

/** Gives locks back before their transaction ends, as far as it has them. */
export async function releaseLocks(transaction: Knex, schema: string, locks: readonly Lock[]): Promise<void> {
  if (locks.length === 0) return;
  const names = hashed(schema, locks).map(({ name }) => name);
  const call = `if applock_mode(N'public', ?, N'Transaction') <> N'NoLock'
    exec sp_releaseapplock @Resource = ?, @LockOwner = 'Transaction';`;
  await transaction.raw(
    names.map(() => call).join('\n'),
    names.flatMap((name) => [name, name]),
  );
}

/** See `Dialect.tryLocks`. */
export async function tryLocksMssql(
  { rows }: Pick<Runner, 'rows'>,
  schema: string,
  locks: readonly Lock[],
): Promise<boolean> {
  const { sql, bindings } = lockBatch(hashed(schema, locks), '0');
  const [row] = await rows<{ result: number }>(sql, bindings);
  return row !== undefined && row.result >= 0;
}

/** In one round trip; after one that is not had, the others are not waited for. */
export async function takeNamedLocks(transaction: Knex, locks: readonly Lock[]): Promise<void> {
  if (locks.length === 0) return;
  const { sql, bindings } = lockBatch(locks, '@@lock_timeout');
  const [row] = await transaction.raw<{ result: number }[]>(sql, bindings);
  const result = row?.result ?? -1;
  if (result < 0) {
    const refused = new Error(`sp_getapplock returned ${result}`);
    throw new DatabaseFault(result === -3 ? 'deadlock' : 'lock-timeout', undefined, refused);
  }
}

/** @param patience how long each is waited for, in milliseconds. */
function lockBatch(locks: readonly Lock[], patience: '0' | '@@lock_timeout') {
  const calls = locks.map(
    ({ shared }) =>
      `if @worst >= 0 begin
         exec @result = sp_getapplock @Resource = ?, @LockMode = '${shared ? 'Shared' : 'Exclusive'}', @LockOwner = 'Transaction', @LockTimeout = @patience;
         if @result < 0 set @worst = @result;
       end;`,
  );
  return {
    sql: `declare @result int, @worst int = 0, @patience int = ${patience};
     ${calls.join('\n')}
     select @worst as result;`,
    bindings: locks.map(({ name }) => name),
  };
}
