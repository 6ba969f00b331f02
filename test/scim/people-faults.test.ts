import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { removeAccount } from '../../src/core/service-accounts/change.js';
import { disableUser } from '../../src/core/users/disable.js';
import { disownAccount } from '../../src/core/users/disown.js';
import { type PendingQuery, pendingUsers } from '../../src/core/users/pending.js';
import { createScimHandler } from '../../src/scim/protocol/handler/handler.js';
import type { DeprovisionPolicy } from '../../src/words/idp.js';
import { DIALECTS, type Mapped, type Speaker } from '../support/databases/dialects.js';
import {
  allowTwins,
  hideUsers,
  hostRules,
  hostTrigger,
  renameHostUsers,
  reuseKey,
} from '../support/databases/odd-host.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import {
  addHostUser,
  eventsOf,
  hostUsers,
  type Row,
  SAML,
  seatsUsed,
  setSeats,
} from '../support/people/people.js';
import { link } from '../support/people/provisioned.js';
import { problemOf } from '../support/running/problem.js';
import { CORE_USER } from '../support/scim/scim.js';
import { type Answer, filterBy, scimClient } from '../support/scim/scim-client.js';

const DAY_MS = 86_400_000;
const POLICIES: readonly DeprovisionPolicy[] = ['manual', 'disable'];
/** Entra ID puts it in front of the names of a user whom it deletes softly. */
const MARK = '0123456789abcdef0123456789abcdef';

/** A user as the tests know one. */
interface Person {
  id: string;
  hostUserId: string;
  name: string;
  login: string;
}

// What people lost by, as it was reproduced on PostgreSQL through `serve`; each is an example of its kind.
forEachEngine('the faults of people', (engine) => {
  let product: Product;
  const errors: unknown[] = [];
  const handler = createScimHandler({ onError: (error) => errors.push(error) });
  before(async () => {
    product = await freshProduct(engine, { served: true });
    await setSeats(product, 'Concurrent', 5_000);
  });
  after(async () => {
    await product.close();
    assert.deepEqual(errors, []);
  });
  const tick = (ms = 1_000) => {
    product.now = new Date(product.now.getTime() + ms);
  };
  beforeEach(() => tick());

  const linkOf = async (id: string): Promise<Row> =>
    (await rowsOf(product, 'scim.identity')).find(({ identity_id }) => identity_id === id) ?? assert.fail(id);
  const accountOf = async ({ hostUserId }: Pick<Person, 'hostUserId'>): Promise<Row> =>
    (await rowsOf(product, 'app.users')).find(({ id }) => String(id) === hostUserId) ?? {};
  const stateOf = async (person: Pick<Person, 'hostUserId'>): Promise<boolean> =>
    Boolean((await accountOf(person)).enabled);
  const count = async () => (await rowsOf(product, 'app.users')).length;
  /** The application's own change of a user. */
  const byHand = (person: Pick<Person, 'hostUserId'>, columns: Row) =>
    product.database.transaction(({ knex }) =>
      knex('users')
        .withSchema('app')
        .where({ id: Number(person.hostUserId) })
        .update(columns),
    );
  const pendingOf = async ({ hostUserId }: Pick<Person, 'hostUserId'>, query: PendingQuery = {}) =>
    (await pendingUsers(product.core, query)).filter(({ userId }) => userId === hostUserId);
  const isEnded = async (id: string) => (await linkOf(id)).deprovisioned_at !== null;
  const told = async (work: () => Promise<unknown>) =>
    (await eventsOf(product, work)).map(({ action, outcome }) => `${action} ${outcome}`);
  const ok = (answer: Answer, more: Row = {}) => {
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    for (const [name, value] of Object.entries(more)) assert.deepEqual(answer.body[name], value, name);
    return answer;
  };
  const refused = (answer: Answer, status: number, problem: string) => {
    assert.deepEqual([answer.status, answer.problem], [status, problem], JSON.stringify(answer.body));
    return String(answer.body.detail);
  };
  const emails = (value: string) => [{ value, type: 'work', primary: true }];

  for (const dialect of DIALECTS) {
    for (const policy of POLICIES) {
      describe(`of ${dialect.name} under the policy ${policy}`, () => {
        const suffix = `${dialect.kind}.${policy}`;
        const slug = (name: string) => `${name}-${dialect.kind}-${policy}`;
        const named = (name: string) => `${name}.${suffix}`;
        const addressOf = (name: string) => `${named(name)}@contoso.example`;
        const mapped = (name: string, more: Partial<Mapped> = {}): Mapped => ({
          userName: addressOf(name),
          externalId: `object-${named(name)}`,
          email: addressOf(name),
          active: true,
          ...more,
        });
        let idp: Speaker;
        /** Another IdP of the same installation, which speaks likewise. */
        let other: Speaker;
        const addIdp = async (name: string, more: Parameters<typeof scimClient>[3] = {}) => {
          const account = { kind: dialect.kind, deprovisionPolicy: policy, ...more };
          return dialect.speak(await scimClient(product, handler, slug(name), account));
        };
        before(async () => {
          [idp, other] = [await addIdp('one'), await addIdp('other')];
        });
        afterEach(() => hostRules(product));

        /** A user whom an IdP has, and who has an account. */
        async function hired(name: string, more: Partial<Mapped> = {}, by = idp): Promise<Person> {
          const answer = await by.create(mapped(name, more));
          assert.equal(answer.status, 201, JSON.stringify(answer.body));
          const id = String(answer.body.id);
          const hostUserId = String((await linkOf(id)).host_user_id);
          const { login } = await accountOf({ hostUserId });
          // No two requests come at the very same instant.
          tick(1);
          return { id, hostUserId, name, login: String(login) };
        }
        const read = async (id: string, by = idp) => ok(await by.client.get(`/Users/${id}`)).body;
        /** What a departure leaves of an account that the IdP may disable. */
        const isLeftEnabled = policy === 'manual';

        it('1. a departure counts though the account was disabled by hand before', async () => {
          const ann = await hired('f1');
          await byHand(ann, { enabled: false });
          const since = product.now;

          const events = await told(async () =>
            ok(await idp.say(ann.id, { active: false }), { active: false }),
          );

          assert.deepEqual(events, ['user.deprovision done']);
          assert.equal(await isEnded(ann.id), true);
          assert.deepEqual(await pendingOf(ann), []);
          tick(DAY_MS);
          // The helpdesk unlocks the account: the leaver is on the list, and can be disabled again.
          await byHand(ann, { enabled: true });
          const [row, ...more] = await pendingOf(ann);
          assert.deepEqual(
            [row?.idp, row?.reason, row?.since, row?.days, more],
            [idp.client.idp.name, 'disabled', since, 1, []],
          );
          assert.equal((await disableUser(product.core, ann.login)).changed, true);
          assert.equal(await stateOf(ann), false);
          // And nobody has the account any more.
          const theirs = await hired('f1', {}, other);
          assert.equal(theirs.hostUserId, ann.hostUserId);
        });

        it('2. a suspended account stays suspended, whatever changes of its profile', async () => {
          const bob = await hired('f2', { displayName: 'Bob' });
          await byHand(bob, { enabled: false });
          const seats = await seatsUsed(product);

          const events = await eventsOf(product, async () => {
            ok(await idp.say(bob.id, { displayName: 'Robert', active: true }), {
              active: true,
              displayName: 'Robert',
            });
          });

          assert.deepEqual(
            events.map(({ action, details }) => [action, details.changed]),
            [['user.update', ['displayName']]],
          );
          const account = await accountOf(bob);
          assert.deepEqual([Boolean(account.enabled), account.display_name], [false, 'Robert']);
          assert.deepEqual(await seatsUsed(product), seats);
          const { meta } = await read(bob.id);
          assert.deepEqual(await told(() => idp.say(bob.id, { active: true })), []);
          assert.deepEqual((await read(bob.id)).meta, meta);
        });

        describe('3. a departure counts beside', () => {
          for (const [what, changes, beside, skipped] of [
            ['an unknown path', {}, { nonsense: 'x' }, ['nonsense']],
            ['a value that cannot be', {}, { emails: 7, title: {} }, ['emails', 'title']],
            ['a path that cannot be read', {}, { 'name[': 'x' }, ['name']],
            ['a name that belongs to another', { userName: addressOf('f3.taken') }, {}, ['userName']],
            [
              'an id that belongs to another',
              { externalId: `object-${named('f3.taken')}` },
              {},
              ['externalId'],
            ],
            ['no name at all', { userName: '' }, {}, ['userName']],
          ] as const) {
            it(what, async () => {
              if ((await hostUsers(product, addressOf('f3.taken'))).length === 0) await hired('f3.taken');
              const name = `f3.${what.replaceAll(' ', '.')}`;
              const carl = await hired(name, { displayName: 'Carl' });
              const before = await accountOf(carl);

              const events = await eventsOf(product, async () => {
                const answer = await idp.say(
                  carl.id,
                  { ...changes, displayName: 'Karl', active: false },
                  beside,
                );
                ok(answer, {
                  active: false,
                  userName: addressOf(name),
                  externalId: `object-${named(name)}`,
                  emails: emails(addressOf(name)),
                  // What can be had of the rest is.
                  displayName: 'Karl',
                });
              });

              const [{ action, details } = { action: '', details: {} as Row }, ...more] = events;
              assert.deepEqual([action, more], ['user.deprovision', []]);
              assert.deepEqual(details.skipped, { attributes: skipped });
              assert.doesNotMatch(JSON.stringify(events), /Karl/);
              assert.equal(await isEnded(carl.id), true);
              assert.deepEqual(await accountOf(carl), {
                ...before,
                ...(!isLeftEnabled && { enabled: before.enabled === true ? false : 0, licence_type: null }),
              });
              assert.equal((await pendingOf(carl)).length, isLeftEnabled ? 1 : 0);
            });
          }

          it('a name that the host application finds too long, and an address that another account has', async () => {
            const carl = await hired('f3.long', { displayName: 'Carl' });
            const taken = addressOf('f3.taken.account');
            await addHostUser(product, taken);
            const long = 'x'.repeat(201);

            const events = await eventsOf(product, async () => {
              const answer = await idp.say(carl.id, { displayName: long, email: taken, active: false });
              ok(answer, { active: false, displayName: long, emails: emails(taken) });
            });

            assert.deepEqual(
              events.map(({ action, details }) => [action, details.skipped]),
              [['user.deprovision', undefined]],
            );
            const account = await accountOf(carl);
            assert.deepEqual(
              [account.login, account.email, account.display_name],
              [carl.login, carl.login, 'Carl'],
            );
            assert.deepEqual(await stateOf(carl), isLeftEnabled);
          });

          it('an account that is gone', async () => {
            const carl = await hired('f3.gone');
            await product.database.transaction(({ knex }) =>
              knex('users')
                .withSchema('app')
                .where({ id: Number(carl.hostUserId) })
                .delete(),
            );

            assert.deepEqual(await told(() => idp.say(carl.id, { active: false })), [
              'user.deprovision done',
            ]);
            assert.equal(await isEnded(carl.id), true);
          });

          it('an account that is protected by now', async () => {
            const carl = await hired('f3.protected');
            await byHand(carl, { protected: true });

            ok(await idp.say(carl.id, { displayName: 'K', active: false }), { active: false });

            assert.equal(await isEnded(carl.id), true);
            assert.equal(await stateOf(carl), true);
          });

          for (const [how, rules, code] of [
            ['refuses', { refuses: ['is_enabled'] }, /^host-(refused|broken)$/],
            ['ignores', { ignores: ['is_enabled'] }, /^host-write-ignored$/],
          ] as const) {
            it(`a host application that ${how} to disable its account`, async () => {
              const carl = await hired(`f3.${how}`);
              await hostRules(product, rules);

              const events = await eventsOf(product, async () => {
                ok(await idp.say(carl.id, { active: false, displayName: 'K' }), { active: false });
              });

              assert.equal(await isEnded(carl.id), true);
              assert.equal(await stateOf(carl), true);
              assert.equal((await pendingOf(carl)).length, 1);
              const done = events.filter(({ outcome }) => outcome === 'done');
              assert.deepEqual(
                done.map(({ action }) => action),
                ['user.deprovision'],
              );
              if (policy === 'disable') assert.match(String(done[0]?.details.accountLeft), code);
            });
          }

          if (engine.name !== 'mssql') {
            for (const state of ['55P03', '40001', '40P01']) {
              it(`a host application that says it is busy (${state})`, async () => {
                const [carl, dora] = [await hired(`f3.busy.${state}`), await hired(`f3.gone.${state}`)];
                const busy = { postgres: `raise exception 'busy' using errcode = '${state}';`, mssql: '' };

                const events = await eventsOf(product, async () => {
                  await hostTrigger(product, carl.login, busy);
                  ok(await idp.say(carl.id, { active: false }), { active: false });
                  await hostTrigger(product, dora.login, busy);
                  assert.equal((await idp.client.send('DELETE', `/Users/${dora.id}`)).status, 204);
                });
                await hostTrigger(product, '', undefined);

                const left = isLeftEnabled ? undefined : 'host-busy';
                assert.deepEqual(
                  events.map(({ action, details }) => [action, details.accountLeft]),
                  [
                    ['user.deprovision', left],
                    ['user.delete', left],
                  ],
                );
                assert.deepEqual([await isEnded(carl.id), await isEnded(dora.id)], [true, true]);
                assert.equal((await pendingOf(carl)).length, 1);
              });
            }
          }

          it('host views that are broken', async () => {
            const carl = await hired('f3.views');
            await renameHostUsers(product, 'host_user', 'away');
            try {
              ok(await idp.say(carl.id, { active: false }), { active: false });
              assert.equal((await idp.client.send('DELETE', `/Users/${carl.id}`)).status, 204);
            } finally {
              await renameHostUsers(product, 'away', 'host_user');
              // It has seen no view.
              errors.length = 0;
            }
            const [row] = await pendingOf(carl);
            assert.deepEqual([row?.reason, await stateOf(carl)], ['deleted', true]);
          });

          it('nothing that If-Match forbids', async () => {
            const carl = await hired('f3.matched');
            const body = { ...CARL, userName: carl.login, active: false };

            const answer = await idp.client.send('PUT', `/Users/${carl.id}`, body, { ifMatch: 'W/"old"' });

            assert.equal(answer.status, 412);
            assert.equal(await isEnded(carl.id), false);
          });
        });

        for (const [order, together] of [
          ['with the departure', true],
          ['before it', false],
        ] as const) {
          it(`4. a soft delete that renames the user ${order} is none of the account's`, async () => {
            const name = `f4.${together ? 'with' : 'before'}`;
            const dora = await hired(name);
            const accounts = await count();
            const deleted = { userName: `${MARK}${addressOf(name)}`, email: `${MARK}${addressOf(name)}` };

            if (together) ok(await idp.say(dora.id, { ...deleted, active: false }));
            else {
              ok(await idp.say(dora.id, deleted));
              ok(await idp.say(dora.id, { active: false }));
            }
            const said = await read(dora.id);
            assert.deepEqual([said.userName, said.emails], [deleted.userName, emails(deleted.email)]);
            // A later change through the link that has ended.
            ok(await idp.say(dora.id, { displayName: 'Deleted', userName: `x${deleted.userName}` }));

            const left = await accountOf(dora);
            assert.deepEqual([left.login, left.email], [dora.login, dora.login]);
            assert.notEqual(left.display_name, 'Deleted');
            assert.equal((await pendingOf(dora)).length, isLeftEnabled ? 1 : 0);

            // Brought back from the bin …
            const original = { userName: addressOf(name), email: addressOf(name) };
            ok(await idp.say(dora.id, { ...original, active: true }), {
              ...original,
              emails: emails(dora.login),
              email: undefined,
            });
            assert.equal((await linkOf(dora.id)).host_user_id, dora.hostUserId);
            // … or deleted for good, and hired again under a new object id.
            ok(await idp.say(dora.id, { ...deleted, active: false }));
            assert.equal((await idp.client.send('DELETE', `/Users/${dora.id}`)).status, 204);
            const again = await hired(name, { externalId: `object-2-${name}` });

            assert.notEqual(again.id, dora.id);
            assert.equal(again.hostUserId, dora.hostUserId);
            assert.equal(await count(), accounts);
            const account = await accountOf(dora);
            assert.deepEqual(
              [Boolean(account.enabled), account.licence_type, account.login, account.email],
              [true, 'Concurrent', dora.login, dora.login],
            );
            assert.deepEqual(await pendingOf(dora), []);
          });
        }

        for (const order of ['at once', 'one after the other', 'in force'] as const) {
          it(`4. nor where the e-mail address is not the user name, and both are renamed ${order}`, async () => {
            const name = `f4.mail.${order.replaceAll(' ', '.')}`;
            const mail = addressOf(`${name}.mail`);
            const eva = await hired(name, { email: mail });
            assert.equal(eva.login, mail);
            const deleted = `${MARK}${addressOf(name)}`;

            if (order === 'at once') {
              ok(await idp.say(eva.id, { userName: deleted, email: deleted, active: false }));
            } else {
              ok(await idp.say(eva.id, { userName: deleted }));
              if (order === 'in force') ok(await idp.say(eva.id, { email: deleted }));
              else ok(await idp.say(eva.id, { email: deleted, active: false }));
            }
            const named = async () => {
              const { login, email } = await accountOf(eva);
              return [login, email];
            };
            assert.deepEqual(await named(), [mail, mail]);
            // Entra ID says no more than this; Okta's PUT says all again.
            ok(await idp.client.patch(`/Users/${eva.id}`, { op: 'replace', path: 'active', value: true }));

            assert.deepEqual(await named(), [mail, mail]);
            assert.equal(await stateOf(eva), true);
            assert.equal((await linkOf(eva.id)).host_user_id, eva.hostUserId);
          });
        }

        it('5. a user comes back by POST under another name', async () => {
          const [erik, eva] = [await hired('f5.erik'), await hired('f5.eva')];
          const accounts = await count();
          const seats = await seatsUsed(product);
          for (const { id } of [erik, eva]) ok(await idp.say(id, { active: false }));
          // Of one of them the IdP tells the new name before, of the other it does not.
          const now = { userName: addressOf('f5.new'), email: addressOf('f5.new') };
          ok(await idp.say(eva.id, { userName: addressOf('f5.eva.new'), email: addressOf('f5.eva.new') }));

          const events = await told(async () => {
            const back = await hired('f5.erik', now);
            assert.deepEqual([back.id, back.hostUserId, back.login], [erik.id, erik.hostUserId, now.email]);
            const too = await hired('f5.eva.new', { externalId: `object-${named('f5.eva')}` });
            assert.deepEqual(
              [too.id, too.hostUserId, too.login],
              [eva.id, eva.hostUserId, addressOf('f5.eva.new')],
            );
          });

          assert.deepEqual(events, ['user.revive done', 'user.revive done']);
          assert.equal(await count(), accounts);
          assert.deepEqual(await seatsUsed(product), seats);
          assert.deepEqual([await pendingOf(erik), await pendingOf(eva)], [[], []]);
          assert.equal((await read(erik.id)).userName, now.userName);
        });

        describe('6. a user name that was another person’s', () => {
          const group = (by: Speaker, name: string, members: string[]) =>
            by.client.create('/Groups', {
              displayName: named(name),
              members: members.map((value) => ({ value })),
            });
          const membersOf = async (id: string) => (await idp.client.get(`/Groups/${id}`)).body.members ?? [];

          for (const [how, leave] of [
            ['deleted', (id: string) => idp.client.send('DELETE', `/Users/${id}`)],
            ['disabled', (id: string) => idp.say(id, { active: false })],
          ] as const) {
            it(`who was ${how} makes a new user of a new person, by POST`, async () => {
              const name = `f6.john.${how}`;
              const john = await hired(name, { displayName: 'John' });
              const { id: groupId } = await group(idp, name, [john.id]);
              await leave(john.id);
              const before = await accountOf(john);

              let jane = john;
              const [event] = await eventsOf(product, async () => {
                jane = await hired(name, {
                  externalId: `object-jane-${how}`,
                  email: addressOf(`f6.jane.${how}`),
                  displayName: 'Jane',
                });
              });

              assert.deepEqual(
                [event?.action, event?.details.externalId, event?.details.formerUsers],
                ['user.create', `object-jane-${how}`, [{ id: john.id, externalId: `object-${named(name)}` }]],
              );
              assert.notEqual(jane.id, john.id);
              assert.notEqual(jane.hostUserId, john.hostUserId);
              assert.deepEqual(await accountOf(john), before);
              assert.equal(before.display_name, 'John');
              assert.equal((await idp.client.get(`/Users/${john.id}`)).status, 404);
              assert.deepEqual(
                (await idp.client.list(`/Users?${filterBy(`userName eq "${addressOf(name)}"`)}`)).map(
                  ({ id }) => id,
                ),
                [jane.id],
              );
              assert.deepEqual(await membersOf(groupId), []);
              assert.equal((await pendingOf(john)).length, isLeftEnabled ? 1 : 0);
              assert.deepEqual(await pendingOf(jane), []);
            });
          }

          for (const takes of ['userName', 'externalId']) {
            it(`who was disabled gives up the ${takes} to a user who is renamed`, async () => {
              const [name, next] = [`f6.john.${takes}`, `f6.joan.${takes}`];
              const [john, joan] = [await hired(name), await hired(next)];
              const { id: groupId } = await group(idp, name, [john.id]);
              await idp.say(john.id, { active: false });
              const before = await accountOf(john);
              const taken = takes === 'userName' ? addressOf(name) : `object-${named(name)}`;

              const [event] = await eventsOf(product, async () => {
                ok(await idp.say(joan.id, { [takes]: taken }), { id: joan.id, [takes]: taken, active: true });
              });

              assert.deepEqual(
                [event?.action, event?.details.formerUsers],
                ['user.update', [{ id: john.id, externalId: `object-${named(name)}` }]],
              );
              assert.equal((await idp.client.get(`/Users/${john.id}`)).status, 404);
              assert.deepEqual(await accountOf(john), before);
              assert.deepEqual(await membersOf(groupId), []);
              const pending = await pendingOf(john);
              assert.deepEqual(
                pending.map(({ externalId }) => externalId),
                isLeftEnabled ? [`object-${named(name)}`] : [],
              );
              assert.deepEqual(await pendingOf(joan), []);
            });
          }

          it('does not give them up to a user who has left as well', async () => {
            const [john, joan] = [await hired('f6.john.both'), await hired('f6.joan.both')];
            for (const { id } of [john, joan]) ok(await idp.say(id, { active: false }));

            await idp.say(joan.id, { userName: addressOf('f6.john.both') });

            assert.equal((await read(joan.id)).userName, addressOf('f6.joan.both'));
            assert.equal((await read(john.id)).userName, addressOf('f6.john.both'));
          });

          it('does not get that one’s account by a change of the old id', async () => {
            const name = 'f6.john.changed';
            const john = await hired(name, { displayName: 'John' });
            const { id: groupId } = await group(idp, name, [john.id]);
            ok(await idp.say(john.id, { active: false }));
            const [before, since] = [await accountOf(john), product.now];
            tick();
            const email = addressOf('f6.jane.changed');

            const events = await eventsOf(product, async () => {
              ok(
                await idp.say(john.id, {
                  externalId: 'object-jane-changed',
                  email,
                  displayName: 'Jane',
                  active: true,
                }),
                {
                  active: true,
                  displayName: 'Jane',
                  externalId: 'object-jane-changed',
                  emails: emails(email),
                },
              );
            });

            const [jane, ...more] = await hostUsers(product, email);
            assert.deepEqual([Boolean(jane?.enabled), jane?.display_name, more], [true, 'Jane', []]);
            assert.deepEqual(await accountOf(john), before);
            assert.deepEqual(await membersOf(groupId), []);
            assert.deepEqual((await read(john.id)).groups, []);
            const pending = await pendingOf(john);
            assert.deepEqual(
              pending.map((row) => [row.externalId, row.since]),
              isLeftEnabled ? [[`object-${named(name)}`, since]] : [],
            );
            const { details } = events[0] ?? assert.fail('no event');
            assert.equal(events.length, 1);
            assert.deepEqual(details.externalId, [`object-${named(name)}`, 'object-jane-changed']);
            assert.equal(details.hostUserId, String(jane?.id));
          });

          it('is the same person’s where the address is the account’s', async () => {
            const name = 'f6.rehired';
            const john = await hired(name);
            const { id: groupId } = await group(idp, name, [john.id]);
            ok(await idp.say(john.id, { active: false }));

            ok(await idp.say(john.id, { externalId: 'object-rehired', active: true }), { active: true });

            assert.equal((await linkOf(john.id)).host_user_id, john.hostUserId);
            assert.equal(await stateOf(john), true);
            assert.deepEqual(await pendingOf(john), []);
            assert.equal(((await membersOf(groupId)) as unknown[]).length, 1);
          });
        });

        it('7. an account is pending once, by its latest link', async () => {
          const gina = await hired('f7');
          ok(await idp.say(gina.id, { active: false }));
          const theirs = await hired('f7', {}, other);
          assert.equal(theirs.hostUserId, gina.hostUserId);
          assert.equal(await stateOf(gina), true);
          assert.deepEqual(await pendingOf(gina), []);
          tick(400 * DAY_MS);
          const since = product.now;

          ok(await other.say(theirs.id, { active: false }));

          const pending = await pendingOf(gina);
          assert.deepEqual(
            pending.map((row) => [row.idp, row.since, row.days]),
            isLeftEnabled ? [[other.client.idp.name, since, 0]] : [],
          );
          assert.deepEqual(await pendingOf(gina, { idp: idp.client.idp.name }), []);
          assert.equal((await pendingOf(gina, { idp: other.client.idp.name })).length, pending.length);
        });

        it('7. an account whose IdP is removed is not pending for another that let go of it long ago', async () => {
          const gina = await hired('f7.removed');
          ok(await idp.say(gina.id, { active: false }));
          const second = await addIdp('second');
          await hired('f7.removed', {}, second);
          tick(400 * DAY_MS);

          await removeAccount(product.core, second.client.idp.name);

          assert.equal(await stateOf(gina), true);
          assert.deepEqual(await pendingOf(gina), []);
          assert.equal((await problemOf(disableUser(product.core, gina.login))).code, 'user-not-pending');
          assert.equal(await stateOf(gina), true);
        });

        it('8. an IdP sees nothing of an account that another one has', async () => {
          const hana = await hired('f8', { displayName: 'Hana One', givenName: 'Hana' });
          await idp.client.create('/Groups', { displayName: named('f8'), members: [{ value: hana.id }] });
          ok(await idp.say(hana.id, { active: false }));
          const theirs = await hired('f8', { displayName: 'Hana Two' }, other);
          const email = addressOf('f8.new');
          ok(await other.say(theirs.id, { email, displayName: 'Hana Three', givenName: 'Johanna' }));
          assert.equal((await accountOf(hana)).login, email);

          const own = await read(hana.id);
          assert.deepEqual(
            [own.displayName, own.name, own.emails, own.active],
            ['Hana One', { givenName: 'Hana' }, emails(addressOf('f8')), false],
          );
          assert.doesNotMatch(JSON.stringify(own), /Two|Three|Johanna|f8\.new|hostUserId|licenceType/);
          const found = async (filter: string) =>
            (await idp.client.list(`/Users?${filterBy(filter)}`)).map(({ id }) => id);
          for (const theirsOnly of [
            'displayName eq "Hana Three"',
            'displayName co "Two"',
            'name.givenName eq "Johanna"',
            `emails.value eq "${email}"`,
            `emails[type eq "work"].value sw "${named('f8.new')}"`,
            `urn:ietf:params:scim:schemas:extension:scimctl:2.0:User:hostUserId eq "${hana.hostUserId}"`,
          ]) {
            assert.deepEqual(await found(theirsOnly), [], theirsOnly);
          }
          for (const its of [
            `displayName eq "Hana One" and userName eq "${addressOf('f8')}"`,
            `emails.value eq "${addressOf('f8')}"`,
          ]) {
            assert.deepEqual(await found(its), [hana.id], its);
          }
          // Between two of its own users by what it said itself.
          const [low, high] = [
            await hired('f8.low', { displayName: 'Hana N' }),
            await hired('f8.high', { displayName: 'Hana P' }),
          ];
          const sorted = await idp.client.list(
            `/Users?${filterBy(`displayName sw "Hana" and userName co "${suffix}"`)}&sortBy=displayName`,
          );
          assert.deepEqual(
            sorted.map(({ id }) => id),
            [low.id, hana.id, high.id],
          );
          const [itsGroup] = await idp.client.list(`/Groups?${filterBy(`displayName eq "${named('f8')}"`)}`);
          assert.deepEqual(
            ((itsGroup?.members ?? []) as Row[]).map(({ display }) => display),
            ['Hana One'],
          );
          // And an answer to it that refuses.
          const detail = refused(await idp.say(hana.id, { active: true }), 409, 'user-claimed');
          assert.doesNotMatch(detail, /Two|Three|Johanna|f8|other-/i);
        });

        describe('9. a match', () => {
          it('that overwrites a login and unlocks an account is recorded with what was there', async () => {
            const login = named('f9short');
            const email = addressOf('f9');
            const hostUserId = await addHostUser(product, login, { email, enabled: false });

            const events = await eventsOf(product, () => hired('f9'));

            const account = await accountOf({ hostUserId });
            assert.deepEqual([account.login, Boolean(account.enabled)], [email, true]);
            assert.deepEqual(
              events.map(({ action, details }) => [action, details.before, details.after]),
              [
                [
                  'user.match',
                  { loginName: login, enabled: false, licenceType: null, ssoProviderId: null },
                  { loginName: email, enabled: true, licenceType: 'Concurrent', ssoProviderId: SAML },
                ],
              ],
            );
          });

          it('of one who is not active leaves an account alone that no IdP had, and makes it pending', async () => {
            const hostUserId = await addHostUser(product, addressOf('f9.idle'), {
              licence_type: 'Dedicated',
            });
            const before = await accountOf({ hostUserId });

            const events = await told(() => hired('f9.idle', { active: false }));

            assert.deepEqual(events, ['user.match done']);
            assert.deepEqual(await accountOf({ hostUserId }), before);
            assert.equal((await pendingOf({ hostUserId })).length, 1);
          });

          it('of a disabled account is refused by an IdP that is set to, unless it had the account', async () => {
            const wary = await addIdp('wary', { adoptDisabled: 'refuse' });
            const hostUserId = await addHostUser(product, addressOf('f9.off'), { enabled: false });
            const seats = await seatsUsed(product);

            const events = await eventsOf(product, async () => {
              const detail = refused(await wary.create(mapped('f9.off')), 409, 'user-disabled');
              assert.doesNotMatch(detail, /f9/);
            });

            assert.deepEqual(
              events.map(({ outcome, details }) => [outcome, details]),
              [['refused', { code: 'user-disabled', logins: [addressOf('f9.off')] }]],
            );
            assert.equal(await stateOf({ hostUserId }), false);
            assert.deepEqual(await seatsUsed(product), seats);
            assert.deepEqual(
              await wary.client.list(`/Users?${filterBy(`userName eq "${addressOf('f9.off')}"`)}`),
              [],
            );
            // The one that it had itself comes back by itself, also through a new link.
            const ours = await hired('f9.ours', {}, wary);
            ok(await wary.say(ours.id, { active: false }));
            await byHand(ours, { enabled: false });
            const again = await hired('f9.ours', { externalId: 'object-f9-again' }, wary);
            assert.deepEqual([again.hostUserId, await stateOf(again)], [ours.hostUserId, true]);
          });
        });

        it('11. a user with a bare name whose IdP was removed is linked by hand', async () => {
          const first = await addIdp('f11');
          const bare = { userName: named('f11'), email: undefined };
          const iris = await hired('f11', bare, first);
          await removeAccount(product.core, first.client.idp.name);
          const second = await addIdp('f11-again');

          const detail = refused(await second.create(mapped('f11', bare)), 409, 'user-name-taken');

          assert.match(detail, /scimctl users link LOGIN --idp NAME --external-id /);
          // What `users link` leaves behind; the IdP's next try takes it up.
          const awaited = await link(product, second.client.idp, iris.hostUserId, {
            externalId: `object-${named('f11')}`,
            userName: bare.userName,
            awaitsIdp: true,
          });
          const linked = await hired('f11', bare, second);
          assert.deepEqual([linked.id, linked.hostUserId], [awaited, iris.hostUserId]);
        });

        describe('12. what the IdP says of', () => {
          it('a part of the name shows in a display name that it never sent', async () => {
            const jon = await hired('f12', { givenName: 'Jon', familyName: 'Berg' });
            assert.equal((await accountOf(jon)).display_name, 'Jon Berg');

            ok(await idp.say(jon.id, { familyName: 'Holm' }), { displayName: 'Jon Holm' });
            assert.equal((await accountOf(jon)).display_name, 'Jon Holm');
            // One that it has sent is its own.
            ok(await idp.say(jon.id, { displayName: 'JH' }));
            ok(await idp.say(jon.id, { familyName: 'Berg' }), { displayName: 'JH' });
            assert.equal((await accountOf(jon)).display_name, 'JH');
          });

          it('the resource under the name of its schema is said of the resource', async () => {
            const { id } = await hired('f12.core');
            const answer =
              dialect.kind === 'entra'
                ? await idp.client.patch(`/Users/${id}`, {
                    op: 'Add',
                    value: { [CORE_USER]: { active: 'False' } },
                  })
                : await idp.say(id, {}, { active: undefined, [CORE_USER]: { active: false, title: 'Lead' } });
            ok(answer, { active: false });
            assert.equal(await isEnded(id), true);
          });
        });

        describe('13. the answer is what the host application did', () => {
          it('where it does not enable an account that comes back', async () => {
            const kim = await hired('f13.enable');
            ok(await idp.say(kim.id, { active: false }));
            await byHand(kim, { enabled: false });
            await hostRules(product, { ignores: ['is_enabled'] });
            const before = [await linkOf(kim.id), await accountOf(kim)];

            const events = await eventsOf(product, async () => {
              const answer = await idp.say(kim.id, { active: true });
              assert.match(refused(answer, 400, 'host-write-ignored'), /enabled state \(active\)/);
            });

            assert.deepEqual([await linkOf(kim.id), await accountOf(kim)], before);
            assert.deepEqual(
              events.map(({ outcome, details }) => [outcome, details.code]),
              [['refused', 'host-write-ignored']],
            );
            assert.equal((await read(kim.id)).active, false);
          });

          for (const [column, changes, attribute] of [
            ['login_name', { email: addressOf('f13.renamed') }, /login name \(userName\)/],
            ['email', { email: addressOf('f13.renamed') }, /e-mail address \(emails\)/],
          ] as const) {
            it(`where it does not take the ${column}`, async () => {
              const kim = await hired(`f13.${column.replace('_', '.')}`);
              await hostRules(product, { ignores: [column] });
              const [before, said] = [await accountOf(kim), await read(kim.id)];

              const answer = await idp.say(kim.id, { ...changes, title: 'Lead' });

              assert.match(refused(answer, 400, 'host-write-ignored'), attribute);
              assert.deepEqual(await accountOf(kim), before);
              assert.deepEqual(await read(kim.id), said);
            });
          }

          for (const [column, attribute] of [
            ['is_enabled', /enabled state/],
            ['login_name', /login name/],
            ['email', /e-mail address/],
            ['licence_type', /licence seat/],
            ['sso_provider_id', /SSO provider/],
          ] as const) {
            it(`where it makes a new account without the ${column}`, async () => {
              await hostRules(product, { ignores: [column] });
              const accounts = await count();
              const name = `f13.new.${column}`;

              const detail = refused(await idp.create(mapped(name)), 400, 'host-write-ignored');

              // Where the login name is how a new account is found, there is none.
              assert.match(detail, column === 'login_name' ? /login name|new account/ : attribute);
              assert.equal(await count(), accounts);
              assert.deepEqual(
                await idp.client.list(`/Users?${filterBy(`userName eq "${addressOf(name)}"`)}`),
                [],
              );
            });
          }

          it('where it protects an account: the event of the departure says that it is left', async () => {
            const kim = await hired('f13.protected');
            await byHand(kim, { protected: true });
            const [event] = await eventsOf(product, async () => ok(await idp.say(kim.id, { active: false })));
            assert.equal(event?.details.accountLeft, 'user-protected');
            assert.deepEqual([await stateOf(kim), await pendingOf(kim)], [true, []]);
            await byHand(kim, { protected: false });
            assert.equal((await pendingOf(kim)).length, 1);
          });

          it('in the event too, where it changes what was not asked of it', async () => {
            const kim = await hired('f13.locked');
            const login = addressOf('f13.locked.renamed');
            await hostTrigger(product, login, {
              postgres: 'new.enabled := false; new.licence_type := null;',
              mssql: `update app.users set enabled = 0, licence_type = null where login = N'${login}' and enabled = 1`,
            });

            const events = await eventsOf(product, async () => ok(await idp.say(kim.id, { email: login })));

            await hostTrigger(product, login, undefined);
            const { after } = events[0]?.details ?? {};
            const { ssoProviderId, ...rest } = after as Record<string, unknown>;
            assert.deepEqual(rest, { loginName: login, enabled: false, licenceType: null });
            assert.equal(typeof ssoProviderId, 'string');
          });

          it('where it derives the display name', async () => {
            await hostRules(product, { derivesDisplayName: true });
            const parts = { givenName: 'Lea', familyName: 'Berg', displayName: 'Lea B.' };
            const created = await idp.create(mapped('f13.derived', parts));
            const id = String(created.body.id);

            assert.deepEqual([created.status, created.body.displayName], [201, 'Berg, Lea']);
            const first = await idp.client.get(`/Users/${id}`);
            assert.deepEqual([first.body, first.headers.ETag], [created.body, created.headers.ETag]);

            for (const [changes, displayName] of [
              [{ displayName: 'Lea Berg' }, 'Berg, Lea'],
              [{ familyName: 'Holm' }, 'Holm, Lea'],
              [{ displayName: 'Lea H.', givenName: 'Lena' }, 'Holm, Lena'],
            ] as const) {
              tick();
              const changed = ok(await idp.say(id, changes), { displayName });
              const now = await idp.client.get(`/Users/${id}`);
              assert.deepEqual([now.body, now.headers.ETag], [changed.body, changed.headers.ETag]);
              // Said again, it writes nothing; and the version that was answered is that of now.
              tick();
              assert.deepEqual(await told(() => idp.say(id, changes)), [], JSON.stringify(changes));
              assert.equal((await idp.client.get(`/Users/${id}`)).headers.ETag, changed.headers.ETag);
              const conditional = { ifMatch: changed.headers.ETag };
              const body = { Operations: [{ op: 'replace', path: 'nickName', value: displayName }] };
              ok(await idp.client.send('PATCH', `/Users/${id}`, body, conditional));
              // Okta says the whole again, and knows of no nickname.
              if (dialect.kind === 'okta') ok(await idp.say(id, {}));
            }
          });
        });

        describe('15. a key that the host application has given to another person', () => {
          const maria = (name: string) => ({
            login: addressOf(`${name}.maria`),
            email: addressOf(`${name}.maria`),
            display_name: 'Maria',
            licence_type: 'Dedicated',
          });

          it('is not the IdP’s to see or to change, and its departure disables nobody', async () => {
            const luis = await hired('f15', { displayName: 'Luis' });
            await reuseKey(product, luis.hostUserId, maria('f15'));
            const account = await accountOf(luis);
            const said = async () => {
              const { displayName, emails: addresses } = await read(luis.id);
              return [displayName, addresses];
            };
            assert.deepEqual(await said(), ['Luis', emails(addressOf('f15'))]);
            assert.deepEqual(
              (await pendingOf(luis)).map(({ reason }) => reason),
              ['doubtful'],
            );

            ok(await idp.say(luis.id, { displayName: 'Luis L.' }), { displayName: 'Luis L.' });
            const events = await told(async () =>
              ok(await idp.say(luis.id, { active: false }), { active: false }),
            );

            assert.deepEqual(events, ['user.deprovision done']);
            assert.equal(await isEnded(luis.id), true);
            assert.deepEqual(await accountOf(luis), account);
            assert.deepEqual(await said(), ['Luis L.', emails(addressOf('f15'))]);
            assert.deepEqual(
              (await pendingOf(luis)).map(({ reason }) => reason),
              ['doubtful'],
            );
            assert.equal(
              (await problemOf(disableUser(product.core, String(account.login)))).code,
              'user-doubtful',
            );
            for (const answer of [
              await idp.say(luis.id, { active: true }),
              await idp.create(mapped('f15', { active: true })),
            ]) {
              const detail = refused(answer, 409, 'user-doubtful');
              assert.doesNotMatch(detail, /maria/i);
            }
            assert.deepEqual(await accountOf(luis), account);
          });

          it('is not taken by the new person’s own link while the old one is in force', async () => {
            const luis = await hired('f15.claimed');
            await reuseKey(product, luis.hostUserId, maria('f15.claimed'));
            const account = await accountOf(luis);

            for (const by of [idp, other]) {
              const detail = refused(await by.create(mapped('f15.claimed.maria')), 409, 'user-claimed');
              assert.match(detail, /doubtful/);
            }

            assert.deepEqual(await accountOf(luis), account);
            // It is, once the old one has ended.
            ok(await idp.say(luis.id, { active: false }));
            const own = await hired('f15.claimed.maria');
            assert.equal(own.hostUserId, luis.hostUserId);
            assert.deepEqual(await pendingOf(luis), []);
          });

          it('and that another IdP has linked since: the refusal names the command that frees the user', async () => {
            const luis = await hired('f15.replaced');
            ok(await idp.say(luis.id, { active: false }));
            await reuseKey(product, luis.hostUserId, maria('f15.replaced'));
            const theirs = await hired('f15.replaced.maria', {}, other);
            assert.equal(theirs.hostUserId, luis.hostUserId);

            for (const answer of [
              await idp.say(luis.id, { active: true }),
              await idp.create(mapped('f15.replaced')),
            ]) {
              const detail = refused(answer, 409, 'user-claimed');
              assert.match(detail, /`scimctl users link LOGIN --none`/);
              assert.doesNotMatch(detail, /maria/i);
            }
            const { unlinked } = await disownAccount(product.core, theirs.login);
            assert.deepEqual(
              unlinked.map(({ userName }) => userName),
              [addressOf('f15.replaced')],
            );

            const back = await hired('f15.replaced');
            assert.notEqual(back.hostUserId, luis.hostUserId);
            assert.equal(await isEnded(theirs.id), false);
          });

          it('is still the person’s where only the name, or only the address, has changed', async () => {
            const luis = await hired('f15.renamed', { displayName: 'Luis' });
            await byHand(luis, { login: addressOf('f15.by.hand') });
            ok(await idp.say(luis.id, { displayName: 'L.' }), { displayName: 'L.' });
            // What was read then is what it is known by from now on.
            await byHand(luis, { email: addressOf('f15.mail.by.hand') });
            ok(await idp.say(luis.id, { displayName: 'Luis L.' }), { displayName: 'Luis L.' });

            const account = await accountOf(luis);
            // A PUT says the address again, and so puts it back where it was.
            const login = dialect.kind === 'okta' ? luis.login : addressOf('f15.by.hand');
            assert.deepEqual([account.display_name, account.login], ['Luis L.', login]);
            assert.deepEqual(await pendingOf(luis), []);
          });
        });
      });
    }
  }
});

const CARL = { displayName: 'Carl' };

// On hosts of their own, since these change how names are told apart.
forEachEngine('14. names that differ in case, are missing or are hidden', (engine) => {
  for (const policy of POLICIES) {
    describe(`under the policy ${policy}`, () => {
      let product: Product;
      const speakers: Speaker[] = [];
      before(async () => {
        product = await freshProduct(engine, { served: true });
        await setSeats(product, 'Concurrent', 500);
        const handler = createScimHandler();
        for (const dialect of DIALECTS) {
          const account = { kind: dialect.kind, deprovisionPolicy: policy };
          speakers.push(dialect.speak(await scimClient(product, handler, dialect.kind, account)));
        }
      });
      after(() => product.close());

      const mapped = (userName: string, by: Speaker, more: Partial<Mapped> = {}): Mapped => ({
        userName,
        externalId: `object-${by.client.idp.name}-${userName}`,
        email: userName,
        active: true,
        ...more,
      });
      /** A create that must be refused, and what was told of it. */
      async function refusal(by: Speaker, user: Mapped, problem: string) {
        const before = await rowsOf(product, 'app.users');
        let detail = '';
        const events = await eventsOf(product, async () => {
          const { status, body, problem: code } = await by.create(user);
          assert.deepEqual([status, body.scimType, code], [409, 'uniqueness', problem]);
          detail = String(body.detail);
        });
        assert.deepEqual(await rowsOf(product, 'app.users'), before);
        return { detail, details: events.map((event) => event.details) };
      }

      /** The account that a create leads to. */
      async function placeOf(by: Speaker, user: Mapped): Promise<string> {
        const { status, body } = await by.create(user);
        assert.equal(status, 201, JSON.stringify(body));
        const link = (await rowsOf(product, 'scim.identity')).find(
          ({ identity_id }) => identity_id === body.id,
        );
        return String(link?.host_user_id);
      }

      it('a row that host_user does not show is named by the constraint of the host', async () => {
        await hideUsers(product, 'hidden.');
        for (const [at, by] of speakers.entries()) {
          const login = `hidden.${at}@contoso.example`;
          await addHiddenUser(product, login);

          const { detail, details } = await refusal(by, mapped(login, by), 'user-name-hidden');

          assert.match(detail, /users_login/);
          assert.match(detail, /host_user does not show/);
          assert.deepEqual(details, [{ code: 'user-name-hidden' }]);
        }
      });

      it('a change after which host_user does not show the account is refused with this reason', async () => {
        for (const [at, by] of speakers.entries()) {
          const user = mapped(`shown.${at}@contoso.example`, by);
          const { body } = await by.create(user);
          const before = await rowsOf(product, 'app.users');

          const changed = { email: `hidden.shown.${at}@contoso.example` };
          const answer = await by.say(String(body.id), changed);

          assert.deepEqual([answer.status, answer.problem], [400, 'host-write-ignored']);
          assert.match(
            String(answer.body.detail),
            /ignored the change: host_user no longer shows the account\. `scimctl/,
          );
          assert.deepEqual(await rowsOf(product, 'app.users'), before);
        }
      });

      it('an account without an e-mail address is told how to be linked', async () => {
        for (const [at, by] of speakers.entries()) {
          await addHostUser(product, `press-${at}`, { email: null });
          const user = mapped(`Press-${at}`, by, { email: undefined });

          const { detail, details } = await refusal(by, user, 'user-name-taken');

          assert.ok(
            detail.includes(`scimctl users link LOGIN --idp NAME --external-id ${user.externalId}`),
            detail,
          );
          assert.ok(!detail.includes(`press-${at} `));
          assert.deepEqual(details, [{ code: 'user-name-taken', logins: [`press-${at}`] }]);
        }
      });

      it('of two that differ in case the exact one is meant, and neither where none is', async () => {
        await allowTwins(product);
        for (const [at, by] of speakers.entries()) {
          const [small, capital] = [`dup${at}@contoso.example`, `DUP${at}@contoso.example`];
          await addTwin(product, small);
          const id = await addTwin(product, capital);

          const { detail, details } = await refusal(
            by,
            mapped(`Dup${at}@contoso.example`, by),
            'user-ambiguous',
          );

          assert.match(detail, /^2 accounts .*users link LOGIN/);
          assert.doesNotMatch(detail, new RegExp(`dup${at}@|DUP${at}@`));
          const [{ logins = [], ...more } = {}] = details as { logins?: string[] }[];
          assert.deepEqual([logins.sort(), more], [[capital, small], { code: 'user-ambiguous' }]);

          const answer = await by.create(mapped(capital, by));
          assert.equal(answer.status, 201, JSON.stringify(answer.body));
          const identity = (await rowsOf(product, 'scim.identity')).find(
            ({ identity_id }) => identity_id === answer.body.id,
          );
          assert.equal(identity?.host_user_id, id);
          const logins2 = (await hostUsers(product, small)).map(({ login }) => String(login)).sort();
          assert.deepEqual(logins2, [capital, small]);
        }
      });

      it('the exact e-mail address goes before a login name in another case, and the account keeps its login', async () => {
        for (const [at, by] of speakers.entries()) {
          const address = `ey${at}@contoso.example`;
          const other = await addHostUser(product, `Ey${at}@contoso.example`, {
            email: `ey${at}.one@x.example`,
          });
          const own = await addHostUser(product, `eyshort-${at}`, { email: address });

          assert.equal(await placeOf(by, mapped(address, by)), own);

          const account = async (id: string) =>
            (await rowsOf(product, 'app.users')).find((row) => String(row.id) === id) ?? {};
          assert.deepEqual(
            [(await account(own)).login, (await account(own)).email],
            [`eyshort-${at}`, address],
          );
          assert.deepEqual(
            [(await account(other)).login, (await account(other)).email],
            [`Ey${at}@contoso.example`, `ey${at}.one@x.example`],
          );
        }
      });

      it('of two whose e-mail addresses differ in case each is matched, whoever comes first', async () => {
        for (const [at, by] of speakers.entries()) {
          const [one, two] = [`Mc${at}@contoso.example`, `mc${at}@contoso.example`];
          const first = await addHostUser(product, `mc1-${at}`, { email: one });
          const second = await addHostUser(product, `mc2-${at}`, { email: two });

          const named = (address: string, name: string) =>
            mapped(address, by, {
              userName: `${name}-${at}`,
              externalId: `${name}-${at}-${by.client.idp.name}`,
            });
          assert.equal(await placeOf(by, named(two, 'bea')), second);
          assert.equal(await placeOf(by, named(one, 'ada')), first);
        }
      });

      it('a login name that is the e-mail address of another is neither’s', async () => {
        for (const [at, by] of speakers.entries()) {
          const address = `both${at}@contoso.example`;
          await addHostUser(product, address, { email: `both${at}.old@contoso.example` });
          await addHostUser(product, `both-${at}`, { email: address });

          const { details } = await refusal(by, mapped(address, by), 'user-ambiguous');

          const [{ logins = [] } = {}] = details as { logins?: string[] }[];
          assert.deepEqual([...logins].sort(), [`both-${at}`, address]);
        }
      });

      it('a protected account whose login name is the address of another is not taken for that one', async () => {
        for (const [at, by] of speakers.entries()) {
          const address = `pz${at}@contoso.example`;
          await addHostUser(product, address, { email: null, protected: true });
          await addHostUser(product, `pz-${at}`, { email: address });

          const { detail } = await refusal(by, mapped(address, by), 'user-name-taken');

          assert.match(detail, /protected from provisioning/);
        }
      });
    });
  }
});

/** One that the host view does not show, so that it cannot be looked up there. */
const addHiddenUser = (product: Product, login: string) =>
  product.database.transaction(({ knex }) =>
    knex('users').withSchema('app').insert({ login, display_name: login, enabled: true }),
  );

/** One of several with the same login in other letters. */
async function addTwin(product: Product, login: string): Promise<string> {
  await product.database.transaction(({ knex }) =>
    knex('users').withSchema('app').insert({ login, email: login, display_name: login, enabled: true }),
  );
  const twins = await rowsOf(product, 'app.users');
  return String(twins.find((row) => row.login === login)?.id);
}

forEachEngine('15. a host application whose key is the login name', (engine) => {
  let product: Product;
  const speakers: Speaker[] = [];
  const run = (sql: string) => product.database.transaction(({ knex }) => knex.raw(sql));
  before(async () => {
    product = await freshProduct(engine, { host: false, served: true });
    const mssql = engine.name === 'mssql';
    const text = `${mssql ? 'nvarchar' : 'varchar'}(100)`;
    const [flag, yes] = mssql ? ['bit', '1'] : ['boolean', 'true'];
    for (const sql of [
      'create schema own',
      `create table own.provider (provider_id int, name ${text}, protocol ${text}, is_enabled ${flag})`,
      `insert into own.provider values (7, 'Corp', 'SAML', ${yes})`,
      'create view scim.host_sso_provider as select * from own.provider',
      `create table own.people (login_name ${text} not null primary key, email ${text}, display_name ${text} not null, is_enabled ${flag} not null)`,
      'create view scim.host_user as select login_name as user_id, login_name, email, display_name, is_enabled from own.people',
      `create view scim.host_licence as select cast('Named' as ${text}) as licence_type, 1 as assign_order, 99 as seats_total,
         (select count(*) from own.people where cast(is_enabled as int) = 1) as seats_used`,
    ]) {
      await run(sql);
    }
    const handler = createScimHandler();
    for (const policy of POLICIES) {
      for (const dialect of DIALECTS) {
        const account = { kind: dialect.kind, deprovisionPolicy: policy };
        const name = `${dialect.kind}-${policy}`;
        speakers.push(dialect.speak(await scimClient(product, handler, name, account)));
      }
    }
  });
  after(() => product.close());

  it('has given it to another person where the e-mail address is another', async () => {
    for (const by of speakers) {
      const login = by.client.idp.name;
      const { status, body } = await by.create({
        userName: login,
        email: undefined,
        externalId: 'x',
        displayName: 'First',
        active: true,
      });
      assert.equal(status, 201, JSON.stringify(body));
      const own = () =>
        product.database.read(({ knex }) => knex('people').withSchema('own').where({ login_name: login }));
      const id = String(body.id);
      await by.say(id, { displayName: 'Still first' });
      assert.equal((await own())[0].display_name, 'Still first');

      // The same login, and an address that the first one did not have.
      await product.database.transaction(async ({ knex }) => {
        await knex('people').withSchema('own').where({ login_name: login }).delete();
        const second = { login_name: login, email: `${login}@contoso.example`, display_name: 'Second' };
        await knex('people')
          .withSchema('own')
          .insert({ ...second, is_enabled: true });
      });
      const before = await own();

      assert.equal((await by.client.get(`/Users/${id}`)).body.displayName, 'Still first');
      assert.equal((await by.say(id, { displayName: 'Third', active: false })).status, 200);
      assert.deepEqual(await own(), before);
      assert.deepEqual(
        (await pendingUsers(product.core))
          .filter(({ userId }) => userId === login)
          .map(({ reason }) => reason),
        ['doubtful'],
      );
    }
  });
});
