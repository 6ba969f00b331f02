import { after, before } from 'node:test';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { playCases } from './advice-case.js';
import { APPLICATION, BINDING, type BindingScene } from './cases/binding.js';

forEachEngine(
  'the advice about a binding',
  (engine) => {
    let product: Product;
    before(async () => {
      product = await freshProduct(engine, { host: false });
      for (const sql of APPLICATION) await product.test.query(sql);
    });
    after(() => product.close());

    playCases(BINDING, (): BindingScene => ({ url: product.url, query: (sql) => product.test.query(sql) }));
  },
  { only: ['postgres'] },
);
