import type { Session } from '../../database/database.js';
import type { Fault } from '../../database/dialect.js';
import { hostRefused } from './problems.js';

const REFUSALS: readonly Fault[] = ['value-refused', 'check-violation', 'foreign-key-violation'];

/**
 * Writes through the host views. The host application has rules of its own for what a user may be: how long a
 * name, which characters, which values; whoever sent the user hears of them, since only there they can be met.
 * @throws Problem `host-refused`.
 */
export async function askingTheHost<T>({ dialect }: Session, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!REFUSALS.includes(dialect.classify(error))) throw error;
    throw hostRefused(reasonOf(error as Error), error);
  }
}

// knex puts the statement in front of the message: `update … - value too long …`.
const reasonOf = (error: Error) => (error.message.split('\n')[0] ?? '').replace(/^.* - /, '').slice(0, 200);
