import { connectionSteps, reach } from './connection.js';
import { entraConnection } from './entra/entra-connection.js';
import { entraGroupSteps } from './entra/entra-group.js';
import { entraUserSteps } from './entra/entra-user.js';
import type { IdpName } from './names.js';
import { oktaConnection, paging } from './okta/okta-connection.js';
import { oktaGroupSteps } from './okta/okta-group.js';
import { oktaUserSteps } from './okta/okta-user.js';
import type { TestGroup } from './steps/group-steps.js';
import { deletion } from './steps/life.js';
import type { Step } from './steps/step.js';
import { besides, freshUserName, newTestUser, type TestUser } from './steps/test-user.js';
import { createTestUser, needs } from './steps/user-steps.js';
import { equals } from './wording.js';

type Random = (bytes: number) => Uint8Array;

/** What is to be done, and what it makes at the endpoint. */
export interface ProbePlan {
  /** In order. The first one tells whether there is any use in the others. */
  steps: Step[];
  /** Both grow and change while the steps are done. */
  users: TestUser[];
  groups: TestGroup[];
}

/** Only reading. */
export function connectionPlan(url: URL, idps: readonly IdpName[], random: Random): ProbePlan {
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
export function lifePlan(
  url: URL,
  idps: readonly IdpName[],
  random: Random,
  userName = freshUserName(random),
): ProbePlan {
  const [first = 'entra', second = first] = idps;
  const one = newTestUser(first, userName, random);
  const other = newTestUser(second, besides(userName, '-2'), random);
  const users = [one, other];
  const pair = [one, other] as const;
  const groups = idps.map((idp) => newGroup(idp, userName, random));
  const steps = [
    // Two pages take users, and there will be some.
    ...connectionPlan(url, idps, random).steps.filter((step) => step !== paging),
    ...(first === 'entra' ? entraUserSteps(one, users) : oktaUserSteps(one, users)),
    ...(second === first ? [secondUserStep(other)] : oktaUserSteps(other, users)),
    ...(idps.includes('okta') ? [paging] : []),
    ...groups.flatMap((group) =>
      group.idp === 'entra' ? entraGroupSteps(group, pair) : oktaGroupSteps(group, pair),
    ),
    // Okta never deletes a user.
    ...(first === 'entra' ? [deleteUserStep(one)] : []),
  ];
  return { steps, users, groups };
}

const newGroup = (idp: IdpName, userName: string, random: Random): TestGroup => ({
  idp,
  displayName: `${userName.replace(/@.*/, '')} ${idp}`,
  externalId: newTestUser(idp, userName, random).externalId,
});

const secondUserStep = (user: TestUser): Step => ({
  name: 'second-user',
  idp: user.idp,
  run: async (scene) => {
    return (await createTestUser(scene, user)) ?? `${user.userName} is created, for the group`;
  },
});

export const deleteUserStep = (user: TestUser): Step => ({
  name: 'delete',
  idp: user.idp,
  obstacle: needs(user),
  run: (scene) => deletion(scene, 'Users', user, equals('userName', user.userName)),
});
