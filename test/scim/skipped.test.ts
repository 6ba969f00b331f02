import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, it } from 'node:test';
import { createScimHandler } from '../../src/scim/protocol/handler/handler.js';
import { createLog } from '../../src/scim/server/log.js';
import { logDone } from '../../src/scim/server/request-log.js';
import { bearer, type Endpoint, issue, startEndpoint } from '../support/endpoint.js';
import { forEachEngine } from '../support/engines.js';
import { installProduct, type Product, rowsOf } from '../support/product.js';
import { addIdp, link } from '../support/provisioned.js';

forEachEngine('what a request has to do without', (engine) => {
  let product: Product;
  let endpoint: Endpoint;
  let token: string;
  let ann: string;
  before(async () => {
    product = await installProduct(await engine.freshDatabase(), { served: true });
    ann = await link(product, await addIdp(product, 'entra'), '2');
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
      body: JSON.stringify(body),
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

    const [first, second, third] = text.trim().split('\n');
    assert.equal(
      first,
      '1970-01-01T00:00:00.000Z warn  204 PATCH /Groups/:id  1 ms  r  skipped 1 member: u1  skipped displayName',
    );
    assert.match(second ?? '', / warn .* skipped 2 members: u1, u2$/);
    assert.match(third ?? '', / info .*ms {2}r$/);
  });
});
