import { after, before } from 'node:test';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { createScimHandler } from '../../src/scim/protocol/handler/handler.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { setSeats } from '../support/people/people.js';
import { basic, bearer, type Endpoint, issue, startEndpoint } from '../support/scim/endpoint.js';
import { REFUSED_TOKENS, SCIM_ANSWERS } from './cases/scim-answers.js';
import { playScimCases, type ScimScene } from './scim-case.js';

forEachEngine(
  'the advice in answers of the endpoint',
  (engine) => {
    let product: Product;
    let endpoint: Endpoint;
    let token = '';
    before(async () => {
      product = await freshProduct(engine);
      await setSeats(product, 'Concurrent', 1000);
      await addServiceAccount(product.core, { name: 'okta', kind: 'okta', maxDepartures: null });
      await addServiceAccount(product.core, { name: 'other', kind: 'generic' });
      ({ token } = await issue(product, 'okta'));
      endpoint = await startEndpoint(product, { handler: createScimHandler({}) });
    });
    after(async () => {
      await endpoint.stop(0);
      await product.close();
    });

    const send: ScimScene['send'] = async ({ method, path, body, ...other }) => {
      const credentials = other.basic === undefined ? bearer(other.token ?? token) : basic(...other.basic);
      const response = await fetch(`${endpoint.scim}${path}`, {
        method,
        headers: { ...credentials, 'content-type': 'application/scim+json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const { problem } = endpoint.log.filter(({ event }) => event === 'request').at(-1) ?? {};
      return {
        status: response.status,
        headers: response.headers,
        body: text === '' ? undefined : JSON.parse(text),
        problem: String(problem),
      };
    };

    playScimCases([...SCIM_ANSWERS, ...REFUSED_TOKENS], () => ({ url: product.url, product, send }));
  },
  { only: ['postgres'] },
);
