import type { Session } from '../../database/database.js';
import type { Fault } from '../../database/dialect.js';
import { DatabaseFault } from '../../database/fault.js';
import type { HostUserShape } from '../../database/queries/host-user-shape.js';
import type { HostUserRow } from '../../database/queries/host-users.js';
import { conclude, type Provision, provision } from '../../database/queries/provision.js';
import { hostRefused, hostWriteIgnored } from './problems.js';

const REFUSALS: readonly Fault[] = ['value-refused', 'check-violation', 'foreign-key-violation'];

/**
 * Writes a change of a user, and reads the host user back. The host application has rules of its own for what a user
 * may be: how long a name, which characters, which values; whoever sent the user hears of them, since only there they
 * can be met.
 * @returns the host user as it is now; nothing where it was not written.
 * @throws Problem `host-refused`, `host-write-ignored`.
 */
export const writeUser = (
  session: Session,
  shape: HostUserShape,
  wanted: Provision,
): Promise<HostUserRow | undefined> => refusing(session, wanted, () => provision(session, shape, wanted));

/**
 * The same as the last that is done, where nobody is made.
 * @param planned what comes of it all, where COMMIT gets no answer and has arrived.
 */
export const writeLast = (
  session: Session,
  shape: HostUserShape,
  wanted: Provision,
  planned: unknown,
): Promise<HostUserRow | undefined> =>
  refusing(session, wanted, () => conclude(session, shape, wanted, planned));

async function refusing<T>(session: Session, { host }: Provision, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!host) throw error;
    const { dialect } = session;
    const fault = error instanceof DatabaseFault ? error.fault : dialect.classify(error);
    if (fault === 'write-ignored') throw hostWriteIgnored(dialect.violatedConstraint(error) ?? '', error);
    if (!REFUSALS.includes(fault)) throw error;
    throw hostRefused(reasonOf(error as Error), error);
  }
}

// knex puts the statement, of many lines, in front of the message: `with … - value too long …`.
const reasonOf = (error: Error) =>
  (error.message.replace(/^[\s\S]* - /, '').split('\n')[0] ?? '').slice(0, 200);
