import { LIST_SCHEMA } from '../names.js';
import { asObject, expectStatus, type JsonObject, told } from '../replies.js';
import type { Scene, ScimReply } from '../scene.js';

export interface ScimList {
  total: number;
  resources: JsonObject[];
}

/** Reads a ListResponse (RFC 7644 §3.4.2), and notes how it deviates. Ends the step where it is none. */
export function readList(scene: Scene, reply: ScimReply): ScimList {
  expectStatus(scene, reply, [200], 'list-refused');
  const body = asObject(reply.body);
  if (!body) scene.stop('list-shape', `${told(reply)} and no object`);
  const { schemas, totalResults, Resources: listed } = body;
  if (!Array.isArray(schemas) || !schemas.includes(LIST_SCHEMA)) {
    scene.deviates('list-shape', `${told(reply)} without the schema of a ListResponse`);
  }
  for (const name of ['totalResults', 'startIndex', 'itemsPerPage'] as const) {
    const count = body[name];
    if (count === undefined ? name === 'totalResults' : !Number.isInteger(count)) {
      scene.deviates('count-not-integer', `${name} is ${JSON.stringify(count) ?? 'missing'}`);
    }
  }
  if (listed !== undefined && !Array.isArray(listed)) {
    scene.stop('list-shape', `${told(reply)}, and Resources is no array`);
  }
  const resources = (listed ?? []).map(asObject).filter((each): each is JsonObject => each !== undefined);
  const total = Number(totalResults ?? resources.length);
  if (total < resources.length || (total > 0 && listed === undefined)) {
    scene.deviates('count-wrong', `totalResults is ${total}, and there are ${resources.length} Resources`);
  }
  return { total, resources };
}

/** Whether each resource can be read as a user or group at all. */
export function checkResources(scene: Scene, resources: readonly JsonObject[], name: string): void {
  const without = (field: string, holds: (resource: JsonObject) => boolean) => {
    const count = resources.filter((resource) => !holds(resource)).length;
    if (count > 0) scene.deviates('resource-shape', `${count} of ${resources.length} have no ${field}`);
  };
  without('id', ({ id }) => typeof id === 'string' && id !== '');
  without('schemas', ({ schemas }) => Array.isArray(schemas) && schemas.length > 0);
  without(name, (resource) => typeof resource[name] === 'string');
  const textual = resources.filter(({ active }) => typeof active === 'string').length;
  if (textual > 0) scene.deviates('boolean-as-text', `active is text for ${textual} of ${resources.length}`);
}
