import { connectionSteps, reach } from './connection.js';
import { entraConnection } from './entra-connection.js';
import { entraGroupSteps } from './entra-group.js';
import { entraUserSteps } from './entra-user.js';
import { deletion } from './life.js';
import { oktaConnection, paging } from './okta-connection.js';
import { oktaGroupSteps } from './okta-group.js';
import { oktaUserSteps } from './okta-user.js';
import { besides, freshUserName, newTestUser } from './test-user.js';
import { create, needs } from './user-steps.js';
import { equals } from './wording.js';
/** Only reading. */
export function connectionPlan(url, idps, random) {
    const steps = [
        reach(url),
        ...connectionSteps({ random }),
        ...(idps.includes('entra') ? entraConnection({ random }) : []),
        ...(idps.includes('okta') ? [...oktaConnection({ random }), paging] : []),
    ];
    return { steps, users: [], groups: [] };
}
/**
 * The whole life of users and groups, after all that only reads. There are always two users, since it takes
 * two to tell the removal of one member from the removal of all: where both IdPs are played, one of each.
 */
export function lifePlan(url, idps, random, userName = freshUserName(random)) {
    const [first = 'entra', second = first] = idps;
    const one = newTestUser(first, userName, random);
    const other = newTestUser(second, besides(userName, '-2'), random);
    const users = [one, other];
    const pair = [one, other];
    const groups = idps.map((idp) => newGroup(idp, userName, random));
    const steps = [
        // Two pages take users, and there will be some.
        ...connectionPlan(url, idps, random).steps.filter((step) => step !== paging),
        ...(first === 'entra' ? entraUserSteps(one, users) : oktaUserSteps(one, users)),
        ...(second === first ? [secondUserStep(other)] : oktaUserSteps(other, users)),
        ...(idps.includes('okta') ? [paging] : []),
        ...groups.flatMap((group) => group.idp === 'entra' ? entraGroupSteps(group, pair) : oktaGroupSteps(group, pair)),
        // Okta never deletes a user.
        ...(first === 'entra' ? [deleteUserStep(one)] : []),
    ];
    return { steps, users, groups };
}
const newGroup = (idp, userName, random) => ({
    idp,
    displayName: `${userName.replace(/@.*/, '')} ${idp}`,
    externalId: newTestUser(idp, userName, random).externalId,
});
const secondUserStep = (user) => ({
    name: 'second-user',
    idp: user.idp,
    run: async (scene) => {
        await create(scene, user);
        return `${user.userName} is created, for the group`;
    },
});
export const deleteUserStep = (user) => ({
    name: 'delete',
    idp: user.idp,
    obstacle: needs(user),
    run: (scene) => deletion(scene, 'Users', user, equals('userName', user.userName)),
});
