import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Binding, Users } from '../../src/binding/binding.js';
import { toBinding } from '../../src/binding/read-binding.js';
import { applyScaffold, planScaffold } from '../../src/core/host/scaffold.js';
import { hostStatus, isHostUsable } from '../../src/core/host/status.js';
import { ScaffoldAnalysis } from '../../src/core/scaffold/analyse.js';
import { parseAnswer } from '../../src/core/scaffold/answers.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { TENANT_TABLES, tenantsApplication, tenantsBinding } from '../support/tenants-application.js';

type Row = Record<string, unknown>;

// A key of two columns: a user of another tenant with the same number is never reached.
forEachEngine('host views over keys of several columns', (engine) => {
  let product: Product;
  const mssql = engine.name === 'mssql';
  const run = (
    work: (
      users: ReturnType<Parameters<Parameters<Product['database']['transaction']>[0]>[0]['knex']>,
    ) => Promise<unknown>,
  ) => product.database.transaction(({ knex }) => work(knex('host_user').withSchema('scim')));
  const insert = (row: Row) => run((users) => users.insert(row));
  const update = (userId: unknown, change: Row) =>
    run((users) => users.where({ user_id: userId }).update(change));
  const shown = async () =>
    (await rowsOf(product, 'scim.host_user')).sort((a, b) => Number(a.user_id) - Number(b.user_id));
  const ofTenant = async (tenant: number) => {
    const found: Record<string, Row[]> = {};
    for (const [name, { columns }] of Object.entries(TENANT_TABLES)) {
      const rows = await rowsOf(product, `app.${name}`);
      const own = rows.filter((row) => Number(row['tenant_id' in columns ? 'tenant_id' : 'id']) === tenant);
      found[name] = own.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    }
    return found;
  };

  before(async () => {
    product = await freshProduct(engine, { host: false });
    for (const statement of tenantsApplication(mssql ? 'mssql' : 'postgres'))
      await product.test.query(statement);
  });
  after(() => product.close());

  /** What an administrator answers who has never seen the tables. */
  const ANSWERS = [
    'users.where={"column": "tenant_id", "in": [2]}',
    'users.display-name=title',
    `users.key=${JSON.stringify(tenantsBinding(2).users.key)}`,
    'insert.app.profiles.theme={"constant": "light"}',
    'end-sessions.app.sessions={"table": "app.sessions", "match": {"tenant_id": {"column": "tenant_id"}, "user_id": {"column": "id"}}}',
    'providers=declared:Corp',
  ];
  let found: Binding | undefined;

  it('are found out from the database, all columns of the key and of what refers to it', async () => {
    const parts = { now: new Date(), declared: {}, nearest: () => undefined };
    const scaffold = await ScaffoldAnalysis.begin(product.database, parts);
    const { open, binding } = await scaffold.analyse(ANSWERS.map(parseAnswer));

    found = binding && toBinding(JSON.parse(JSON.stringify(binding)));
    assert.deepEqual(open, []);
    const { key, where, related, protected: isProtected, endSessions } = binding?.users ?? {};
    const { users } = tenantsBinding(2);
    assert.deepEqual(
      [key, where, isProtected, endSessions],
      [users.key, users.where, users.protected, users.endSessions],
    );
    assert.deepEqual(
      Object.values(related ?? {})
        .map(({ table, match, insert }) => [table, match, insert])
        .sort(),
      Object.values(users.related ?? {})
        .map(({ table, match, insert }) => [table, match, insert])
        .sort(),
    );
  });

  it('show the users of one tenant, with their own rows', async () => {
    const { warnings } = await applyScaffold(product.core, found ?? tenantsBinding(2));

    assert.deepEqual(
      warnings.filter((one) => /unique/.test(one)),
      [],
    );
    assert.deepEqual(
      (await shown()).map((row) => [
        Number(row.user_id),
        row.login_name,
        row.email,
        Boolean(row.is_protected),
      ]),
      [
        [1, 'ada', 'ada@t2.example', false],
        [2, 'ben', 'ben@t2.example', true],
        [3, 'cyd', 'cyd@t2.example', false],
      ],
    );
    const status = await hostStatus(product.database);
    assert.ok(isHostUsable(status), JSON.stringify(status));
  });

  it('write nothing of another tenant, whatever is done', async () => {
    const before = await ofTenant(1);

    await insert({ login_name: 'dan', email: 'dan@t2.example', display_name: 'Dan', is_enabled: true });
    await insert({ login_name: 'eve', email: 'eve@t2.example', display_name: 'Eve', is_enabled: false });
    await update(1, { login_name: 'ada2', email: 'ada2@t2.example', display_name: 'Ada' });
    await update(3, { is_enabled: mssql ? 0 : false });
    await update(4, { is_enabled: mssql ? 0 : false });
    await update(4, { is_enabled: mssql ? 1 : true, display_name: 'Dan again' });

    assert.deepEqual(await ofTenant(1), before);
    const { users = [], profiles = [], members = [], sessions = [], counters = [] } = await ofTenant(2);
    assert.deepEqual(
      users.map(({ id, login, title, active }) => [Number(id), login, title, Boolean(active)]).sort(),
      [
        [1, 'ada2', 'Ada', true],
        [2, 'ben', 'ben of 2', true],
        [3, 'cyd', 'cyd of 2', false],
        [4, 'dan', 'Dan again', true],
        [5, 'eve', 'Eve', false],
      ],
    );
    assert.deepEqual(profiles.map((row) => Number(row.user_id)).sort(), [1, 2, 3, 4, 5]);
    assert.deepEqual(members.map((row) => `${row.user_id}/${row.role_id}`).sort(), [
      '1/1',
      '2/1',
      '2/2',
      '3/1',
      '4/1',
      '5/1',
    ]);
    assert.deepEqual(sessions.map(({ sid }) => sid).sort(), ['ada 2', 'ben 2']);
    assert.equal(Number(counters[0]?.number), 5);
  });

  it('know the same login of another tenant for another account', async () => {
    await applyScaffold(product.core, tenantsBinding(2));
    await assert.rejects(update(1, { login_name: 'cyd' }), /another account has this login_name/);
    // The account of this number in the other tenant has this login.
    await assert.rejects(update(1, { login_name: 'ada' }), /another account has this login_name/);
  });

  it('are refused where the binding does not tie the tenant, or finds users by one column', async () => {
    const refused = (users: Partial<Users>, message: RegExp) =>
      assert.rejects(planScaffold(product.database, tenantsBinding(2, users)), {
        code: 'binding-contradicts',
        message,
      });
    await refused({ where: { column: 'tenant_id', in: [1, 2] } }, /does not tie it to one value/);
    await refused({ where: { any: [{ column: 'tenant_id', in: [1] }] } }, /does not tie it to one value/);
    const groups = { groups: 'app.roles', key: 'id', name: 'name', in: ['Admin'] };
    await refused(
      {
        protected: {
          yes: { memberOf: { through: 'app.members', user: 'user_id', group: 'role_id', ...groups } },
        },
      },
      /finds users by user_id alone/,
    );
  });

  it('are not made where several rows have the key', async () => {
    const [key, where] = [{ column: 'id', made: 'database' as const }, { column: 'id', above: 0 } as const];
    const binding = tenantsBinding(2, { key, where, create: 'enable-only' });
    const { warnings } = await planScaffold(product.database, binding);
    assert.match(warnings.join(), /No unique index of app\.users guarantees that id identifies one account/);
    await assert.rejects(applyScaffold(product.core, binding), {
      code: 'host-key-shared',
      message: '3 values of app.users.id are in several rows, so id does not identify an account.',
    });
  });

  it('do not write several rows that get the same key later', async () => {
    for (const table of ['sessions', 'members', 'profiles'])
      await product.test.query(`delete from app.${table} where tenant_id = 1`);
    await product.test.query('delete from app.users where tenant_id = 1');
    const binding = tenantsBinding(2, {
      key: { column: 'id', made: 'database' },
      ...{ create: 'enable-only', related: {}, endSessions: [] },
      protected: { yes: { column: 'login', in: ['root'] } },
    });
    await applyScaffold(product.core, binding);
    await update(1, { display_name: 'Only one' });
    await product.test.query(
      `insert into app.users values (1, 1, 'zoe', 'zoe@t1.example', 'Zoe', ${mssql ? '1' : 'true'})`,
    );

    await assert.rejects(update(1, { display_name: 'Both' }), /several rows of the application have the key/);

    assert.deepEqual(
      (await rowsOf(product, 'app.users'))
        .filter(({ id }) => Number(id) === 1)
        .map(({ title }) => title)
        .sort(),
      ['Only one', 'Zoe'],
    );
  });
});
