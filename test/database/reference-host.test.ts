import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { Database } from '../../src/database/database.js';
import { installReferenceHost } from '../../src/database/migrator/reference-host.js';
import { describeHostViews } from '../../src/database/queries/host/host-views.js';
import { probeHostViewWrites } from '../../src/database/queries/host/host-writes.js';
import { HOST_VIEWS } from '../../src/words/host-views.js';
import { forEachEngine } from '../support/engines.js';
import { execute, openFresh, openMigrated } from './open-test-database.js';

/** It locks nobody for a while, keeps no names of an IdP, and declares nothing. */
const NOT_IN_REFERENCE = [
  'is_locked_temporarily',
  'external_id',
  'sso_subject',
  'declared_by',
  'declared_at',
];

/** Rows of a host view, in the order of a column. */
const rowsOf = (database: Database, view: string, order: string) =>
  database.read(({ knex }) => knex(view).withSchema(database.schema).orderBy(order).select('*'));

const hostUsers = async (database: Database) =>
  (await rowsOf(database, 'host_user', 'login_name')).sort((a, b) => Number(a.user_id) - Number(b.user_id));

const COLUMNS = [
  'login_name',
  'email',
  'display_name',
  'given_name',
  'family_name',
  'is_enabled',
  'sso_provider_id',
  'licence_type',
];

forEachEngine('the reference host application', (engine) => {
  it('has the users, providers and pools that every test can rely on', async (context) => {
    const { database } = await openMigrated(context, engine);

    assert.deepEqual(await installReferenceHost(database), { installed: true });

    const users = await hostUsers(database);
    assert.equal(users.length, 24);
    const [admin] = users;
    assert.equal(admin.login_name, 'admin');
    assert.deepEqual(
      users.filter((user) => user.is_protected),
      [admin],
    );
    assert.deepEqual(
      users.filter((user) => user.email === null).map((user) => user.login_name),
      ['scanner-3'],
    );
    assert.deepEqual(
      users.filter((user) => user.email === 'quality.lab@contoso.example').map((user) => user.login_name),
      ['quality.lab', 'quality.lab.night'],
    );
    assert.deepEqual(
      users.filter((user) => !user.is_enabled).map((user) => user.display_name),
      ['Peter Vogel'],
    );
    const names = users.map((user) => user.display_name);
    for (const name of [
      'Ελένη Παπαδοπούλου',
      'Сергей Иванов',
      '王小明',
      'ليلى حداد',
      'Robin 🚀 Lindqvist',
      "Siobhán O'Neill",
      'Miller, James, Jr.',
    ]) {
      assert.ok(names.includes(name), name);
    }
    const hanako = users.find((user) => user.display_name === '山田花子');
    assert.equal(hanako?.last_sign_in_at.toISOString(), '2025-10-31T23:59:59.999Z');

    const providers = await rowsOf(database, 'host_sso_provider', 'name');
    assert.deepEqual(
      providers.map(({ certificate_expires_at, ...rest }) => rest),
      [
        {
          provider_id: 'c0d9e8f7-1a2b-4c3d-8e4f-5a6b7c8d9e0f',
          name: 'Contoso AD FS (retired)',
          protocol: 'SAML',
          is_enabled: false,
        },
        {
          provider_id: 'a3c4b1de-5f27-4e0b-9d2c-71e86b0f4a55',
          name: 'Contoso SAML',
          protocol: 'SAML',
          is_enabled: true,
        },
      ],
    );
    assert.equal(providers[1]?.certificate_expires_at.toISOString(), '2099-12-31T00:00:00.000Z');
    assert.deepEqual(await rowsOf(database, 'host_licence', 'assign_order'), [
      { licence_type: 'Concurrent', assign_order: 1, seats_total: 20, seats_used: 8 },
      { licence_type: 'Dedicated', assign_order: 2, seats_total: 10, seats_used: 4 },
    ]);
  });

  it('is not changed by installing it again', async (context) => {
    const { database } = await openMigrated(context, engine);
    await installReferenceHost(database);
    await execute(database, "delete from app.users where login = 'scanner-3'");
    await execute(database, "update app.licence_pools set seats_total = 3 where licence_type = 'Dedicated'");
    const present = async () => [
      await hostUsers(database),
      await rowsOf(database, 'host_licence', 'assign_order'),
    ];
    const before = await present();

    assert.deepEqual(await installReferenceHost(database), { installed: false });

    assert.deepEqual(await present(), before);
  });

  it('is not installed over the views of a real host application', async (context) => {
    const { database } = await openMigrated(context, engine);
    await execute(database, 'create table people (person_id int not null)');
    await execute(database, 'create view scim.host_user as select person_id as user_id from people');

    await assert.rejects(installReferenceHost(database), {
      name: 'Problem',
      kind: 'operation',
      code: 'host-exists',
      message: /scim\.host_user/,
    });

    assert.deepEqual(await rowsOf(database, 'host_user', 'user_id'), []);
  });

  it('is not installed into a real application that has a table app.users', async (context) => {
    const { database, test } = await openMigrated(context, engine);
    await execute(database, 'create schema app');
    await execute(database, 'create table app.users (user_id int not null)');
    await execute(database, 'create view scim.host_user as select user_id from app.users');

    await assert.rejects(installReferenceHost(database), { code: 'host-exists' });

    assert.deepEqual(await test.query('select * from app.users'), []);
  });

  it('needs the schema', async (context) => {
    const { database } = await openFresh(context, engine);

    await assert.rejects(installReferenceHost(database), { code: 'schema-missing' });
  });

  it('changes nothing of a protected account through its view', async (context) => {
    const { database } = await openMigrated(context, engine);
    await installReferenceHost(database);
    const before = await hostUsers(database);

    await database.transaction(async ({ knex }) => {
      for (const name of ['admin', 'scanner-3']) {
        await knex('host_user')
          .withSchema('scim')
          .where({ login_name: name })
          .update({
            login_name: `${name}x`,
            display_name: 'x',
            is_enabled: false,
            licence_type: 'Dedicated',
          });
      }
    });

    const changed = (await hostUsers(database)).filter((user, at) => !isDeepStrictEqual(user, before[at]));
    assert.deepEqual(
      changed.map(({ login_name, is_enabled }) => ({ login_name, is_enabled })),
      [{ login_name: 'scanner-3x', is_enabled: false }],
    );
  });

  it('lets go of a seat with a user, and takes one with the next', async (context) => {
    const { database } = await openMigrated(context, engine, 'scim_other');
    await installReferenceHost(database);
    const used = async () =>
      (await rowsOf(database, 'host_licence', 'assign_order')).map(({ seats_used }) => seats_used);
    const write = (work: (users: () => import('knex').Knex.QueryBuilder) => Promise<unknown>) =>
      database.transaction(({ knex }) => work(() => knex('host_user').withSchema('scim_other')));

    await write((users) => users().where({ user_id: '2' }).update({ is_enabled: false }));
    assert.deepEqual(await used(), [7, 4]);
    await write((users) =>
      users().insert({
        login_name: 'new@contoso.example',
        email: 'new@contoso.example',
        display_name: 'Νέος 🚀',
        is_enabled: true,
        sso_provider_id: 'A3C4B1DE-5F27-4E0B-9D2C-71E86B0F4A55',
        licence_type: 'Dedicated',
      }),
    );
    assert.deepEqual(await used(), [7, 5]);

    const made = (await hostUsers(database)).at(-1);
    assert.equal(made.display_name, 'Νέος 🚀');
    assert.equal(made.is_protected, false);
    assert.equal(made.sso_provider_id, 'a3c4b1de-5f27-4e0b-9d2c-71e86b0f4a55');
    await assert.rejects(
      write((users) =>
        users().insert({
          login_name: 'NEW@contoso.example',
          email: null,
          display_name: 'x',
          is_enabled: true,
        }),
      ),
      { name: 'DatabaseFault', fault: 'unique-violation' },
    );
  });
});

// The embedded engine is PostgreSQL in this.
const servers = { only: ['postgres', 'mssql'] as const };

forEachEngine(
  'the host views',
  (engine) => {
    it('are described as they are: absent, lacking columns, or whole', async (context) => {
      const { database } = await openMigrated(context, engine);
      const text = engine.name === 'mssql' ? 'nvarchar' : 'varchar';
      const describeAll = () => database.read(describeHostViews);
      for (const view of await describeAll()) {
        assert.deepEqual(view, {
          name: view.name,
          exists: false,
          columns: [],
          missing: HOST_VIEWS[view.name].required,
          optional: [],
          unfit: [],
        });
      }

      await execute(
        database,
        `create view scim.host_user as select cast('1' as ${text}(128)) as user_id, 'x' as login_name, 2 as licence_type`,
      );
      const [lacking] = await describeAll();
      assert.equal(lacking?.exists, true);
      assert.deepEqual(lacking?.missing, ['email', 'display_name', 'is_enabled']);
      assert.deepEqual(lacking?.optional, ['licence_type']);
      assert.equal(lacking?.columns[0]?.name, 'user_id');
      assert.equal(
        lacking?.columns[0]?.dataType,
        engine.name === 'mssql' ? 'nvarchar(128)' : 'character varying(128)',
      );

      await execute(database, 'drop view scim.host_user');
      await installReferenceHost(database);
      const whole = await describeAll();
      assert.deepEqual(
        whole.map(({ name, exists, missing, optional }) => ({ name, exists, missing, optional })),
        whole.map(({ name }) => ({
          name,
          exists: true,
          missing: [],
          optional: HOST_VIEWS[name].optional.filter((column) => !NOT_IN_REFERENCE.includes(column)),
        })),
      );
    });

    it('are probed for writes, and nothing stays changed', async (context) => {
      const { database } = await openMigrated(context, engine);
      await installReferenceHost(database);
      const before = await hostUsers(database);

      const writes = await probeHostViewWrites(database);

      assert.deepEqual(
        writes,
        ['(insert)', ...COLUMNS].map((column) => ({ column, result: 'taken' })),
      );
      assert.deepEqual(await hostUsers(database), before);
    });

    it('are found not to be writable, column by column', async (context) => {
      const { database } = await openMigrated(context, engine);
      await execute(
        database,
        `create table people (id int not null primary key, login varchar(99) not null unique, mail varchar(99),
        is_on int not null, is_local int not null, kind varchar(9) not null check (kind = 'x'))`,
      );
      await execute(database, "insert into people values (1, 'local', 'local', 1, 1, 'x')");
      await execute(database, "insert into people values (2, 'anna', 'anna', 1, 0, 'x')");
      await execute(
        database,
        `create view scim.host_user as
       select cast(id as varchar(128)) as user_id, login as login_name, mail as email, concat(login, '!') as display_name,
              is_on as is_enabled, is_local as is_protected, kind as given_name
         from people`,
      );
      const before = await hostUsers(database);

      const writes = await probeHostViewWrites(database);

      const held = Object.fromEntries(writes.map(({ column, result }) => [column, result === 'taken']));
      // `display_name` is worked out, so no row can be made either, and `kind` can be nothing but x.
      assert.deepEqual(held, {
        '(insert)': false,
        login_name: true,
        email: true,
        display_name: false,
        given_name: false,
        is_enabled: engine.name === 'mssql',
      });
      for (const { reason, result } of writes) assert.equal(reason === undefined, result === 'taken');
      assert.deepEqual(await hostUsers(database), before);
    });

    it('are not probed on a protected user', async (context) => {
      const { database } = await openMigrated(context, engine);
      await execute(database, 'create table people (id int not null primary key, login varchar(99))');
      await execute(database, "insert into people values (1, 'local')");
      await execute(
        database,
        `create view scim.host_user as
       select cast(id as varchar(128)) as user_id, login as login_name, login as email, login as display_name,
              1 as is_enabled, 1 as is_protected
         from people`,
      );

      const writes = await probeHostViewWrites(database);

      assert.equal(
        writes.find(({ column }) => column === 'login_name')?.reason,
        'there is no host user for the trial',
      );
    });
  },
  servers,
);
