import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { createToken } from '../../src/core/tokens/create.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { addIdp, link } from '../support/people/provisioned.js';
import { allCommands } from '../support/processes/commands.js';
import { runHere } from '../support/processes/world.js';

/** What the list of a command needs beside its name. */
const MORE: Readonly<Record<string, readonly string[]>> = {
  'users preflight': ['-', '--idp', 'okta'],
  'users reconcile': ['-', '--idp', 'okta'],
};

forEachEngine('a cell of a table', (engine) => {
  let product: Product;
  before(async () => {
    product = await freshProduct(engine);
    const okta = await addIdp(product, 'okta');
    await createToken(product.core, 'okta', { expiresInMs: null });
    await link(product, okta, '4', { deprovisionedAt: product.now, deprovisionReason: 'disabled' });
    await link(product, okta, '5');
  });
  after(() => product.close());

  it('is a text for people, in every column of every list', async () => {
    const titles = (await allCommands())
      .filter(({ command }) => command.options?.some(({ flags }) => flags === '--wide'))
      .map(({ path }) => path.join(' '));
    assert.ok(titles.includes('audit list') && titles.includes('users pending'));
    for (const title of titles) {
      const { stdout, stderr } = await runHere([...title.split(' '), ...(MORE[title] ?? []), '--wide'], {
        env: { SCIMCTL_DATABASE: product.url },
        stdin: 'userName,active\nsomebody@contoso.example,true\n',
      });
      assert.notEqual(stdout, '', `${title}: ${stderr}`);
      assert.doesNotMatch(stdout, /\[object|undefined|\bNaN\b|Invalid Date/, title);
      const cells = stdout.split(/ {2,}|\n/);
      assert.ok(!cells.includes('null'), `${title}: ${stdout}`);
    }
  });

  it('has the details of an event as JSON', async () => {
    const { stdout } = await runHere(['audit', 'list', '--action', 'idp.add', '--wide'], {
      env: { SCIMCTL_DATABASE: product.url },
    });

    assert.match(stdout, / \{"[a-zA-Z]+":.*\}\n/);
  });
});
