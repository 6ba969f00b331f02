import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Binding, Users } from '../../src/binding/binding.js';
import { toBinding } from '../../src/binding/read-binding.js';
import { mssqlDialect } from '../../src/database/mssql/dialect.js';
import { postgresDialect } from '../../src/database/postgres/dialect.js';
import { fixedLengthBinding, fixedLengthFacts } from '../support/fixed-length-application.js';
import { oddBinding, oddFacts } from '../support/odd-application.js';
import { assertGolden } from '../support/running/golden-file.js';
import { tenantsBinding, tenantsFacts } from '../support/tenants-application.js';

const dialects = { postgres: postgresDialect, mssql: mssqlDialect };

const written = (engine: 'postgres' | 'mssql', binding: Binding): string[] =>
  dialects[engine].scaffold.statements(binding, oddFacts(engine), 'scim');

for (const engine of ['postgres', 'mssql'] as const) {
  describe(`the SQL of a binding for ${engine}`, () => {
    it('is the same every time', async () => {
      const binding = toBinding(JSON.parse(JSON.stringify(oddBinding(engine))));
      const text = (one: Binding) =>
        dialects[engine].scaffold.script(written(engine, one), ['The odd application.']);
      assert.equal(text(oddBinding(engine)), text(binding));
      await assertGolden(`host-views.${engine}.sql`, text(binding));
    });

    const USERMAST = 'app.usermast';
    for (const [name, binding, facts] of [
      ['of-tenant', tenantsBinding(1), tenantsFacts(engine)],
      ['shared-key', tenantsBinding(1, { key: { column: 'id', made: 'database' } }), tenantsFacts(engine)],
      ['fixed-length', fixedLengthBinding(USERMAST), fixedLengthFacts(USERMAST, engine)],
    ] as const) {
      it(`is the same for other keys: ${name}`, async () => {
        const { scaffold } = dialects[engine];
        const statements = scaffold.statements(binding, facts, 'scim');
        const text = scaffold.script(statements, ['An application with another key.']);
        await assertGolden(`host-views-${name}.${engine}.sql`, text);
      });
    }

    const faults: { what: string; users: Partial<Users>; code: string; message: RegExp }[] = [
      {
        what: 'a table that is not there',
        users: { endSessions: [{ table: 'app one.nothing', match: { id: { constant: 1 } } }] },
        code: 'binding-unknown-table',
        message: /no table app one\.nothing/,
      },
      {
        what: 'a column that is not there',
        users: { update: { nothing: { constant: 1 } } },
        code: 'binding-unknown-column',
        message: /has no column nothing/,
      },
      {
        what: 'a required column without a value',
        users: { insert: { folded: { lower: { field: 'login' } } } },
        code: 'binding-incomplete',
        message: /flags requires a value/,
      },
      {
        what: 'a field that is not read',
        users: { update: { language: { field: 'ssoProvider' } } },
        code: 'binding-contradicts',
        message: /writes ssoProvider, which it does not read/,
      },
      {
        what: 'a state that is not told',
        users: { enabled: {} },
        code: 'binding-contradicts',
        message: /users\.enabled has neither/,
      },
    ];
    for (const { what, users, code, message } of faults) {
      it(`is refused for ${what}`, () => {
        const binding = oddBinding(engine);
        assert.throws(() => written(engine, { ...binding, users: { ...binding.users, ...users } }), {
          code,
          message,
        });
      });
    }
  });
}

describe('names on PostgreSQL', () => {
  it('are refused where they would be cut', () => {
    const { name } = postgresDialect.scaffold.forms;
    assert.equal(name('é'.repeat(31)), `"${'é'.repeat(31)}"`);
    assert.throws(() => name('é'.repeat(32)), { code: 'name-too-long' });
  });

  it('never stand without their schema: functions, operators, types', () => {
    const text = written('postgres', oddBinding('postgres')).join('\n');
    const code = text.replaceAll(/E?'(?:[^'\\]|''|\\.)*'|"(?:[^"]|"")*"|--[^\n]*/g, "''");
    const known =
      /^(as|in|and|or|not|then|else|when|if|exists|values|coalesce|cast|operator|select|from|where|set|instead|on|is|by|limit|strict|host_user_write|insert|into|function)$/;
    const calls = [...code.matchAll(/([\w.'"]+)\s*\(/g)].map(([, name = '']) => name);
    assert.deepEqual(
      calls.filter((name) => !name.startsWith('pg_catalog.') && !/["'.]/.test(name) && !known.test(name)),
      [],
    );
    assert.ok(calls.length > 50);
    const rest = code.replaceAll(/operator\(pg_catalog\.[^)]+\)/g, ' ');
    assert.doesNotMatch(rest, /is (not )?distinct from|\bin \(|nullif|\blike\b|::|<>|\|\||[-+*/~!<>&%]\s/);
  });
});
