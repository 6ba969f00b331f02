import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { createAuthenticate, recognise } from '../../src/core/authentication/authenticate.js';
import type { Idp } from '../../src/core/provisioning/types.js';
import { createToken } from '../../src/core/tokens/create.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { runHere } from '../support/processes/world.js';

interface Shown {
  name: string;
  adoptDisabled: string;
  maxDepartures: string;
}

forEachEngine('what an IdP may do to accounts', (engine) => {
  let product: Product;
  const run = (...words: string[]) => runHere(words, { env: { SCIMCTL_DATABASE: product.url } });
  const scimctl = async <T = Shown>(...words: string[]) => {
    const { code, stdout, stderr } = await run(...words, '-o', 'json');
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as T;
  };
  const settings = async (...words: string[]) => {
    const { adoptDisabled, maxDepartures } = await scimctl(...words);
    return [adoptDisabled, maxDepartures];
  };
  const details = async () =>
    (await rowsOf(product, 'scim.event'))
      .filter(({ actor }) => actor === 'cli:tester@test')
      .sort((a, b) => Number(a.seq) - Number(b.seq))
      .map((event) => JSON.parse(String(event.details)));
  /** What the endpoint knows of the IdP behind a token. */
  const idpOf = async (name: string): Promise<Idp> => {
    const { token } = await createToken(product.core, name, { expiresInMs: null });
    const recognised = recognise({ method: 'bearer', secret: token });
    assert('presented' in recognised);
    const admitted = await createAuthenticate(product.core)(recognised);
    assert('credential' in admitted);
    return admitted.idp;
  };

  before(async () => {
    product = await freshProduct(engine);
  });
  after(() => product.close());

  it('has a limit of departures from the start, and enables the disabled accounts that it matches', async () => {
    assert.deepEqual(await settings('idp', 'add', 'entra'), ['enable', '20/1h,10%']);
    assert.deepEqual(await settings('idp', 'show', 'entra'), ['enable', '20/1h,10%']);
    const given = ['--adopt-disabled', 'refuse', '--max-departures', '5/2d'];
    assert.deepEqual(await settings('idp', 'add', 'okta', ...given), ['refuse', '5/2d']);
    assert.deepEqual(await settings('idp', 'add', 'free', '--max-departures', 'none'), ['enable', 'none']);

    const listed = await scimctl<Shown[]>('idp', 'list');
    assert.deepEqual(
      listed.map(({ name, adoptDisabled, maxDepartures }) => [name, adoptDisabled, maxDepartures]),
      [
        ['entra', 'enable', '20/1h,10%'],
        ['free', 'enable', 'none'],
        ['okta', 'refuse', '5/2d'],
      ],
    );
    const { stdout } = await run('idp', 'show', 'okta');
    assert.match(stdout, /ADOPT DISABLED: +refuse\nMAX DEPARTURES: +5\/2d\n/);
  });

  it('is changed by itself, with the change in the trail, once only', async () => {
    const update = (...words: string[]) => settings('idp', 'update', 'entra', ...words);
    assert.deepEqual(await update('--adopt-disabled', 'refuse'), ['refuse', '20/1h,10%']);
    assert.deepEqual(await update('--max-departures', '0/90m'), ['refuse', '0/90m']);
    assert.deepEqual(await update('--max-departures', '20/60m, 10%'), ['refuse', '20/1h,10%']);
    const events = await details();
    assert.deepEqual(events.slice(-3), [
      { adoptDisabled: 'refuse' },
      { maxDepartures: '0/90m' },
      { maxDepartures: '20/1h,10%' },
    ]);

    await update('--adopt-disabled', 'refuse', '--max-departures', '20/1h,10%');
    assert.deepEqual(await details(), events);
    assert.deepEqual(await update('--max-departures', 'none', '--adopt-disabled', 'enable'), [
      'enable',
      'none',
    ]);
    assert.deepEqual((await details()).at(-1), { adoptDisabled: 'enable', maxDepartures: 'none' });
  });

  it('is known to the endpoint with the request after', async () => {
    await scimctl('idp', 'add', 'served', '--adopt-disabled', 'refuse', '--max-departures', '7/30m,25%');

    const { adoptsDisabled, departureLimit } = await idpOf('served');
    assert.equal(adoptsDisabled, false);
    assert.deepEqual(departureLimit, { max: 7, windowMs: 1_800_000, percent: 25, releasedAt: null });

    await scimctl('idp', 'update', 'served', '--adopt-disabled', 'enable', '--max-departures', 'none');
    const later = await idpOf('served');
    assert.deepEqual([later.adoptsDisabled, later.departureLimit], [true, null]);
  });

  it('is as before for an IdP of before: no limit', async () => {
    const rows = await rowsOf(product, 'scim.service_account');
    const [row] = rows.filter(({ name }) => name === 'free');
    const columns = ['max_departures', 'departures_window_s', 'departures_percent', 'released_at'];
    assert.deepEqual(
      columns.map((column) => row?.[column]),
      [null, null, null, null],
    );
  });
});
