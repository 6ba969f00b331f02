import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
import { binFile, startCli } from '../support/processes/cli.js';
import { Terminal, terminalMissing } from '../support/processes/pty.js';

forEachEngine('a command that is interrupted', (engine) => {
  let product: Product;

  before(async () => {
    product = await freshProduct(engine);
    await addServiceAccount(product.core, { name: 'entra', kind: 'entra' });
  });
  after(() => product.close());

  it('ends at once with 130, while it waits for a lock, and leaves nothing half done', async () => {
    const file = join(await temporaryDirectory(), 'entra.token');
    const before = await rowsOf(product, 'scim.event');
    const [locked, release] = [signal(), signal()];
    const rival = product.database.transaction(async ({ knex }) => {
      await knex('service_account').withSchema('scim').increment('token_changes', 1);
      locked.give();
      await release.given;
    });
    await locked.given;
    const running = await startCli(['token', 'create', '--idp', 'entra', '--token-file', file], {
      env: { SCIMCTL_DATABASE: product.url },
    });
    if (engine.name !== 'embedded') await until(() => existsSync(file));
    else await delay(2000); // Its very first question waits here: there is one session for all.

    running.kill('SIGINT');
    const { code, stdout, stderr } = await running.end(10_000).finally(() => {
      release.give();
      return rival;
    });

    assert.equal(code, 130);
    assert.equal(stdout, '');
    assert.match(stderr, /^Error: Interrupted\. \[interrupted\]\n/);
    assert.equal(existsSync(file), false);
    assert.deepEqual(await rowsOf(product, 'scim.token'), []);
    assert.deepEqual(await rowsOf(product, 'scim.event'), before);
  });
});

describe('a command that waits for something else than a lock', () => {
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    it(`ends at ${name} while the server is not there`, async () => {
      const running = await startCli(['db', 'wait', '--for', '5m', '--verbose'], {
        env: { SCIMCTL_DATABASE: 'postgresql://nobody:x@127.0.0.1:1/nothing' },
      });
      await running.waitFor(/Try 1/);

      running.kill(name);

      assert.equal((await running.end(10_000)).code, 130);
    });
  }

  it('ends at Control-C while it asks', { skip: terminalMissing }, async () => {
    const terminal = await Terminal.start([process.execPath, binFile, 'token', 'verify']);
    await terminal.waitFor(/Token:/);

    terminal.type('\x03');

    assert.equal(await terminal.end(10_000), 130);
  });
});

async function until(condition: () => boolean, timeoutMs = 60_000): Promise<void> {
  for (const end = Date.now() + timeoutMs; !condition(); await delay(20)) {
    assert.ok(Date.now() < end, `${timeoutMs} ms have passed`);
  }
}

function signal(): { give: () => void; given: Promise<void> } {
  let give = () => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { give, given };
}
