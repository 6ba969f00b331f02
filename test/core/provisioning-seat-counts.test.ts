import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { createUser } from '../../src/core/provisioning/create-user.js';
import type { Idp } from '../../src/core/provisioning/types.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { watchStatements } from '../support/databases/statements.js';
import { forEachEngine } from '../support/engines.js';
import { person, setSeats } from '../support/people/people.js';
import { addIdp } from '../support/people/provisioned.js';

const CREATES = 20;

forEachEngine(
  'creates one after the other',
  (engine) => {
    let product: Product;
    let idp: Idp;
    let counts = 0;
    let stop: () => void;
    before(async () => {
      product = await freshProduct(engine);
      idp = await addIdp(product, 'entra');
      stop = await watchStatements(product.database, (sql) => {
        if (sql.includes('seats_used')) counts++;
      });
    });
    after(async () => {
      stop();
      await product.close();
    });

    async function countsOf(name: string): Promise<number> {
      counts = 0;
      for (let n = 0; n < CREATES; n++) await createUser(product.core, idp, person(`${name}${n}`));
      return counts;
    }

    it('count the seats each time where they may run out', async () => {
      await setSeats(product, 'Concurrent', 1_999);

      assert.equal(await countsOf('few'), CREATES);
    });

    it('count them now and then where they cannot', async () => {
      await setSeats(product, 'Concurrent', 100_000);

      const counted = await countsOf('many');

      assert.ok(counted >= 1 && counted < CREATES, `${counted} counts`);
    });
  },
  { only: ['postgres'] },
);
