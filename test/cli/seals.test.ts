import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
import { addHostUser } from '../support/people/people.js';
import { addIdp, link, linkHostUsers } from '../support/people/provisioned.js';
import { allCommands } from '../support/processes/commands.js';
import { runHere } from '../support/processes/world.js';

/** Command lines that write events, in an order in which each can. `<directory>` is an empty one. */
const LINES: readonly (readonly [title: string, line: string, code?: number])[] = [
  ['host mark', 'host mark --rename-on-match no'],
  ['idp add', 'idp add other --kind generic'],
  ['idp update', 'idp update other --display-name Other'],
  ['idp disable', 'idp disable other --yes'],
  ['idp enable', 'idp enable other'],
  ['token create', 'token create --idp other'],
  ['token rotate', 'token rotate --idp other --now'],
  ['token prune', 'token prune --before 1s --yes'],
  ['idp remove', 'idp remove other --confirm other --yes'],
  [
    'init',
    'init --yes --no-migrate --config <directory>/init.json --host skip --hosting on-premises --idp generic --token-file <directory>/init.token',
  ],
  ['users reconcile', 'users reconcile <directory>/without.csv --idp okta --mark --expect 2'],
  ['users reconcile', 'users reconcile <directory>/with.csv --idp okta --mark --expect 0'],
  ['idp release', 'idp release okta --yes'],
  ['users disable', 'users disable 8 --yes'],
  ['users link', 'users link new@x.example --idp okta --external-id object-new'],
  // A refusal is an event, too.
  ['idp add', 'idp add okta', 1],
];

/** Those that write events in another way, and those that write none; each is run in test/cli/rights.test.ts. */
const OTHERS: Readonly<Record<string, string>> = {
  'db migrate': 'below, on an empty database',
  quickstart: 'below, in a directory of its own',
  'db grants': 'roles of the server; it commits in the same way as db migrate',
  'token revoke': 'the same change as the rotation',
  'host scaffold': 'the same change as host remove',
  'host remove': 'the views are needed; test/cli/host-scaffold.test.ts has it',
  'host install-reference': 'before the product is there; test/cli/flow.test.ts has it',
  'users preflight': 'a rehearsal leaves one event; test/core/rehearsal.test.ts has it',
  'audit seal': 'seals itself',
  serve: 'seals itself',
  'audit prune': 'requires seals of 90 days ago',
  'audit void': 'requires planted rows',
  ...Object.fromEntries(
    [
      'db status|db verify|db script|db wait|host status|check|idp list|idp show|idp sheet|token list|token show',
      'token verify|token new-key|users pending|users list|users show|seats|audit list|audit verify|audit export',
      'audit follow|audit head|audit new-key|support bundle|probe|explain|completion|help|service print',
      'service install|service uninstall|service status',
    ]
      .join('|')
      .split('|')
      .map((title) => [title, 'writes no event'] as const),
  ),
};

describe('every command', () => {
  it('is said here to write events or not', async () => {
    const titles = (await allCommands()).map(({ path }) => path.join(' '));
    const said = [...new Set([...LINES.map(([title]) => title), ...Object.keys(OTHERS)])];
    assert.deepEqual(said.sort(), titles.sort());
  });
});

forEachEngine('each command that writes an event seals it before it ends', (engine) => {
  let product: Product;
  let directory = '';

  before(async () => {
    product = await freshProduct(engine);
    directory = await temporaryDirectory('seals');
    const okta = await addIdp(product, 'okta');
    const left = { deprovisionedAt: product.now, deprovisionReason: 'disabled' as const };
    await link(product, okta, '4', { ...left, heldBackAt: product.now });
    await link(product, okta, '8', left);
    const others = await linkHostUsers(product, okta, 30);
    await addHostUser(product, 'new@x.example');
    const missing = 'anna.schmidt@contoso.example';
    const there = others.filter((login) => login !== missing);
    assert.ok(there.length < others.length);
    const rows = (names: readonly string[]) => ['userName,active', ...names.map((name) => `${name},true`)];
    await writeFile(join(directory, 'without.csv'), rows(there).join('\n'));
    await writeFile(join(directory, 'with.csv'), rows(others).join('\n'));
  });
  after(() => product.close());

  const run = (line: string, url = product.url) =>
    runHere(
      line.split(' ').map((word) => word.replace('<directory>', directory)),
      { env: { SCIMCTL_DATABASE: url }, cwd: directory },
    );
  /** How many events there are, and how many of them no seal covers. */
  const trail = async (url?: string): Promise<{ events: number; unsealed: number }> =>
    JSON.parse((await run('audit verify -o json', url)).stdout);

  async function faultOf(line: string, expected = 0, url?: string): Promise<string | undefined> {
    const before = url === undefined ? (await trail()).events : 0;
    const { code, stderr } = await run(line, url);
    const { events, unsealed } = await trail(url);
    const isWell = code === expected && events > before && unsealed === 0 && !stderr.includes('sealed');
    return isWell
      ? undefined
      : `${line}: ${code}, ${events - before} events, ${unsealed} not sealed: ${stderr}`;
  }

  it('on a database with users', async () => {
    const faults: (string | undefined)[] = [];
    for (const [title, line, code] of LINES) {
      // The token has to have ended a second ago.
      if (title === 'token prune') await setTimeout(1100);
      faults.push(await faultOf(line, code));
    }

    assert.equal(faults.filter((fault) => fault !== undefined).join('\n'), '');
  });

  it('where the command installs the schema', async () => {
    const empty = await engine.freshDatabase();

    assert.equal(await faultOf('db migrate', 0, empty.url), undefined);
  });

  it('and says nothing of the trail where it could write nothing', async () => {
    const { stderr } = await run('users disable 9 --yes --timeout 1s', 'postgres://nobody@127.0.0.1:1/none');

    assert.doesNotMatch(stderr, /audit/);
  });
});
