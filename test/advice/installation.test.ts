import { after, before } from 'node:test';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { playCases } from './advice-case.js';
import { EMBEDDED, INSTALLATION, type InstallationScene } from './cases/installation.js';

forEachEngine(
  'the advice about an installation',
  (engine) => {
    playCases(INSTALLATION, (): InstallationScene => ({ freshDatabase: () => engine.freshDatabase() }));
  },
  { only: ['postgres'] },
);

forEachEngine(
  'the advice about an embedded database',
  (engine) => {
    let product: Product;
    before(async () => {
      product = await freshProduct(engine);
    });
    after(() => product.close());

    playCases(
      EMBEDDED,
      (): InstallationScene => ({ url: product.url, freshDatabase: () => engine.freshDatabase() }),
    );
  },
  { only: ['embedded'], unshared: true },
);
