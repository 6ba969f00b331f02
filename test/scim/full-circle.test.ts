import assert from 'node:assert/strict';
import { after, before, beforeEach, it } from 'node:test';
import { readSeats } from '../../src/core/seats.js';
import { updateAccount } from '../../src/core/service-accounts/change.js';
import { createScimHandler } from '../../src/scim/protocol/handler/handler.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { addIdp } from '../support/people/provisioned.js';
import { runHere } from '../support/processes/world.js';
import { type Endpoint, issue, startEndpoint } from '../support/scim/endpoint.js';

const HIRED = 'new.hire@contoso.example';
const RENAMED = 'new.hire-renamed@contoso.example';

interface Check {
  name: string;
  idp: string;
  status: string;
  summary: string;
}

forEachEngine('the endpoint and the probe', (engine) => {
  let product: Product;
  let endpoint: Endpoint;
  let token: string;
  const errors: unknown[] = [];

  before(async () => {
    product = await freshProduct(engine, { served: true });
    await addIdp(product, 'entra');
    ({ token } = await issue(product, 'entra'));
    const handler = createScimHandler({ userExtensions: [], onError: (error) => errors.push(error) });
    endpoint = await startEndpoint(product, { handler });
  });
  after(async () => {
    await endpoint.stop(1000);
    await product.close();
    assert.deepEqual(errors, []);
  });
  beforeEach(() => updateAccount(product.core, 'entra', { deprovisionPolicy: 'manual' }));

  const run = (...words: string[]) =>
    runHere(words, { env: { SCIMCTL_DATABASE: product.url, SCIMCTL_PROBE_TOKEN: token } });
  const json = async <T>(...words: string[]): Promise<T> => {
    const { stdout, stderr } = await run(...words, '-o', 'json');
    assert.ok(stdout !== '', stderr);
    return JSON.parse(stdout) as T;
  };
  const probe = (...words: string[]) =>
    json<{ status: string; checks: Check[] }>('probe', '--url', endpoint.scim, '--write', '--yes', ...words);
  /** What Entra does next with the one who is hired. */
  const step = async (name: string) => {
    const { checks } = await probe('--idp', 'entra', '--user-name', HIRED, '--step', name);
    return checks.at(-1) as Check;
  };
  const passes = async (name: string) => {
    const { status, summary } = await step(name);
    assert.equal(status, 'pass', summary);
  };
  const pending = async () =>
    (await json<{ loginName: string }[]>('users', 'pending')).map(({ loginName }) => loginName);
  const shown = (user: string) =>
    json<{
      active: boolean;
      enabled: boolean;
      pending: boolean;
      licenceType: string | null;
      loginName: string;
    }>('users', 'show', user);
  const free = async () => (await readSeats(product.core)).reduce((sum, { free: seats }) => sum + seats, 0);

  it('agree on everything that Entra and Okta do', async () => {
    const seats = await free();

    const { status, checks } = await probe();

    assert.deepEqual(
      checks.filter((check) => check.status !== 'pass'),
      [],
    );
    assert.equal(status, 'pass');
    assert.ok(checks.length > 45);
    // With the policy manual the accounts would wait for somebody; the probe has the database, and disables them.
    assert.match(checks.at(-1)?.summary ?? '', /accounts are disabled and no longer linked$/);
    assert.deepEqual([await pending(), await free()], [[], seats]);
    assert.deepEqual(await rowsOf(product, 'scim.idp_group'), []);
  });

  it('agree just as well where leavers are disabled at once, and then nothing is left to do', async () => {
    await updateAccount(product.core, 'entra', { deprovisionPolicy: 'disable' });
    const seats = await free();

    const { status } = await probe();

    assert.equal(status, 'pass');
    assert.deepEqual([await pending(), await free()], [[], seats]);
  });

  it('close the full circle: hired, renamed, left, pending, disabled by hand, back', async () => {
    const seats = await free();

    await passes('create');
    const hired = await shown(HIRED);
    assert.deepEqual([hired.active, hired.pending, hired.licenceType], [true, false, 'Concurrent']);
    assert.equal(await free(), seats - 1);

    await passes('update');
    assert.equal((await shown(HIRED)).loginName, RENAMED);

    await passes('deactivate');
    const left = await shown(HIRED);
    assert.deepEqual([left.active, left.enabled, left.pending], [false, true, true]);
    assert.deepEqual(await pending(), [RENAMED]);
    assert.equal(await free(), seats - 1);

    assert.equal((await run('users', 'disable', RENAMED, '--yes')).code, 0);
    assert.deepEqual(await pending(), []);
    assert.equal(await free(), seats);

    await passes('reactivate');
    const back = await shown(HIRED);
    assert.deepEqual([back.active, back.enabled, back.licenceType], [true, true, 'Concurrent']);
    assert.equal(await free(), seats - 1);
    assert.equal(back.loginName, RENAMED);

    const trail = await json<{ actor: string; action: string; outcome: string }[]>(
      'audit',
      'list',
      '--limit',
      '5',
    );
    assert.deepEqual(trail.map(({ actor, action, outcome }) => `${actor} ${action} ${outcome}`).reverse(), [
      'idp:entra user.create done',
      'idp:entra user.update done',
      'idp:entra user.deprovision done',
      'cli:tester@test user.disable done',
      'idp:entra user.enable done',
    ]);
  });

  it('say to Entra which pools are full, with 400, until a seat is free', async () => {
    await passes('deactivate');
    assert.equal((await run('users', 'disable', RENAMED, '--yes')).code, 0);
    const pools = () =>
      product.database.transaction(({ knex }) => knex('licence_pools').withSchema('app').select('*'));
    const total = async (seats: (used: number, pool: { seats_total: number }) => number) => {
      const used = Object.fromEntries(
        (await readSeats(product.core)).map((pool) => [pool.licenceType, pool.used]),
      );
      for (const pool of await pools()) {
        await product.database.transaction(({ knex }) =>
          knex('licence_pools')
            .withSchema('app')
            .where({ licence_type: pool.licence_type })
            .update({ seats_total: seats(used[pool.licence_type] ?? 0, pool) }),
        );
      }
    };
    await total((used) => used);

    const refused = await step('reactivate');
    assert.equal(refused.status, 'fail');
    assert.match(
      refused.summary,
      /answered with 400 \(No licence seat is free: Concurrent \d+ of \d+, Dedicated \d+ of \d+\. Free a seat [^)]*\)/,
    );
    assert.equal((await shown(HIRED)).enabled, false);
    const { checks } = await probe('--idp', 'okta');
    const create = checks.find(({ name }) => name === 'create');
    assert.equal(create?.status, 'warn');
    assert.match(create.summary, /No licence seat is free/);
    assert.deepEqual(
      (await rowsOf(product, 'scim.identity')).filter(({ user_name }) =>
        String(user_name).startsWith('scimctl-'),
      ).length,
      4, // Of the lives before; nobody new.
    );

    await total((used) => used + 1);
    await passes('reactivate');
    assert.equal((await shown(HIRED)).enabled, true);
    await total((used) => used + 10);
  });
});
