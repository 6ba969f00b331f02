import { type PatchOperationBody, patch } from '../bodies.js';
import { ENTERPRISE_SCHEMA } from '../names.js';
import { asObject, told } from '../replies.js';
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

const MANAGER = `${ENTERPRISE_SCHEMA}:manager`;

/** A user's life as Entra leads it: first as it is by default, then as it is with `aadOptscim062020`. */
export function entraUserSteps(user: TestUser, leftovers: TestUser[]): Step[] {
  return [
    createStep(user),
    lookupStep(user),
    duplicateStep(user, leftovers),
    updateStep(user, 'update'),
    updateFlagStep(user),
    managerStep(user),
    activeStep(user, 'deactivate', false, '"False"', { op: 'Replace', path: 'active', value: 'False' }),
    activeStep(user, 'reactivate', true, '"True"', { op: 'Replace', path: 'active', value: 'True' }),
    activeStep(user, 'deactivate-flag', false, 'false', { op: 'replace', path: 'active', value: false }),
    activeStep(user, 'reactivate-flag', true, 'true', { op: 'replace', path: 'active', value: true }),
  ];
}

const send = (scene: Scene, user: TestUser, ...operations: PatchOperationBody[]) =>
  scene.send({ method: 'PATCH', path: pathTo('Users', user.id ?? ''), body: patch(...operations) });

export const updateStep = (user: TestUser, name: string): Step => ({
  name,
  idp: 'entra',
  obstacle: needs(user),
  run: async (scene) => {
    user.familyName = 'Probe-Renamed';
    user.displayName = 'Scimctl Probe-Renamed';
    user.email = besides(user.userName, '-renamed');
    const reply = await send(
      scene,
      user,
      { op: 'Replace', path: 'displayName', value: user.displayName },
      { op: 'Replace', path: 'emails[type eq "work"].value', value: user.email },
      { op: 'Replace', path: 'name.familyName', value: user.familyName },
    );
    await expectUpdated(scene, reply, user);
    return 'names and e-mail address follow a PATCH with "Replace"';
  },
});

const updateFlagStep = (user: TestUser): Step => ({
  name: 'update-flag',
  idp: 'entra',
  obstacle: needs(user),
  run: async (scene) => {
    user.givenName = 'Scim';
    user.familyName = 'Probe-Flag';
    user.displayName = 'Scim Probe-Flag';
    user.email = user.userName.includes('@') ? user.userName : user.email;
    const reply = await send(
      scene,
      user,
      { op: 'replace', path: 'emails[type eq "work"].value', value: user.email },
      {
        op: 'replace',
        value: {
          displayName: user.displayName,
          'name.givenName': user.givenName,
          'name.familyName': user.familyName,
          [`${ENTERPRISE_SCHEMA}:employeeNumber`]: '4711',
        },
      },
    );
    await expectUpdated(scene, reply, user);
    return 'names follow a replace without a path whose keys are dotted';
  },
});

/** Set as an array with a reference, read as an object, taken away with an empty value. */
const managerStep = (user: TestUser): Step => ({
  name: 'manager',
  idp: 'entra',
  obstacle: needs(user),
  run: async (scene) => {
    const value = [{ $ref: `../Users/${user.id}`, value: user.id }];
    const reply = await send(scene, user, { op: 'Add', path: MANAGER, value });
    if (reply.status >= 400) scene.stop('manager-refused', told(reply));
    const extension = asObject((await readBack(scene, user))[ENTERPRISE_SCHEMA]);
    const removal = await send(scene, user, { op: 'Replace', path: MANAGER, value: '' });
    if (removal.status >= 400) scene.deviates('manager-refused', `${told(removal)} to an empty manager`);
    return extension?.manager === undefined
      ? 'a manager is accepted, and not returned'
      : 'a manager is returned as an object';
  },
});

export const activeStep = (
  user: TestUser,
  name: string,
  active: boolean,
  sent: string,
  operation: PatchOperationBody,
): Step => ({
  name,
  idp: 'entra',
  obstacle: needs(user),
  run: async (scene) => {
    user.active = active;
    return expectActive(scene, await send(scene, user, operation), user, `active=${sent}`);
  },
});
