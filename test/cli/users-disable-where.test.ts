import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
import { addIdp, link } from '../support/people/provisioned.js';
import { binFile } from '../support/processes/cli.js';
import { Terminal, terminalMissing } from '../support/processes/pty.js';
import { runHere } from '../support/processes/world.js';

const PLACE = 'Administration > Users > Lock';

forEachEngine('users disable', (engine) => {
  let product: Product;
  let directory: string;
  let entra: Awaited<ReturnType<typeof addIdp>>;
  const env = () => ({ SCIMCTL_DATABASE: product.url });
  const run = (...words: string[]) => runHere(words, { cwd: directory, env: env() });
  const disabled = async () =>
    (await rowsOf(product, 'app.users'))
      .filter(({ id, enabled }) => [4, 6, 9].includes(Number(id)) && !enabled)
      .map(({ id }) => Number(id))
      .sort();

  before(async () => {
    product = await freshProduct(engine);
    directory = await temporaryDirectory('where');
    entra = await addIdp(product, 'entra');
    for (const id of ['4', '6', '9'])
      await link(product, entra, id, { deprovisionedAt: product.now, deprovisionReason: 'disabled' });
  });
  after(() => product.close());

  it('is refused, with the place, where accounts are disabled in the application', async () => {
    const marked = await run('host', 'mark', '--manual-disable', 'application', '--disable-in', `${PLACE}.`);
    const refused = await run('users', 'disable', '4', '--yes');
    // Who is to be disabled is asked only where it can be done.
    const unnamed = await run('users', 'disable');
    const others = await run('host', 'mark', '--login-rule', 'user-name', '-o', 'json');
    const allowed = await run('host', 'mark', '--manual-disable', 'scimctl', '--login-rule', 'email');

    assert.match(marked.stdout, /^MANUAL DISABLE: +in the application: Administration > Users > Lock$/m);
    assert.deepEqual([marked.code, refused.code, allowed.code, await disabled()], [0, 4, 0, []]);
    assert.match(
      refused.stderr,
      /in the application itself: Administration > Users > Lock\. \[disable-in-app/,
    );
    assert.deepEqual([unnamed.code, unnamed.stderr], [4, refused.stderr]);
    assert.equal(JSON.parse(others.stdout).manualDisableIn, PLACE);
    const said = (await rowsOf(product, 'scim.event'))
      .filter(({ action }) => action === 'host.mark')
      .map(({ details }) => JSON.parse(String(details)).manualDisableIn);
    assert.deepEqual(said, [PLACE, undefined, null]);
  });

  it('takes the policy and the place together', async () => {
    const noPlace = await run('host', 'mark', '--manual-disable', 'application');
    const noPolicy = await run('host', 'mark', '--disable-in', PLACE);
    const twoLines = await run('host', 'mark', '--manual-disable', 'application', '--disable-in', 'a\nb');

    assert.deepEqual([noPlace.code, noPolicy.code, twoLines.code], [2, 2, 2]);
    assert.match(noPlace.stderr, /belong together.*\[option-missing\]/);
    assert.match(twoLines.stderr, /\[place-invalid\]/);
  });

  describe('at a terminal', {
    skip: terminalMissing || (engine.name === 'embedded' && 'has one owner'),
  }, () => {
    const start = (columns = 100) =>
      Terminal.start([process.execPath, binFile, 'users', 'disable'], {
        env: env(),
        cwd: directory,
        columns,
      });

    it('lets nobody be disabled who was not picked', async () => {
      const terminal = await start();
      await terminal.waitFor(/Which accounts[\s\S]*submit/);
      terminal.type('a\r');

      assert.equal(await terminal.end(), 2);
      assert.match(terminal.screen(), /No user was picked\. \[declined\]/);
      assert.deepEqual(await disabled(), []);
    });

    it('shows who is pending and why, and disables who is picked', async () => {
      const terminal = await start(70);
      await terminal.waitFor(
        /Which accounts[\s\S]*ivanov@contoso\.example: disabled in entra, 0 days ago[\s\S]*Zoë Müller, since [\s\S]*submit/,
      );
      terminal.type('\x1b[B \r');
      await terminal.waitFor(/Disable \S+\?/);
      terminal.type('y\r');

      assert.equal(await terminal.end(), 0, terminal.screen());
      assert.equal((await disabled()).length, 1);
    });

    it('searches where many are pending', async () => {
      for (let n = 100; n < 120; n++) {
        await product.database.transaction(({ knex }) =>
          knex('users')
            .withSchema('app')
            .insert({
              login: `leaver${n}@contoso.example`,
              email: `leaver${n}@contoso.example`,
              display_name: `Leaver ${n}`,
              enabled: true,
            }),
        );
        const rows = await rowsOf(product, 'app.users');
        const id = rows.find(({ login }) => login === `leaver${n}@contoso.example`)?.id;
        await link(product, entra, String(id), {
          deprovisionedAt: product.now,
          deprovisionReason: 'disabled',
        });
      }
      const terminal = await start();
      await terminal.waitFor(/Search by part/);
      terminal.type('nobody-is-called-so\r');
      await terminal.waitFor(/No user who is pending has[\s\S]*Search again/);
      terminal.type('y\r');
      await terminal.waitFor(/Search by part/);
      terminal.type('LEAVER107\r');
      await terminal.waitFor(/leaver107[\s\S]*submit/);
      terminal.type(' \r');
      await terminal.waitFor(/One account is picked\. Search again/);
      terminal.type('n\r');
      await terminal.waitFor(/Disable leaver107@contoso\.example\?/);
      terminal.type('y\r');

      assert.equal(await terminal.end(), 0, terminal.screen());
      const left = (await rowsOf(product, 'app.users')).filter(({ login, enabled }) =>
        String(login).startsWith('leaver') ? !enabled : false,
      );
      assert.deepEqual(
        left.map(({ login }) => login),
        ['leaver107@contoso.example'],
      );
    });

    it('says so where nobody is pending', async () => {
      await product.database.transaction(({ knex }) =>
        knex('users').withSchema('app').update({ enabled: false }),
      );
      const terminal = await start();

      assert.equal(await terminal.end(), 2);
      assert.match(terminal.screen(), /No user is pending manual disable\. \[users-none-pending\]/);
    });
  });
});
