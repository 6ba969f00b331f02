import { CREATES_ITSELF } from '../../../words/host-views.js';
import { entraUser, oktaUser } from '../bodies.js';
import type { DeviationCode } from '../deviations/deviation.js';
import {
  asObject,
  checkErrorBody,
  describeReply,
  expectStatus,
  isRefusalReply,
  type JsonObject,
  told,
} from '../replies.js';
import type { Scene, ScimReply } from '../scene.js';
import { equals } from '../wording.js';
import {
  activeOf,
  checkUser,
  compareUser,
  findUsers,
  isEmpty,
  profileDifferences,
  readBack,
} from './read-user.js';
import type { Step } from './step.js';
import { besides, type TestUser } from './test-user.js';

/** What has to have been created for the step to be possible. */
export const needs = (user: TestUser) => () => {
  if (user.id !== undefined) return undefined;
  return user.notMade === undefined
    ? 'not run, because the user could not be created'
    : `not run, because ${CREATES_ITSELF}`;
};

const bodyOf = (user: TestUser) => (user.idp === 'entra' ? entraUser(user) : oktaUser(user));

/** Looks the user up first, as both IdPs do, and creates it where it is not there. */
export const createStep = (user: TestUser): Step => ({
  name: 'create',
  idp: user.idp,
  run: async (scene) => {
    const found = await findUsers(scene, user, equals('userName', user.userName));
    if (found.some((each) => isCalled(each, user.userName))) {
      scene.stop('user-there', `a user ${user.userName} already exists`);
    }
    if (found.length > 0) {
      scene.deviates('filter-ignored', `a search for ${user.userName} found ${found.length} others`);
    }
    return (await createTestUser(scene, user)) ?? `${user.userName} is created and read back as it was sent`;
  },
});

/** Whether a resource has this userName; case does not count (RFC 7643 §4.1.1). */
export const isCalled = ({ userName }: JsonObject, name: string): boolean =>
  String(userName).toLowerCase() === name.toLowerCase();

/**
 * Creates the user, takes its id, and reads it back. An application that creates its accounts itself has to refuse, and
 * to say so: what cannot be done without the user is skipped then.
 * @returns what is to be said of such a refusal.
 */
export async function createTestUser(scene: Scene, user: TestUser): Promise<string | undefined> {
  user.uncertain = true;
  user.unanswered = true;
  const reply = await scene.send({ method: 'POST', path: '/Users', body: bodyOf(user) });
  user.unanswered = false;
  user.uncertain = !isRefusalReply(reply);
  if (reply.status === 400 && /\b(seat|licen[cs]e|quota)/i.test(describeReply(reply))) {
    scene.stop('no-seat', told(reply));
  }
  const detail = asObject(reply.body)?.detail;
  if (reply.status === 400 && typeof detail === 'string' && detail.includes(CREATES_ITSELF)) {
    checkErrorBody(scene, reply);
    user.notMade = detail.slice(detail.indexOf(CREATES_ITSELF)).slice(0, 300);
    return `no user is created, as expected: ${user.notMade}`;
  }
  expectStatus(scene, reply, [201, 200], 'create-refused');
  if (reply.status !== 201) scene.deviates('create-status', told(reply));
  if (isEmpty(reply)) scene.stop('create-empty', `${told(reply)} and no body`);
  const id = asObject(reply.body)?.id;
  if (typeof id !== 'string' || id === '') scene.stop('create-empty', `${told(reply)} and no id`);
  user.id = id;
  user.madeAs = id;
  const created = checkUser(scene, reply, user);
  if (!reply.headers.location || typeof asObject(created.meta)?.location !== 'string') {
    scene.deviates('create-location', `${told(reply)} without Location and meta.location`);
  }
  const read = await readBack(scene, user);
  if (activeOf(read) !== user.active) {
    scene.deviates(
      'profile-lost',
      `active is ${JSON.stringify(read.active)} after it was created with ${user.active}`,
    );
  }
  const lost = profileDifferences(read, user);
  if (lost.length > 0) scene.deviates('profile-lost', `${lost.join(', ')} are not as they were sent`);
  return undefined;
}

/** Finds the user by everything that IdPs match by. */
export const lookupStep = (user: TestUser): Step => ({
  name: 'lookup',
  idp: user.idp,
  obstacle: needs(user),
  run: async (scene) => {
    const filters: [by: string, filter: string][] = [['userName', equals('userName', user.userName)]];
    if (user.idp === 'entra') {
      filters.push(
        ['externalId', equals('externalId', user.externalId)],
        ['work e-mail address', equals('emails[type eq "work"].value', user.email)],
      );
    }
    for (const [by, filter] of filters) await findOne(scene, user, filter, by, 'lookup-missed');
    const otherCase = equals('userName', user.userName.toUpperCase());
    const found = await findUsers(scene, user, otherCase);
    if (!found.some(({ id }) => id === user.id)) {
      scene.deviates('lookup-case', 'the same userName in capitals was not found');
    }
    return `found by ${filters.map(([by]) => by).join(', ')}`;
  },
});

/** Searches for exactly this user. */
export async function findOne(
  scene: Scene,
  user: TestUser,
  filter: string,
  by: string,
  code: DeviationCode,
): Promise<JsonObject | undefined> {
  const found = await findUsers(scene, user, filter);
  const resource = found.find(({ id }) => id === user.id);
  if (!resource) scene.deviates(code, `the user was not found by ${by}`);
  else compareUser(scene, resource, user, `the search by ${by} was answered`);
  if (found.length > 1) scene.deviates('filter-ignored', `the search by ${by} found ${found.length}`);
  return resource;
}

/** Creates the same user again, which has to be refused in a way that the IdP understands. */
export const duplicateStep = (user: TestUser, leftovers: TestUser[]): Step => ({
  name: 'duplicate',
  idp: user.idp,
  obstacle: needs(user),
  run: async (scene) => {
    const externalId = besides(user.externalId, '-again');
    const again: TestUser = { ...user, externalId, id: undefined, madeAs: undefined, uncertain: true };
    leftovers.push(again);
    const reply = await scene.send({ method: 'POST', path: '/Users', body: bodyOf(again) });
    const id = asObject(reply.body)?.id;
    if (typeof id === 'string' && id !== user.id) Object.assign(again, { id, madeAs: id });
    again.uncertain = !isRefusalReply(reply) && id !== user.id;
    if (reply.status < 300) {
      scene.stop('duplicate-created', `${told(reply)} to a second user with the same userName`);
    }
    checkErrorBody(scene, reply);
    if (reply.status !== 409) scene.stop('duplicate-status', told(reply));
    if (asObject(reply.body)?.scimType !== 'uniqueness') {
      scene.deviates(
        'duplicate-scim-type',
        `the 409 has scimType ${JSON.stringify(asObject(reply.body)?.scimType)}`,
      );
    }
    return `a second user with the same userName is refused with ${describeReply(reply)}`;
  },
});

/** What is read after a change has to be what was sent. */
export async function expectUpdated(scene: Scene, reply: ScimReply, user: TestUser): Promise<void> {
  expectStatus(scene, reply, [200, 204], 'update-refused');
  checkChangeBody(scene, reply, user);
  const lost = profileDifferences(await readBack(scene, user), user);
  if (lost.length > 0) {
    scene.deviates('update-ignored', `${told(reply)}, and ${lost.join(', ')} are not as they were sent`);
  }
}

/** Changes are answered with the resource, or with 204 and nothing. */
export function checkChangeBody(scene: Scene, reply: ScimReply, user: TestUser): void {
  if (reply.status === 204) return;
  if (isEmpty(reply)) scene.deviates('update-body', `${told(reply)} and no body`);
  else checkUser(scene, reply, user);
}

/** What is read after `active` was set has to be what was set; inactive users can still be found. */
export async function expectActive(
  scene: Scene,
  reply: ScimReply,
  user: TestUser,
  sent: string,
): Promise<string> {
  const wanted = user.active;
  expectStatus(scene, reply, [200, 204], wanted ? 'reactivate-refused' : 'deactivate-refused');
  checkChangeBody(scene, reply, user);
  const resource = await readBack(scene, user, wanted ? 'read-refused' : 'inactive-hidden');
  const isIgnored = activeOf(resource) !== wanted;
  if (isIgnored) {
    scene.deviates(
      wanted ? 'reactivate-ignored' : 'deactivate-ignored',
      `active is still ${JSON.stringify(resource.active)} after ${sent} was answered with ${reply.status}`,
    );
  }
  const code = wanted ? 'lookup-missed' : 'inactive-hidden';
  await findOne(scene, user, equals('userName', user.userName), 'userName', code);
  return `${sent} is read back as active: ${wanted}${wanted ? '' : ', and the user can still be found'}`;
}
