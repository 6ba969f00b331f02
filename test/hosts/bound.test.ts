import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Binding } from '../../src/binding/binding.js';
import { readBinding } from '../../src/binding/read-binding.js';
import { applyScaffold } from '../../src/core/host/scaffold.js';
import { hostStatus, isHostUsable } from '../../src/core/host/status.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { projectDirectory } from '../support/environment.js';
import {
  type Expected,
  factsFolder,
  type HostFacts,
  readExpected,
  readFacts,
  statementsOf,
} from '../support/host-facts.js';

const bindings = join(projectDirectory, 'test/hosts/bindings');
const folder = factsFolder();

/** Those of which there are facts, on the engine that the application has. */
const hosts = readdirSync(bindings)
  .map((file) => file.replace(/\.json$/, ''))
  .filter((name) => folder !== undefined && readdirSync(folder).includes(`${name}.json`));

const isMssql = (name: string) =>
  (JSON.parse(readFileSync(join(folder ?? '', `${name}.json`), 'utf8')) as HostFacts).engine === 'mssql';

forEachEngine(
  'real applications, bound by a file',
  (engine) => {
    it('are there', { skip: folder === undefined && 'SCIMCTL_TEST_HOSTS is not set' }, () =>
      assert.equal(hosts.length, 14),
    );
    for (const name of hosts.filter((one) => isMssql(one) === (engine.name === 'mssql'))) {
      describe(name, () => {
        let product: Product;
        let binding: Binding;
        let expected: Expected;

        before(async () => {
          product = await freshProduct(engine, { host: false });
          binding = readBinding(readFileSync(join(bindings, `${name}.json`), 'utf8'), name);
          expected = await readExpected(folder ?? '', name);
          for (const statement of statementsOf(await readFacts(folder ?? '', name)))
            await product.test.query(statement);
        });

        after(() => product.close());

        it('takes the views, and a rehearsal', async () => {
          const { rehearsal } = await applyScaffold(product.core, binding);
          assert.equal(rehearsal.length, binding.users.create === 'enable-only' ? 3 : 4);
        });

        it('reads as its DBA expects', async () => {
          const rows = await rowsOf(product, 'scim.host_user');
          assert.deepEqual(
            rows.map(asExpected).sort(byKey),
            expected.canonical.map((row) => asExpected({ ...row })).sort(byKey),
          );
        });

        it('holds every write of the endpoint, or says that it creates no accounts', async () => {
          const status = await hostStatus(product.database);
          assert.equal(isHostUsable(status), true, JSON.stringify(status));
          const refused = status.writes
            .filter(({ result }) => result === 'refused')
            .map(({ column }) => column);
          assert.deepEqual(refused, []);
          const insert = status.writes.find(({ column }) => column === '(insert)')?.result;
          assert.equal(insert, binding.users.create === 'enable-only' ? 'enable-only' : 'writable');
        });

        it('still takes the INSERT of the application itself', async () => {
          for (const statement of expected.sampleInsert) await product.test.query(statement);
        });
      });
    }
  },
  { only: ['postgres', 'mssql'] },
);

type Row = Record<string, unknown>;

/** What the expectation names; a GUID comes in either case. */
const asExpected = (row: Row): Row => ({
  user_id: String(row.user_id).toLowerCase(),
  ...Object.fromEntries(
    ['login_name', 'email', 'display_name', 'given_name', 'family_name'].map((name) => [
      name,
      row[name] ?? null,
    ]),
  ),
  is_enabled: Boolean(row.is_enabled),
});
const byKey = (a: Row, b: Row): number => (String(a.user_id) < String(b.user_id) ? -1 : 1);
