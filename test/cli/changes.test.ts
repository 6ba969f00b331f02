import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { createToken } from '../../src/core/tokens/create.js';
import { dumpOf } from '../support/databases/dump.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { link } from '../support/people/provisioned.js';
import { allCommands } from '../support/processes/commands.js';
import { runHere } from '../support/processes/world.js';

/** Every command that changes something in the database, with its event; `<id>` stands for the id of a token. */
const changing: Record<string, string> = {
  'idp add generic': 'idp.add',
  'idp update okta --display-name Other': 'idp.update',
  'idp disable okta': 'idp.disable',
  'idp enable okta': 'idp.enable',
  'idp release okta --yes': 'idp.release',
  'token create --idp okta': 'token.create',
  'token revoke <id> --yes': 'token.revoke',
  'token prune --before 2100-01-01 --yes': 'token.prune',
  'token rotate --idp okta': 'token.rotate',
  'users disable kim.minsu@contoso.example --yes': 'user.disable',
  'users link anna.schmidt@contoso.example --idp okta --external-id anna': 'user.link',
  'idp remove okta --confirm okta': 'idp.remove',
  'host mark --hosting cloud': 'host.mark',
};

/** Changes that keep other rules and have tests of their own. */
const apart = [
  'quickstart',
  'init',
  'db migrate',
  'db grants',
  'host install-reference',
  // Of other tables: in host-scaffold.test.ts.
  'host scaffold',
  'host remove',
  // Marks several accounts: in users-reconcile.test.ts and reconcile.test.ts.
  'users reconcile',
  'audit seal',
  'audit void',
  'audit prune',
  // Of no database.
  'audit new-key',
  'token new-key',
  // Of the machine: in service-install.test.ts.
  'service install',
  'service uninstall',
];

forEachEngine('a command that changes something', (engine) => {
  let product: Product;
  let tokenId: string;
  const run = (words: string[]) => runHere(words, { env: { SCIMCTL_DATABASE: product.url } });

  before(async () => {
    product = await freshProduct(engine);
    const okta = await addServiceAccount(product.core, { name: 'okta', kind: 'okta' });
    const left = { deprovisionedAt: product.now, departedAt: product.now };
    await link(product, okta, '10', { ...left, deprovisionReason: 'disabled' });
    tokenId = (await createToken(product.core, 'okta', { expiresInMs: null })).id;
  });
  after(() => product.close());

  for (const [line, action] of Object.entries(changing)) {
    it(`rehearses with --dry-run, and then does it with one event: ${line}`, async () => {
      const words = line.split(' ').map((word) => (word === '<id>' ? tokenId : word));
      const before = await dumpOf(product.database);
      const events = (await rowsOf(product, 'scim.event')).length;

      const rehearsed = await run([...words, '--dry-run', '-o', 'json']);
      assert.equal(rehearsed.code, 0, rehearsed.stderr);
      assert.match(rehearsed.stderr, /^Dry run: nothing was changed\./m);
      assert.equal(await dumpOf(product.database), before);
      assert.doesNotMatch(rehearsed.stdout, /scimctl_[0-9A-Za-z]{12}_/);

      const done = await run([...words, '-o', 'json']);
      assert.equal(done.code, 0, done.stderr);
      const trail = (await rowsOf(product, 'scim.event')).sort((a, b) => Number(a.seq) - Number(b.seq));
      assert.deepEqual(
        trail.slice(events).map((event) => [event.action, event.outcome, event.actor]),
        [[action, 'done', 'cli:tester@test']],
      );
      const [answer, rehearsal] = [JSON.parse(done.stdout), JSON.parse(rehearsed.stdout)];
      const { token: _token, ...shown } = Array.isArray(answer) ? answer[0] : answer;
      assert.deepEqual(Object.keys(shown), Object.keys(Array.isArray(rehearsal) ? rehearsal[0] : rehearsal));
    });
  }

  it('is among those that are tested here, or known to be apart', async () => {
    const tested = Object.keys(changing).map((line) => line.split(' ').slice(0, 2).join(' '));
    const found = (await allCommands())
      .filter(({ command }) => command.options?.some(({ flags }) => flags.startsWith('--dry-run')))
      .map(({ path }) => path.join(' '));
    assert.deepEqual(
      found.filter((title) => !tested.includes(title) && !apart.includes(title)),
      [],
    );
    assert.deepEqual(
      tested.filter((title) => !found.includes(title)),
      [],
    );
  });
});
