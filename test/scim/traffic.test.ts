import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Idp } from '../../src/core/provisioning/types.js';
import { createScimHandler } from '../../src/scim/protocol/handler/handler.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { addIdp, createReplay, readTraffic, writeTraffic } from '../support/scim/traffic.js';

const recordings = await Promise.all(
  ['entra', 'entra-flag', 'okta-put', 'okta-catalogue'].map(async (name) => ({
    name,
    traffic: await readTraffic(name),
  })),
);
const updating = process.env.SCIMCTL_TEST_UPDATE === '1';

for (const { name, traffic } of recordings) {
  forEachEngine(`recorded traffic: ${name}`, (engine) => {
    let product: Product;
    let replay: ReturnType<typeof createReplay>;
    const errors: unknown[] = [];
    before(async () => {
      product = await freshProduct(engine, { served: true });
      const idp: Idp = await addIdp(product, traffic.idp);
      replay = createReplay(product, createScimHandler({ onError: (error) => errors.push(error) }), idp);
    });
    after(async () => {
      if (updating) await writeTraffic(name, traffic);
      await product.close();
    });

    for (const exchange of traffic.exchanges) {
      it(exchange.title, async () => {
        const response = await replay(exchange);
        if (updating) exchange.response = response;
        assert.deepEqual(response, exchange.response);
        assert.deepEqual(errors, []);
      });
    }
  });
}
