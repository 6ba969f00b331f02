import { after, before } from 'node:test';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { createToken } from '../../src/core/tokens/create.js';
import { createScimHandler } from '../../src/scim/protocol/handler/handler.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { link } from '../support/people/provisioned.js';
import { type Endpoint, startEndpoint } from '../support/scim/endpoint.js';
import { playCases } from './advice-case.js';
import { FILES } from './cases/files.js';

forEachEngine(
  'the advice about a file',
  (engine) => {
    let product: Product;
    let endpoint: Endpoint;
    before(async () => {
      product = await freshProduct(engine);
      endpoint = await startEndpoint(product, { handler: createScimHandler({}) });
      for (const name of ['entra', 'okta'] as const) {
        const idp = await addServiceAccount(product.core, { name, kind: name });
        await createToken(product.core, name, { expiresInMs: null });
        if (name === 'okta') await link(product, idp, '2', { userName: 'anna.schmidt@contoso.example' });
      }
    });
    after(async () => {
      await endpoint.stop(0);
      await product.close();
    });

    playCases(FILES, () => ({ url: product.url, product, endpoint: endpoint.scim }));
  },
  { only: ['postgres'] },
);
