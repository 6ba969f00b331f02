import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createScimHandler } from '../../src/scim/protocol/handler/handler.js';
import { freshProduct, type Product } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { CORE_GROUP } from '../support/scim/scim.js';
import { BASE_URL, filterBy, type ScimClient, scimClient } from '../support/scim/scim-client.js';

forEachEngine('groups over SCIM', (engine) => {
  let product: Product;
  let idp: ScimClient;
  let other: ScimClient;
  const users: Record<'ann' | 'ben' | 'cleo', string> = { ann: '', ben: '', cleo: '' };
  const errors: unknown[] = [];
  before(async () => {
    product = await freshProduct(engine, { served: true });
    const handler = createScimHandler({ onError: (error) => errors.push(error) });
    idp = await scimClient(product, handler, 'entra');
    other = await scimClient(product, handler, 'okta');
    for (const name of ['ann', 'ben', 'cleo'] as const) {
      const { id } = await idp.create('/Users', { userName: `${name}@contoso.example`, displayName: name });
      users[name] = id;
    }
  });
  after(async () => {
    await product.close();
    assert.deepEqual(errors, []);
  });

  const group = async (displayName: string, ...members: string[]) =>
    (await idp.create('/Groups', { displayName, members: members.map((value) => ({ value })) })) as {
      id: string;
      members: { value: string }[];
      meta: { version: string };
    };
  const membersOf = async (id: string) => {
    const { body } = await idp.get(`/Groups/${id}`);
    const names = new Map(Object.entries(users).map(([name, value]) => [value, name]));
    return (body.members as { value: string }[]).map(({ value }) => names.get(value)).join();
  };

  it('are created whole, with a location and a version', async () => {
    const answer = await idp.send('POST', '/Groups', {
      schemas: [CORE_GROUP],
      displayName: 'Engineers',
      externalId: 'g-1',
      members: [{ value: users.ann, display: 'not mine to say' }],
    });
    assert.equal(answer.status, 201);
    const { id, meta, ...rest } = answer.body as { id: string; meta: { version: string } };
    assert.deepEqual(answer.headers, { Location: `${BASE_URL}/Groups/${id}`, ETag: meta.version });
    assert.deepEqual(rest, {
      schemas: [CORE_GROUP],
      externalId: 'g-1',
      displayName: 'Engineers',
      members: [{ value: users.ann, $ref: `${BASE_URL}/Users/${users.ann}`, display: 'ann', type: 'User' }],
    });
    assert.deepEqual((await idp.get(`/Groups/${id}`)).body, answer.body);
  });

  it('are the IdP’s own', async () => {
    const { id } = await group('Mine');
    for (const method of ['GET', 'DELETE']) {
      assert.equal((await other.send(method, `/Groups/${id}`)).status, 404);
    }
    assert.equal((await other.patch(`/Groups/${id}`, { op: 'add', path: 'members', value: [] })).status, 404);
    assert.deepEqual(await other.list('/Groups'), []);
    assert.equal((await other.send('POST', '/Groups', { displayName: 'Mine' })).status, 201);
  });

  it('take only users of the same IdP, and skip others', async () => {
    const theirs = await other.create('/Users', { userName: 'theirs@contoso.example' });
    const { id } = await group('Members', users.ben);
    const nested = await group('Nested');
    for (const stranger of [
      { value: theirs.id },
      { value: '00000000-0000-0000-0000-000000000000' },
      { value: 'u1091' },
      { value: nested.id },
      { value: users.cleo, type: 'Group' },
    ]) {
      const patched = await idp.patch(
        `/Groups/${id}`,
        { op: 'add', path: 'members', value: [stranger, { value: users.ann }] },
        { op: 'remove', path: `members[value eq "${users.ben}"]` },
      );
      assert.deepEqual([patched.status, await membersOf(id)], [204, 'ann']);
      const members = [stranger, { value: users.ben }];
      const put = await idp.send('PUT', `/Groups/${id}`, { displayName: 'Members', members });
      assert.deepEqual([put.status, await membersOf(id)], [200, 'ben']);
      const posted = await idp.send('POST', '/Groups', {
        displayName: `With ${JSON.stringify(stranger)}`,
        members,
      });
      assert.equal(posted.status, 201);
      assert.equal(await membersOf(posted.body.id as string), 'ben');
      for (const { skipped } of [patched, put, posted]) assert.deepEqual(skipped?.members, [stranger.value]);
    }
  });

  it('lose nobody by null, and everybody by an empty list', async () => {
    const { id } = await group('Emptied', users.ann, users.ben);
    const version = (await idp.get(`/Groups/${id}`)).headers.ETag;
    const replace = (value: unknown) => ({ op: 'replace', path: 'members', value });
    await idp.patch(`/Groups/${id}`, replace(null));
    await idp.patch(`/Groups/${id}`, { op: 'replace', value: { members: null } });
    await idp.send('PUT', `/Groups/${id}`, { displayName: 'Emptied', members: null });
    assert.equal(await membersOf(id), 'ann,ben');
    assert.equal((await idp.get(`/Groups/${id}`)).headers.ETag, version);

    await idp.patch(`/Groups/${id}`, replace([]));
    assert.equal(await membersOf(id), '');
    const again = await group('Emptied again', users.ann);
    await idp.send('PUT', `/Groups/${again.id}`, { displayName: 'Emptied again', members: [] });
    assert.equal(await membersOf(again.id), '');
    const { members = [] } = await idp.create('/Groups', { displayName: 'Empty', members: null });
    assert.deepEqual(members, []);
  });

  it('let members go whatever else is wrong with the request', async () => {
    await group('Taken name');
    const { id } = await group('Let go', users.ann, users.ben, users.cleo);
    const remove = (value: string) => ({ op: 'remove', path: `members[value eq "${value}"]` });

    const patched = await idp.patch(
      `/Groups/${id}`,
      { op: 'replace', path: 'displayName', value: 'taken name\u00a0' },
      { op: 'add', path: 'userName', value: 'x' },
      remove(users.ann),
    );
    assert.deepEqual([patched.status, await membersOf(id)], [204, 'ben,cleo']);
    assert.deepEqual(patched.skipped?.attributes, ['userName', 'displayName']);
    const put = await idp.send('PUT', `/Groups/${id}`, {
      displayName: 'Taken name',
      externalId: { not: 'text' },
      members: [{ value: users.cleo }],
    });
    assert.deepEqual([put.status, put.body.displayName, await membersOf(id)], [200, 'Let go', 'cleo']);
    assert.deepEqual(put.skipped?.attributes, ['externalId', 'displayName']);

    // Where nobody leaves, all of it is refused.
    const refused = await idp.patch(
      `/Groups/${id}`,
      { op: 'add', path: 'members', value: [{ value: users.ann }] },
      { op: 'add', path: 'userName', value: 'x' },
    );
    assert.deepEqual([refused.status, refused.body.scimType], [400, 'invalidPath']);
    const taken = await idp.patch(`/Groups/${id}`, {
      op: 'replace',
      path: 'displayName',
      value: ' Taken name',
    });
    assert.deepEqual([taken.status, taken.body.scimType], [409, 'uniqueness']);
    assert.equal(await membersOf(id), 'cleo');
  });

  describe('change their members', () => {
    const changes = (title: string, operations: (ids: typeof users) => unknown[], expected: string) =>
      it(title, async () => {
        const { id } = await group(title, users.ann, users.ben);
        const { status, body, headers } = await idp.patch(`/Groups/${id}`, ...operations(users));
        assert.deepEqual([status, body], [204, {}]);
        assert.equal(await membersOf(id), expected);
        assert.equal(headers.ETag, (await idp.get(`/Groups/${id}`)).headers.ETag);
      });
    const add = (value: string) => ({ op: 'Add', path: 'members', value: [{ $ref: null, value }] });
    const remove = (value: string) => ({ op: 'remove', path: `members[value eq "${value}"]` });
    const removeByValue = (value: string) => ({ op: 'Remove', path: 'members', value: [{ value }] });

    changes('one more', ({ cleo }) => [add(cleo)], 'ann,ben,cleo');
    changes('one who is in', ({ ann }) => [add(ann)], 'ann,ben');
    changes('one less, by filter', ({ ann }) => [remove(ann)], 'ben');
    changes('one less, by value', ({ ann }) => [removeByValue(ann)], 'ben');
    changes('nobody less', ({ cleo }) => [remove(cleo), removeByValue(cleo), removeByValue('u1')], 'ann,ben');
    changes('in and out again', ({ cleo }) => [add(cleo), remove(cleo)], 'ann,ben');
    changes('out and in again', ({ ann }) => [remove(ann), add(ann)], 'ann,ben');
    changes('one for another', ({ ann, cleo }) => [remove(ann), add(cleo)], 'ben,cleo');
    changes('all', () => [{ op: 'remove', path: 'members' }], '');
    changes(
      'all for one',
      ({ cleo }) => [{ op: 'replace', path: 'members', value: [{ value: cleo }] }],
      'cleo',
    );
    changes('by name', () => [{ op: 'remove', path: 'members[display eq "ANN"]' }], 'ben');
    changes(
      'together with the name',
      ({ cleo }) => [add(cleo), { op: 'replace', value: { displayName: 'Renamed' } }],
      'ann,ben,cleo',
    );
  });

  it('keep whom the IdP disables and enables again, since it does not say again who is in', async () => {
    const { id } = await group('Leavers', users.ann, users.ben);
    await idp.patch(`/Users/${users.ann}`, { op: 'Replace', path: 'active', value: 'False' });
    assert.equal(await membersOf(id), 'ann,ben');
    await idp.patch(`/Users/${users.ann}`, { op: 'Replace', path: 'active', value: 'True' });
    assert.equal(await membersOf(id), 'ann,ben');
  });

  it('answer a PATCH with the whole where attributes are asked for', async () => {
    const { id } = await group('Asked', users.ann);
    const { status, body } = await idp.patch(`/Groups/${id}?attributes=displayName`, {
      op: 'replace',
      path: 'displayName',
      value: 'Answered',
    });
    assert.deepEqual([status, body], [200, { schemas: [CORE_GROUP], id, displayName: 'Answered' }]);
  });

  it('keep members and external id through a PUT that leaves them out', async () => {
    const { id } = await idp.create('/Groups', {
      displayName: 'Put',
      externalId: 'p',
      members: [{ value: users.ann }],
    });
    const { status, body } = await idp.send('PUT', `/Groups/${id}`, { displayName: 'Put it' });
    assert.deepEqual([status, body.displayName, body.externalId], [200, 'Put it', 'p']);
    assert.equal(await membersOf(id), 'ann');
    await idp.send('PUT', `/Groups/${id}`, { displayName: 'Put it', members: [], externalId: null });
    assert.equal(await membersOf(id), '');
    assert.equal((await idp.get(`/Groups/${id}`)).body.externalId, undefined);
  });

  it('are not changed, nor sent again, against conditions', async () => {
    const { id, meta } = await group('Conditional', users.ann);
    const { version } = meta;
    assert.equal((await idp.get(`/Groups/${id}?excludedAttributes=members`)).headers.ETag, version);
    assert.equal((await idp.get(`/Groups/${id}`, { ifNoneMatch: version })).status, 304);
    const body = { Operations: [{ op: 'remove', path: `members[value eq "${users.ann}"]` }] };
    for (const [method, sent] of [['PATCH', body], ['PUT', { displayName: 'x' }], ['DELETE']] as const) {
      assert.equal((await idp.send(method, `/Groups/${id}`, sent, { ifMatch: 'W/"old"' })).status, 412);
    }
    const { status, headers } = await idp.send('PATCH', `/Groups/${id}`, body, { ifMatch: version });
    assert.equal(status, 204);
    assert.notEqual(headers.ETag, version);
    assert.equal((await idp.send('PATCH', `/Groups/${id}`, body, { ifMatch: version })).status, 412);
    assert.equal(
      (await idp.send('DELETE', `/Groups/${id}`, undefined, { ifMatch: headers.ETag ?? '' })).status,
      204,
    );
    assert.equal((await idp.send('DELETE', `/Groups/${id}`)).status, 404);
  });

  it('are found by name and by member, and listed in pages', async () => {
    for (const name of ['List 1', 'List 2', 'List 3']) await group(name, users.cleo);
    const listed = filterBy('displayName sw "list "');
    assert.deepEqual(
      (
        await idp.list(
          `/Groups?${listed}&sortBy=displayName&sortOrder=descending&count=2&attributes=displayName`,
        )
      ).map((one) => one.displayName),
      ['List 3', 'List 2'],
    );
    const members = await idp.list(
      `/Groups?${filterBy(`displayName sw "list" and members eq "${users.cleo}"`)}`,
    );
    assert.equal(members.length, 3);
    assert.deepEqual(
      await idp.list(`/Groups?${filterBy(`displayName sw "list" and members.value eq "${users.ann}"`)}`),
      [],
    );
    const { body } = await idp.send('POST', '/Groups/.search', {
      filter: 'displayName eq "LIST 2"',
      excludedAttributes: ['members'],
    });
    assert.deepEqual(
      [body.totalResults, (body.Resources as { members?: unknown }[])[0]?.members],
      [1, undefined],
    );
    assert.equal((await idp.get(`/Groups?${filterBy('userName eq "x"')}`)).status, 400);
  });

  describe('and users are searched together', () => {
    before(async () => {
      for (const name of ['Both A', 'Both B']) {
        product.now = new Date(product.now.getTime() + 1000);
        await group(name);
      }
      for (const name of ['both-1', 'both-2', 'both-3']) {
        product.now = new Date(product.now.getTime() + 1000);
        await idp.create('/Users', { userName: `${name}@contoso.example`, displayName: name });
      }
    });
    const search = async (request: object) => {
      const { status, body } = await idp.send('POST', '/.search', {
        filter: 'displayName sw "both"',
        ...request,
      });
      assert.equal(status, 200, JSON.stringify(body));
      const names = (body.Resources as { displayName: string }[]).map(({ displayName }) => displayName);
      return { total: body.totalResults, names: names.join(), next: body.nextCursor };
    };

    it('by index', async () => {
      assert.deepEqual(await search({}), {
        total: 5,
        names: 'both-1,both-2,both-3,Both A,Both B',
        next: undefined,
      });
      assert.deepEqual(await search({ count: 2 }), { total: 5, names: 'both-1,both-2', next: undefined });
      assert.deepEqual(await search({ startIndex: 3, count: 2 }), {
        total: 5,
        names: 'both-3,Both A',
        next: undefined,
      });
      assert.deepEqual(await search({ startIndex: 5, count: 2 }), {
        total: 5,
        names: 'Both B',
        next: undefined,
      });
      assert.deepEqual(await search({ count: 0 }), { total: 5, names: '', next: undefined });
    });

    it('by cursor', async () => {
      for (const count of [1, 2, 3, 4, 5]) {
        const seen: string[] = [];
        let cursor: unknown = '';
        while (cursor !== undefined) {
          const page: { total: unknown; names: string; next: unknown } = await search({ cursor, count });
          assert.equal(page.total, 5);
          seen.push(page.names);
          cursor = page.next;
          assert.ok(seen.length < 10);
        }
        assert.equal(seen.filter((names) => names !== '').join(), 'both-1,both-2,both-3,Both A,Both B');
      }
      assert.equal(
        (await idp.send('POST', '/.search', { cursor: 'nonsense' })).body.scimType,
        'invalidCursor',
      );
    });

    it('by what only one of them has', async () => {
      assert.equal(
        (await search({ filter: 'userName sw "both" or members pr and displayName sw "both"' })).names,
        'both-1,both-2,both-3',
      );
      assert.equal(
        (await search({ filter: 'displayName sw "both" and not (userName pr)' })).names,
        'Both A,Both B',
      );
      assert.equal(
        (await search({ filter: 'displayName sw "both" and meta.resourceType eq "Group"' })).names,
        'Both A,Both B',
      );
      assert.equal(
        (await idp.send('POST', '/.search', { filter: 'shoeSize eq "44"' })).body.scimType,
        'invalidFilter',
      );
      assert.equal(
        (await search({ sortBy: 'userName', sortOrder: 'descending' })).names,
        'both-3,both-2,both-1,Both A,Both B',
      );
    });
  });
});
