import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, before, test } from 'node:test';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { createToken } from '../../src/core/tokens/create.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { watchStatements } from '../support/databases/statements.js';
import { forEachEngine } from '../support/engines.js';
import { type InProcess, startServer } from '../support/scim/endpoint-in-process.js';
import { Chance, fuzzRequest, MARKER } from '../support/scim/fuzz.js';

/** SCIMCTL_TEST_FUZZ=100000 for the long run; SCIMCTL_TEST_SEED to have a run again. */
const REQUESTS = Number(process.env.SCIMCTL_TEST_FUZZ ?? 3000);
const SEED = Number(process.env.SCIMCTL_TEST_SEED ?? randomInt(2 ** 31));
const AT_ONCE = 8;

forEachEngine(
  'requests that no IdP sends',
  (engine) => {
    let product: Product;
    let server: InProcess;
    before(async () => {
      product = await freshProduct(engine, { served: true });
    });
    after(async () => {
      await server?.stop();
      await product.close();
    });

    test(`${REQUESTS} of them, seed ${SEED}: no 5xx, no crash, no text in SQL, memory bounded`, async () => {
      await addServiceAccount(product.core, { name: 'entra', kind: 'entra' });
      const { token } = await createToken(product.core, 'entra', { expiresInMs: null });
      await product.test.query('update app.licence_pools set seats_total = 100000');
      const inSql: string[] = [];
      let heard = 0;
      await watchStatements(product.database, (sql) => {
        heard++;
        if (sql.includes(MARKER)) inSql.push(sql);
      });
      server = await startServer(product);
      const chance = new Chance(SEED);
      const emails = Array.from({ length: 60 }, (_, n) => `fuzz${n}@contoso.example`);
      const world = { userIds: [] as string[], groupIds: [] as string[], emails, token };
      for (const [n, email] of emails.slice(0, 30).entries()) {
        const user = { userName: email, externalId: `ext-${n}`, active: true, emails: [{ value: email }] };
        const answer = await server.request('POST', '/Users', token, user);
        assert.equal(answer.status, 201);
        world.userIds.push(answer.body.id);
      }
      for (const displayName of ['Staff', 'Night shift']) {
        const members = world.userIds.slice(0, 5).map((value) => ({ value }));
        const answer = await server.request('POST', '/Groups', token, { displayName, members });
        assert.equal(answer.status, 201);
        world.groupIds.push(answer.body.id);
      }

      const statuses: Record<number, number> = {};
      const faults: string[] = [];
      let sent = 0;
      let settled = 0;
      const client = async () => {
        while (sent < REQUESTS) {
          const n = sent++;
          const { method, path, headers, body } = fuzzRequest(chance, world);
          if (n === Math.floor(REQUESTS / 10)) settled = residentMb();
          const answer = await server.raw(method, path, headers, body);
          statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
          if (answer.status < 500) continue;
          // 501 is what /Me is answered with.
          if (answer.status === 501 && path.startsWith('/Me')) continue;
          faults.push(
            `${answer.status} to ${method} ${path} ${JSON.stringify(headers)} ${body}: ${answer.text}`,
          );
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, client));
      const grown = residentMb() - settled;

      assert.deepEqual(faults.slice(0, 3), [], `${faults.length} requests of ${REQUESTS} failed`);
      assert.deepEqual(inSql.slice(0, 3), []);
      assert.ok(heard > REQUESTS / 2, `${heard} statements were heard of`);
      assert.ok(grown < 200, `memory grew by ${grown} MB`);
      const well = (statuses[200] ?? 0) + (statuses[201] ?? 0) + (statuses[204] ?? 0);
      assert.ok(well > REQUESTS / 10, `hardly anything got through: ${JSON.stringify(statuses)}`);
      assert.ok(
        (statuses[400] ?? 0) > REQUESTS / 10,
        `hardly anything was refused: ${JSON.stringify(statuses)}`,
      );
    });
  },
  { only: ['postgres', 'mssql'] },
);

const residentMb = () => process.memoryUsage.rss() / 1024 ** 2;
