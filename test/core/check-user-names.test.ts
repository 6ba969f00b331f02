import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { changeUser } from '../../src/core/provisioning/change-user.js';
import { deleteUser } from '../../src/core/provisioning/departures/delete-user.js';
import type { Idp } from '../../src/core/provisioning/types.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { addIdp, link } from '../support/people/provisioned.js';
import { runHere } from '../support/processes/world.js';
import { problemOf } from '../support/running/problem.js';

forEachEngine('check user-names', (engine) => {
  let product: Product;
  let entra: Idp;
  let okta: Idp;
  before(async () => {
    product = await freshProduct(engine);
    [entra, okta] = [await addIdp(product, 'entra'), await addIdp(product, 'okta')];
  });
  after(() => product.close());

  const check = (...words: string[]) => runHere(['check', 'user-names', '--database', product.url, ...words]);
  const sends = (id: string, userName: string) =>
    changeUser(product.core, entra, id, (now) => ({ ...now, userName }));

  it('passes where no name has whitespace around it, and knows nothing of users who have left', async () => {
    const left = { deprovisionedAt: product.now, deprovisionReason: 'disabled' } as const;
    await link(product, entra, '2', { userName: 'anna schmidt' });
    await link(product, entra, '3', { userName: ' gone', ...left });
    await link(product, entra, '4', { userName: ' deleted', ...left, deprovisionReason: 'deleted' });
    await link(product, entra, '5', { userName: ' unlinked', unlinkedAt: product.now });

    const { code, stdout } = await check();

    assert.deepEqual(
      [code, stdout],
      [0, 'pass     user-names  no user name is stored with whitespace around it\n'],
    );
  });

  it('lists the others, of each IdP, until the IdP sends them again', async () => {
    const [lea, twin] = [
      await link(product, entra, '6', { userName: 'lea\u00a0' }),
      await link(product, entra, '7', { userName: '\tanna schmidt' }),
    ];
    await link(product, okta, '8', { userName: ' kim' });

    const { code, stdout } = await check();
    const [report] = JSON.parse((await check('-v', '-o', 'json')).stdout).checks;

    assert.equal(code, 0);
    assert.ok(
      stdout.startsWith(
        'warn     user-names  3 user names are stored with whitespace around them: "\\tanna schmidt" of entra; "lea\\u00a0" of entra; " kim" of okta\n',
      ),
      stdout,
    );
    assert.match(stdout, /restart provisioning, so that the IdP sends them again/);
    assert.deepEqual(
      report.details.users
        .map(({ idp, id, userName }: Record<string, string>) => [idp, id, userName])
        .slice(0, 2),
      [
        ['entra', twin, '\tanna schmidt'],
        ['entra', lea, 'lea\u00a0'],
      ],
    );
    assert.equal((await check('--fail-on-findings')).code, 5);

    await sends(lea, 'lea');
    assert.match(
      (await check('--idp', 'entra')).stdout,
      /1 user name is stored .*: "\\tanna schmidt" of entra$/m,
    );
    assert.equal((await problemOf(sends(twin, 'anna schmidt'))).code, 'user-exists');
    await sends(twin, 'anna schmidt 2');
    assert.match((await check('--idp', 'entra')).stdout, /^pass/);
    await deleteUser(product.core, okta, report.details.users[2].id);
    assert.match((await check()).stdout, /^pass/);
  });

  it('names the first of many', async () => {
    const many = await addIdp(product, 'many');
    for (const n of [1, 2, 3, 4, 5, 6, 7]) {
      await link(product, many, `many-${n}`, { userName: `user ${n}\u2003` });
    }

    const { stdout } = await check('--idp', 'many');

    assert.match(stdout, /7 user names are stored/);
    assert.equal(stdout.match(/ of many/g)?.length, 5);
    assert.match(stdout, /; and 2 more/);
  });
});
