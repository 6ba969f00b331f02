import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, it } from 'node:test';
import type { Idp } from '../../src/core/provisioning/types.js';
import { updateAccount } from '../../src/core/service-accounts/change.js';
import { createScimHandler } from '../../src/scim/protocol/handler/handler.js';
import { createLog } from '../../src/scim/server/observing/log.js';
import { logDone } from '../../src/scim/server/observing/request-log.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { addIdp, link } from '../support/people/provisioned.js';
import { bearer, type Endpoint, issue, startEndpoint } from '../support/scim/endpoint.js';

forEachEngine('what a request has to do without', (engine) => {
  let product: Product;
  let endpoint: Endpoint;
  let token: string;
  let entra: Idp;
  let ann: string;
  before(async () => {
    product = await freshProduct(engine, { served: true });
    entra = await addIdp(product, 'entra');
    ann = await link(product, entra, '2');
    token = (await issue(product, 'entra')).token;
    endpoint = await startEndpoint(product, { handler: createScimHandler({}) });
  });
  after(async () => {
    await endpoint.stop(1000);
    await product.close();
  });

  const send = async (method: string, path: string, body: unknown) => {
    const response = await fetch(`${endpoint.scim}${path}`, {
      method,
      headers: { ...bearer(token), 'content-type': 'application/scim+json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const id = response.headers.get('x-request-id');
    // The line is written when the response has gone.
    while (!endpoint.log.some(({ requestId }) => requestId === id)) await new Promise(setImmediate);
    const line = endpoint.log.find(({ requestId }) => requestId === id) ?? {};
    return { status: response.status, body: text === '' ? {} : JSON.parse(text), line };
  };
  const lastSkipped = async () => {
    const events = await rowsOf(product, 'scim.event');
    return JSON.parse(String(events.at(-1)?.details)).skipped;
  };

  it('is named in the line of the log and in the event', async () => {
    const nobody = randomUUID();
    const members = [{ value: ann }, { value: nobody }, { value: 'u1091' }];

    const { status, body, line } = await send('POST', '/Groups', { displayName: 'Lab', members });

    assert.equal(status, 201);
    assert.deepEqual(
      body.members.map(({ value }: { value: string }) => value),
      [ann],
    );
    assert.deepEqual(
      [line.level, line.skippedMembers, line.skippedMemberCount, line.skippedAttributes],
      ['warn', ['u1091', nobody], 2, undefined],
    );
    assert.deepEqual(await lastSkipped(), { members: ['u1091', nobody], memberCount: 2 });

    const put = await send('PUT', `/Groups/${body.id}`, { displayName: 'x'.repeat(256), members: [] });
    assert.deepEqual(
      [put.status, put.line.level, put.line.skippedAttributes, put.line.skippedMembers],
      [200, 'warn', ['displayName'], undefined],
    );
    assert.deepEqual(await lastSkipped(), { attributes: ['displayName'] });
  });

  it('is no more than twenty ids, and no address, name or token', async () => {
    const { body } = await send('POST', '/Groups', { displayName: 'Long' });
    const secret = `scimctl_000000000000_${'a'.repeat(49)}`;
    const many = Array.from({ length: 30 }, () => randomUUID());
    const value = ['ann@contoso.example', 'Ann Archer', secret, 'y'.repeat(300), ...many];
    const operation = { op: 'add', path: 'members', value };

    const { status, line } = await send('PATCH', `/Groups/${body.id}`, { Operations: [operation] });

    assert.equal(status, 204);
    assert.deepEqual(line.skippedMembers, [
      ...['(not an id)', '(not an id)', 'scimctl_000000000000_…', 'y'.repeat(100)],
      ...many.slice(0, 16),
    ]);
    assert.equal(line.skippedMemberCount, 34);
    assert.ok(!JSON.stringify([line, await lastSkipped()]).includes('aaaaaaaa'));
  });

  it('is named once for all operations of a bulk request', async () => {
    const { body } = await send('POST', '/Groups', { displayName: 'Bulk' });
    const path = `/Groups/${body.id}`;
    const add = (value: string) => ({
      method: 'PATCH',
      path,
      data: { Operations: [{ op: 'add', path: 'members', value: [{ value }] }] },
    });

    const { status, line } = await send('POST', '/Bulk', { Operations: [add('u1'), add(ann), add('u2')] });

    assert.equal(status, 200);
    assert.deepEqual([line.skippedMembers, line.skippedMemberCount], [['u1', 'u2'], 2]);
  });

  it('is what a departure cannot have beside it, by path and without values', async () => {
    const id = await link(product, entra, '3', { externalId: 'object-3' });
    const Operations = [
      { op: 'replace', path: 'active', value: false },
      { op: 'replace', path: 'nickNames[value eq "secret"]', value: 'hidden' },
    ];

    const { status, body, line } = await send('PATCH', `/Users/${id}`, { Operations });

    assert.deepEqual([status, body.active], [200, false]);
    assert.deepEqual([line.level, line.skippedAttributes, line.heldBack], ['warn', ['nickNames'], undefined]);
    assert.ok(!/secret|hidden/.test(JSON.stringify(line)));
  });

  it('is the account that the limit of departures left enabled, also in the metrics', async () => {
    const maxDepartures = { max: 0, windowMs: 3_600_000, percent: null };
    await updateAccount(product.core, 'entra', { deprovisionPolicy: 'disable', maxDepartures });
    const [one, two] = [await link(product, entra, '4'), await link(product, entra, '5')];
    const gauge = async () =>
      /^scimctl_departures_held_back\{idp="entra"\} (\d+)$/m.exec(
        await (await fetch(`${endpoint.url}/metrics`)).text(),
      )?.[1];
    assert.equal(await gauge(), '0');

    const put = await send('PUT', `/Users/${one}`, { userName: 'user-4', active: false });
    const data = { Operations: [{ op: 'replace', value: { active: false } }] };
    const bulk = await send('POST', '/Bulk', {
      Operations: [{ method: 'PATCH', path: `/Users/${two}`, data }],
    });

    for (const { status, line } of [put, bulk]) {
      assert.deepEqual([status, line.level, line.heldBack], [200, 'warn', 1]);
    }
    assert.equal(await gauge(), '2');
    const users = (await rowsOf(product, 'app.users')).filter(({ id }) => [4, 5].includes(Number(id)));
    assert.deepEqual(
      users.map(({ enabled }) => Boolean(enabled)),
      [true, true],
    );
    const six = await link(product, entra, '6');
    const deleted = await send('DELETE', `/Users/${six}`, undefined);
    assert.deepEqual([deleted.status, deleted.line.level, deleted.line.heldBack], [204, 'warn', 1]);
  });

  it('is nothing where all was done', async () => {
    const { line } = await send('POST', '/Groups', { displayName: 'Whole', members: [{ value: ann }] });

    assert.equal(line.level, 'info');
    assert.ok(!Object.keys(line).some((name) => name.startsWith('skipped')));
  });

  it('is in the line for people as well', () => {
    let text = '';
    const log = createLog({
      format: 'text',
      level: 'info',
      clock: () => new Date(0),
      write: (line) => (text += line),
    });
    const outcome = { status: 204, seconds: 0.001, bytes: 0, aborted: false };
    const trace = { requestId: 'r', method: 'PATCH', route: '/Groups/:id', source: '' };

    logDone(log, { ...trace, skipped: { members: ['u1'], attributes: ['displayName'] } }, outcome, false);
    logDone(log, { ...trace, skipped: { members: ['u1', 'u2'] } }, outcome, false);
    logDone(log, { ...trace, skipped: { members: [], attributes: [] } }, outcome, false);
    logDone(log, { ...trace, skipped: { heldBack: 1 } }, outcome, false);

    const [first, second, third, fourth] = text.trim().split('\n');
    assert.equal(
      first,
      '1970-01-01T00:00:00.000Z warn  204 PATCH /Groups/:id  1 ms  r  skipped 1 member: u1  skipped displayName',
    );
    assert.match(second ?? '', / warn .* skipped 2 members: u1, u2$/);
    assert.match(third ?? '', / info .*ms {2}r$/);
    assert.match(fourth ?? '', / warn .*ms {2}r {2}1 account held back$/);
  });
});
