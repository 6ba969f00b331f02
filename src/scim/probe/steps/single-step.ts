import { reach } from '../connection.js';
import { activeStep, updateStep } from '../entra/entra-user.js';
import type { IdpName } from '../names.js';
import { oktaActive, oktaUpdate, put } from '../okta/okta-user.js';
import { deleteUserStep, type ProbePlan } from '../plan.js';
import type { JsonObject } from '../replies.js';
import { equals } from '../wording.js';
import { activeOf, findUsers, testProfileOf } from './read-user.js';
import type { Step } from './step.js';
import { sameTestUser, type TestUser } from './test-user.js';
import { createTestUser, isCalled, needs } from './user-steps.js';

/** The steps that can be done by themselves. */
export const SINGLE_STEPS = ['create', 'update', 'deactivate', 'reactivate', 'delete'] as const;
export type SingleStep = (typeof SINGLE_STEPS)[number];

/** One step of one user's life, as the IdP does it: the user is looked up first. Nothing is undone afterwards. */
export function singleStepPlan(url: URL, idp: IdpName, step: SingleStep, userName: string): ProbePlan {
  const user = sameTestUser(idp, userName);
  return {
    steps: [reach(url), findStep(user, step === 'create'), stepOf(user, step)],
    users: [],
    groups: [],
  };
}

const findStep = (user: TestUser, mayBeMissing: boolean): Step => ({
  name: 'find',
  idp: user.idp,
  run: async (scene) => {
    const found = await findUsers(scene, user, equals('userName', user.userName));
    const there = found.find((each) => isCalled(each, user.userName));
    if (there) adopt(user, there);
    else if (!mayBeMissing) scene.stop('user-missing', `there is no user ${user.userName}`);
    return there ? `${user.userName} exists: /Users/${user.id}` : `${user.userName} does not exist yet`;
  },
});

function stepOf(user: TestUser, step: SingleStep): Step {
  const { idp } = user;
  switch (step) {
    case 'create':
      return {
        name: 'create',
        idp,
        obstacle: () => (user.id === undefined ? undefined : 'not run, because the user already exists'),
        run: async (scene) => {
          return (await createTestUser(scene, user)) ?? `${user.userName} is created: /Users/${user.id}`;
        },
      };
    case 'update':
      return idp === 'entra' ? updateStep(user, 'update') : oktaUpdate(user);
    case 'delete':
      return { ...deleteUserStep(user), obstacle: needs(user) };
    default: {
      const active = step === 'reactivate';
      const value = active ? 'True' : 'False';
      return idp === 'entra'
        ? activeStep(user, step, active, `"${value}"`, { op: 'Replace', path: 'active', value })
        : oktaActive(user, step, active, put);
    }
  }
}

/** Goes on from what the endpoint says of the user. */
function adopt(user: TestUser, resource: JsonObject): void {
  const profile = testProfileOf(resource);
  const text = (path: string, otherwise: string) =>
    typeof profile[path] === 'string' ? String(profile[path]) : otherwise;
  user.id = String(resource.id);
  user.userName = String(resource.userName);
  if (typeof resource.externalId === 'string') user.externalId = resource.externalId;
  user.active = activeOf(resource) ?? true;
  user.displayName = text('displayName', user.displayName);
  user.givenName = text('name.givenName', user.givenName);
  user.familyName = text('name.familyName', user.familyName);
  user.email = text('emails[type eq "work"].value', user.email);
}
