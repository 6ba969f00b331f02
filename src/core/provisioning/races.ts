import { isFault } from '../../database/fault.js';
import type { Problem } from '../../problem.js';
import { type Intent, recordRefusal } from '../audit/change.js';
import type { Core } from '../core.js';
import { userClaimed, userExists, userNameHidden } from './problems.js';

/**
 * The provisioning lock keeps those apart who take it. Others write too, the host application first of all:
 * where one was quicker, a constraint says so, and the attempt is made once more over what is there now.
 * @throws Problem `user-exists`, `user-claimed`, `user-name-hidden` where that does not help.
 */
export async function settlingRaces<T>(core: Core, intent: Intent, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (!isFault(error, 'unique-violation')) throw error;
  }
  try {
    return await attempt();
  } catch (error) {
    if (!isFault(error, 'unique-violation')) throw error;
    const problem = problemOf(error.constraint);
    await recordRefusal(core, intent, problem);
    throw problem;
  }
}

function problemOf(constraint: string | undefined): Problem {
  if (constraint === 'identity_external_id') return userExists('externalId');
  if (constraint === 'identity_active_host_user') return userClaimed();
  return userNameHidden(constraint);
}
