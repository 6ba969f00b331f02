import { randomUuid } from '../../../core/uuid.js';
import { expectStatus, told } from '../replies.js';
import type { Run, Scene } from '../scene.js';
import { checkResources, readList } from '../steps/list.js';
import type { Step } from '../steps/step.js';
import { equals, queryAs } from '../wording.js';

/** What Okta does when the connector is tested, and the look-ups it makes before it changes anything. */
export function oktaConnection({ random }: Pick<Run, 'random'>): Step[] {
  return [
    {
      name: 'test-connection',
      idp: 'okta',
      run: async (scene) => {
        const { total, ids } = await readPage(scene, 1, 2);
        return `the first ${ids.length} of ${total} users are listed`;
      },
    },
    {
      name: 'lookup-nobody',
      idp: 'okta',
      run: async (scene) => {
        const filter = equals('userName', `${randomUuid(random)}@example.invalid`);
        const query = queryAs('okta', { filter, startIndex: '1', count: '100' });
        const reply = await scene.send({ method: 'GET', path: '/Users', query });
        if (reply.status === 404) return 'an unknown user is answered with 404, which Okta accepts';
        expectStatus(scene, reply, [200], 'filter-refused');
        const { resources } = readList(scene, reply);
        if (resources.length > 0) {
          scene.stop('filter-ignored', `a search for a random name found ${resources.length}`);
        }
        return 'an unknown user is answered with an empty list';
      },
    },
    {
      name: 'groups',
      idp: 'okta',
      run: async (scene) => {
        const query = queryAs('okta', { startIndex: '1', count: '100' });
        const reply = await scene.send({ method: 'GET', path: '/Groups', query });
        if (reply.status >= 400) scene.stop('groups-missing', told(reply));
        const { total, resources } = readList(scene, reply);
        checkResources(scene, resources, 'displayName');
        return `${total} groups are listed`;
      },
    },
  ];
}

/** Whether pages fit together: the same users in the same order, however they are cut. */
export const paging: Step = {
  name: 'paging',
  idp: 'okta',
  run: async (scene) => {
    const { total } = await readPage(scene, 1, 2);
    if (total < 2) return `there are ${total} users, too few for two pages`;
    const size = total < 4 ? 1 : 2;
    const agrees = async () => {
      const whole = (await readPage(scene, 1, 2 * size)).ids;
      const pages = [...(await readPage(scene, 1, size)).ids, ...(await readPage(scene, 1 + size, size)).ids];
      return whole.join() === pages.join();
    };
    // Once more before it is said: somebody may have added a user in between.
    if (!(await agrees()) && !(await agrees())) {
      scene.deviates('order-unstable', 'two pages did not hold the users of one page of twice the size');
    }
    return `pages of ${size} hold the same users as one of ${2 * size}, in the same order`;
  },
};

async function readPage(
  scene: Scene,
  startIndex: number,
  count: number,
): Promise<{ total: number; ids: string[] }> {
  const query = queryAs('okta', { startIndex: String(startIndex), count: String(count) });
  const { total, resources } = readList(scene, await scene.send({ method: 'GET', path: '/Users', query }));
  checkResources(scene, resources, 'userName');
  if (resources.length > count) {
    scene.stop('page-size', `count=${count} brought ${resources.length} users`);
  }
  return { total, ids: resources.map(({ id }) => String(id)) };
}
