import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Foreseen } from '../../src/core/preflight/foresee.js';
import { preflight } from '../../src/core/preflight/preflight.js';
import type { AccountTrace } from '../../src/core/provisioning/account/account-trace.js';
import type { Profile } from '../../src/core/provisioning/types.js';
import { createScimHandler } from '../../src/scim/protocol/handler/handler.js';
import { DIALECTS, type Speaker } from '../support/databases/dialects.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { addHostUser, eventsOf, person, seatsUsed, setSeats } from '../support/people/people.js';
import { scimClient } from '../support/scim/scim-client.js';

/** What an event has before and after. */
const FIELDS = ['loginName', 'enabled', 'licenceType', 'ssoProviderId'] as const;

forEachEngine('what a preflight announces of accounts', (engine) => {
  let product: Product;
  before(async () => {
    product = await freshProduct(engine, { served: true });
  });
  after(() => product.close());

  /** Of the reference host application as well. */
  const OTHER_SAML = 'c0d9e8f7-1a2b-4c3d-8e4f-5a6b7c8d9e0f';
  /** Leaves the pools with as many free seats. */
  async function freeSeats(concurrent: number, dedicated: number): Promise<void> {
    const used = await seatsUsed(product);
    await setSeats(product, 'Concurrent', (used.Concurrent ?? 0) + concurrent);
    await setSeats(product, 'Dedicated', (used.Dedicated ?? 0) + dedicated);
  }

  async function said(idp: Speaker, { userName, email, externalId, active }: Profile): Promise<void> {
    const mapped = { userName, externalId: externalId ?? undefined, email: email ?? undefined, active };
    const link = (await rowsOf(product, 'scim.identity')).find((one) => one.external_id === externalId);
    const answer = link
      ? await idp.say(String(link.identity_id), mapped)
      : await idp.create(mapped as Parameters<Speaker['create']>[0]);
    assert.ok(answer.status < 300, JSON.stringify(answer.body));
  }

  const announced = ({ changes }: Foreseen) =>
    Object.fromEntries(FIELDS.flatMap((field) => (changes[field] ? [[field, changes[field]]] : [])));

  function recorded(details: Record<string, unknown>) {
    const [was, is] = [details.before, details.after] as (AccountTrace | undefined)[];
    if (!was || !is) return {};
    return Object.fromEntries(
      FIELDS.flatMap((field) => (was[field] === is[field] ? [] : [[field, [was[field], is[field]]]])),
    );
  }

  for (const dialect of DIALECTS) {
    for (const deprovisionPolicy of ['manual', 'disable'] as const) {
      describe(`as ${dialect.name} syncs, with the policy ${deprovisionPolicy}`, () => {
        it('is what its events record: login name, state, seat and SSO provider', async () => {
          const name = `${dialect.kind}-${deprovisionPolicy}`;
          const account = { kind: dialect.kind, deprovisionPolicy, ssoProvider: 'Contoso SAML' };
          const client = await scimClient(product, createScimHandler({}), name, account);
          const idp = dialect.speak(client);
          const own = (who: string) => `${who}.${name}`;
          const address = (who: string) => `${own(who)}@contoso.example`;
          await freeSeats(3, 10);
          for (const who of ['leaver', 'steady', 'suspended']) await said(idp, person(own(who)));
          await addHostUser(product, address('unseated'), { identity_provider_id: null });
          await addHostUser(product, address('seated'), { licence_type: 'Dedicated' });
          await addHostUser(product, own('short'), {
            email: address('short'),
            enabled: false,
            licence_type: 'Dedicated',
          });
          await addHostUser(product, address('shut.out'), {
            enabled: false,
            licence_type: 'Concurrent',
            identity_provider_id: null,
          });
          for (const who of ['other.sso', 'last', 'unwanted']) await addHostUser(product, address(who));
          await product.database.transaction(async ({ knex }) => {
            await knex('users')
              .withSchema('app')
              .where({ login: address('suspended') })
              .update({ enabled: false, licence_type: null });
            // Through the view: Babelfish does not find the table that the foreign key refers to otherwise.
            await knex('host_user')
              .withSchema('scim')
              .where({ login_name: address('other.sso') })
              .update({ sso_provider_id: OTHER_SAML });
          });
          // The seats of one pool end in the middle of the list.
          await freeSeats(3, 10);
          product.now = new Date(product.now.getTime() + 1_000);
          const list = [
            ...['unseated', 'seated', 'short', 'new', 'shut.out'].map((who) => person(own(who))),
            ...['leaver', 'unwanted'].map((who) => person(own(who), { active: false })),
            ...['other.sso', 'last', 'steady', 'suspended'].map((who) => person(own(who))),
          ];

          const { people } = await preflight(
            product.core,
            list.map((profile, at) => ({ at, profile })),
            { idp: name },
          );

          for (const [at, profile] of list.entries()) {
            const [event] = await eventsOf(product, () => said(idp, profile));
            const one = people[at] ?? assert.fail();
            assert.deepEqual(
              [one.outcome, one.outcome === 'create' ? {} : announced(one)],
              [one.outcome, recorded(event?.details ?? {})],
              profile.userName,
            );
          }
          const seatOf = (who: string) =>
            people.find(({ userName }) => userName === address(who))?.changes.licenceType;
          assert.deepEqual(['unseated', 'seated', 'short', 'shut.out', 'other.sso', 'last'].map(seatOf), [
            [null, 'Concurrent'],
            undefined,
            ['Dedicated', 'Concurrent'],
            ['Concurrent', 'Dedicated'],
            // The one that the leaver had.
            [null, deprovisionPolicy === 'disable' ? 'Concurrent' : 'Dedicated'],
            [null, 'Dedicated'],
          ]);
        });
      });
    }
  }

  it('is no seat that a departure frees in a pool with more users than seats', async () => {
    const name = 'over-full';
    const account = { deprovisionPolicy: 'disable', ssoProvider: 'Contoso SAML' } as const;
    const idp = DIALECTS[0]?.speak(await scimClient(product, createScimHandler({}), name, account));
    assert.ok(idp);
    await freeSeats(2, 0);
    for (const who of ['over.1', 'over.2']) await said(idp, person(who));
    await addHostUser(product, 'over.new@contoso.example');
    await freeSeats(-1, 0);
    const list = [person('over.1', { active: false }), person('over.new')];

    const { people } = await preflight(
      product.core,
      list.map((profile, at) => ({ at, profile })),
      { idp: name },
    );

    assert.deepEqual(
      people.map(({ changes }) => changes.licenceType),
      [['Concurrent', null], undefined],
    );
    await said(idp, person('over.1', { active: false }));
    await assert.rejects(said(idp, person('over.new')), /No licence seat is free/);
  });

  it('has no seat for a user for whom none is left', async () => {
    await freeSeats(1, 0);
    const names = ['few.1', 'few.2'];
    for (const name of names) await addHostUser(product, `${name}@contoso.example`);

    const { people, summary } = await preflight(
      product.core,
      names.map((name, at) => ({ at, profile: person(name) })),
    );

    assert.deepEqual(
      people.map(({ changes }) => changes.licenceType),
      [[null, 'Concurrent'], undefined],
    );
    assert.deepEqual([summary.seatsNeeded, summary.seatsFree, summary.fits], [2, 1, false]);
  });
});
