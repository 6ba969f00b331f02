import type { Session } from '../../database/database.js';
import type { Fault } from '../../database/dialect.js';
import type { HostUserShape } from '../../database/queries/host-user-shape.js';
import type { HostUserRow } from '../../database/queries/host-users.js';
import { conclude, type Provision, provision } from '../../database/queries/provision.js';
import { hostRefused } from './problems.js';

const REFUSALS: readonly Fault[] = ['value-refused', 'check-violation', 'foreign-key-violation'];

/**
 * Writes a change of a user. The host application has rules of its own for what a user may be: how long a
 * name, which characters, which values; whoever sent the user hears of them, since only there they can be met.
 * @returns the new host user, where there is one.
 * @throws Problem `host-refused`.
 */
export const writeUser = (
  session: Session,
  shape: HostUserShape,
  wanted: Provision,
): Promise<HostUserRow | undefined> => refusing(session, wanted, () => provision(session, shape, wanted));

/**
 * The same where nobody is made, as the last that is done: what comes of it all is known already.
 * @returns that.
 */
export const writeLast = <T>(
  session: Session,
  shape: HostUserShape,
  wanted: Provision,
  result: T,
): Promise<T> => refusing(session, wanted, () => conclude(session, shape, wanted, result));

async function refusing<T>(session: Session, { host }: Provision, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!host || !REFUSALS.includes(session.dialect.classify(error))) throw error;
    throw hostRefused(reasonOf(error as Error), error);
  }
}

// knex puts the statement, of many lines, in front of the message: `with … - value too long …`.
const reasonOf = (error: Error) =>
  (error.message.replace(/^[\s\S]* - /, '').split('\n')[0] ?? '').slice(0, 200);
