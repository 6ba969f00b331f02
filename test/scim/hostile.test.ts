import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createToken } from '../../src/core/tokens/create.js';
import { freshProduct } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { addIdp } from '../support/people/provisioned.js';
import { endure, HOSTILE, hostileScene } from '../support/scim/hostile.js';
import { startEndpoint } from '../support/scim/served.js';

/** What the process may take, and the clients of each kind at once. */
const MAX_MB = 512;
const CLIENTS = 16;
/** Resident memory is read from where Linux shows it. */
const NOT_LINUX = process.platform !== 'linux';

forEachEngine(
  'an endpoint under hostile clients',
  (engine) => {
    test(`stays below ${MAX_MB} MB and answers /healthz`, { skip: NOT_LINUX }, async (context) => {
      const product = await freshProduct(engine);
      const idp = await addIdp(product, 'hostile');
      const { token } = await createToken(product.core, 'hostile', { expiresInMs: null });
      const scene = await hostileScene(product, idp, token, {
        ...{ members: 5_000, groups: 12 },
        ...{ groupsOfOne: 5_000, largeUsers: 1_000 },
      });
      const endpoint = await startEndpoint(product.url);
      const target = { port: endpoint.port, pid: endpoint.process.pid };
      try {
        for (const kind of HOSTILE) {
          const endured = await endure(target, scene, kind, { clients: CLIENTS, milliseconds: 300 });
          const { rssMb, healthMs, healthy } = endured;
          context.diagnostic(
            `${kind.name}: ${rssMb} MB, /healthz within ${Math.round(healthMs)} ms, ${JSON.stringify(endured.statuses)}`,
          );
          assert.ok(healthy > 0, `${kind.name}: /healthz did not answer`);
          const { 0: _unanswered, ...answered } = endured.statuses;
          assert.ok(Object.keys(answered).length > 0, `${kind.name}: no request of it was answered`);
          assert.equal(answered[500], undefined, `${kind.name}: the endpoint failed`);
          assert.ok(rssMb > 0 && rssMb < MAX_MB, `${kind.name}: ${rssMb} MB`);
        }
      } finally {
        await endpoint.stop();
        await product.close();
      }
    });
  },
  { only: ['postgres'] },
);
