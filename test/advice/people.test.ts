import { after, before } from 'node:test';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { createToken } from '../../src/core/tokens/create.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { link } from '../support/people/provisioned.js';
import { playCases } from './advice-case.js';
import { PEOPLE } from './cases/people.js';
import { TRAIL } from './cases/trail.js';

forEachEngine(
  'the advice about IdPs, tokens, people and the audit trail',
  (engine) => {
    let product: Product;
    before(async () => {
      product = await freshProduct(engine);
      const entra = await addServiceAccount(product.core, { name: 'entra', kind: 'entra' });
      await createToken(product.core, 'entra', { expiresInMs: null });
      await link(product, entra, '2', { userName: 'anna.schmidt@contoso.example' });
    });
    after(() => product.close());

    playCases([...PEOPLE, ...TRAIL], () => ({ url: product.url, product }));
  },
  { only: ['postgres'] },
);
