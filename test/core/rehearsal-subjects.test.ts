import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Foreseen } from '../../src/core/preflight/foresee.js';
import { preflight } from '../../src/core/preflight/preflight.js';
import { changeUser } from '../../src/core/provisioning/change-user.js';
import { createUser } from '../../src/core/provisioning/create-user.js';
import type { Idp, Profile } from '../../src/core/provisioning/types.js';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { updateAccount } from '../../src/core/service-accounts/change.js';
import { Problem } from '../../src/problem.js';
import { installPlainProvider, installPlainUsers, runOn } from '../support/databases/plain-host.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { person } from '../support/people/people.js';

// A host application that has rules of its own for what SAML sign-in needs.
forEachEngine('a rehearsal for an IdP that writes SSO subjects', (engine) => {
  let product: Product;
  let linked: Idp;
  const mssql = engine.name === 'mssql';
  const run = (sql: string) => runOn(product, sql);
  const add = (login: string, more: Record<string, unknown> = {}) =>
    product.database.transaction(async ({ knex }) => {
      const name = `${login}@contoso.example`;
      const row = { login_name: name, email: name, display_name: login, is_enabled: true, ...more };
      await knex('users').withSchema('own').insert(row);
    });

  before(async () => {
    product = await freshProduct(engine, { host: false });
    await installPlainProvider(product);
    await installPlainUsers(
      product,
      { externalId: 40, ssoSubject: 60 },
      "constraint subject_plain check (sso_subject not like '%+%')",
    );
    await run(
      `create unique index users_id on own.users (${mssql ? 'external_id' : 'lower(external_id)'})${mssql ? ' where external_id is not null' : ''}`,
    );
    await run(
      `create unique index users_subject on own.users (sso_subject)${mssql ? ' where sso_subject is not null' : ''}`,
    );
    await addServiceAccount(product.core, { name: 'entra', kind: 'entra', ssoSubject: null });
    const row = (await rowsOf(product, 'scim.service_account')).find(({ name }) => name === 'entra');
    linked = {
      ...{ id: String(row?.service_account_id), name: 'entra', kind: 'entra', ssoProviderId: '7' },
      deprovisionPolicy: 'manual',
    };
    await createUser(product.core, linked, upn('linked'));
    await createUser(product.core, linked, upn('linked+1'));
    await updateAccount(product.core, 'entra', { ssoSubject: 'user-name' });
    for (const name of ['matched', 'matched+1', 'steady']) await add(name);
    await add('other', { sso_subject: 'upn.taken@contoso.example' });
  });
  after(() => product.close());

  const upn = (name: string, more: Partial<Profile> = {}): Profile =>
    person(name, { userName: `upn.${name}@contoso.example`, ...more });
  const list = () =>
    [
      upn('fine'),
      upn('plus+1'),
      upn('taken'),
      upn('long', { userName: `upn.${'x'.repeat(60)}@contoso.example` }),
      upn('id', { externalId: 'x'.repeat(41) }),
      upn('matched'),
      upn('matched+1'),
      upn('linked'),
      upn('linked+1'),
      upn('off+1', { active: false }),
      upn('twin.1', { externalId: 'twin' }),
      upn('twin.2', { externalId: 'TWIN' }),
    ].map((profile, at) => ({ at, profile }));
  const briefly = ({ userName, outcome, rehearsal, attributes }: Foreseen) => [
    userName.split('@')[0]?.slice(0, 14),
    outcome,
    ...(rehearsal ? [rehearsal] : []),
    ...(attributes ? [attributes.join()] : []),
  ];

  it('says of each whether the application takes the subject, and leaves nothing', async () => {
    const state = async () => [await rowsOf(product, 'own.users'), await rowsOf(product, 'scim.identity')];
    const before = await state();

    const { people, summary } = await preflight(product.core, list(), { idp: 'entra', rehearse: true });

    assert.deepEqual(await state(), before);
    assert.deepEqual(people.map(briefly), [
      ['upn.fine', 'create', 'passed'],
      ['upn.plus+1', 'refused', 'refused'],
      ['upn.taken', 'refused', 'refused'],
      ['upn.xxxxxxxxxx', 'refused', 'refused', 'SSO subject'],
      ['upn.id', 'refused', 'refused', 'externalId'],
      ['upn.matched', 'match', 'passed'],
      ['upn.matched+1', 'refused', 'refused'],
      ['upn.linked', 'linked', 'passed'],
      ['upn.linked+1', 'refused', 'refused'],
      ['upn.off+1', 'refused', 'refused'],
      // Each user alone would have been accepted.
      ['upn.twin.1', 'create', 'passed'],
      ['upn.twin.2', 'refused', 'passed', 'externalId'],
    ]);
    assert.match(people[1]?.detail ?? '', /subject_plain/);
    assert.match(people[2]?.detail ?? '', /users_subject/);
    assert.match(people[3]?.detail ?? '', /^The host application refused this user: SSO subject: ./);
    assert.match(people[11]?.detail ?? '', /at 10, has the same externalId/);
    assert.equal(summary.fits, false);
  });

  it('finds in the catalogue what it shows, without a rehearsal', async () => {
    const { people, summary } = await preflight(product.core, list(), { idp: 'entra' });

    const refused = people.filter(({ outcome }) => outcome === 'refused');
    assert.deepEqual(
      refused.map(({ userName, attributes, detail = '' }) => [
        userName.split('@')[0]?.slice(0, 14),
        attributes?.join(),
        /must be unique|has \d+ characters, but \w+ allows \d+|at 10/.exec(detail)?.[0],
      ]),
      [
        ['upn.taken', 'SSO subject', 'must be unique'],
        ['upn.xxxxxxxxxx', 'SSO subject', 'has 80 characters, but sso_subject allows 60'],
        ['upn.id', 'externalId', 'has 41 characters, but external_id allows 40'],
        ['upn.twin.2', 'externalId', 'at 10'],
      ],
    );
    const { lengths, unique } = summary.catalogue;
    assert.deepEqual([lengths.external_id, lengths.sso_subject], [40, 60]);
    assert.deepEqual([...unique].sort(), ['external_id', 'sso_subject']);
  });

  it('says what the endpoint then says', async () => {
    const { people } = await preflight(product.core, list(), { idp: 'entra', rehearse: true });
    const { id } = linked;
    for (const [at, { profile }] of list().entries()) {
      const links = await rowsOf(product, 'scim.identity');
      const link = links.find(
        (row) => row.user_name === profile.userName && String(row.service_account_id) === id,
      );
      const idp: Idp = { ...linked, ssoSubject: 'user-name' };
      const said = await (link
        ? changeUser(product.core, idp, String(link.identity_id), (now) => ({ ...now, ...profile }))
        : createUser(product.core, idp, profile)
      ).then(
        () => undefined,
        (error: unknown) => (error instanceof Problem ? error.message : assert.fail(String(error))),
      );
      // The endpoint does not know of the other user of the list.
      if (at < 11) assert.equal(said, people[at]?.detail, profile.userName);
      else assert.match(String(said), /must be unique/);
    }
  });
});
