import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { runHere } from '../support/processes/world.js';

forEachEngine('how an IdP may authenticate', (engine) => {
  let product: Product;
  const scimctl = async (...words: string[]) => {
    const { code, stdout, stderr } = await runHere([...words, '-o', 'json'], {
      env: { SCIMCTL_DATABASE: product.url },
    });
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as { authentication: string[] };
  };

  before(async () => {
    product = await freshProduct(engine);
  });
  after(() => product.close());

  it('is by bearer token alone, unless it is said otherwise, and goes back to that', async () => {
    assert.deepEqual((await scimctl('idp', 'add', 'entra')).authentication, ['bearer']);
    assert.deepEqual((await scimctl('idp', 'add', 'okta', '--allow-oauth')).authentication, [
      'bearer',
      'oauth',
    ]);

    const changed = await scimctl('idp', 'update', 'okta', '--allow-basic', '--no-allow-oauth');
    assert.deepEqual(changed.authentication, ['bearer', 'basic']);
    assert.deepEqual((await scimctl('idp', 'show', 'okta')).authentication, ['bearer', 'basic']);
    assert.deepEqual((await scimctl('idp', 'update', 'okta', '--no-allow-basic')).authentication, ['bearer']);
  });

  it('is in the trail, and changed once only', async () => {
    const events = async () =>
      (await rowsOf(product, 'scim.event')).filter(({ actor }) => actor === 'cli:tester@test');
    await scimctl('idp', 'add', 'audited');
    await scimctl('idp', 'update', 'audited', '--allow-basic');
    const before = await events();
    await scimctl('idp', 'update', 'audited', '--allow-basic', '--no-allow-oauth');

    assert.deepEqual(await events(), before);
    const [added, updated] = before.slice(-2).map(({ details }) => JSON.parse(String(details)));
    assert.deepEqual(added.authentication, ['bearer']);
    assert.deepEqual(updated, { allowsBasic: true });
  });
});
