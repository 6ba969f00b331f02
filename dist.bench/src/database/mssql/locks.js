import { createHash } from 'node:crypto';
import { DatabaseFault } from '../fault.js';
/** See `Dialect.transaction`. Names may be long, and hold what is not for a list of locks: they are hashed. */
export const takeLocks = (transaction, schema, locks) => takeNamedLocks(transaction, locks.map(({ name, shared }) => ({
    name: `scimctl ${createHash('sha256').update(`${schema}\0${name}`).digest('hex')}`,
    shared,
})));
/** In one round trip; after one that is not had, the others are not waited for. */
export async function takeNamedLocks(transaction, locks) {
    if (locks.length === 0)
        return;
    const calls = locks.map(({ shared }) => `if @worst >= 0 begin
         exec @result = sp_getapplock @Resource = ?, @LockMode = '${shared ? 'Shared' : 'Exclusive'}', @LockOwner = 'Transaction', @LockTimeout = @patience;
         if @result < 0 set @worst = @result;
       end;`);
    const [row] = await transaction.raw(`declare @result int, @worst int = 0, @patience int = @@lock_timeout;
     ${calls.join('\n')}
     select @worst as result;`, locks.map(({ name }) => name));
    const result = row?.result ?? -1;
    if (result < 0) {
        const refused = new Error(`sp_getapplock returned ${result}`);
        throw new DatabaseFault(result === -3 ? 'deadlock' : 'lock-timeout', undefined, refused);
    }
}
