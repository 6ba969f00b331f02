import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Binding, Enabled } from '../../src/binding/binding.js';
import { applyScaffold } from '../../src/core/host/scaffold.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';

type State = string | number;

interface Case {
  told: string;
  type: 'int' | 'varchar(20)';
  enabled: Enabled;
  /** What disabling writes. */
  disabled: State;
  /** Of the account: its state and whether it is locked until later; enabled, and locked for now. */
  rows: readonly [State, boolean, boolean, boolean][];
}

const UNTIL = { column: 'locked_until', after: 'now' } as const;

const CASES: readonly Case[] = [
  {
    told: 'a state until an instant',
    type: 'int',
    enabled: {
      ...{ yes: { column: 'state', in: [1] }, no: { column: 'state', in: [0, 2] } },
      temporarily: { all: [{ column: 'state', in: [2] }, UNTIL] },
    },
    disabled: 0,
    rows: [
      [1, false, true, false],
      [2, true, false, true],
      [2, false, false, false],
      [0, true, false, false],
    ],
  },
  {
    told: 'one of several states, or an instant',
    type: 'int',
    enabled: {
      ...{ yes: { column: 'state', in: [1] }, no: { column: 'state', in: [0, 2] } },
      temporarily: { any: [{ any: [{ column: 'state', in: [2] }] }, UNTIL] },
    },
    disabled: 0,
    rows: [
      [2, false, false, true],
      [1, true, false, true],
      [0, true, false, false],
    ],
  },
  {
    told: 'the text of a number',
    type: 'int',
    enabled: { no: { column: 'state', in: [0, 2] }, temporarily: { column: 'state', in: ['2'] } },
    disabled: 0,
    rows: [
      [1, false, true, false],
      [2, false, false, true],
      [0, false, false, false],
    ],
  },
  {
    told: 'a text in another case',
    type: 'varchar(20)',
    enabled: {
      no: { column: 'state', in: ['GONE', 'LOCKED'] },
      temporarily: { column: 'state', in: ['locked'], ignoreCase: true },
    },
    disabled: 'GONE',
    rows: [
      ['ACTIVE', false, true, false],
      ['LOCKED', false, false, true],
      ['GONE', false, false, false],
    ],
  },
  {
    told: 'one of several bits, none of which an enabled account has',
    type: 'int',
    enabled: {
      yes: { column: 'state', bits: 18, set: 'none' },
      temporarily: { column: 'state', bits: 16, set: 'any' },
    },
    disabled: 514,
    rows: [
      [512, false, true, false],
      [528, false, false, true],
      [514, false, false, false],
      [530, false, false, false],
    ],
  },
  {
    told: 'one of several bits, any of which disables',
    type: 'int',
    enabled: {
      no: { any: [{ column: 'state', bits: 18, set: 'any' }] },
      temporarily: { all: [{ column: 'state', bits: 16 }, UNTIL] },
    },
    disabled: 514,
    rows: [
      [512, true, true, false],
      [528, true, false, true],
      [528, false, false, false],
      [514, true, false, false],
      [530, true, false, false],
    ],
  },
  {
    told: 'a bit beside values',
    type: 'int',
    enabled: {
      ...{ yes: { column: 'state', in: [512, 544] }, no: { column: 'state', in: [514, 528, 546] } },
      temporarily: { column: 'state', bits: 16, set: 'all' },
    },
    disabled: 514,
    rows: [
      [544, false, true, false],
      [528, false, false, true],
      [560, false, false, true],
      [530, false, false, false],
      [562, false, false, false],
    ],
  },
  {
    told: 'the beginning of a text, beside one that is anything',
    type: 'varchar(20)',
    enabled: {
      ...{ yes: { column: 'state', null: true }, no: { column: 'state', null: false } },
      temporarily: { column: 'state', like: 'locked%' },
    },
    disabled: 'gone',
    rows: [
      ['locked: 3', false, false, true],
      ['gone', false, false, false],
    ],
  },
];

forEachEngine('locks that end by themselves', (engine) => {
  const isMssql = engine.name === 'mssql';
  const schema = isMssql ? 'dbo' : 'public';
  const later = isMssql ? 'dateadd(hour, 1, sysutcdatetime())' : "now() + interval '1 hour'";
  const literal = (value: State) => (typeof value === 'number' ? String(value) : `'${value}'`);
  const loginOf = (at: number) => `m${at}@contoso.example`;

  let product: Product;
  before(async () => {
    product = await freshProduct(engine, { host: false });
  });
  after(() => product.close());

  async function install(table: string, { type, enabled, disabled, rows }: Case): Promise<void> {
    await product.test.query(
      `create table ${table} (id int not null primary key, login varchar(200) not null unique, title varchar(200), state ${type}, locked_until ${isMssql ? 'datetime2' : 'timestamptz'})`,
    );
    for (const [at, [state, isUntilLater]] of rows.entries())
      await product.test.query(
        `insert into ${table} values (${at}, '${loginOf(at)}', 'Member', ${literal(state)}, ${isUntilLater ? later : 'null'})`,
      );
    const binding: Binding = {
      format: 1,
      users: {
        ...{ table, key: { column: 'id', made: 'database' } },
        ...{ create: 'enable-only', login: { read: { column: 'login' } } },
        displayName: { read: { column: 'title' } },
        enabled,
        enable: { state: { constant: type === 'int' ? 1 : null } },
        disable: { state: { constant: disabled } },
      },
      providers: { declared: { name: 'Corp' } },
      seats: { none: {} },
    };
    await applyScaffold(product.core, binding);
  }

  for (const [number, one] of CASES.entries())
    it(`are told from disabled accounts by ${one.told}`, async (context) => {
      if (isMssql && JSON.stringify(one).includes('"like"')) {
        const [server] = await product.test.query(
          "select cast(serverproperty('babelfish') as int) as babelfish",
        );
        if (server?.babelfish === 1)
          return context.skip('Babelfish has no LIKE for its collation in such a condition');
      }
      await install(`${schema}.members_${number}`, one);

      const found = await product.test.query('select * from scim.host_user');

      const shown = one.rows.map((_, at) => found.find(({ login_name }) => login_name === loginOf(at)));
      assert.deepEqual(
        shown.map((row) => [Boolean(row?.is_enabled), Boolean(row?.is_locked_temporarily)]),
        one.rows.map(([, , isEnabled, isLocked]) => [isEnabled, isLocked]),
      );
    });
});
