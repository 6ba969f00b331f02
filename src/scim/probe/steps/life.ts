import type { IdpName } from '../names.js';
import { asObject, checkErrorBody, expectStatus, told } from '../replies.js';
import type { Scene, ScimReply } from '../scene.js';
import { pathTo, queryAs } from '../wording.js';
import { readList } from './list.js';
import { isEmpty } from './read-user.js';

/** Anything that was made for the test. */
export interface Made {
  idp: IdpName;
  id?: string;
}

/** What the answer to a create has to hold. @returns the id. */
export function createStatus(scene: Scene, reply: ScimReply): string {
  if (reply.status !== 201) scene.deviates('create-status', told(reply));
  if (isEmpty(reply)) scene.stop('create-empty', `${told(reply)} and no body`);
  const id = asObject(reply.body)?.id;
  if (typeof id !== 'string' || id === '') scene.stop('create-empty', `${told(reply)} and no id`);
  return id;
}

/** Deletes it, and looks whether it is gone: by id, and from what a search finds. */
export async function deletion(
  scene: Scene,
  resource: 'Users' | 'Groups',
  made: Made,
  filter: string,
): Promise<string> {
  const { id = '', idp } = made;
  const path = pathTo(resource, id);
  const reply = await scene.send({ method: 'DELETE', path });
  expectStatus(scene, reply, [204, 200, 202], 'delete-refused');
  if (reply.status !== 204) scene.deviates('delete-status', told(reply));
  const read = await scene.send({ method: 'GET', path });
  if (read.status !== 404) {
    scene.deviates('delete-ignored', `${told(read)} after it was deleted`);
  } else {
    made.id = undefined;
    checkErrorBody(scene, read);
  }
  const search = await scene.send({ method: 'GET', path: `/${resource}`, query: queryAs(idp, { filter }) });
  const isListed = search.status === 200 && readList(scene, search).resources.some((each) => each.id === id);
  if (isListed) scene.deviates('delete-ignored', 'a search still finds it after it was deleted');
  return 'deleted with 204, and a 404 afterwards';
}
