import { isFault } from '../../../database/faults/fault.js';
import type { Problem } from '../../../problem.js';
import { recordRefusal } from '../../audit/change.js';
import type { Intent } from '../../audit/intent.js';
import type { Core } from '../../core.js';
import { hostWords, isConversion } from '../../host/host-words.js';
import { hostRefused, userClaimed, userExists, userNameHidden } from '../problems.js';

/**
 * The provisioning lock keeps those apart who take it. Others write too, the host application first of all:
 * where one was quicker, a constraint says so, and the attempt is made once more over what is there now.
 * @throws Problem `user-exists`, `user-claimed`, `user-name-hidden` where that does not help; `host-refused` for a
 *   constraint that the host application checks only at COMMIT.
 */
export async function settlingRaces<T>(core: Core, intent: Intent, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (!isFault(error, 'unique-violation')) throw await refusedByConstraint(core, intent, error);
  }
  try {
    return await attempt();
  } catch (error) {
    throw await refusedByConstraint(core, intent, error);
  }
}

/** Anything that is not of a constraint stays as it is. */
async function refusedByConstraint(core: Core, intent: Intent, error: unknown): Promise<unknown> {
  const problem = refusalOfConstraint(error);
  if (problem) await recordRefusal(core, intent, problem);
  return problem ?? error;
}

/**
 * How the endpoint refuses what violates a constraint; nothing for any other fault. What the host application refuses in
 * a statement is a Problem by then: this is what is left, at COMMIT.
 */
export function refusalOfConstraint(error: unknown): Problem | undefined {
  if (isFault(error, 'unique-violation')) return problemOf(error.constraint);
  if (!isFault(error, 'check-violation', 'foreign-key-violation', 'value-refused') || !error.words)
    return undefined;
  // A cast that fails in a statement that reads fails at what a host view holds, whatever the IdP has sent.
  if (isConversion(error.words) && !error.words.inRoutine) return undefined;
  return hostRefused({ words: hostWords(error.words), attributes: [] }, error);
}

function problemOf(constraint: string | undefined): Problem {
  if (constraint === 'identity_external_id') return userExists('externalId');
  if (constraint === 'identity_active_host_user') return userClaimed();
  return userNameHidden(constraint);
}
