import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, it } from 'node:test';
import { inspectInstallation } from '../../src/core/check/readiness.js';
import { degradedParts } from '../../src/core/host/write-health.js';
import { createScimHandler } from '../../src/scim/protocol/handler/handler.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
import { addHostUser } from '../support/people/people.js';
import { addIdp, link } from '../support/people/provisioned.js';
import { runHere } from '../support/processes/world.js';
import { bearer, type Endpoint, issue, startEndpoint } from '../support/scim/endpoint.js';

forEachEngine('host views whose columns cannot be read', (engine) => {
  let product: Product;
  let endpoint: Endpoint;
  let url: string;
  let exported: string;
  let headers: Record<string, string>;
  const isMssql = engine.name === 'mssql';

  beforeEach(async () => {
    product = await freshProduct(engine, { served: true });
    url = product.url;
    const idp = await addIdp(product, 'hr');
    const gone = await addHostUser(product, 'gone@contoso.example', { email: 'gone@contoso.example' });
    const here = await addHostUser(product, 'here@contoso.example', { email: 'here@contoso.example' });
    const left = { deprovisionedAt: product.now, deprovisionReason: 'deleted' } as const;
    await link(product, idp, gone, { userName: 'gone@contoso.example', ...left });
    await link(product, idp, here, { userName: 'here@contoso.example' });
    exported = join(await temporaryDirectory(), 'all.csv');
    await writeFile(exported, 'userPrincipalName,mail\nhere@contoso.example,here@contoso.example\n');
    headers = bearer((await issue(product, 'hr')).token);
    endpoint = await startEndpoint(product, { handler: createScimHandler() });
  });
  afterEach(async () => {
    await endpoint.stop(0);
    await product.close();
  });

  const view = async (columns: Record<string, string>) => {
    const items = Object.entries({
      user_id: 'cast(id as varchar(20))',
      login_name: 'login',
      email: 'email',
      display_name: 'display_name',
      is_enabled: 'enabled',
      ...columns,
    }).map(([name, made]) => `${made} as ${name}`);
    await product.database.transaction(async ({ knex }) => {
      if (isMssql) {
        await knex.raw('drop trigger scim.host_user_insert');
        await knex.raw('drop trigger scim.host_user_update');
      }
      await knex.raw('drop view scim.host_user');
      await knex.raw(`create view scim.host_user as select ${items.join(', ')} from app.users`);
    });
  };
  /** Fails with what looks like the name of an account. */
  const SECRET_EMAIL = isMssql
    ? "cast(cast(concat('Zoe of ', id) as int) as varchar(320))"
    : "cast(cast('Zoe of ' || id as integer) as varchar(320))";
  const on = isMssql ? 'enabled = 1' : 'enabled';
  const VIEWS: [what: string, columns: Record<string, string>, named: RegExp][] = [
    ['a flag that is text', { is_enabled: `case when ${on} then 'Y' else 'N' end` }, /host_user\.is_enabled/],
    [
      'a protection that is text',
      { is_protected: `case when ${on} then 'no' else 'yes' end` },
      /host_user\.is_protected/,
    ],
    ['a login that is a number', { login_name: 'id' }, /host_user\.login_name has the type int/],
    [
      'a cast of its own that fails',
      { is_enabled: isMssql ? "cast(concat('x', id) as int)" : "cast('x' || id as integer)" },
      /x\d/,
    ],
    ['a cast of a text that fails', { email: SECRET_EMAIL }, /of \d/],
  ];

  for (const [what, columns, named] of VIEWS) {
    it(`are named by every command: ${what}`, async () => {
      await view(columns);

      for (const words of [
        ['users', 'pending'],
        ['users', 'list'],
        ['users', 'disable', 'gone@contoso.example', '--yes'],
        ['users', 'reconcile', exported, '--idp', 'hr'],
      ]) {
        const { code, stderr } = await runHere(words, { env: { SCIMCTL_DATABASE: url } });
        assert.equal(code, 1, `${words.join(' ')}: ${stderr}`);
        assert.match(stderr, /\[host-broken\]\n/, words.join(' '));
        assert.match(stderr, named, words.join(' '));
        assert.match(stderr, /scimctl host status/, words.join(' '));
      }
    });
  }

  it('are named by the endpoint, which is ready and degraded', async () => {
    await view({ login_name: 'id' });
    const body = JSON.stringify({ schemas: [USER], userName: 'new@contoso.example', active: true });

    const answer = await fetch(`${endpoint.scim}/Users`, {
      ...{ method: 'POST', body },
      headers: { ...headers, 'content-type': 'application/scim+json' },
    });

    assert.equal(answer.status, 500);
    assert.match(await answer.text(), /host_user\.login_name has the type int.*scimctl host status/);
    const ready = await fetch(`${endpoint.url}/readyz`);
    assert.equal(ready.status, 200);
    assert.deepEqual(await ready.json(), { status: 'ready', degraded: ['host-writes', 'host-views'] });
  });

  it('tell an IdP, and the log, nothing of the row at which a cast fails', async () => {
    await view({ email: SECRET_EMAIL });
    const filter = encodeURIComponent('emails.value eq "zoe@contoso.example"');
    const body = JSON.stringify({ schemas: [USER], userName: 'new@contoso.example', active: true });

    for (const [path, init] of [
      [`/Users?filter=${filter}`, { headers }],
      ['/Users', { method: 'POST', body, headers: { ...headers, 'content-type': 'application/scim+json' } }],
    ] as const) {
      const answer = await fetch(`${endpoint.scim}${path}`, init);
      const text = await answer.text();
      assert.equal(answer.status, 500, text);
      assert.match(text, /The host (views cannot be read|application failed)/);
      assert.ok(!`${text}${JSON.stringify(endpoint.log)}`.includes('Zoe'), text);
    }
  });

  if (!isMssql) {
    it('are not taken for a value of the IdP by a create, which reads what it has written', async () => {
      await product.database.transaction(async ({ knex }) => {
        const { rows } = await knex.raw("select pg_get_viewdef('scim.host_user'::regclass) as made");
        const email = `case u.login when 'gone@contoso.example' then ${SECRET_EMAIL.replace('id', 'u.id')} else u.email end`;
        const made = rows[0].made.replace(/\bu?\.?email,/, `cast(${email} as varchar(320)) as email,`);
        await knex.raw(`create or replace view scim.host_user as ${made}`);
      });

      const answer = await fetch(`${endpoint.scim}/Users`, {
        method: 'POST',
        body: JSON.stringify({
          ...{ schemas: [USER], userName: 'new@contoso.example' },
          emails: [{ value: 'new@contoso.example', primary: true }],
        }),
        headers: { ...headers, 'content-type': 'application/scim+json' },
      });

      const text = await answer.text();
      assert.equal(answer.status, 500, text);
      assert.match(text, /The host application failed to store this user|The host views cannot be read/);
      assert.ok(!`${text}${JSON.stringify(endpoint.log)}`.includes('Zoe'), text);
    });
  }

  it('are known to be unfit before anything fails, and to be fit again', async () => {
    await view({ is_enabled: `case when ${on} then 'Y' else 'N' end` });
    assert.deepEqual(await inspected(), ['host-views']);

    await product.database.transaction(({ knex }) => knex.raw('drop view scim.host_user'));
    await product.database.transaction(({ knex }) => knex.raw(SOUND));
    assert.deepEqual(await inspected(), []);
  });

  const inspected = async () => {
    await inspectInstallation(product.core);
    return degradedParts(product.database);
  };
});

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const SOUND =
  'create view scim.host_user as select id as user_id, login as login_name, email, display_name, enabled as is_enabled from app.users';
