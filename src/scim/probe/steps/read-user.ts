import type { Reply } from '../client.js';
import { ENTERPRISE_SCHEMA, USER_URN } from '../names.js';
import { asObject, expectStatus, type JsonObject, told } from '../replies.js';
import type { Scene, ScimReply } from '../scene.js';
import { pathTo, queryAs } from '../wording.js';
import { readList } from './list.js';
import type { TestUser } from './test-user.js';

/** Reads the user by id, and compares it with what the IdP has sent. */
export async function readBack(
  scene: Scene,
  user: TestUser,
  code: 'read-refused' | 'inactive-hidden' = 'read-refused',
) {
  const reply = await scene.send({ method: 'GET', path: pathTo('Users', user.id ?? '') });
  expectStatus(scene, reply, [200], code);
  return checkUser(scene, reply, user);
}

/** Whether a reply holds the user as the IdP has sent it. @returns the resource. */
export function checkUser(scene: Scene, reply: ScimReply, user: TestUser): JsonObject {
  const resource = asObject(reply.body);
  if (!resource) scene.stop('resource-shape', `${told(reply)} and no resource`);
  compareUser(scene, resource, user, told(reply));
  return resource;
}

/** Compares one resource with what the IdP has sent; but for `active`, which is another question. */
export function compareUser(scene: Scene, resource: JsonObject, user: TestUser, where: string): void {
  const { id, schemas, meta, userName, externalId, active } = resource;
  const wrong = [
    typeof id !== 'string' || id === ''
      ? 'no id'
      : user.id !== undefined && id !== user.id
        ? 'another id'
        : '',
    !Array.isArray(schemas) || !schemas.includes(USER_URN) ? 'no schema of a user' : '',
    asObject(meta)?.resourceType !== 'User' ? 'no meta.resourceType' : '',
  ].filter((part) => part !== '');
  if (wrong.length > 0) scene.deviates('resource-shape', `${where}, and the user has ${wrong.join(', ')}`);
  if (String(userName).toLowerCase() !== user.userName.toLowerCase()) {
    scene.deviates(
      'user-name-changed',
      `userName is ${JSON.stringify(userName)}, sent was "${user.userName}"`,
    );
  }
  if (externalId !== user.externalId) {
    scene.deviates('external-id-lost', `externalId is ${JSON.stringify(externalId) ?? 'missing'}`);
  }
  if (typeof active === 'string') scene.deviates('boolean-as-text', `active is ${JSON.stringify(active)}`);
  const manager = asObject(resource[ENTERPRISE_SCHEMA])?.manager;
  if (typeof manager === 'string') scene.deviates('manager-as-text', 'manager is text');
}

/** What an endpoint says of names and address, each by its path. */
export function testProfileOf(resource: JsonObject): Record<string, unknown> {
  const name = asObject(resource.name);
  const emails = (Array.isArray(resource.emails) ? resource.emails : []).map(asObject);
  const email = emails.find((each) => each?.type === 'work') ?? emails[0];
  return {
    displayName: resource.displayName,
    'name.givenName': name?.givenName,
    'name.familyName': name?.familyName,
    'emails[type eq "work"].value': email?.value,
  };
}

/** The same of what the IdP has sent. */
export const profileSent = (user: TestUser): Record<string, string> => ({
  displayName: user.displayName,
  'name.givenName': user.givenName,
  'name.familyName': user.familyName,
  'emails[type eq "work"].value': user.email,
});

/** The paths whose values are not those that were sent. */
export function profileDifferences(resource: JsonObject, user: TestUser): string[] {
  const there = testProfileOf(resource);
  return Object.entries(profileSent(user))
    .filter(([path, value]) => there[path] !== value)
    .map(([path]) => path);
}

/** `active` as the endpoint means it, text or not; undefined where it says nothing. */
export function activeOf({ active }: JsonObject): boolean | undefined {
  if (typeof active === 'string') return active.toLowerCase() === 'true';
  return typeof active === 'boolean' ? active : undefined;
}

/** Searches as the IdP does. */
export async function findUsers(scene: Scene, user: TestUser, filter: string): Promise<JsonObject[]> {
  const paging = user.idp === 'okta' ? { startIndex: '1', count: '100' } : undefined;
  const query = queryAs(user.idp, { filter, ...paging });
  const reply = await scene.send({ method: 'GET', path: '/Users', query });
  if (user.idp === 'okta' && reply.status === 404) return [];
  expectStatus(scene, reply, [200], 'filter-refused');
  return readList(scene, reply).resources;
}

/** Whether there is a body to speak of. */
export const isEmpty = ({ text }: Pick<Reply, 'text'>): boolean => text.trim() === '';
