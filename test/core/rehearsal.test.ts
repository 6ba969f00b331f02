import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Foreseen } from '../../src/core/preflight/foresee.js';
import type { Person } from '../../src/core/preflight/people.js';
import { preflight } from '../../src/core/preflight/preflight.js';
import { changeUser } from '../../src/core/provisioning/change-user.js';
import { createUser } from '../../src/core/provisioning/create-user.js';
import { addressLock } from '../../src/core/provisioning/transactions/locks.js';
import type { Idp, Profile } from '../../src/core/provisioning/types.js';
import { updateAccount } from '../../src/core/service-accounts/change.js';
import { Problem } from '../../src/problem.js';
import { hideUsers, hostTrigger } from '../support/databases/odd-host.js';
import { freshProduct, openTestDatabase, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { addHostUser, disabling, hostUser, person, setSeats } from '../support/people/people.js';
import { addIdp } from '../support/people/provisioned.js';

/** Rules that no catalogue shows: a trigger's own, a check, and on PostgreSQL one that waits for COMMIT. */
const RULES = {
  postgres: [
    `create function app.rules() returns trigger language plpgsql as $$
     begin
       if new.login like '%+%' then
         raise exception 'letters, digits and @ . - only' using hint = 'Take the + out.', column = 'login_name';
       end if;
       if new.login like 'broken%' then perform count(*) from app.gone; end if;
       if tg_op = 'UPDATE' and not new.enabled and new.login like 'last.%' then
         raise exception 'the last administrator stays';
       end if;
       return new;
     end $$`,
    'create trigger rules before insert or update on app.users for each row execute function app.rules()',
    `create function app.at_commit() returns trigger language plpgsql as $$
     begin
       raise exception 'no department for %', new.login using errcode = '23514', constraint = 'department';
     end $$`,
    `create constraint trigger at_commit after insert on app.users deferrable initially deferred
       for each row when (new.login like 'deferred%') execute function app.at_commit()`,
  ],
  mssql: [
    `create trigger app.rules on app.users after insert, update as
     begin
       set nocount on;
       if exists (select 1 from inserted where login like N'%+%') throw 50100, N'letters, digits and @ . - only', 1;
       if exists (select 1 from inserted where login like N'broken%')
         exec (N'select count(*) from app.gone');
       if exists (select 1 from inserted i join deleted d on d.id = i.id
                  where i.enabled = 0 and d.enabled = 1 and i.login like N'last.%')
         throw 50101, N'the last administrator stays', 1;
     end`,
  ],
};
const CONSTRAINTS = [
  "alter table app.users add constraint users_bang check (display_name not like '%!%')",
  // Babelfish makes it one over all rows, which hold different names.
  "create unique index users_twin on app.users (display_name) where display_name = 'Twin'",
];

forEachEngine('a rehearsal of a first sync', (engine) => {
  let product: Product;
  let idp: Idp;
  const profiles: Profile[] = [];

  before(async () => {
    product = await freshProduct(engine);
    await addIdp(product, 'entra');
    idp = disabling(await updateAccount(product.core, 'entra', { deprovisionPolicy: 'disable' }).then(entra));
    await addHostUser(product, 'matched@contoso.example');
    await addHostUser(product, 'renamed', { email: 'renamed+1@contoso.example' });
    await addHostUser(product, 'hidden.taken@contoso.example');
    for (const name of ['leaver', 'last.one', 'back', 'steady'])
      await createUser(product.core, idp, person(name));
    const back = (await rowsOf(product, 'scim.identity')).find(
      ({ user_name }) => user_name === 'back@contoso.example',
    );
    await changeUser(product.core, idp, String(back?.identity_id), (now) => ({ ...now, active: false }));
    await hideUsers(product, 'hidden.');
    await product.database.transaction(async ({ knex, dialect }) => {
      for (const statement of [...RULES[dialect.name], ...CONSTRAINTS]) await knex.raw(statement);
    });
    profiles.push(
      ...[
        'fine',
        'plus+1',
        'broken.1',
        'hidden.taken',
        'hidden.new',
        'fine.2',
        'matched',
        'back',
        'steady',
      ].map((name) => person(name)),
      ...(engine.name === 'mssql' ? [] : [person('deferred')]),
      person('renamed+1'),
      person('long', { displayName: 'Long', familyName: 'x'.repeat(201) }),
      person('bang', { displayName: 'Bang!' }),
      person('off', { active: false }),
      person('leaver', { active: false }),
      person('last.one', { active: false }),
      person('fine.3'),
    );
  });
  after(() => product.close());

  const entra = async (): Promise<Idp> => {
    const row = (await rowsOf(product, 'scim.service_account')).find(({ name }) => name === 'entra');
    return {
      id: String(row?.service_account_id),
      name: 'entra',
      kind: 'generic',
      ssoProviderId: String(row?.sso_provider_id),
      deprovisionPolicy: 'manual',
    };
  };
  const everybody = (): Person[] => profiles.map((profile, at) => ({ at, profile }));
  const rehearsed = () => preflight(product.core, everybody(), { idp: 'entra', rehearse: true });
  const state = async () => ({
    users: await rowsOf(product, 'app.users'),
    links: await rowsOf(product, 'scim.identity'),
    events: (await rowsOf(product, 'scim.event')).length,
  });
  const briefly = ({ userName, outcome, rehearsal, attributes, becomesPending }: Foreseen) => [
    userName.split('@')[0],
    outcome,
    ...(rehearsal ? [rehearsal] : []),
    ...(attributes ? [attributes.join()] : []),
    ...(becomesPending ? ['pending'] : []),
  ];

  it('says of each what only the host application knows, and leaves nothing', async () => {
    await setSeats(product, 'Concurrent', 0);
    await setSeats(product, 'Dedicated', 0);
    const before = await state();

    const { people, summary } = await rehearsed();

    assert.deepEqual(await state(), before);
    assert.deepEqual(people.map(briefly), [
      ['fine', 'create', 'passed'],
      ['plus+1', 'refused', 'refused', ...(engine.name === 'mssql' ? [] : ['userName'])],
      ['broken.1', 'refused', 'refused'],
      ['hidden.taken', 'refused', 'refused'],
      ['hidden.new', 'refused', 'refused'],
      ['fine.2', 'create', 'passed'],
      ['matched', 'match', 'passed'],
      ['back', 'linked', 'passed'],
      ['steady', 'linked'],
      ...(engine.name === 'mssql' ? [] : [['deferred', 'refused', 'refused']]),
      ['renamed+1', 'refused', 'refused', ...(engine.name === 'mssql' ? [] : ['userName'])],
      ['long', 'refused', 'refused', 'name.familyName'],
      ['bang', 'refused', 'refused'],
      ['off', 'create', 'passed'],
      ['leaver', 'linked', 'passed'],
      ['last.one', 'linked', 'refused', 'pending'],
      ['fine.3', 'create', 'passed'],
    ]);
    assert.equal(summary.fits, false);
  });

  it('finds in the catalogue what it shows without a rehearsal', async () => {
    const twins = ['twin.1', 'twin.2'].map((name, n) => ({
      at: 100 + n,
      profile: person(name, { displayName: 'Twin' }),
    }));
    const { people, summary } = await preflight(product.core, [...everybody(), ...twins], { idp: 'entra' });

    const refused = people.filter(({ outcome }) => outcome === 'refused');
    assert.deepEqual(
      refused.map(({ userName, attributes, detail = '' }) => [
        userName.split('@')[0],
        attributes?.join(),
        /must be unique|has 201 characters, but family_name allows 200|at 100/.exec(detail)?.[0],
      ]),
      [
        ['hidden.taken', 'userName', 'must be unique'],
        ['long', 'name.familyName', 'has 201 characters, but family_name allows 200'],
        ['twin.2', 'displayName', 'at 100'],
      ],
    );
    assert.deepEqual([summary.refused, summary.fits, summary.rehearsal], [3, false, undefined]);
    const { lengths, ...catalogue } = summary.catalogue;
    assert.equal(lengths.family_name, 200);
    assert.deepEqual(catalogue, {
      unique: ['login_name', 'display_name'],
      uniqueUnread: [],
      showsAllRows: false,
    });
  });

  const alone = engine.name === 'embedded' && 'there is one connection';

  it('skips the rest of a batch behind a lock, and takes no list for fitting', { skip: alone }, async () => {
    await setSeats(product, 'Concurrent', 1_000);
    const database = await openTestDatabase(product.url, 'scim', { lockTimeoutMs: 300 });
    const list = ['fine', 'fine.2', 'matched'].map((name, at) => ({ at, profile: person(name) }));
    const held = { locks: [{ name: addressLock('fine.2@contoso.example') }] };

    const { people, summary } = await product.database.transaction(
      () => preflight({ ...product.core, database }, list, { idp: 'entra', rehearse: true, lockMs: 300 }),
      held,
    );

    await database.close();
    assert.deepEqual(people.map(briefly), [
      ['fine', 'create', 'passed'],
      ['fine.2', 'create', 'not-tried'],
      ['matched', 'match', 'not-tried'],
    ]);
    assert.deepEqual(summary.rehearsal, { created: 1, changed: 0, notTried: 2 });
    // sp_getapplock returns a number, and reports nothing.
    const reported = engine.name === 'mssql' ? '$' : ' The database reported: .';
    const told = new RegExp(`^Not tried: another session held a lock for too long\\.${reported}`);
    for (const { detail } of people.slice(1)) assert.match(String(detail), told);
    assert.deepEqual([summary.seatsNeeded <= summary.seatsFree, summary.fits], [true, false]);
  });

  if (engine.name !== 'mssql') {
    it('says what a trigger says that calls the database busy', async () => {
      await hostTrigger(product, 'fine.2@contoso.example', {
        postgres: "raise exception 'closed at night' using errcode = '57014';",
        mssql: '',
      });
      const list = ['fine', 'fine.2'].map((name, at) => ({ at, profile: person(name) }));

      const { people } = await preflight(product.core, list, { idp: 'entra', rehearse: true });

      await hostTrigger(product, 'fine.2@contoso.example', undefined);
      assert.deepEqual(people.map(briefly), [
        ['fine', 'create', 'passed'],
        ['fine.2', 'create', 'not-tried'],
      ]);
      assert.equal(
        people[1]?.detail,
        'Not tried: a statement ran for too long. The database reported: closed at night (SQLSTATE 57014).',
      );
    });
  }

  it('leaves nothing where it is cut off', { skip: alone }, async () => {
    const before = await state();
    const database = await openTestDatabase(product.url);
    let asked = 0;
    const clock = () => {
      // In the middle of the second create.
      if (++asked === 4) void database.close({ abandon: true });
      return product.now;
    };
    const list = ['fine', 'fine.2', 'fine.3'].map((name, at) => ({ at, profile: person(name) }));

    await assert.rejects(
      preflight({ ...product.core, database, clock }, list, { idp: 'entra', rehearse: true }),
    );

    assert.ok(asked >= 4);
    assert.deepEqual(await state(), before);
  });

  it('says what the endpoint then says', async () => {
    await setSeats(product, 'Concurrent', 1_000);
    const { people } = await rehearsed();
    const links = await rowsOf(product, 'scim.identity');

    for (const [at, profile] of profiles.entries()) {
      const told = people[at];
      const link = links.find(({ user_name }) => user_name === profile.userName);
      const isThere = link && profile.userName !== 'back@contoso.example';
      let said: string | undefined;
      try {
        if (isThere) {
          const { active } = profile;
          await changeUser(product.core, idp, String(link.identity_id), (now) => ({
            ...now,
            active,
            says: active,
          }));
        } else await createUser(product.core, idp, profile);
      } catch (error) {
        assert.ok(error instanceof Problem, String(error));
        said = error.message;
      }
      if (told?.outcome === 'linked') {
        assert.equal(said, undefined);
        const { enabled } = await hostUser(product, profile.userName);
        assert.equal(Boolean(enabled), profile.active || told.rehearsal === 'refused', profile.userName);
      } else assert.equal(said, told?.detail, profile.userName);
    }
  });
});
