import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { readHead } from '../../src/core/audit/evidence/head.js';
import { sealEvents } from '../../src/core/audit/seal.js';
import { ROLES, roleName } from '../../src/core/rights/roles.js';
import { uninstallScript } from '../../src/core/rights/uninstall.js';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { setAccountEnabled } from '../../src/core/service-accounts/change.js';
import { dumpOf } from '../support/databases/dump.js';
import { listingOf } from '../support/databases/listing.js';
import { pgDumpOf, whyNoPgDump } from '../support/databases/pg-dump.js';
import type { Product } from '../support/databases/product.js';
import { type Cast, createCast } from '../support/databases/roles.js';
import { forEachEngine } from '../support/engines.js';
import { TOOL_VERSION } from './open-test-database.js';
import { scriptClients } from './script-clients.js';

/** The script for the trail as it ends now. */
async function scriptFor(product: Product, cast: Cast): Promise<string> {
  await sealEvents(product.core, { waitMs: 0 });
  const head = await readHead(product.core);
  const { dialect } = product.database;
  return uninstallScript(head, { dialect, schema: cast.schema, toolVersion: TOOL_VERSION });
}

for (const client of scriptClients) {
  forEachEngine(
    `the script that uninstalls, run with ${client.name}`,
    (engine) => {
      const skip = client.absent ?? false;
      const thorough = ['psql', 'the driver'].includes(client.name);
      const casts: Cast[] = [];
      after(async () => {
        for (const cast of casts) await cast.drop();
      });
      const open = async (host: boolean) => {
        const cast = createCast(engine);
        casts.push(cast);
        return { cast, product: await cast.install({ host }) };
      };
      /** On Babelfish, roles need rights on the application's table, and are not dropped while they have them. */
      const withoutMore = async ({ test }: Product, { schema }: Cast) => {
        if (engine.name !== 'mssql') return;
        for (const role of ['operator', 'endpoint', 'installer'] as const)
          await test.query(`revoke select, insert, update on app.users from ${roleName(role, schema)}`);
      };
      const rolesLeft = ({ database }: Product, { schema }: Cast) =>
        database.read(async ({ knex, dialect }) => {
          const names = ROLES.map((role) => roleName(role, schema));
          const states = await dialect.roles(knex, schema, names);
          return states.filter(({ exists }) => exists).map(({ name }) => name);
        });
      const run = (product: Product, script: string) => client.run(product.url, script);
      const refuses = async (product: Product, script: string, reason: RegExp) => {
        const before = await dumpOf(product.database);
        const { errors, exitCode } = await run(product, script);
        assert.match(errors.join('\n'), reason);
        assert.equal(exitCode !== 0, client.stops);
        assert.equal(await dumpOf(product.database), before);
      };

      it('leaves the application as it was, and the host views that it did not make', {
        skip: skip || (!thorough && 'tried with another client'),
      }, async () => {
        const { cast, product } = await open(true);
        await withoutMore(product, cast);
        const dumps = engine.name === 'postgres' && (await whyNoPgDump(product.url)) === undefined;
        const application = async () => [
          await listingOf(product.test, engine.name, 'app'),
          dumps ? await pgDumpOf(product.url, 'app') : '',
        ];
        const before = await application();
        assert.ok((before[0] ?? []).length > 10);
        const count = `select count(*) as n from ${cast.schema}.host_user`;
        const users = await product.test.query(count);

        const script = await scriptFor(product, cast);
        assert.deepEqual(await run(product, script), { errors: [], exitCode: 0 });

        assert.deepEqual(await application(), before);
        assert.deepEqual(await product.test.query(count), users);
        const left = await product.database.read(({ knex, dialect }) =>
          dialect.catalogue((query) => query(knex), cast.schema),
        );
        assert.deepEqual(
          left.filter((line) => !/host_/.test(line)),
          [],
        );
        assert.deepEqual(await rolesLeft(product, cast), []);
        assert.match((await run(product, script)).errors.join('\n'), /is not installed here/);
        await product.close();
      });

      it('takes the schema away if nothing else is in it', { skip }, async () => {
        const { cast, product } = await open(false);
        const { errors } = await run(product, await scriptFor(product, cast));
        assert.deepEqual(errors, []);
        assert.deepEqual(await listingOf(product.test, engine.name, cast.schema), []);
        const schemas = await product.test.query<{ name: string }>(
          'select schema_name as name from information_schema.schemata',
        );
        assert.ok(!schemas.some(({ name }) => name === cast.schema));
        assert.deepEqual(await rolesLeft(product, cast), []);
        await product.close();
      });

      it('refuses and changes nothing', {
        skip: skip || (!thorough && 'tried with another client'),
      }, async () => {
        const { cast, product } = await open(true);
        await withoutMore(product, cast);
        await addServiceAccount(product.core, {
          name: 'other',
          kind: 'generic',
          ssoProvider: 'Contoso SAML',
        });
        const enabled = await scriptFor(product, cast);
        await refuses(product, enabled, /an IdP is enabled/);

        await setAccountEnabled(product.core, 'other', false);
        // The trail has gone on since.
        await refuses(product, enabled, /does not end with the head/);
        const current = await scriptFor(product, cast);
        await addServiceAccount(product.core, {
          name: 'later',
          kind: 'generic',
          ssoProvider: 'Contoso SAML',
        });
        await setAccountEnabled(product.core, 'later', false);
        await refuses(product, current, /does not end with the head/);

        const script = await scriptFor(product, cast);
        const changed = script.replace(/(digest = (?:0x|'\\x))[0-9a-f]{4}/, '$10000');
        assert.notEqual(changed, script);
        await refuses(product, changed, /does not end with the head/);

        const other = script.replaceAll(/<> \d+(?= then|\n {2}throw 50006)/g, '<> 99');
        assert.notEqual(other, script);
        await refuses(product, other, /is not at version/);

        const mark = 'scimctl {"digest":"x"}';
        const view = `${cast.schema}.host_licence`;
        if (engine.name === 'mssql') {
          await product.test.query(`drop view ${view}`);
          await product.test.query(`create view ${view} as\n/* ${mark} */\nselect 'x' as licence_type`);
        } else await product.test.query(`comment on view ${view} is '${mark}'`);
        await refuses(product, script, /Run "scimctl host remove"/);
        await product.test.query(
          engine.name === 'mssql' ? `drop view ${view}` : `comment on view ${view} is null`,
        );

        await product.test.query(`create view uses_us as select * from ${cast.schema}.live_group_member`);
        if (engine.name === 'postgres') await refuses(product, script, /because other objects depend on it/);
        await product.test.query('drop view uses_us');

        assert.deepEqual((await run(product, script)).errors, []);
        await product.close();
      });

      it('leaves a role that another database uses', {
        skip: skip || (engine.name === 'mssql' && 'roles are of one database there'),
      }, async () => {
        const { cast, product } = await open(false);
        const second = await cast.install({ host: false });
        assert.deepEqual((await run(product, await scriptFor(product, cast))).errors, []);
        assert.equal((await rolesLeft(second, cast)).length, ROLES.length);

        assert.deepEqual((await run(second, await scriptFor(second, cast))).errors, []);
        assert.deepEqual(await rolesLeft(second, cast), []);
        await product.close();
        await second.close();
      });
    },
    { only: [client.engine] },
  );
}
