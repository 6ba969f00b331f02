import { isFault } from '../../database/fault.js';
import { userIdsAmong } from '../../database/queries/group-members.js';
import { recordRefusal } from '../audit/change.js';
import { isUuid } from '../uuid.js';
import { groupExists, groupInvalid, groupMemberUnknown } from './group-problems.js';
/**
 * What no database takes is refused before it gets there.
 * @throws Problem `group-invalid`.
 */
export function assertGroupStorable({ displayName, externalId }) {
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
export const memberSet = (ids) => new Set([...ids].map((id) => id.toLowerCase()));
/** @throws Problem `group-member-unknown`, naming the first who is no user of the IdP. */
export async function assertUsers(session, idp, ids) {
    // What is no UUID cannot be compared with one.
    const users = ids.every(isUuid) ? await userIdsAmong(session, idp.id, ids) : undefined;
    const stranger = ids.find((id) => (users ? !users.has(id) : !isUuid(id)));
    if (stranger !== undefined)
        throw groupMemberUnknown(stranger);
}
/**
 * Makes the attempt; where a group has the name or the external id, the database says so, however close
 * the race.
 * @throws Problem `group-exists`.
 */
export async function refusingTaken(core, intent, attempt) {
    try {
        return await attempt();
    }
    catch (error) {
        if (!isFault(error, 'unique-violation'))
            throw error;
        const problem = groupExists(error.constraint);
        await recordRefusal(core, intent, problem);
        throw problem;
    }
}
