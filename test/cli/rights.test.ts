import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { sealEvents } from '../../src/core/audit/seal.js';
import { lacking, leastRole } from '../../src/core/rights/needs.js';
import { ROLES, type Role, roleName } from '../../src/core/rights/roles.js';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { setAccountEnabled } from '../../src/core/service-accounts/change.js';
import { createToken } from '../../src/core/tokens/create.js';
import { generateToken } from '../../src/core/tokens/format.js';
import type { Product } from '../support/databases/product.js';
import { type Cast, createCast, isBabelfish } from '../support/databases/roles.js';
import { forEachEngine } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
import { failureOf } from '../support/faults/failure.js';
import { addIdp, link } from '../support/people/provisioned.js';
import { allCommands } from '../support/processes/commands.js';
import { runHere } from '../support/processes/world.js';

/**
 * A command line for each command that uses a database, such that it does all it is there for, and, with
 * --dry-run, does not get in the way of the next. `<id>` is the id of a token, `<directory>` an empty one.
 */
const LINES: Record<string, string> = {
  init: 'init --yes --no-migrate --config <directory>/config.json --host skip --hosting on-premises --idp generic --token-file <directory>/<role>.token --another-token',
  'db status': 'db status',
  'db verify': 'db verify',
  'db script': 'db script',
  'db grants': 'db grants --apply --dry-run',
  'db wait': 'db wait --for 0s',
  'host status': 'host status',
  'host mark': 'host mark --hosting cloud --dry-run',
  check: 'check',
  'idp add': 'idp add other --kind generic --dry-run',
  'idp list': 'idp list',
  'idp show': 'idp show okta',
  'idp update': 'idp update okta --display-name Other --dry-run',
  'idp enable': 'idp enable asleep --dry-run',
  'idp disable': 'idp disable okta --dry-run',
  'idp release': 'idp release okta --dry-run',
  // The other one holds departures back.
  'idp remove': 'idp remove asleep --confirm asleep --dry-run',
  'idp sheet': 'idp sheet okta --base-url https://iqm.example.com',
  'token create': 'token create --idp okta --dry-run',
  'token list': 'token list',
  'token show': 'token show <id>',
  'token rotate': 'token rotate --idp okta --dry-run',
  'token revoke': 'token revoke <id> --yes --dry-run',
  'token prune': 'token prune --dry-run',
  'token verify': 'token verify --token-file <directory>/token',
  'users pending': 'users pending',
  'users list': 'users list',
  'users show': 'users show 4',
  'users preflight': 'users preflight <directory>/users.csv --idp okta',
  'users reconcile': 'users reconcile <directory>/users.csv --idp okta',
  'users link': 'users link 5 --idp okta --external-id object-5 --dry-run',
  'users disable': 'users disable 4 --dry-run',
  seats: 'seats',
  'audit list': 'audit list',
  'audit verify': 'audit verify',
  'audit export': 'audit export',
  'audit seal': 'audit seal --margin 0s',
  'audit follow': 'audit follow --since-last <directory>/<role>.json --since 2000-01-01',
  'audit head': 'audit head',
  'audit void': 'audit void --reason test --dry-run',
  'audit prune': 'audit prune --before 90d --head <directory>/head.json --dry-run',
  'support bundle': 'support bundle --print',
  serve: 'serve --port 0 --on-pending http://127.0.0.1:9/ --on-pending-secret-file <directory>/hook-secret',
};

/** Those that need the database in another state. */
const ELSEWHERE: Record<string, string> = {
  'db migrate': 'db migrate',
  'host install-reference': 'host install-reference --dry-run',
  // As the owner of the application's tables, too.
  'host scaffold': 'host scaffold --binding host-binding.json --apply',
  'host remove': 'host remove',
};

/** Those that use no database, or one of their own. */
const WITHOUT = [
  'quickstart',
  'probe',
  'token new-key',
  'audit new-key',
  'explain',
  'completion',
  'help',
  'service print',
  'service install',
  'service uninstall',
  'service status',
];

/** What ends otherwise where triggers cannot be seen: Babelfish does not have VIEW DEFINITION. */
const UNSEEN_TRIGGERS = ['db verify', 'check', 'init', 'users preflight'];

const CHANGING = 'changing the schema';

/** What to do where none of the roles suffices. */
const HINTS: Record<string, string> = {
  'db grants': 'Have a DBA run the script that `scimctl db grants` prints without --apply',
  'host install-reference': 'Have a DBA run this command',
};

const commands = await allCommands();
const needsOf = (title: string) => commands.find(({ path }) => path.join(' ') === title)?.command.rights;

describe('every command', () => {
  it('is run below as each role, or uses no database', () => {
    const titles = commands.map(({ path }) => path.join(' '));
    const known = [...Object.keys(LINES), ...Object.keys(ELSEWHERE), ...WITHOUT];
    assert.deepEqual(known.sort(), titles.sort());
    assert.deepEqual(
      WITHOUT.filter((title) => needsOf(title)),
      [],
    );
  });
});

forEachEngine(
  'who may run what',
  (engine) => {
    let cast: Cast;
    let product: Product;
    let onBabelfish = false;
    let tokenId = '';
    let directory = '';

    before(async () => {
      cast = createCast(engine);
      product = await cast.install();
      const okta = await addIdp(product, 'okta');
      const left = { deprovisionedAt: product.now, heldBackAt: product.now };
      await link(product, okta, '4', { ...left, deprovisionReason: 'disabled' });
      // The account of another person by now.
      await link(product, okta, '5', { accountLogin: 'other', accountEmail: 'other@contoso.example' });
      tokenId = (await createToken(product.core, 'okta', { expiresInMs: null })).id;
      await sealEvents(product.core, { waitMs: 0 });
      await addServiceAccount(product.core, { name: 'asleep', kind: 'generic' });
      await setAccountEnabled(product.core, 'asleep', false);
      directory = await temporaryDirectory('rights');
      await writeFile(join(directory, 'token'), generateToken(randomBytes).text);
      const head = { sealNo: 0, lastSeq: 0, events: 0, digest: '00'.repeat(32) };
      await writeFile(join(directory, 'head.json'), JSON.stringify(head));
      await writeFile(join(directory, 'users.csv'), 'login\nsomebody@contoso.example\n');
      const secret = `whsec_${randomBytes(32).toString('base64')}`;
      await writeFile(join(directory, 'hook-secret'), secret, { mode: 0o600 });
      onBabelfish = await isBabelfish(product);
    });
    after(async () => {
      await product.close();
      await cast.drop();
    });

    const run = (role: Role, line: string) =>
      runHere(
        line
          .split(' ')
          .map((word) =>
            word.replace('<id>', tokenId).replace('<directory>', directory).replace('<role>', role),
          )
          .concat('-o', 'json'),
        {
          env: { SCIMCTL_DATABASE: cast.as(role, product), SCIMCTL_SCHEMA: cast.schema },
          // Else the endpoint would go on for ever.
          interruptWhen: /"event":"listening"/,
        },
      );

    /** How the program says what a role lacks, in the engine's words. */
    const saidOf = (lacks: readonly string[]) =>
      lacks.flatMap((right) => {
        if (right === CHANGING)
          return engine.name === 'mssql' ? ['ALTER on schema scim'] : ['CREATE on schema scim'];
        if (right === 'making roles')
          return engine.name === 'mssql' ? ['CREATE ROLE in the database'] : ['CREATEROLE'];
        if (right === 'making schemas')
          return engine.name === 'mssql' ? ['CREATE SCHEMA in the database'] : ['CREATE on the database'];
        return [right.replace(' on ', ' on scim.')];
      });

    async function assertAs(role: Role, title: string, line: string): Promise<string | undefined> {
      const heard = await run(role, line);
      const needs = needsOf(title);
      const byTable = needs ? lacking(role, needs) : [];
      // On SQL Server the installer's rights are on the schema, the host views in it included.
      const isWhole = engine.name === 'mssql' && role === 'installer';
      const lacks = byTable.filter((right) => !isWhole || !/ on host_/.test(right));
      // Babelfish has no ALTER to grant, nor CREATE TABLE.
      if (onBabelfish && role === 'installer' && needs?.schema === 'change') lacks.unshift(CHANGING);
      if (lacks.length === 0) {
        const answers = onBabelfish && UNSEEN_TRIGGERS.includes(title) ? [0, 4] : [0];
        // The token that is looked up was never issued.
        if (title === 'token verify') answers.push(4);
        // A departure is held back here, for `idp release`: the check of departures fails by that.
        if (title === 'check') answers.push(4);
        // A list of one user looks like the wrong one.
        if (title === 'users reconcile') answers.push(4);
        return answers.includes(heard.code) && heard.stdout !== ''
          ? undefined
          : `${role}: ${title} should work, but: ${heard.code} ${heard.stderr}${heard.stdout}`;
      }
      const { code, message, hint } =
        heard.code === 0 ? { code: 'none', message: '', hint: '' } : failureOf(heard.stderr);
      const list = saidOf(lacks).map((right) => right.replace(' scim', ` ${cast.schema}`));
      const all = list.length < 2 ? list[0] : `${list.slice(0, -1).join(', ')} and ${list.at(-1)}`;
      const least = needs && leastRole(needs);
      const what = list.length === 1 ? 'this right' : 'these rights';
      const expected = [
        'database-permission-denied',
        `The login ${cast.loginOf(role)} lacks ${all}.`,
        least
          ? `The role ${roleName(least, cast.schema)} has ${what}. Have a DBA run \`scimctl db grants --role ${least} --to ${cast.loginOf(role)} --apply\`.`
          : `None of our roles has ${what}. ${HINTS[title]}.`,
        3,
      ];
      const actual = [code, message, hint, heard.code];
      return actual.join('\n') === expected.join('\n')
        ? undefined
        : `${role}: ${title} said\n${actual.join('\n')}\nbut should say\n${expected.join('\n')}`;
    }

    // Who may do least goes first: whoever may do more, changes something.
    for (const role of [...ROLES].reverse()) {
      it(`${role}: exactly what docs/databases.md says`, async () => {
        const lines = Object.entries(LINES);
        const surprises: (string | undefined)[] = [];
        // A few at once, to save time: what changes something is taken back.
        for (let at = 0; at < lines.length; at += 3) {
          const some = lines.slice(at, at + 3);
          surprises.push(...(await Promise.all(some.map(([title, line]) => assertAs(role, title, line)))));
        }
        assert.equal(surprises.filter((each) => each !== undefined).join('\n\n'), '');
      });
    }

    it('the endpoint: a rehearsal, of which everybody else hears before it begins', async () => {
      const line = `${LINES['users preflight']} --rehearse --yes`;
      assert.equal(JSON.parse((await run('endpoint', line)).stdout).rehearsal.created, 1);
      for (const role of ['auditor', 'operator'] as const) {
        const { code, message, hint } = failureOf((await run(role, line)).stderr);
        assert.equal(code, 'database-permission-denied');
        assert.match(message, /INSERT on \w+\.host_user/);
        assert.match(hint, /Have a DBA run `scimctl db grants --role endpoint --to \w+ --apply`\.$/);
      }
      // Also where the login lacks what every command needs, which is found out first.
      const auditor = roleName('auditor', cast.schema);
      await product.test.query(`revoke select on ${cast.schema}.schema_history from ${auditor}`);
      const { stderr } = await run('auditor', line);
      await product.test.query(`grant select on ${cast.schema}.schema_history to ${auditor}`);
      assert.match(failureOf(stderr).hint, /--role endpoint /);
    });

    it('a report: refused before anything is printed, or without the pools that the login cannot read', async () => {
      const [role, file] = [roleName('auditor', cast.schema), join(directory, 'report.html')];
      const without = async (view: string, line: string) => {
        await product.test.query(`revoke select on ${cast.schema}.${view} from ${role}`);
        const heard = await run('auditor', `${line} --report ${file}`);
        await product.test.query(`grant select on ${cast.schema}.${view} to ${role}`);
        return heard;
      };

      const refused = await without('host_user', 'seats');
      const whole = await run('auditor', `users pending --report ${file}`);
      const wholePage = await readFile(file, 'utf8');
      const partial = await without('host_licence', 'users pending');
      const page = await readFile(file, 'utf8');

      assert.deepEqual([refused.code, refused.stdout], [3, '']);
      assert.match(refused.stderr, /lacks SELECT on \w+\.host_user/);
      assert.deepEqual([whole.code, partial.code], [0, 0]);
      assert.match(partial.stderr, /The report does not show the licence pools/);
      assert.doesNotMatch(whole.stderr, /licence pools/);
      assert.ok(wholePage.includes('Held by pending accounts'));
      assert.ok(!page.includes('Held by pending accounts'));
    });

    it('a login that may only read: nothing is said of the trail, to which it could write nothing', async () => {
      const { code, stderr } = await run('auditor', 'users disable 4 --yes');

      assert.equal(code, 3);
      assert.equal(failureOf(stderr).code, 'database-permission-denied');
      assert.doesNotMatch(stderr, /seal/);
    });

    it('only a DBA: the reference host application', async () => {
      // Babelfish drops no view that has triggers.
      const triggers = engine.name === 'mssql' ? ['host_user_insert', 'host_user_update'] : [];
      for (const trigger of triggers) await product.test.query(`drop trigger ${cast.schema}.${trigger}`);
      for (const view of ['host_user', 'host_sso_provider', 'host_licence'])
        await product.test.query(`drop view ${cast.schema}.${view}`);
      for (const table of ['users', 'licence_pools', 'SY_IdentityProviders'])
        await product.test.query(`drop table app.${table}`);
      for (const role of ROLES) {
        const line = ELSEWHERE['host install-reference'] ?? '';
        assert.equal(await assertAs(role, 'host install-reference', line), undefined);
      }
    });

    it('nobody but the installer: an upgrade', async () => {
      // test/core/role-rights.test.ts has the installer's own, for which a version has to be missing.
      await product.test.query(
        `delete from ${cast.schema}.schema_history where version = (select max(version) from ${cast.schema}.schema_history)`,
      );
      for (const role of ROLES.filter((each) => each !== 'installer')) {
        assert.equal(await assertAs(role, 'db migrate', 'db migrate'), undefined);
      }
    });

    it('a login without any role: nothing, and it is told so', {
      skip: engine.name === 'mssql' && 'a login has no user here before it has a role',
    }, async () => {
      const login = cast.loginOf('auditor');
      await product.test.query(`revoke ${roleName('auditor', cast.schema)} from ${login}`);
      for (const line of ['idp list', 'users pending', 'audit list']) {
        const { stderr } = await run('auditor', line);
        const { code, message, hint } = failureOf(stderr);
        assert.deepEqual(
          [code, message, hint],
          [
            'database-permission-denied',
            `The login ${login} lacks USAGE on schema ${cast.schema}.`,
            `The role ${roleName('auditor', cast.schema)} has this right. Have a DBA run \`scimctl db grants --role auditor --to ${login} --apply\`.`,
          ],
          line,
        );
      }
    });
  },
  { only: ['postgres', 'mssql'] },
);
