import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Binding, Field } from '../../src/binding/binding.js';
import { rehearsedTexts } from '../../src/core/host/rehearsed-texts.js';
import { applyScaffold } from '../../src/core/host/scaffold.js';
import { rangesOf } from '../../src/database/scaffold/forms.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';

const read = { column: 'x' };

describe('the texts of a rehearsal', () => {
  it('are addresses, or local parts where the application takes no addresses', () => {
    const loginOf = (login: Omit<Field, 'read'>, loginRule?: 'local-part') =>
      rehearsedTexts({ login: { read, ...login }, ...(loginRule && { loginRule }) }).created.login;
    assert.equal(loginOf({}), 'scimctl-try@example.invalid');
    assert.equal(loginOf({ maxLength: 20 }), 'try@x.invalid');
    assert.equal(loginOf({}, 'local-part'), 'scimctl-try');
    assert.equal(loginOf({ allowed: 'a-z' }), 'scimctltry');
    assert.equal(loginOf({ allowed: 'A-Z' }), 'SCIMCTLTRY');
    assert.equal(loginOf({ allowed: 'A-Z0-9', maxLength: 4 }), 'TRY');
  });

  for (const allowed of [undefined, '0-9', 'A-F0-9', 'a-z', '@.a-z-', 'А-я', '_', '-', '一-龥'])
    for (const maxLength of [undefined, 60, 12, 3])
      it(`have only ${allowed ?? 'any characters'}, at most ${maxLength ?? 'any number'}, and differ`, () => {
        const field: Field = {
          read,
          ...(allowed !== undefined && { allowed }),
          ...(maxLength !== undefined && { maxLength }),
        };
        const users = { login: field, email: field, externalId: field, ssoSubject: field };
        const { created, renamed } = rehearsedTexts(users);
        for (const name of ['login', 'email', 'externalId', 'ssoSubject'] as const) {
          for (const text of [created[name], renamed[name]]) {
            assert.ok(text.length > 0 && text.length <= (maxLength ?? 99), `${name}: ${text}`);
            const ranges = rangesOf(allowed ?? '\u0001-\uffff');
            for (const one of text) assert.ok(ranges.some(([from, to]) => from <= one && one <= to));
          }
          const isOne = rangesOf(allowed ?? 'a-z').every(([from, to]) => from === to);
          if (!isOne) assert.notEqual(created[name], renamed[name]);
        }
      });
});

forEachEngine('a rehearsal', (engine) => {
  const schema = engine.name === 'mssql' ? 'dbo' : 'public';
  let product: Product;
  before(async () => {
    product = await freshProduct(engine, { host: false });
  });
  after(() => product.close());

  it('writes what an application of short numbers takes', async () => {
    const table = `${schema}.numbered`;
    await product.test.query(
      `create table ${table} (id int not null primary key, login varchar(8) not null, mail varchar(20), title varchar(100), idp_id varchar(20), name_id varchar(10), state int not null)`,
    );
    const binding: Binding = {
      format: 1,
      users: {
        ...{ table, key: { column: 'id', made: { constant: 1 } } },
        login: { read: { column: 'login' }, allowed: '0-9', maxLength: 8, required: true },
        email: { read: { column: 'mail' }, maxLength: 20, shape: 'email' },
        displayName: { read: { column: 'title' } },
        externalId: { read: { column: 'idp_id' }, maxLength: 20 },
        ssoSubject: { read: { column: 'name_id' }, maxLength: 10, allowed: 'A-Z' },
        enabled: { yes: { column: 'state', in: [1] }, no: { column: 'state', in: [0] } },
        enable: { state: { constant: 1 } },
        disable: { state: { constant: 0 } },
      },
      providers: { declared: { name: 'Corp' } },
      seats: { none: {} },
    };

    const { rehearsal } = await applyScaffold(product.core, binding);

    assert.deepEqual(
      rehearsal.map(({ step }) => step),
      ['create', 'rename', 'disable', 'enable'],
    );
    assert.deepEqual(await product.test.query(`select * from ${table}`), []);
  });
});
