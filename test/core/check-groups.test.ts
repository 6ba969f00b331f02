import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, it } from 'node:test';
import { createGroup } from '../../src/core/provisioning/groups/create-group.js';
import type { Idp } from '../../src/core/provisioning/types.js';
import { insertGroup } from '../../src/database/queries/groups/groups.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { addIdp } from '../support/people/provisioned.js';
import { runHere } from '../support/processes/world.js';

forEachEngine('check groups', (engine) => {
  let product: Product;
  let entra: Idp;
  let okta: Idp;
  before(async () => {
    product = await freshProduct(engine);
    entra = await addIdp(product, 'entra');
    okta = await addIdp(product, 'okta');
  });
  after(() => product.close());

  const legacy = async (idp: Idp, displayName: string) => {
    const row = { groupId: randomUUID(), serviceAccountId: idp.id, displayName, externalId: null };
    await product.database.transaction((session) =>
      insertGroup(session, { ...row, createdAt: product.now, updatedAt: product.now }),
    );
  };
  const make = (idp: Idp, displayName: string) =>
    createGroup(product.core, idp, { displayName, externalId: null, memberIds: [] });
  const check = (...words: string[]) => runHere(['check', 'groups', '--database', product.url, ...words]);

  it('passes where all names differ, whitespace aside', async () => {
    await make(entra, 'Lab');
    await make(okta, 'Lab');
    await legacy(entra, '\u00a0Yard ');

    const { code, stdout } = await check();

    assert.deepEqual(
      [code, stdout],
      [0, 'pass     groups  no two groups differ only in the whitespace around their names\n'],
    );
  });

  it('lists those that differ in nothing else, of each IdP, with what cannot be seen spelled out', async () => {
    await legacy(entra, 'lab\u00a0');
    await legacy(entra, '\tLab');
    await legacy(okta, ' Yard');
    await legacy(okta, 'Yard');

    const { code, stdout } = await check();
    const [report] = JSON.parse((await check('-v', '-o', 'json')).stdout).checks;

    assert.equal(code, 0);
    assert.match(stdout, /^warn {5}groups {2}groups differ only in the whitespace around their names: /m);
    assert.ok(
      stdout.includes('"\\tLab" and "Lab" and "lab\\u00a0" of entra; " Yard" and "Yard" of okta'),
      stdout,
    );
    assert.match(stdout, /Rename or delete one of these groups in the IdP\./);
    assert.equal(report.status, 'warn');
    assert.deepEqual(
      report.details.alike.map(({ idp, groups }: { idp: string; groups: { displayName: string }[] }) => [
        idp,
        groups.map(({ displayName }) => displayName),
      ]),
      [
        ['entra', ['\tLab', 'Lab', 'lab\u00a0']],
        ['okta', [' Yard', 'Yard']],
      ],
    );
    assert.equal((await check('--fail-on-findings')).code, 5);
  });

  it('is about one IdP where it is asked about one', async () => {
    const { stdout } = await check('--idp', 'okta');

    assert.ok(stdout.includes('" Yard" and "Yard" of okta'));
    assert.ok(!stdout.includes('entra'));
  });

  it('names the first of many', async () => {
    const many = await addIdp(product, 'many');
    for (const n of [1, 2, 3, 4, 5, 6, 7]) {
      await make(many, `Group ${n}`);
      await legacy(many, `Group ${n}\u2003`);
    }

    const { stdout } = await check('--idp', 'many');

    assert.equal(stdout.match(/of many/g)?.length, 5);
    assert.match(stdout, /; and 2 more/);
  });
});
