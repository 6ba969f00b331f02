import type { Session } from '../../../database/database.js';
import { isFault } from '../../../database/faults/fault.js';
import { userIdsAmong } from '../../../database/queries/groups/group-members.js';
import { recordRefusal } from '../../audit/change.js';
import type { Intent } from '../../audit/intent.js';
import type { Core } from '../../core.js';
import { isUuid } from '../../uuid.js';
import type { GroupProfile, Idp } from '../types.js';
import { groupExists, groupInvalid } from './group-problems.js';

/**
 * What no database takes is refused before it gets there.
 * @throws Problem `group-invalid`.
 */
export function assertGroupStorable({
  displayName,
  externalId,
}: Pick<GroupProfile, 'displayName' | 'externalId'>): void {
  if (displayName === '' || displayName.length > 255)
    throw groupInvalid('a displayName has 1 to 255 characters');
  if (externalId !== null && externalId.length > 255)
    throw groupInvalid('an externalId has at most 255 characters');
  if (BAD.test(displayName) || BAD.test(externalId ?? ''))
    throw groupInvalid('its text has U+0000 or half a surrogate pair');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
const BAD = /\u0000|\p{Surrogate}/u;

/** Each member once, as ids are written here. */
export const memberSet = (ids: Iterable<string>): Set<string> =>
  new Set([...ids].map((id) => id.toLowerCase()));

/** Ids by whether the IdP has a user of that id. */
export interface Sorted {
  users: string[];
  /** Of nobody, of another IdP's user, of one who was deleted, or no id at all. */
  strangers: string[];
}

/** Tells the users of the IdP from the rest, in a few statements however many there are. */
export async function sortMembers(session: Session, idp: Idp, ids: readonly string[]): Promise<Sorted> {
  // What is no UUID cannot be compared with one.
  const known = await userIdsAmong(session, idp.id, ids.filter(isUuid));
  return {
    users: ids.filter((id) => known.has(id)),
    strangers: ids.filter((id) => !known.has(id)),
  };
}

/**
 * Makes the attempt. Where another group was given the name or the external id at the same moment, the database
 * refuses; the attempt is then made once more over what is there now.
 * @throws Problem `group-exists` where that does not help.
 */
export async function refusingTaken<T>(core: Core, intent: Intent, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (!isFault(error, 'unique-violation')) throw error;
  }
  try {
    return await attempt();
  } catch (error) {
    if (!isFault(error, 'unique-violation')) throw error;
    const problem = groupExists(error.constraint === 'idp_group_external_id' ? 'externalId' : 'displayName');
    await recordRefusal(core, intent, problem);
    throw problem;
  }
}
