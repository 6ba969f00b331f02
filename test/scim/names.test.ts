import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { createScimHandler } from '../../src/scim/protocol/handler/handler.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { link } from '../support/people/provisioned.js';
import { filterBy, type ScimClient, scimClient } from '../support/scim/scim-client.js';

forEachEngine('names with whitespace around them', (engine) => {
  let product: Product;
  let idp: ScimClient;
  before(async () => {
    product = await freshProduct(engine, { served: true });
    idp = await scimClient(product, createScimHandler({}), 'entra');
  });
  after(() => product.close());

  const user = (userName: string, name: string) => ({
    userName,
    externalId: `object-${name}`,
    displayName: name,
    emails: [{ value: `${name}@contoso.example`, type: 'work', primary: true }],
  });
  const found = async (filter: string, path = '/Users') =>
    (await idp.list(`${path}?${filterBy(filter)}`)).map(({ id }) => id);
  const events = async () => (await rowsOf(product, 'scim.event')).length;

  it('are trimmed where users are made, replaced and patched', async () => {
    const { id, userName } = await idp.create('/Users', user(' \u00a0ann\u3000\t', 'ann'));
    assert.equal(userName, 'ann');
    const before = await events();
    await idp.send('PUT', `/Users/${id}`, user('\nann ', 'ann'));
    await idp.patch(`/Users/${id}`, { op: 'replace', path: 'userName', value: 'ann\u2028' });
    assert.equal(await events(), before);
    const { body } = await idp.patch(`/Users/${id}`, { op: 'replace', value: { userName: ' anna ' } });
    assert.equal(body.userName, 'anna');
    for (const name of [' ', '\u00a0\u2003']) {
      const { status, body } = await idp.send('POST', '/Users', user(name, 'nobody'));
      assert.equal(status, 400);
      assert.match(String(body.detail), /^userName is required\. Map it /);
    }
    const long = await idp.create('/Users', user(` ${'x'.repeat(320)} `, 'long'));
    assert.equal(String(long.userName).length, 320);
  });

  it('are trimmed from e-mail addresses too', async () => {
    const emails = [{ value: '\u00a0mia@contoso.example ', type: 'work', primary: true }];
    const { body } = await idp.send('POST', '/Users', { ...user('mia', 'mia'), emails });
    assert.equal((body.emails as { value: string }[])[0]?.value, 'mia@contoso.example');
  });

  it('are nobody else’s', async () => {
    await idp.create('/Users', user('ben', 'ben'));
    const { status, body } = await idp.send('POST', '/Users', user('Ben\u00a0', 'ben-2'));
    assert.deepEqual([status, body.scimType], [409, 'uniqueness']);
    const { id } = await idp.create('/Users', user('cleo', 'cleo'));
    const renamed = await idp.patch(`/Users/${id}`, { op: 'replace', path: 'userName', value: ' BEN' });
    assert.deepEqual([renamed.status, renamed.body.scimType], [409, 'uniqueness']);
  });

  it('find in a filter what the name without it finds', async () => {
    const { id } = await idp.create('/Users', user('dora', 'dora'));
    for (const name of ['dora', ' dora ', '\u00a0DORA', 'dora\\n', '\u3000dora\\t']) {
      assert.deepEqual(await found(`userName eq "${name}"`), [id], name);
      assert.deepEqual(await found(`not (userName ne "${name}")`), [id]);
      assert.ok(!(await found(`userName ne "${name}"`)).includes(id));
    }
    assert.deepEqual(await found('userName eq "do ra"'), []);
    assert.deepEqual(await found('userName sw "dora "'), []);
    const group = await idp.create('/Groups', { displayName: 'Lab ' });
    assert.equal(group.displayName, 'Lab');
    assert.deepEqual(await found('displayName eq "\u00a0LAB "', '/Groups'), [group.id]);
    const search = { filter: 'displayName eq " lab"' };
    const { body } = await idp.send('POST', '/.search', search);
    assert.deepEqual(
      (body.Resources as { id: string }[]).map((one) => one.id),
      [group.id],
    );
    assert.equal((await idp.send('POST', '/Groups', { displayName: 'lab\u2003' })).status, 409);
  });

  it('stay with users who had them before, and do not hide them', async () => {
    const other = await scimClient(product, createScimHandler({}), 'okta');
    const spaced = await link(product, other.idp, '4', { userName: '\u00a0Old Name ' });
    const same = await link(product, other.idp, '5', { userName: 'old name' });
    const find = async (filter: string) =>
      (await other.list(`/Users?${filterBy(filter)}`)).map(({ id }) => id).sort();

    for (const name of ['Old Name', ' old name', '\u00a0Old Name ']) {
      assert.deepEqual(await find(`userName eq "${name}"`), [spaced, same].sort());
      assert.deepEqual(await find(`userName ne "${name}"`), []);
    }
    // Nothing that the IdP sends of this user fails for the name that another has as well.
    const patched = await other.patch(`/Users/${spaced}`, { op: 'replace', path: 'title', value: 'x' });
    assert.deepEqual([patched.status, patched.body.userName], [200, '\u00a0Old Name ']);
    const put = await other.send('PUT', `/Users/${spaced}`, { userName: 'Old Name', active: false });
    assert.deepEqual([put.status, put.body.userName, put.body.active], [200, '\u00a0Old Name ', false]);
    const renamed = await other.patch(`/Users/${spaced}`, { op: 'replace', path: 'userName', value: 'New ' });
    assert.deepEqual([renamed.status, renamed.body.userName], [200, 'New']);
    assert.deepEqual(await find('userName eq "NEW"'), [spaced]);
  });

  it('from before names were trimmed are taken, and bring their users back', async () => {
    const former = await scimClient(product, createScimHandler({}), 'former');
    await link(product, former.idp, '6', { userName: 'Solo\u0085' });
    const gone = await link(product, former.idp, '7', { userName: ' back ' });
    assert.equal(
      (await former.patch(`/Users/${gone}`, { op: 'replace', value: { active: false } })).status,
      200,
    );

    const { status, body } = await former.send('POST', '/Users', user('solo', 'solo'));
    assert.deepEqual([status, body.scimType], [409, 'uniqueness']);
    const { id } = await former.create('/Users', user('third', 'third'));
    const renamed = await former.patch(`/Users/${id}`, { op: 'replace', path: 'userName', value: 'SOLO' });
    assert.equal(renamed.status, 409);
    const emails = [{ value: (await loginOf('7')) as string, type: 'work', primary: true }];
    const back = await former.create('/Users', { userName: 'Back', emails, active: true });
    assert.equal(back.id, gone);
    assert.deepEqual(await findBy(former, 'userName eq "back"'), [gone]);
  });

  const loginOf = async (id: string) =>
    (await rowsOf(product, 'app.users')).find((one) => String(one.id) === id)?.login;
  const findBy = async (client: ScimClient, filter: string) =>
    (await client.list(`/Users?${filterBy(filter)}`)).map(({ id }) => id);
});
