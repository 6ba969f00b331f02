import { oktaReplacement, patch } from '../bodies.js';
import type { Scene } from '../scene.js';
import { readBack } from '../steps/read-user.js';
import type { Step } from '../steps/step.js';
import { besides, type TestUser } from '../steps/test-user.js';
import {
  createStep,
  duplicateStep,
  expectActive,
  expectUpdated,
  lookupStep,
  needs,
} from '../steps/user-steps.js';
import { pathTo } from '../wording.js';

/**
 * A user's life as Okta leads it: as an integration of the app wizard, which puts, and as one of the
 * catalogue, which patches.
 */
export function oktaUserSteps(user: TestUser, leftovers: TestUser[]): Step[] {
  return [
    createStep(user),
    lookupStep(user),
    duplicateStep(user, leftovers),
    oktaUpdate(user, { andBack: true }),
    oktaActive(user, 'deactivate', false, put),
    oktaActive(user, 'reactivate', true, put),
    oktaActive(user, 'deactivate-patch', false, patchActive),
    oktaActive(user, 'reactivate-patch', true, patchActive),
  ];
}

/** Reads the user first, as Okta does. */
export async function put(scene: Scene, user: TestUser) {
  await readBack(scene, user);
  return scene.send({ method: 'PUT', path: pathTo('Users', user.id ?? ''), body: oktaReplacement(user) });
}

const patchActive = (scene: Scene, user: TestUser) =>
  scene.send({
    method: 'PATCH',
    path: pathTo('Users', user.id ?? ''),
    body: patch({ op: 'replace', value: { active: user.active } }),
  });

/**
 * @param andBack the e-mail address is changed back at the end. Most host applications take the login name from it,
 * and the report names the accounts that are left by the names that the test began with.
 */
export const oktaUpdate = (user: TestUser, { andBack = false } = {}): Step => ({
  name: 'update',
  idp: 'okta',
  obstacle: needs(user),
  run: async (scene) => {
    await readBack(scene, user);
    const before = user.email;
    user.familyName = 'Probe-Renamed';
    user.displayName = 'Scimctl Probe-Renamed';
    user.email = besides(user.userName, '-renamed');
    const body = oktaReplacement(user);
    await expectUpdated(
      scene,
      await scene.send({ method: 'PUT', path: pathTo('Users', user.id ?? ''), body }),
      user,
    );
    if (andBack) {
      user.email = before;
      await expectUpdated(scene, await put(scene, user), user);
    }
    return 'names and e-mail address follow a PUT';
  },
});

export const oktaActive = (user: TestUser, name: string, active: boolean, send: typeof put): Step => ({
  name,
  idp: 'okta',
  obstacle: needs(user),
  run: async (scene) => {
    user.active = active;
    const how = send === put ? 'a PUT' : 'a PATCH without a path';
    return expectActive(scene, await send(scene, user), user, `active=${active} by ${how}`);
  },
});
