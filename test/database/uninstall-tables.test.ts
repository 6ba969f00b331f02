import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TABLE_NAMES } from '../../src/core/rights/roles.js';
import { uninstallScript } from '../../src/core/rights/uninstall.js';
import { isHostView } from '../../src/database/dialect/rights.js';
import { mssqlDialect } from '../../src/database/mssql/dialect.js';
import { postgresDialect } from '../../src/database/postgres/dialect.js';

const head = { sealNo: 1, lastSeq: '1', digest: '00'.repeat(32) };

describe('the script that uninstalls', () => {
  for (const dialect of [postgresDialect, mssqlDialect])
    it(`drops every table of ours on ${dialect.label}`, async () => {
      const script = await uninstallScript(head as never, { dialect, schema: 'scim', toolVersion: '0' });
      const dropped = [...script.matchAll(/drop (?:table|view) \W*scim\W*\.\W*(\w+)/g)].map(
        ([, name]) => name,
      );
      const tables = TABLE_NAMES.filter((name) => !isHostView(name));
      assert.deepEqual(
        tables.filter((name) => !dropped.includes(name)),
        [],
      );
    });
});
