import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { changeUser } from '../../src/core/provisioning/change-user.js';
import { createUser } from '../../src/core/provisioning/create-user.js';
import { listUsers } from '../../src/core/provisioning/lists/list-users.js';
import type { Idp, Profile } from '../../src/core/provisioning/types.js';
import { disableUser } from '../../src/core/users/disable.js';
import { listLinkedUsers } from '../../src/core/users/linked.js';
import { pendingUsers } from '../../src/core/users/pending.js';
import type { AttributePath, Filter, FilterOperator } from '../../src/words/filter.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { addIdp } from '../support/people/provisioned.js';

const path = (...names: string[]): AttributePath => ({
  path: names,
  type: 'string',
  caseExact: false,
  multiValued: names[0] === 'emails',
});
const compare = (attribute: AttributePath, operator: FilterOperator, value: string): Filter => ({
  kind: 'compare',
  attribute,
  operator,
  value,
});

// Every text column of the host's has another collation than the database, and than its neighbour.
forEachEngine('a host application whose columns have collations of their own', (engine) => {
  let product: Product;
  let idp: Idp;
  const mssql = engine.name === 'mssql';

  const run = (sql: string) => product.database.transaction(({ knex }) => knex.raw(sql));

  before(async () => {
    product = await freshProduct(engine, { host: false });
    if (engine.name === 'postgres') {
      await run(
        "create collation public.ignoring_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
      );
    }
    const [id, login, email, display, given, family, type] = {
      mssql: [
        'nvarchar(36) collate Latin1_General_CI_AS not null default newid()',
        'nvarchar(100) collate Latin1_General_CS_AS',
        'nvarchar(100) collate Latin1_General_CI_AS',
        'nvarchar(100) collate Latin1_General_BIN2',
        'nvarchar(100) collate SQL_Latin1_General_CP1_CI_AS',
        'nvarchar(100)',
        'nvarchar(20) collate Latin1_General_CS_AS',
      ],
      postgres: [
        'text collate ignoring_case not null default gen_random_uuid()',
        'text collate "C"',
        'text collate ignoring_case',
        'varchar(100) collate ignoring_case',
        'text collate ignoring_case',
        'text',
        'varchar(20) collate ignoring_case',
      ],
      embedded: [
        'text collate "C" not null default gen_random_uuid()',
        'text collate "C"',
        'text collate "POSIX"',
        'varchar(100)',
        'text collate "C"',
        'text',
        'varchar(20) collate "POSIX"',
      ],
    }[engine.name];
    const bit = mssql ? 'bit' : 'boolean';
    const yes = mssql ? '1' : 'true';
    for (const sql of [
      'create schema own',
      `create table own.users (user_id ${id}, login_name ${login} not null, email ${email}, display_name ${display}, given_name ${given}, family_name ${family}, is_enabled ${bit}, sso_provider_id ${email}, licence_type ${type})`,
      'create view scim.host_user as select * from own.users',
      `create table own.provider (provider_id ${email}, name ${login}, protocol ${display}, is_enabled ${bit})`,
      `insert into own.provider values ('P-1', 'Contoso SAML', 'SAML', ${yes})`,
      'create view scim.host_sso_provider as select * from own.provider',
      `create table own.pools (licence_type ${type}, assign_order int, seats_total int, seats_used int)`,
      "insert into own.pools values ('Concurrent', 1, 9, 0)",
      'create view scim.host_licence as select * from own.pools',
      `insert into own.users values ('U-1', 'Anna.Schmidt', 'Anna@Contoso.example', 'Anna Schmidt', 'Anna', 'Schmidt', ${yes}, null, null)`,
    ]) {
      await run(sql);
    }
    idp = await addIdp(product, 'entra');
  });
  after(() => product.close());

  const profile = (more: Partial<Profile>): Profile => ({
    userName: 'x@contoso.example',
    externalId: null,
    active: true,
    email: null,
    displayName: null,
    givenName: null,
    familyName: null,
    attributes: {},
    ...more,
  });
  const found = async (filter: Filter) =>
    (await listUsers(product.core, idp, { filter, page: { kind: 'index', startIndex: 1, count: 9 } })).items
      .map(({ userName }) => userName)
      .sort();

  it('has its users matched and made, without regard to case', async () => {
    const matched = await createUser(
      product.core,
      idp,
      profile({ userName: 'anna@x.example', email: 'ANNA@contoso.EXAMPLE', displayName: 'Anna Schmidt' }),
    );
    const made = await createUser(
      product.core,
      idp,
      profile({
        userName: 'Zoë@contoso.example',
        displayName: 'Zoë Müller',
        givenName: 'ZOË',
        familyName: 'Müller',
      }),
    );

    assert.deepEqual([matched.how, made.how], ['matched', 'created']);
    assert.equal(matched.user.hostUserId, 'U-1');
    assert.equal(made.user.licenceType, 'Concurrent');
  });

  it('has its users found by whatever an IdP asks', async () => {
    const zoe = ['Zoë@contoso.example'];
    const both = [...zoe, 'anna@x.example'].sort();
    const [display, given, family, mail] = [
      path('displayName'),
      path('name', 'givenName'),
      path('name', 'familyName'),
      path('emails', 'value'),
    ];
    const cases: [Filter, string[]][] = [
      [compare(path('userName'), 'eq', 'ZOË@contoso.example'), zoe],
      [compare(display, 'eq', 'ZOË müller'), zoe],
      [compare(display, 'co', 'OË MÜ'), zoe],
      [compare(display, 'sw', 'zoë'), zoe],
      [compare(display, 'ew', 'LLER'), zoe],
      [compare(display, 'ne', 'zoë MÜLLER'), ['anna@x.example']],
      [compare(given, 'eq', 'zoë'), zoe],
      [compare(family, 'gt', 'N'), ['anna@x.example']],
      [compare(mail, 'eq', 'anna@CONTOSO.example'), ['anna@x.example']],
      [{ kind: 'present', attribute: display }, both],
      [{ kind: 'present', attribute: given }, both],
    ];
    for (const [filter, expected] of cases) {
      assert.deepEqual(await found(filter), expected, JSON.stringify(filter));
    }
    for (const sortBy of [display, given, family, mail]) {
      const page = { kind: 'index', startIndex: 1, count: 9 } as const;
      assert.equal((await listUsers(product.core, idp, { sortBy, page })).items.length, 2);
    }
  });

  it('has its users pending, listed and disabled by hand', async () => {
    const [user] = (
      await listUsers(product.core, idp, {
        filter: compare(path('displayName'), 'sw', 'Zo'),
        page: { kind: 'index', startIndex: 1, count: 1 },
      })
    ).items;
    await changeUser(product.core, idp, user?.id ?? '', (now) => ({ ...now, active: false }));

    assert.deepEqual(
      (await pendingUsers(product.core)).map(({ loginName }) => loginName),
      ['Zoë@contoso.example'],
    );
    assert.equal((await listLinkedUsers(product.core, {})).length, 2);
    await disableUser(product.core, 'zoË@CONTOSO.example');
    assert.deepEqual(await pendingUsers(product.core), []);
  });
});
