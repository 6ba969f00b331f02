import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Binding } from '../../src/binding/binding.js';
import { applyScaffold } from '../../src/core/host/scaffold.js';
import { preflight } from '../../src/core/preflight/preflight.js';
import { addServiceAccount } from '../../src/core/service-accounts/add.js';
import { createScimHandler } from '../../src/scim/protocol/handler/handler.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { person } from '../support/people/people.js';
import { runHere } from '../support/processes/world.js';
import { type Endpoint, issue, startEndpoint } from '../support/scim/endpoint.js';

// Rows alone make no working account there.
forEachEngine('an application that creates its accounts itself', (engine) => {
  const mssql = engine.name === 'mssql';
  const table = `${mssql ? 'dbo' : 'public'}.members`;
  const binding: Binding = {
    format: 1,
    users: {
      table,
      key: { column: 'id', made: 'database' },
      login: { read: { column: 'login' } },
      email: { read: { column: 'mail' } },
      displayName: { read: { column: 'login' }, write: false },
      enabled: { yes: { column: 'state', in: [1] }, no: { column: 'state', in: [0] } },
      enable: { state: { constant: 1 } },
      disable: { state: { constant: 0 } },
      create: 'enable-only',
      createReason: 'each account has a key of its own',
    },
    providers: { declared: { name: 'Corp' } },
    seats: { none: {} },
  };
  let product: Product;
  let endpoint: Endpoint;
  let token: string;
  before(async () => {
    product = await freshProduct(engine, { host: false, served: true });
    const text = mssql ? 'nvarchar' : 'varchar';
    await product.test.query(
      `create table ${table} (id int ${mssql ? 'identity' : 'generated always as identity'} primary key, login ${text}(200) not null unique, mail ${text}(200), state int not null)`,
    );
    await product.test.query(`insert into ${table} (login, state) values ('there@contoso.example', 0)`);
    await applyScaffold(product.core, binding);
    await addServiceAccount(product.core, { name: 'entra', kind: 'entra' });
    ({ token } = await issue(product, 'entra'));
    endpoint = await startEndpoint(product, { handler: createScimHandler() });
  });
  after(async () => {
    await endpoint.stop(0);
    await product.close();
  });

  for (const idp of ['entra', 'okta']) {
    it(`passes a probe as ${idp}, which expects the refusal and skips what needs a user`, async () => {
      const words = ['probe', '--url', endpoint.scim, '--idp', idp, '--write', '--yes'];
      const { code, stdout, stderr } = await runHere(words, { env: { SCIMCTL_PROBE_TOKEN: token } });

      assert.equal(code, 0, stdout + stderr);
      assert.match(
        stdout,
        /^pass +\w+ +create +no user is created, as expected: the application creates its accounts itself: each account has a key of its own/m,
      );
      assert.match(stdout, /^skipped .* not run, because the application creates its accounts itself$/m);
      assert.doesNotMatch(stdout, /^(warn|fail)/m);
    });
  }

  it('is told of a user who has no account, and why, by a preflight and by the endpoint', async () => {
    const user = (name: string) => ({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: `${name}@contoso.example`,
      externalId: name,
      active: true,
      emails: [{ value: `${name}@contoso.example`, primary: true }],
    });
    const post = async (name: string) => {
      const answer = await fetch(`${endpoint.scim}/Users`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
        body: JSON.stringify(user(name)),
      });
      return { status: answer.status, body: (await answer.json()) as { detail?: string } };
    };

    const refused = await post('missing');
    assert.equal(refused.status, 400);
    assert.match(refused.body.detail ?? '', /creates its accounts itself: each account has a key of its own/);

    const people = ['missing', 'there'].map((name, at) => ({ at, profile: person(name) }));
    assert.deepEqual(
      (await preflight(product.core, people, { idp: 'entra' })).people.map(({ outcome, detail }) => [
        outcome,
        detail,
      ]),
      [
        [
          'refused',
          'The host application refused this user: the application creates its accounts itself: each account has a key of its own.',
        ],
        ['match', undefined],
      ],
    );

    assert.equal((await post('there')).status, 201);
    assert.deepEqual(
      (await rowsOf(product, table)).map(({ login, state }) => [login, state]),
      [['there@contoso.example', 1]],
    );
  });
});
