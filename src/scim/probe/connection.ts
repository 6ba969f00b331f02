import { randomUuid } from '../../core/uuid.js';
import { isLoopback } from '../../loopback.js';
import { checkErrorBody, expectStatus, isScimError, told } from './replies.js';
import type { Run, Scene, ScimReply } from './scene.js';
import { checkResources, readList } from './steps/list.js';
import type { Step } from './steps/step.js';
import { queryAs } from './wording.js';

const DISCOVERY = ['/ServiceProviderConfig', '/ResourceTypes', '/Schemas'];

/** What comes before anything else: does something answer there that speaks SCIM and knows the token. */
export const reach = (url: URL): Step => ({
  name: 'reach',
  idp: 'any',
  run: async (scene) => {
    if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
      scene.deviates(
        'plain-http',
        `${url.host} was reached without TLS: the token can be read on the network`,
      );
    }
    const query = queryAs('okta', { startIndex: '1', count: '1' });
    const reply = await scene.send({ method: 'GET', path: '/Users', query });
    if (reply.status === 404) {
      if (!isScimError(reply)) scene.stop('not-found', told(reply));
      // Something speaks SCIM there; perhaps it has no user yet, and says so in the wrong way.
      scene.stop('empty-not-200', `${told(reply)} to a list of users`);
    }
    expectStatus(scene, reply, [200], 'list-refused');
    return reply.tls ? `answers over ${reply.tls.replace('v', ' ')}` : 'answers, over plain HTTP';
  },
});

/** What both IdPs lean on, and only reading. */
export function connectionSteps({ random }: Pick<Run, 'random'>): Step[] {
  const query = queryAs('okta', { startIndex: '1', count: '1' });
  return [
    {
      name: 'wrong-token',
      idp: 'any',
      run: async (scene) => {
        const none = await scene.send({ method: 'GET', path: '/Users', query, token: null });
        expectUnauthorised(scene, none, 'no token');
        const token = `wrong-${randomUuid(random)}`;
        const wrong = await scene.send({ method: 'GET', path: '/Users', query, token });
        expectUnauthorised(scene, wrong, 'a wrong token');
        if (wrong.status === 401 && !wrong.headers['www-authenticate']) {
          scene.deviates('token-challenge', `${told(wrong)} without WWW-Authenticate`);
        }
        checkErrorBody(scene, wrong);
        return 'a wrong token and a missing one are refused with 401';
      },
    },
    {
      name: 'unknown-user',
      idp: 'any',
      run: async (scene) => {
        const reply = await scene.send({ method: 'GET', path: `/Users/${randomUuid(random)}` });
        expectStatus(scene, reply, [404], 'read-refused');
        checkErrorBody(scene, reply);
        return 'an unknown user is answered with 404 and a SCIM Error body';
      },
    },
    {
      name: 'attributes',
      idp: 'any',
      run: async (scene) => {
        const asked = queryAs('okta', { startIndex: '1', count: '1', attributes: 'userName' });
        const { resources } = readList(
          scene,
          await scene.send({ method: 'GET', path: '/Users', query: asked }),
        );
        checkResources(scene, resources, 'userName');
        const others = Object.keys(resources[0] ?? {}).filter(
          (name) => !['id', 'schemas', 'meta', 'userName'].includes(name),
        );
        if (others.length > 0) {
          scene.deviates('attributes-ignored', `attributes=userName brought ${others.join(', ')} as well`);
        }
        return resources.length > 0
          ? 'attributes= is honoured'
          : 'attributes= is accepted; the endpoint has no user yet';
      },
    },
    {
      name: 'discovery',
      idp: 'any',
      run: async (scene) => {
        for (const path of DISCOVERY) {
          const reply = await scene.send({ method: 'GET', path });
          if (reply.status !== 200) scene.deviates('discovery-missing', told(reply));
        }
        return `${DISCOVERY.join(', ')} are available`;
      },
    },
  ];
}

function expectUnauthorised(scene: Scene, reply: ScimReply, token: string): void {
  if (reply.status < 400) scene.stop('token-not-checked', `${told(reply)} with ${token}`);
  if (reply.status !== 401) scene.deviates('token-status', `${told(reply)} with ${token}`);
}
