import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { listAccounts } from '../../src/core/service-accounts/service-account.js';
import { createToken } from '../../src/core/tokens/create.js';
import { readTokens } from '../../src/core/tokens/find.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { binFile } from '../support/processes/cli.js';
import { Terminal, terminalMissing } from '../support/processes/pty.js';
import { runHere } from '../support/processes/world.js';

forEachEngine(
  'a destructive command',
  (engine) => {
    let product: Product;
    let tokenId: string;
    before(async () => {
      product = await freshProduct(engine);
      await addServiceAccount(product.core, { name: 'okta', kind: 'okta' });
      tokenId = (await createToken(product.core, 'okta', { expiresInMs: null })).id;
    });
    after(() => product.close());

    const start = (...words: string[]) =>
      Terminal.start([process.execPath, binFile, ...words], { env: { SCIMCTL_DATABASE: product.url } });
    const status = async () => (await readTokens(product.core)).map((token) => token.status);
    const names = async () => (await listAccounts(product.core)).map(({ name }) => name);

    it('asks at a terminal, and does nothing without a clear yes', { skip: terminalMissing }, async () => {
      for (const answer of ['\r', 'n\r']) {
        const terminal = await start('token', 'revoke', tokenId);
        await terminal.waitFor(/Revoke the token .* of IdP okta\?/);
        terminal.type(answer);

        assert.equal(await terminal.end(), 2);
        assert.match(terminal.screen(), /Not confirmed\. \[declined\]/);
        assert.deepEqual(await status(), ['active']);
      }
    });

    it('asks for the name where there is no way back', { skip: terminalMissing }, async () => {
      const terminal = await start('idp', 'remove', 'okta', '--yes');
      await terminal.waitFor(/Type okta to confirm/);
      terminal.type('okt\r');

      assert.equal(await terminal.end(), 2);
      assert.deepEqual(await names(), ['okta']);
    });

    it('does not ask where nobody can answer', async () => {
      for (const words of [
        ['token', 'revoke', tokenId],
        ['token', 'revoke', tokenId, '--no-input'],
        ['idp', 'remove', 'okta', '--yes'],
      ]) {
        const { code, stderr } = await runHere(words, {
          env: { SCIMCTL_DATABASE: product.url },
          isTTY: true,
        });
        assert.equal(code, 2);
        assert.match(stderr, /\[confirmation-missing\]\n {2}Add --(yes|confirm okta) to confirm/);
      }
      assert.deepEqual([await status(), await names()], [['active'], ['okta']]);
    });

    it('goes on with a yes', { skip: terminalMissing }, async () => {
      const revoking = await start('token', 'revoke', tokenId);
      await revoking.waitFor(/Revoke the token/);
      revoking.type('y\r');
      assert.equal(await revoking.end(), 0);
      assert.deepEqual(await status(), ['revoked']);

      const removing = await start('idp', 'remove', 'okta');
      await removing.waitFor(/Type okta to confirm/);
      removing.type('okta\r');
      assert.equal(await removing.end(), 0);
      assert.deepEqual(await names(), []);
    });
  },
  { only: ['embedded'] },
);
