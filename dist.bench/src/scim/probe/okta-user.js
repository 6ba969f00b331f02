import { oktaReplacement, patch } from './bodies.js';
import { readBack } from './read-user.js';
import { besides } from './test-user.js';
import { createStep, duplicateStep, expectActive, expectUpdated, lookupStep, needs } from './user-steps.js';
import { pathTo } from './wording.js';
/**
 * A user's life as Okta leads it: as an integration of the app wizard, which puts, and as one of the
 * catalogue, which patches.
 */
export function oktaUserSteps(user, leftovers) {
    return [
        createStep(user),
        lookupStep(user),
        duplicateStep(user, leftovers),
        oktaUpdate(user),
        oktaActive(user, 'deactivate', false, put),
        oktaActive(user, 'reactivate', true, put),
        oktaActive(user, 'deactivate-patch', false, patchActive),
        oktaActive(user, 'reactivate-patch', true, patchActive),
    ];
}
/** Reads the user first, as Okta does. */
export async function put(scene, user) {
    await readBack(scene, user);
    return scene.send({ method: 'PUT', path: pathTo('Users', user.id ?? ''), body: oktaReplacement(user) });
}
const patchActive = (scene, user) => scene.send({
    method: 'PATCH',
    path: pathTo('Users', user.id ?? ''),
    body: patch({ op: 'replace', value: { active: user.active } }),
});
export const oktaUpdate = (user) => ({
    name: 'update',
    idp: 'okta',
    obstacle: needs(user),
    run: async (scene) => {
        await readBack(scene, user);
        user.familyName = 'Probe-Renamed';
        user.displayName = 'Scimctl Probe-Renamed';
        user.email = besides(user.userName, '-renamed');
        const body = oktaReplacement(user);
        await expectUpdated(scene, await scene.send({ method: 'PUT', path: pathTo('Users', user.id ?? ''), body }), user);
        return 'names and e-mail address follow a PUT';
    },
});
export const oktaActive = (user, name, active, send) => ({
    name,
    idp: 'okta',
    obstacle: needs(user),
    run: async (scene) => {
        user.active = active;
        const how = send === put ? 'a PUT' : 'a PATCH without a path';
        return expectActive(scene, await send(scene, user), user, `active=${active} by ${how}`);
    },
});
