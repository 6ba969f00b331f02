import { provision } from '../../database/queries/provision.js';
import { hostRefused } from './problems.js';
const REFUSALS = ['value-refused', 'check-violation', 'foreign-key-violation'];
/**
 * Writes a change of a user. The host application has rules of its own for what a user may be: how long a
 * name, which characters, which values; whoever sent the user hears of them, since only there they can be met.
 * @returns the new host user, where there is one.
 * @throws Problem `host-refused`.
 */
export async function writeUser(session, shape, wanted) {
    try {
        return await provision(session, shape, wanted);
    }
    catch (error) {
        if (!wanted.host || !REFUSALS.includes(session.dialect.classify(error)))
            throw error;
        throw hostRefused(reasonOf(error), error);
    }
}
// knex puts the statement, of many lines, in front of the message: `with … - value too long …`.
const reasonOf = (error) => (error.message.replace(/^[\s\S]* - /, '').split('\n')[0] ?? '').slice(0, 200);
