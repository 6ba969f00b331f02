import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Binding } from '../../src/binding/binding.js';
import { runChecks } from '../../src/core/check/run-checks.js';
import { applyScaffold } from '../../src/core/host/scaffold.js';
import { changeUser } from '../../src/core/provisioning/change-user.js';
import { createUser } from '../../src/core/provisioning/create-user.js';
import type { Idp } from '../../src/core/provisioning/types.js';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { disableUser } from '../../src/core/users/disable.js';
import { pendingUsers } from '../../src/core/users/pending.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { person } from '../support/people/people.js';
import { problemOf } from '../support/running/problem.js';

// An application that locks accounts for a while after wrong passwords, and knows its users by what the IdP calls them.
forEachEngine('scaffolded views and the columns of the contract', (engine) => {
  const mssql = engine.name === 'mssql';
  const schema = mssql ? 'dbo' : 'public';
  const table = `${schema}.members`;
  const later = mssql ? 'dateadd(hour, 1, sysutcdatetime())' : "now() + interval '1 hour'";
  const binding: Binding = {
    format: 1,
    users: {
      table,
      key: { column: 'id', made: 'database' },
      login: { read: { column: 'login' } },
      email: { read: { column: 'mail' } },
      displayName: { read: { column: 'title' } },
      externalId: { read: { column: 'idp_id' } },
      ssoSubject: { read: { column: 'name_id' } },
      enabled: {
        yes: { column: 'state', in: [1] },
        no: { column: 'state', in: [0, 2] },
        temporarily: {
          any: [
            { column: 'locked_until', after: 'now' },
            { column: 'state', in: [2] },
          ],
        },
      },
      enable: { state: { constant: 1 } },
      disable: { state: { constant: 0 } },
    },
    providers: { declared: { name: 'Corp', by: 'alice', at: '2026-11-28' } },
    seats: { none: { by: 'alice', at: '2026-11-28' } },
  };
  let product: Product;
  let idp: Idp;
  const run = (sql: string) => product.test.query(sql);
  const rowOf = async (name: string) =>
    (await rowsOf(product, 'scim.host_user')).find(
      ({ login_name }) => login_name === `${name}@contoso.example`,
    );
  const stateOf = async (name: string) => {
    const row = await rowOf(name);
    return [Boolean(row?.is_enabled), Boolean(row?.is_locked_temporarily)];
  };
  const stored = async (name: string) =>
    (await rowsOf(product, table)).find(({ login }) => login === `${name}@contoso.example`)?.state;
  const lock = (name: string) =>
    run(`update ${table} set locked_until = ${later} where login = '${name}@contoso.example'`);
  /** A user whom the IdP has in force. */
  const made = async (name: string) => (await createUser(product.core, idp, person(name))).user;
  const leave = (by: Idp, id: string) =>
    changeUser(product.core, by, id, (now) => ({ ...now, active: false }));
  const isPending = async (name: string) =>
    (await pendingUsers(product.core)).some(({ loginName }) => loginName === `${name}@contoso.example`);

  before(async () => {
    product = await freshProduct(engine, { host: false });
    const text = mssql ? 'nvarchar' : 'varchar';
    await run(
      `create table ${table} (id int ${mssql ? 'identity' : 'generated always as identity'} primary key, login ${text}(200) not null unique,
         mail ${text}(200), title ${text}(200) not null, idp_id ${text}(200), name_id ${text}(330), state int not null,
         locked_until ${mssql ? 'datetime2' : 'timestamptz'})`,
    );
    await applyScaffold(product.core, binding);
    const account = { kind: 'entra', ssoSubject: 'object-id' } as const;
    idp = await addServiceAccount(product.core, { name: 'entra', ...account });
  });
  after(() => product.close());

  it('have the external id and the SSO subject, which follow what the IdP says', async () => {
    const user = await made('known');
    assert.deepEqual(
      [(await rowOf('known'))?.external_id, (await rowOf('known'))?.sso_subject],
      ['object-known', 'object-known'],
    );

    await changeUser(product.core, idp, user.id, (now) => ({ ...now, externalId: 'object-2' }));

    const [row] = (await rowsOf(product, table)).filter(({ login }) => login === 'known@contoso.example');
    assert.deepEqual([row?.idp_id, row?.name_id], ['object-2', 'object-2']);
  });

  it('say who declared what the application does not say', async () => {
    const { checks } = await runChecks({
      connect: async () => product.database,
      clock: () => product.now,
      names: ['saml', 'seats'],
    });

    assert.deepEqual(
      checks
        .filter(({ name }) => name === 'saml' || name === 'seats')
        .map(({ status, summary }) => [status, summary]),
      [
        ['warn', 'SAML is enabled: Corp, declared by alice on 2026-11-28, not read from the application'],
        [
          'warn',
          'seats are not limited: Unlimited without a limit, declared by alice on 2026-11-28, not read from the application',
        ],
      ],
    );
  });

  it('show a lock as one, by its time or by a state of its own', async () => {
    await made('timed');
    await made('valued');

    await lock('timed');
    await run(`update ${table} set state = 2 where login = 'valued@contoso.example'`);

    assert.deepEqual(
      [await stateOf('timed'), await stateOf('valued')],
      [
        [false, true],
        [false, true],
      ],
    );
    await run(`update ${table} set state = 0 where login = 'timed@contoso.example'`);
    assert.deepEqual(await stateOf('timed'), [false, false]);
  });

  it('keep a locked account of a user who has left on the list, and disable it for good', async () => {
    const user = await made('leaver');
    await lock('leaver');
    await leave(idp, user.id);
    assert.equal(await isPending('leaver'), true);

    const { changed, enabled } = await disableUser(product.core, 'leaver@contoso.example');

    assert.deepEqual([changed, enabled], [true, false]);
    assert.equal(await stored('leaver'), 0);
    assert.equal(await isPending('leaver'), false);
    assert.equal((await disableUser(product.core, 'leaver@contoso.example')).changed, false);
  });

  it('disable a locked account by the policy as well', async () => {
    const user = await made('policy');
    await lock('policy');

    await leave({ ...idp, deprovisionPolicy: 'disable' }, user.id);

    assert.equal(await stored('policy'), 0);
    assert.deepEqual(await stateOf('policy'), [false, false]);
  });

  it('take a plain update of the state for a disable, and none of anything else', async () => {
    await made('plain');
    await lock('plain');
    const update = (change: Record<string, unknown>) =>
      product.database.transaction(({ knex }) =>
        knex('host_user').withSchema('scim').where({ login_name: 'plain@contoso.example' }).update(change),
      );

    await update({ display_name: 'Another title' });
    assert.deepEqual([await stored('plain'), (await rowOf('plain'))?.display_name], [1, 'Another title']);
    await update({ is_enabled: mssql ? 0 : false });
    assert.equal(await stored('plain'), 0);
  });

  const UPDATES: readonly [string, string, boolean][] = [
    ['a state, beside another name', `is_enabled = OFF, display_name = 'Other'`, true],
    ['a state, beside the same name', 'display_name = display_name, is_enabled = OFF', true],
    ['the end of the lock', 'is_locked_temporarily = OFF', true],
    ['the same name', 'display_name = display_name', false],
    ['another name', `display_name = 'Other'`, false],
    ['another name, and the lock as it is', `display_name = 'Other', is_locked_temporarily = ON`, false],
  ];
  for (const [at, [told, set, ends]] of UPDATES.entries())
    it(`take an update of ${told} for ${ends ? 'a disable' : 'none'}, though it reads disabled`, async () => {
      const [name, before] = [`update-${at}`, `before-${at}`];
      await made(name);
      await made(before);
      await lock(name);
      const [on, off] = mssql ? ['1', '0'] : ['true', 'false'];
      const where = (one: string) => `where login_name = '${one}@contoso.example'`;

      await product.database.transaction(async ({ knex }) => {
        // What a statement before says is not of this one.
        await knex.raw(`update scim.host_user set is_enabled = ${off} ${where(before)}`);
        await knex.raw(
          `update scim.host_user set ${set.replace('OFF', off).replace('ON', on)} ${where(name)}`,
        );
      });

      assert.deepEqual(
        [await stored(name), await stateOf(name)],
        ends ? [0, [false, false]] : [1, [false, true]],
      );
      if (set.includes('Other')) assert.equal((await rowOf(name))?.display_name, 'Other');
    });

  it('leave a lock to the application when the user is matched or renamed', async () => {
    await run(
      `insert into ${table} (login, mail, title, state, locked_until) values ('match@contoso.example', null, 'Match', 1, ${later})`,
    );

    const user = await made('match');
    assert.equal(user.active, true);
    assert.deepEqual([await stored('match'), await stateOf('match')], [1, [false, true]]);
    await changeUser(product.core, idp, user.id, (now) => ({ ...now, displayName: 'Renamed' }));
    assert.deepEqual([await stored('match'), await stateOf('match')], [1, [false, true]]);
  });

  it('count accounts whose state the binding does not name, by value, with no binding at hand', async () => {
    await run(
      `insert into ${table} (login, mail, title, state) values ('odd@contoso.example', null, 'Odd', 7), ('odder@contoso.example', null, 'Odder', 7)`,
    );

    const { checks } = await runChecks({
      connect: async () => product.database,
      clock: () => product.now,
      names: ['host'],
    });

    const found = checks.find(({ name }) => name === 'host');
    assert.equal(found?.status, 'fail');
    assert.match(
      found?.summary ?? '',
      /the binding does not say whether 2 accounts with state 7 are enabled/,
    );
    // A leaver stays on the list.
    assert.deepEqual(await stateOf('odd'), [true, false]);
    await run(`delete from ${table} where state = 7`);
  });

  it('refuse a disable that does not last', async () => {
    const user = await made('stubborn');
    await lock('stubborn');
    await leave(idp, user.id);
    const keep = mssql
      ? `create trigger dbo.keep_on on ${table} after update as begin set nocount on; update m set state = 1 from ${table} m join inserted i on i.id = m.id where m.state = 0; end`
      : `create function public.keep_on() returns trigger language plpgsql as $$ begin new.state := 1; return new; end $$;
         create trigger keep_on before update on ${table} for each row execute function public.keep_on()`;
    await run(keep);
    try {
      assert.equal(
        (await problemOf(disableUser(product.core, 'stubborn@contoso.example'))).code,
        'host-write-ignored',
      );
      assert.equal(await isPending('stubborn'), true);
    } finally {
      await run(mssql ? 'drop trigger dbo.keep_on' : `drop trigger keep_on on ${table}`);
    }
  });
});
