import { randomUuid } from '../../../core/uuid.js';
import { expectStatus, told } from '../replies.js';
import type { Run, Scene, ScimReply } from '../scene.js';
import { readList } from '../steps/list.js';
import type { Step } from '../steps/step.js';
import { equals, queryAs } from '../wording.js';

/** As they ride on the tenant URL, ahead of what the request itself asks. */
const FLAG = 'aadOptscim062020';

/** What Entra does when Test Connection is pressed, and the look-ups it makes before it changes anything. */
export function entraConnection({ random }: Pick<Run, 'random'>): Step[] {
  const search = (scene: Scene, path: string, parameters: Record<string, string>, flag?: string) =>
    scene.send({
      method: 'GET',
      path,
      query: [flag, queryAs('entra', parameters)].filter(Boolean).join('&'),
    });
  const guid = () => randomUuid(random);
  /** What a search that finds nothing is answered with, where nothing else is in the way. */
  let plainStatus = 200;

  return [
    {
      name: 'test-connection',
      idp: 'entra',
      run: async (scene) => {
        const reply = await search(scene, '/Users', { filter: equals('userName', guid()) });
        plainStatus = reply.status;
        expectNobody(scene, reply);
        return 'a search for a random GUID is answered with 200 and an empty list';
      },
    },
    {
      name: 'test-connection-flag',
      idp: 'entra',
      run: async (scene) => {
        const reply = await search(scene, '/Users', { filter: equals('userName', guid()) }, FLAG);
        if (reply.status !== plainStatus) scene.stop('parameter-refused', `${told(reply)} with ?${FLAG}`);
        expectNobody(scene, reply);
        return `the flag ${FLAG} on the tenant URL does no harm`;
      },
    },
    {
      name: 'filters',
      idp: 'entra',
      run: async (scene) => {
        for (const filter of [
          equals('externalId', guid()),
          equals('emails[type eq "work"].value', `${guid()}@example.invalid`),
          `${equals('userName', guid())} and ${equals('externalId', guid())}`,
        ]) {
          const reply = await search(scene, '/Users', { filter });
          if (reply.status === 400)
            scene.stop('filter-refused', `${told(reply)} for ${filter.replace(/".*"/, '"…"')}`);
          expectNobody(scene, reply);
        }
        const unquoted = await search(scene, '/Users', { filter: `externalId eq ${guid()}` });
        if (unquoted.status !== 200) {
          scene.deviates('filter-unquoted', `${told(unquoted)} for externalId eq without quotation marks`);
        }
        return 'externalId, work e-mail address and two conditions can be searched for';
      },
    },
    {
      name: 'groups',
      idp: 'entra',
      run: async (scene) => {
        const filter = equals('displayName', guid());
        const reply = await search(scene, '/Groups', { excludedAttributes: 'members', filter });
        if (reply.status >= 400 && reply.status !== plainStatus) scene.stop('groups-missing', told(reply));
        expectNobody(scene, reply);
        return 'groups can be searched for by displayName, without their members';
      },
    },
  ];
}

/** Nobody has a random GUID for a name: 200 and nothing else. */
function expectNobody(scene: Scene, reply: ScimReply): void {
  expectStatus(scene, reply, [200], 'empty-not-200');
  const { total, resources } = readList(scene, reply);
  if (resources.length > 0) {
    scene.stop('filter-ignored', `a search for a random GUID found ${resources.length}`);
  }
  if (total !== 0) scene.deviates('count-wrong', `totalResults is ${total} where nothing was found`);
}
