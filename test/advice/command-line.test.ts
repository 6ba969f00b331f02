import { after, before } from 'node:test';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { playCases } from './advice-case.js';
import { COMMAND_LINE } from './cases/command-line.js';

forEachEngine(
  'the advice about a command line',
  (engine) => {
    let product: Product;
    before(async () => {
      product = await freshProduct(engine);
      await addServiceAccount(product.core, { name: 'entra', kind: 'entra' });
      await addServiceAccount(product.core, { name: 'okta', kind: 'okta' });
    });
    after(() => product.close());

    playCases(COMMAND_LINE, () => ({ url: product.url, product }));
  },
  { only: ['postgres'] },
);
