import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { runChecks } from '../../src/core/check/run-checks.js';
import { hostStatus, isHostUsable } from '../../src/core/host/status.js';
import { hostRules } from '../support/databases/odd-host.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { hostUser } from '../support/people/people.js';
import { runHere } from '../support/processes/world.js';

forEachEngine('host status and check host', (engine) => {
  let product: Product;
  let url: string;
  beforeEach(async () => {
    product = await freshProduct(engine);
    url = product.url;
  });
  afterEach(() => product.close());

  const run = (...statements: string[]) =>
    product.database.transaction(async ({ knex }) => {
      for (const statement of statements) await knex.raw(statement);
    });
  const isMssql = engine.name === 'mssql';
  const check = async (isThorough = true) => {
    const report = await runChecks({
      connect: async () => product.database,
      clock: product.core.clock,
      names: ['host'],
      isThorough,
    });
    return report.checks.at(-1) ?? assert.fail();
  };
  const status = (...words: string[]) =>
    runHere(['host', 'status', ...words], { env: { SCIMCTL_DATABASE: url } });
  /** Another view in the place of one of the reference host. */
  const view = (name: string, text: string) =>
    run(
      ...(isMssql && name === 'host_user'
        ? ['drop trigger scim.host_user_insert', 'drop trigger scim.host_user_update']
        : []),
      `drop view scim.${name}`,
      `create view scim.${name} as ${text}`,
    );

  it('are content with the reference host, which loses one number', async () => {
    const found = await hostStatus(product.database);

    assert.equal(isHostUsable(found), true);
    assert.deepEqual([...new Set(found.writes.map(({ result }) => result))], ['writable']);
    const { status: outcome, summary } = await check();
    assert.equal(outcome, 'pass');
    assert.match(summary, /every write that provisioning needs succeeds/);
    const highest = Math.max(
      ...(await product.database.read(({ knex }) => knex('users').withSchema('app').max('id as id'))).map(
        ({ id }) => Number(id),
      ),
    );
    await run(
      "insert into app.users (login, display_name, enabled, protected) values ('next@contoso.example', 'Next', " +
        (isMssql ? '1, 0)' : 'true, false)'),
    );
    // One number for `host status`, and one for the check.
    assert.equal(Number((await hostUser(product, 'next@contoso.example')).id) - highest, 3);
  });

  it('fail where no trigger carries the writes out, with the reason in the table', async () => {
    await run(
      ...(isMssql
        ? ['drop trigger scim.host_user_insert', 'drop trigger scim.host_user_update']
        : ['drop trigger host_user_write on scim.host_user']),
    );

    const found = await status();

    assert.equal(found.code, 4);
    assert.match(found.stdout, /WRITE +RESULT +REASON\n\(insert\) +refused +\S/);
    assert.match(found.stderr, /refuses writes .*: \(insert\)/);
    const { status: outcome, summary } = await check();
    assert.equal(outcome, 'fail');
    assert.match(summary, /^host_user refuses \(insert\): \S/);
    // Tried only by a check that is thorough.
    assert.equal((await check(false)).status, 'pass');
  });

  it('are content with an application that accepts only addresses of its own domain', async () => {
    await run(
      ...(isMssql
        ? [
            `create trigger app.own_domain on app.users after insert, update as
             begin
               set nocount on;
               if exists (select 1 from inserted where lower(email) not like N'%@contoso.example')
                 throw 50100, N'only contoso.example', 1;
             end`,
          ]
        : [
            `create function app.own_domain() returns trigger language plpgsql as $$
             begin
               if lower(new.email) not like '%@contoso.example' then raise exception 'only contoso.example'; end if;
               return new;
             end $$`,
            'create trigger own_domain before insert or update on app.users for each row execute function app.own_domain()',
          ]),
    );

    const found = await hostStatus(product.database);

    assert.deepEqual(
      found.writes.filter(({ result }) => result !== 'writable'),
      [],
    );
    assert.equal((await check()).status, 'pass');
    // Whoever has no account yet shows no domain.
    await run('delete from app.users');
    const empty = await status();
    assert.equal(empty.code, 4);
    assert.match(empty.stdout, /\(insert\) +refused +only contoso\.example\n/);
  });

  describe('of writes that do not hold', () => {
    it('say nothing against a name that the application derives', async () => {
      await hostRules(product, { derivesDisplayName: true });

      const found = await hostStatus(product.database);

      assert.equal(isHostUsable(found), true);
      assert.equal(found.writes.find(({ column }) => column === 'display_name')?.result, 'derived');
      assert.equal((await status()).code, 0);
      assert.equal((await check()).status, 'pass');
    });

    it('say nothing against login names in capitals', async () => {
      await hostRules(product, { capitalLogins: true });

      const found = await hostStatus(product.database);

      assert.deepEqual([...new Set(found.writes.map(({ result }) => result))], ['writable']);
      assert.equal((await check()).status, 'pass');
    });

    for (const column of ['is_enabled', 'email', 'licence_type', 'sso_provider_id'] as const) {
      it(`name ${column}, which is ignored`, async () => {
        await hostRules(product, { ignores: [column] });

        const { writes } = await hostStatus(product.database);

        const refused = writes.filter(({ result }) => result === 'refused').map(({ column: one }) => one);
        assert.ok(refused.includes(column), JSON.stringify(writes));
        assert.equal((await status()).code, 4);
      });
    }

    it('try a licence of which there is one, and a provider', async () => {
      await run(
        'update app.users set licence_type = null, identity_provider_id = null',
        "delete from app.licence_pools where licence_type <> 'Concurrent'",
        "delete from app.SY_IdentityProviders where Id <> 'a3c4b1de-5f27-4e0b-9d2c-71e86b0f4a55'",
      );
      const { writes } = await hostStatus(product.database);
      assert.deepEqual([...new Set(writes.map(({ result }) => result))], ['writable']);

      await hostRules(product, { ignores: ['licence_type', 'sso_provider_id'] });
      const after = await hostStatus(product.database);
      assert.deepEqual(
        after.writes.filter(({ result }) => result === 'refused').map(({ column }) => column),
        ['sso_provider_id', 'licence_type'],
      );
    });
  });

  describe('examine the rows', () => {
    const rows = async () => {
      const found = await hostStatus(product.database);
      assert.equal(isHostUsable(found), false);
      assert.equal((await status()).code, 4);
      assert.equal((await check()).status, 'fail');
      return found.rows.map(({ view, column, fault, count }) => `${view}.${column} ${fault} ${count}`);
    };
    const user = (id: string, login: string, enabled: string) =>
      `select '${id}' as user_id, '${login}' as login_name, '${login}' as email, 'x' as display_name, ${enabled} as is_enabled`;

    it('where a flag is text', async () => {
      await view('host_user', [user('1', 'a', "'Y'"), user('2', 'b', "'N'")].join(' union all '));
      assert.deepEqual(await rows(), ['host_user.is_enabled not-a-flag 2']);
    });

    it('where a flag is another number, or nothing', async () => {
      await view(
        'host_user',
        [user('1', 'a', '1'), user('2', 'b', '2'), user('3', 'c', 'null')].join(' union all '),
      );
      assert.deepEqual(await rows(), ['host_user.is_enabled not-a-flag 2']);
    });

    it('where login names or keys are empty, or the same', async () => {
      await view(
        'host_user',
        [
          user('1', 'a', '1'),
          user('1', 'b', '1'),
          user('2', 'b', '1'),
          user('3', ' ', '1'),
          user('4', '', '0'),
        ].join(' union all '),
      );
      assert.deepEqual(await rows(), [
        'host_user.login_name empty 2',
        'host_user.user_id repeated 1',
        `host_user.login_name repeated ${isMssql ? 2 : 1}`,
      ]);
    });

    it('where seats are no numbers', async () => {
      const pool = (type: string, total: string) =>
        `select '${type}' as licence_type, 1 as assign_order, ${total} as seats_total, 0 as seats_used`;
      await view('host_licence', [pool('A', "'many'"), pool('B', "'7'")].join(' union all '));
      assert.deepEqual(await rows(), ['host_licence.seats_total not-a-number 1']);
      assert.equal((await check(false)).status, 'fail');
    });

    it('where they cannot be read', async () => {
      const broken = isMssql
        ? "cast(concat('x', 1) as int)"
        : "cast('x' || cast(enabled as text) as integer)";
      await view(
        'host_user',
        `select cast(id as varchar(20)) as user_id, login as login_name, email, display_name, ${broken} as is_enabled from app.users`,
      );
      const found = await hostStatus(product.database);
      assert.match(String(found.unreadable), /x/);
      assert.equal((await status()).code, 4);
    });
  });
});
