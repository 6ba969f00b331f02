import { isFault } from '../../database/fault.js';
import { recordRefusal } from '../audit/change.js';
import { userClaimed, userExists, userNameTaken } from './problems.js';
/**
 * The provisioning lock keeps those apart who take it. Others write too, the host application first of all:
 * where one was quicker, a constraint says so, and the attempt is made once more over what is there now.
 * @throws Problem `user-exists`, `user-claimed`, `user-name-taken` where that does not help.
 */
export async function settlingRaces(core, intent, attempt) {
    try {
        return await attempt();
    }
    catch (error) {
        if (!isFault(error, 'unique-violation'))
            throw error;
    }
    try {
        return await attempt();
    }
    catch (error) {
        if (!isFault(error, 'unique-violation'))
            throw error;
        const problem = problemOf(error.constraint);
        await recordRefusal(core, intent, problem);
        throw problem;
    }
}
function problemOf(constraint) {
    if (constraint === 'identity_external_id')
        return userExists('externalId');
    if (constraint === 'identity_active_host_user')
        return userClaimed();
    return userNameTaken();
}
