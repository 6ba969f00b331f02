import { after, before } from 'node:test';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { CHECKS } from './cases/checks.js';
import { playCheckCases } from './check-case.js';

forEachEngine(
  'the advice of checks',
  (engine) => {
    let product: Product;
    before(async () => {
      product = await freshProduct(engine);
    });
    after(() => product.close());

    playCheckCases(CHECKS, () => ({ url: product.url, product }));
  },
  { only: ['postgres'] },
);
