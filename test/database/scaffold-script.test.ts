import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Binding } from '../../src/binding/binding.js';
import { planScaffold } from '../../src/core/host/scaffold.js';
import { splitBatches } from '../../src/database/mssql/driver/split-batches.js';
import { mssqlScript } from '../../src/database/mssql/scaffold/objects.js';
import { freshProduct, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { scriptClients } from './script-clients.js';

for (const client of scriptClients.filter(({ engine }) => engine === 'mssql')) {
  forEachEngine(
    `the script of host views for SQL Server, run by ${client.name}`,
    (engine) => {
      const skip = client.absent ?? false;
      const binding: Binding = {
        format: 1,
        users: {
          table: 'dbo.Größen',
          key: { column: 'id', made: 'database' },
          login: { read: { column: 'login' } },
          email: { read: { column: 'mail' } },
          displayName: { read: { column: 'Näme' } },
          enabled: { yes: { column: 'art', in: ['tätig'] }, no: { column: 'art', in: ['untätig'] } },
          enable: { art: { constant: 'tätig' } },
          disable: { art: { constant: 'untätig' } },
          loginRule: 'user-name',
        },
        providers: { declared: { name: 'Köln', by: 'alice', at: '2026-11-28' } },
        seats: { none: { by: 'alice', at: '2026-11-28' } },
      };

      async function open() {
        const product = await freshProduct(engine, { host: false });
        await product.test.query(
          `create table dbo.[Größen] (id int identity primary key, login nvarchar(200) not null unique, mail nvarchar(200),
             [Näme] nvarchar(200) not null, art nvarchar(20) not null)`,
        );
        const made = async () => {
          const views = await product.test.query(
            "select v.name as name from sys.views v join sys.schemas s on s.schema_id = v.schema_id where s.name = 'scim' and v.name like 'host%'",
          );
          const [{ login_rule } = {}] = await rowsOf(product, 'scim.installation');
          return [views.map(({ name }) => name).sort(), login_rule];
        };
        return { product, made };
      }
      const NOTHING = [[], 'email'];
      const ALL = [['host_licence', 'host_sso_provider', 'host_user'], 'user-name'];

      it('makes them all, with names and values that are not ASCII', { skip }, async () => {
        const { product, made } = await open();
        try {
          const { script } = await planScaffold(product.database, binding);
          assert.equal(script.charCodeAt(0), 0xfeff);

          const { errors } = await client.run(product.url, script);

          assert.deepEqual(errors, []);
          assert.deepEqual(await made(), ALL);
          await product.test.query(
            "insert into dbo.[Größen] values (N'ann', N'ann@contoso.example', N'Ann', N'tätig')",
          );
          const [user] = await rowsOf(product, 'scim.host_user');
          assert.deepEqual([user?.login_name, Number(user?.is_enabled)], ['ann', 1]);
        } finally {
          await product.close();
        }
      });

      it('makes nothing where any batch fails, although the client goes on', { skip }, async () => {
        const { product, made } = await open();
        try {
          const { statements } = await planScaffold(product.database, binding);
          const rule = "update scim.installation set login_rule = N'user-name'";
          for (let at = 0; at <= statements.length; at++) {
            const broken = [
              ...statements.slice(0, at),
              'select 1 / 0 as broken',
              ...statements.slice(at),
              rule,
            ];

            const { errors } = await client.run(product.url, mssqlScript(broken, ['Broken.']));

            assert.notDeepEqual(errors, []);
            assert.deepEqual(await made(), NOTHING, `broken before statement ${at}`);
          }
        } finally {
          await product.close();
        }
      });
    },
    { only: ['mssql'] },
  );
}

it('a script of ASCII alone has no byte-order mark', () => {
  const script = mssqlScript(['select 1 as one'], ['A title.']);
  assert.match(script, /^-- A title\.\n/);
  assert.equal(splitBatches(script.replace(/^:.*$/m, '')).length, 6);
});
