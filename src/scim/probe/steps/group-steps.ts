import type { IdpName } from '../names.js';
import { asObject, expectStatus, isRefusalReply, type JsonObject, told } from '../replies.js';
import type { Scene } from '../scene.js';
import { equals, pathTo, queryAs } from '../wording.js';
import { createStatus, deletion } from './life.js';
import { readList } from './list.js';
import type { Step } from './step.js';
import type { TestUser } from './test-user.js';

/** The group of the test, and those who are to be in it. */
export interface TestGroup {
  idp: IdpName;
  displayName: string;
  externalId: string;
  id?: string;
  /** A create was sent, and its answer does not say whether anything was made. */
  uncertain?: boolean;
}

export const needsGroup = (group: TestGroup) => () =>
  group.id === undefined ? 'not run, because the group could not be created' : undefined;

/** Two members are needed to tell the removal of one from the removal of all. */
const needsBoth = (group: TestGroup, users: readonly TestUser[]) => () =>
  needsGroup(group)() ??
  (users.every(({ id }) => id !== undefined) ? undefined : 'not run, because it requires two users');

export const createGroupStep = (group: TestGroup, body: () => unknown): Step => ({
  name: 'group-create',
  idp: group.idp,
  run: async (scene) => {
    group.uncertain = true;
    const reply = await scene.send({ method: 'POST', path: '/Groups', body: body() });
    group.uncertain = !isRefusalReply(reply) && reply.status !== 501;
    if ([404, 405, 501].includes(reply.status)) scene.stop('groups-missing', told(reply));
    expectStatus(scene, reply, [201, 200], 'group-refused');
    group.id = createStatus(scene, reply);
    const resource = await readTestGroup(scene, group);
    if (resource.displayName !== group.displayName) {
      scene.deviates('group-update-ignored', `displayName is ${JSON.stringify(resource.displayName)}`);
    }
    return 'a group is created and read back';
  },
});

/** Entra searches without the members, Okta as it does for users. */
export const findGroupStep = (group: TestGroup): Step => ({
  name: 'group-lookup',
  idp: group.idp,
  obstacle: needsGroup(group),
  run: async (scene) => {
    const filter = equals('displayName', group.displayName);
    const parameters: Record<string, string> =
      group.idp === 'entra'
        ? { excludedAttributes: 'members', filter }
        : { filter, startIndex: '1', count: '100' };
    const query = queryAs(group.idp, parameters);
    const reply = await scene.send({ method: 'GET', path: '/Groups', query });
    expectStatus(scene, reply, [200], 'group-lookup');
    const { resources } = readList(scene, reply);
    if (!resources.some(({ id }) => id === group.id)) {
      scene.deviates('group-lookup', 'the group was not found by displayName');
    } else if (resources.length > 1) {
      scene.deviates('filter-ignored', `the search by displayName found ${resources.length}`);
    }
    return 'the group is found by displayName';
  },
});

/** Sends changes one by one; PATCH of a group may be answered with 204 or with the group. */
async function change(scene: Scene, group: TestGroup, ...bodies: unknown[]): Promise<void> {
  for (const body of bodies) {
    const reply = await scene.send({ method: 'PATCH', path: pathTo('Groups', group.id ?? ''), body });
    expectStatus(scene, reply, [200, 204], 'group-update-refused');
  }
}

export async function readTestGroup(scene: Scene, group: TestGroup, query?: string): Promise<JsonObject> {
  const reply = await scene.send({ method: 'GET', path: pathTo('Groups', group.id ?? ''), query });
  expectStatus(scene, reply, [200], 'read-refused');
  const resource = asObject(reply.body);
  if (!resource) scene.stop('resource-shape', `${told(reply)} and no resource`);
  return resource;
}

export const membersOf = ({ members }: JsonObject): string[] =>
  (Array.isArray(members) ? members : []).map((member) => String(asObject(member)?.value));

/** After adding, everybody who should be there is. */
async function expectMembers(scene: Scene, group: TestGroup, users: readonly TestUser[]): Promise<void> {
  const there = membersOf(await readTestGroup(scene, group));
  const missing = users.filter(({ id }) => !there.includes(id ?? ''));
  if (missing.length > 0) {
    scene.deviates(
      'member-missing',
      `${missing.length} of ${users.length} members are missing after they were added`,
    );
  }
}

/** After removing one of two, the other one and nobody else is there. */
async function expectRemoved(
  scene: Scene,
  group: TestGroup,
  removed: TestUser,
  stays: TestUser,
  sent: string,
): Promise<string> {
  const there = membersOf(await readTestGroup(scene, group));
  if (there.includes(removed.id ?? ''))
    scene.deviates('remove-ignored', `the member is still there after ${sent}`);
  else if (!there.includes(stays.id ?? ''))
    scene.deviates('removed-all', `all members are gone after ${sent} for one`);
  return `${sent} removes one member of two`;
}

/** Changes after which both users are in the group. */
export const membersStep = (
  name: string,
  group: TestGroup,
  users: readonly [TestUser, TestUser],
  bodies: () => unknown[],
  done: string,
): Step => ({
  name,
  idp: group.idp,
  obstacle: needsBoth(group, users),
  run: async (scene) => {
    await change(scene, group, ...bodies());
    await expectMembers(scene, group, users);
    return done;
  },
});

/** Changes after which the first of two users has left the group, and the second has not. */
export const removalStep = (
  name: string,
  group: TestGroup,
  [removed, stays]: readonly [TestUser, TestUser],
  bodies: () => unknown[],
  sent: string,
): Step => ({
  name,
  idp: group.idp,
  obstacle: needsBoth(group, [removed, stays]),
  run: async (scene) => {
    await change(scene, group, ...bodies());
    return expectRemoved(scene, group, removed, stays, sent);
  },
});

export const renameGroup = (group: TestGroup, body: (displayName: string) => unknown): Step => ({
  name: 'group-rename',
  idp: group.idp,
  obstacle: needsGroup(group),
  run: async (scene) => {
    const displayName = `${group.displayName} renamed`;
    await change(scene, group, body(displayName));
    const resource = await readTestGroup(scene, group);
    if (resource.displayName !== displayName) {
      scene.deviates(
        'group-update-ignored',
        `displayName is ${JSON.stringify(resource.displayName)} after it was changed`,
      );
    }
    group.displayName = displayName;
    return 'a new displayName is read back';
  },
});

export const deleteGroupStep = (group: TestGroup): Step => ({
  name: 'group-delete',
  idp: group.idp,
  obstacle: needsGroup(group),
  run: (scene) => deletion(scene, 'Groups', group, equals('displayName', group.displayName)),
});
