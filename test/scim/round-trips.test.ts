import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, it } from 'node:test';
import { Sharing } from '../../src/core/provisioning/transactions/sharing.js';
import type { Database } from '../../src/database/database.js';
import { createScimHandler } from '../../src/scim/protocol/handler/handler.js';
import { countRoundTrips, type RoundTrips } from '../bench/round-trips.js';
import { AS_SERVED, freshProduct, openTestDatabase, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { setSeats } from '../support/people/people.js';
import { bearer, forge, issue, startEndpoint } from '../support/scim/endpoint.js';
import { PATCH_OP } from '../support/scim/scim.js';
import { type Answer, type ScimClient, scimClient } from '../support/scim/scim-client.js';

/**
 * How often a change waits for the database: once for locks, credential and facts, once for writes, read-back, event and
 * COMMIT. Only a PUT that renames or brings back, which nobody can tell from any other, asks for more in between.
 */
const MOST = {
  'a create by itself': 2,
  'eight creates at once': 2,
  'a change of what the host does not keep': 2,
  'a change of the display name': 2,
  'eight changes of the display name at once': 2,
  'eight departures at once': 2,
  'a new e-mail address': 2,
  'a new user name and e-mail address': 2,
  'new names by PUT': 3,
  'a return by PUT': 3,
  'active=false': 2,
  'active=false, which disables the account': 2,
  'active=true': 2,
  'active=true of an account that was disabled': 2,
  'the same again': 2,
};

forEachEngine(
  'the round trips of the endpoint to its database',
  (engine) => {
    let product: Product;
    let relay: RoundTrips;
    let served: Database;
    let idp: ScimClient;
    let disabling: ScimClient;
    before(async () => {
      product = await freshProduct(engine);
      await setSeats(product, 'Concurrent', 500);
      const url = new URL(product.url);
      relay = await countRoundTrips(url.hostname, Number(url.port));
      url.hostname = '127.0.0.1';
      url.port = String(relay.port);
      served = await openTestDatabase(url.href, 'scim', AS_SERVED);
      const core = { ...product.core, database: served, sharing: new Sharing(randomBytes) };
      const handler = createScimHandler();
      idp = await scimClient({ ...product, core }, handler, 'entra');
      disabling = await scimClient({ ...product, core }, handler, 'okta', { deprovisionPolicy: 'disable' });
    });
    after(async () => {
      await served.close();
      relay.close();
      await product.close();
    });

    let users = 0;
    const user = () => {
      const userName = `round.trip.${++users}@contoso.example`;
      return { userName, externalId: userName, emails: [{ value: userName }], displayName: 'Round Trip' };
    };
    const patch = (value: object) => (by: ScimClient, id: string) =>
      by.patch(
        `/Users/${id}`,
        ...Object.entries(value).map(([path, one]) => ({ op: 'Replace', path, value: one })),
      );
    const created = async (by: ScimClient) => (await by.create('/Users', user())).id;
    const left = async (by: ScimClient) => {
      const id = await created(by);
      await patch({ active: 'False' })(by, id);
      return id;
    };

    it('are one for what reads and for a wrong token, and no more for who asks', async () => {
      const { scim, stop } = await startEndpoint(
        { core: { ...product.core, database: served, sharing: new Sharing(randomBytes) } },
        { handler: createScimHandler() },
      );
      const { token } = await issue(product, 'entra');
      const call = async (path: string, init: RequestInit = {}, by = token) => {
        const headers = { ...bearer(by), 'content-type': 'application/scim+json' };
        const response = await fetch(`${scim}${path}`, { ...init, headers });
        const text = await response.text();
        return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
      };
      const post = () => call('/Users', { method: 'POST', body: JSON.stringify(user()) });
      const { body: one } = await post();
      const title = JSON.stringify({
        schemas: [PATCH_OP],
        Operations: [{ op: 'replace', path: 'title', value: 'Lead' }],
      });
      const lookUp = `/Users?filter=${encodeURIComponent(`userName eq "${one.userName}"`)}`;
      await call(lookUp);
      await call(`/Users/${one.id}`);
      const waited = async (status: number, work: () => Promise<{ status: number }>) => {
        relay.take();
        assert.equal((await work()).status, status);
        return relay.take();
      };

      const counts = [
        await waited(200, () => call(`/Users/${one.id}`)),
        await waited(200, () => call(lookUp)),
        await waited(200, () => call(`/Users/${one.id}`, { method: 'PATCH', body: title })),
        await waited(201, post),
        await waited(401, () => call(`/Users/${one.id}`, {}, forge(token))),
      ];

      assert.deepEqual(counts, [1, 1, 2, 2, 1]);
      await stop(5_000);
    });

    /** Does it some times, each on a user of its own, after one that does not count; and waits no more often than before. */
    function waits(
      what: keyof typeof MOST,
      by: () => ScimClient,
      prepare: (by: ScimClient) => Promise<string>,
      work: (by: ScimClient, id: string) => Promise<Answer | Answer[]>,
    ) {
      it(`are ${MOST[what]} at most for ${what}`, async () => {
        const counts: number[] = [];
        for (let round = 0; round < 6; round++) {
          const id = await prepare(by());
          relay.take();
          const answers = [await work(by(), id)].flat();
          const count = relay.take();
          for (const { status, body } of answers) assert.ok(status < 300, JSON.stringify(body));
          if (round > 0) counts.push(count);
        }
        assert.ok(Math.max(...counts) <= MOST[what], `${what}: ${counts.join(', ')} round trips`);
      });
    }

    const one = () => idp;
    const nobody = async () => '';
    waits('a create by itself', one, nobody, (by) => by.send('POST', '/Users', user()));
    waits('eight creates at once', one, nobody, (by) =>
      Promise.all(Array.from({ length: 8 }, () => by.send('POST', '/Users', user()))),
    );
    waits('a change of what the host does not keep', one, created, patch({ title: 'Lead' }));
    waits('a change of the display name', one, created, patch({ displayName: 'Renamed' }));
    const eight = async (by: ScimClient) =>
      (await Promise.all(Array.from({ length: 8 }, () => created(by)))).join();
    const ofEach = (value: object) => (by: ScimClient, ids: string) =>
      Promise.all(ids.split(',').map((id) => patch(value)(by, id)));
    waits('eight changes of the display name at once', one, eight, ofEach({ displayName: 'Renamed' }));
    waits('eight departures at once', one, eight, ofEach({ active: 'False' }));
    waits('a new e-mail address', one, created, (by, id) =>
      patch({ 'emails[type eq "work"].value': `new.${++users}@contoso.example` })(by, id),
    );
    const renamed = () => {
      const address = `new.${++users}@contoso.example`;
      return { userName: address, emails: [{ value: address, type: 'work', primary: true }] };
    };
    waits('a new user name and e-mail address', one, created, (by, id) => patch(renamed())(by, id));
    waits('new names by PUT', one, created, (by, id) =>
      by.send('PUT', `/Users/${id}`, { ...user(), ...renamed() }),
    );
    waits('a return by PUT', one, left, async (by, id) => {
      const { body } = await by.get(`/Users/${id}`);
      relay.take();
      return by.send('PUT', `/Users/${id}`, { ...body, active: true });
    });
    waits('active=false', one, created, patch({ active: 'False' }));
    waits('active=false, which disables the account', () => disabling, created, patch({ active: 'False' }));
    waits('active=true', one, left, patch({ active: 'True' }));
    waits('active=true of an account that was disabled', () => disabling, left, patch({ active: 'True' }));
    waits('the same again', one, created, patch({ displayName: 'Round Trip', active: 'True' }));
  },
  { only: ['postgres'] },
);
