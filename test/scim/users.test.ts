import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { createScimHandler } from '../../src/scim/protocol/handler/handler.js';
import { freshProduct, type Product, rowsOf } from '../support/databases/product.js';
import { forEachEngine } from '../support/engines.js';
import { changeHostUser, hostUser, seatsUsed, setSeats } from '../support/people/people.js';
import { CORE_USER, ENTERPRISE, FACTORY, FACTORY_SCHEMA } from '../support/scim/scim.js';
import { BASE_URL, filterBy, type ScimClient, scimClient } from '../support/scim/scim-client.js';

forEachEngine('users over SCIM', (engine) => {
  let product: Product;
  let entra: ScimClient;
  let okta: ScimClient;
  const errors: unknown[] = [];
  before(async () => {
    product = await freshProduct(engine, { served: true });
    const handler = createScimHandler({
      userExtensions: [FACTORY_SCHEMA],
      onError: (error) => errors.push(error),
    });
    entra = await scimClient(product, handler, 'entra');
    okta = await scimClient(product, handler, 'okta', { deprovisionPolicy: 'disable' });
  });
  after(async () => {
    await product.close();
    assert.deepEqual(errors, []);
  });

  const user = (name: string, more: object = {}) => ({
    schemas: [CORE_USER],
    userName: `${name}@contoso.example`,
    externalId: `object-${name}`,
    emails: [{ value: `${name}@contoso.example`, type: 'work', primary: true }],
    ...more,
  });

  const versionOf = ({ meta }: Record<string, unknown>) => (meta as { version: string }).version;

  it('are created whole, with a location and a version', async () => {
    const body = {
      ...user('ines'),
      name: { givenName: 'Ines', familyName: 'Costa', formatted: 'Ines Costa' },
      displayName: 'Ines Costa',
      title: 'Engineer',
      phoneNumbers: [{ value: '+1', type: 'work' }],
      [ENTERPRISE]: { department: 'Press shop', manager: 'm-1' },
      [FACTORY]: {
        badge: 'B-1',
        floor: 3,
        trained: true,
        since: '2026-01-31T12:00:00Z',
        tags: ['a', 'b'],
        pin: '1234',
      },
    };
    const created = await entra.send('POST', '/Users', body);
    assert.equal(created.status, 201);
    const { id, meta, ...rest } = created.body as { id: string; meta: Record<string, string> };
    assert.deepEqual(
      [meta.resourceType, meta.location, meta.lastModified],
      ['User', `${BASE_URL}/Users/${id}`, meta.created],
    );
    assert.deepEqual(created.headers, { Location: `${BASE_URL}/Users/${id}`, ETag: meta.version });
    const { [FACTORY]: factory, ...others } = rest as Record<string, unknown>;
    assert.deepEqual(others, {
      schemas: [CORE_USER, ENTERPRISE, 'urn:ietf:params:scim:schemas:extension:scimctl:2.0:User', FACTORY],
      externalId: 'object-ines',
      userName: 'ines@contoso.example',
      name: { formatted: 'Ines Costa', familyName: 'Costa', givenName: 'Ines' },
      displayName: 'Ines Costa',
      title: 'Engineer',
      active: true,
      emails: [{ value: 'ines@contoso.example', type: 'work', primary: true }],
      phoneNumbers: [{ value: '+1', type: 'work' }],
      groups: [],
      [ENTERPRISE]: { department: 'Press shop', manager: { value: 'm-1' } },
      'urn:ietf:params:scim:schemas:extension:scimctl:2.0:User': (others as Record<string, unknown>)[
        'urn:ietf:params:scim:schemas:extension:scimctl:2.0:User'
      ],
    });
    assert.deepEqual(factory, {
      badge: 'B-1',
      floor: 3,
      trained: true,
      since: '2026-01-31T12:00:00.000Z',
      tags: ['a', 'b'],
    });

    const read = await entra.get(`/Users/${id}`);
    assert.equal(read.status, 200);
    assert.deepEqual(read.body, created.body);
    assert.deepEqual(read.headers, created.headers);
    assert.deepEqual(await entra.list(`/Users?${filterBy('userName eq "INES@contoso.example"')}`), [
      created.body,
    ]);
  });

  it('cannot be created twice', async () => {
    const { status, body } = await entra.send('POST', '/Users', user('ines'));
    assert.equal(status, 409);
    assert.equal(body.scimType, 'uniqueness');
  });

  it('are the IdP’s own: another sees none of them', async () => {
    const [ines] = await entra.list('/Users');
    assert.deepEqual(await okta.list('/Users'), []);
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
      const body =
        method === 'PUT' ? user('ines') : { Operations: [{ op: 'replace', path: 'title', value: 'x' }] };
      const { status } = await okta.send(method, `/Users/${ines?.id}`, method === 'GET' ? undefined : body);
      assert.equal(status, 404, method);
    }
  });

  it('are not found by what is no id', async () => {
    for (const id of [
      '1',
      'x',
      "'; drop table scim.identity --",
      '%00',
      '00000000-0000-0000-0000-000000000000',
    ]) {
      const { status, body } = await entra.get(`/Users/${encodeURIComponent(id)}`);
      assert.equal(status, 404);
      assert.equal(body.status, '404');
    }
  });

  it('keep every address with its type and display, of which the application has one', async () => {
    const work = { value: 'elsa@contoso.example', type: 'work', display: 'Office' };
    const home = { value: 'elsa@home.example', type: 'home', display: 'At home' };
    const created = await entra.create('/Users', { ...user('elsa'), emails: [home, work] });
    const path = `/Users/${created.id}`;
    const { id } = await hostUser(product, 'elsa@contoso.example');
    const addresses = async () => [
      (await entra.get(path)).body.emails,
      (await rowsOf(product, 'app.users')).find((row) => row.id === id)?.email,
    ];
    const found = (filter: string) => entra.list(`/Users?${filterBy(filter)}`);
    const ofWork = { value: work.value, display: 'Office', type: 'work', primary: true };
    assert.deepEqual(created.emails, [ofWork, home]);
    assert.deepEqual(await addresses(), [[ofWork, home], work.value]);
    assert.equal((await found('emails[type eq "work" and display eq "office"].value sw "elsa@"')).length, 1);

    const moved = { ...home, value: 'elsa@new.example' };
    const change = { op: 'replace', path: 'emails[type eq "home"].value', value: moved.value };
    const { body } = await entra.patch(path, change);
    assert.deepEqual(await addresses(), [[ofWork, moved], work.value]);
    assert.equal(versionOf((await entra.patch(path, change)).body), versionOf(body));

    await changeHostUser(product, 'elsa@contoso.example', { email: 'elsa@host.example' });
    assert.deepEqual(await addresses(), [
      [{ ...ofWork, value: 'elsa@host.example' }, moved],
      'elsa@host.example',
    ]);

    await entra.patch(path, { op: 'add', path: 'emails[type eq "home"].primary', value: true });
    const ofHome = { ...moved, primary: true };
    const former = { ...ofWork, value: 'elsa@host.example', primary: false };
    assert.deepEqual(await addresses(), [[ofHome, former], moved.value]);
    assert.equal(
      (await found('emails[type eq "home" and primary eq true].value eq "elsa@NEW.example"')).length,
      1,
    );
    assert.equal((await found('emails[type eq "work"].value eq "elsa@new.example"')).length, 0);

    await entra.patch(path, { op: 'remove', path: 'emails[type eq "work"]' });
    assert.deepEqual(await addresses(), [[ofHome], moved.value]);

    await entra.send('PUT', path, { ...user('elsa'), emails: [work] });
    assert.deepEqual(await addresses(), [[ofWork], work.value]);
    await entra.patch(path, {
      op: 'replace',
      path: 'emails[type eq "work"].value',
      value: 'elsa@contoso.example',
    });
    await entra.patch(
      path,
      { op: 'add', value: { emails: [home] } },
      { op: 'replace', path: 'active', value: false },
    );
    assert.deepEqual((await entra.get(path)).body.emails, [ofWork, home]);
    const events = (await rowsOf(product, 'scim.event')).filter((row) => row.target_id === created.id);
    assert.ok(events.every(({ details }) => !String(details).includes('home.example')));
    assert.deepEqual(JSON.parse(String(events.at(-1)?.details)).changed, ['active', 'emails']);
  });

  it('are not made by PUT, nor found again once they are deleted', async () => {
    const put = await entra.send('PUT', `/Users/${randomUUID()}`, user('put'));
    assert.equal(put.status, 404);
    const { id } = await entra.create('/Users', user('gone'));
    assert.equal((await entra.send('DELETE', `/Users/${id}`)).status, 204);
    for (const [method, body] of [['GET'], ['DELETE'], ['PUT', user('gone')]] as const) {
      assert.equal((await entra.send(method, `/Users/${id}`, body)).status, 404, method);
    }
    assert.equal(
      (await entra.patch(`/Users/${id}`, { op: 'replace', path: 'title', value: 'x' })).status,
      404,
    );
    assert.deepEqual(await entra.list(`/Users?${filterBy('userName eq "gone@contoso.example"')}`), []);
    assert.equal((await entra.send('POST', '/Users', user('gone'))).status, 201);
  });

  it('are changed by PATCH, which answers with the whole', async () => {
    const { id, meta } = (await entra.create('/Users', user('bela', { title: 'Old' }))) as {
      id: string;
      meta: { version: string };
    };
    const changed = await entra.patch(`/Users/${id}`, { op: 'Replace', path: 'title', value: 'New' });
    assert.equal(changed.status, 200);
    assert.equal(changed.body.title, 'New');
    assert.notEqual((changed.body.meta as { version: string }).version, meta.version);
    assert.deepEqual((await entra.get(`/Users/${id}`)).body, changed.body);
  });

  it('stay as they are by a PATCH that changes nothing', async () => {
    const before = await entra.create(
      '/Users',
      user('carl', { roles: [{ value: 'r' }], [FACTORY]: { floor: 3, tags: ['b', 'a'] } }),
    );
    product.now = new Date(product.now.getTime() + 60_000);
    const answer = await entra.patch(
      `/Users/${before.id}`,
      { op: 'Add', path: 'roles', value: [{ value: 'r' }] },
      { op: 'Replace', path: 'active', value: 'True' },
      { op: 'replace', value: { [`${FACTORY}:floor`]: '3', unknown: 1 } },
    );
    assert.deepEqual(answer.body, before);
    assert.equal(answer.status, 200);
  });

  it('stay as they are by a PATCH of which one operation is refused', async () => {
    const { id } = await entra.create('/Users', user('atom', { title: 'Old' }));
    const before = await entra.get(`/Users/${id}`);
    const answer = await entra.patch(
      `/Users/${id}`,
      { op: 'replace', path: 'title', value: 'New' },
      { op: 'replace', path: 'nickName', value: { no: 'text' } },
    );
    assert.deepEqual([answer.status, answer.body.scimType], [400, 'invalidValue']);
    assert.deepEqual(await entra.get(`/Users/${id}`), before);
  });

  it('keep their external id and state through a PUT that leaves them out, and lose the rest', async () => {
    const { id } = await entra.create(
      '/Users',
      user('dina', { title: 'Engineer', name: { givenName: 'Dina' } }),
    );
    await entra.patch(`/Users/${id}`, { op: 'replace', path: 'active', value: false });
    const { userName, emails } = user('dina');
    const { status, body } = await entra.send('PUT', `/Users/${id}`, { userName, emails });
    assert.equal(status, 200);
    assert.deepEqual(
      [body.externalId, body.active, body.title, body.name],
      ['object-dina', false, undefined, undefined],
    );
    const cleared = await entra.send('PUT', `/Users/${id}`, { userName, emails, externalId: null });
    assert.equal(cleared.body.externalId, undefined);
  });

  it('keep through a PUT what is immutable, which refuses another value of it', async () => {
    const { id } = await entra.create('/Users', user('immo', { [FACTORY]: { badge: 'B-7', floor: 3 } }));
    const put = (more: object) => entra.send('PUT', `/Users/${id}`, user('immo', more));
    const read = async () => (await entra.get(`/Users/${id}`)).body[FACTORY];

    const refused = await put({ [FACTORY]: { badge: 'B-8', floor: 4 } });
    assert.deepEqual([refused.status, refused.body.scimType], [400, 'mutability']);
    assert.deepEqual(await read(), { badge: 'B-7', floor: 3 });
    assert.equal((await put({ [FACTORY]: { badge: 'B-7', floor: 5 } })).status, 200);
    assert.deepEqual(await read(), { badge: 'B-7', floor: 5 });
    assert.equal((await put({})).status, 200);
    assert.deepEqual(await read(), { badge: 'B-7' });
  });

  it('are deprovisioned and read back inactive, whatever the policy', async () => {
    for (const idp of [entra, okta]) {
      const { id } = await idp.create('/Users', user(`leaver-${idp.idp.name}`));
      const { body } = await idp.patch(`/Users/${id}`, { op: 'replace', value: { active: false } });
      assert.equal(body.active, false);
      assert.equal((await idp.get(`/Users/${id}`)).body.active, false);
      assert.equal(
        (await idp.patch(`/Users/${id}`, { op: 'Replace', path: 'active', value: 'True' })).body.active,
        true,
      );
      const deleted = await idp.send('DELETE', `/Users/${id}`);
      assert.equal(deleted.status, 204);
      assert.deepEqual(deleted.headers, {});
      assert.equal((await idp.get(`/Users/${id}`)).status, 404);
      assert.equal((await idp.send('DELETE', `/Users/${id}`)).status, 404);
    }
  });

  describe('with conditions', () => {
    let id: string;
    let version: string;
    before(async () => {
      const created = await entra.create('/Users', user('etta'));
      id = created.id;
      version = (created.meta as { version: string }).version;
    });

    it('are not sent again where they are known', async () => {
      for (const ifNoneMatch of [version, version.slice(2), `"other", ${version}`, '*']) {
        const { status, headers, body } = await entra.get(`/Users/${id}`, { ifNoneMatch });
        assert.deepEqual({ status, headers, body }, { status: 304, headers: { ETag: version }, body: {} });
      }
      assert.equal((await entra.get(`/Users/${id}`, { ifNoneMatch: 'W/"other"' })).status, 200);
    });

    it('are not changed where they have been changed since', async () => {
      const title = { Operations: [{ op: 'replace', path: 'title', value: 'x' }] };
      for (const [method, body] of [
        ['PATCH', title],
        ['PUT', user('etta', { title: 'x' })],
        ['DELETE'],
      ] as const) {
        const { status, body: error } = await entra.send(method, `/Users/${id}`, body, {
          ifMatch: 'W/"other"',
        });
        assert.equal(status, 412, method);
        assert.equal(error.status, '412');
      }
      assert.equal((await entra.get(`/Users/${id}`)).headers.ETag, version);
      const { status, headers } = await entra.send('PATCH', `/Users/${id}`, title, { ifMatch: version });
      assert.equal(status, 200);
      assert.equal((await entra.send('PATCH', `/Users/${id}`, title, { ifMatch: version })).status, 412);
      const { ETag = '' } = headers;
      assert.equal((await entra.send('DELETE', `/Users/${id}`, undefined, { ifMatch: ETag })).status, 204);
    });
  });

  describe('in lists', () => {
    const names = ['list-a', 'list-b', 'list-c', 'list-d', 'list-e'];
    const listed = filterBy('userName sw "list-"');
    const userNames = (resources: Record<string, unknown>[]) =>
      resources.map(({ userName }) => String(userName).split('@')[0]);
    before(async () => {
      for (const [at, name] of names.entries()) {
        product.now = new Date(product.now.getTime() + 1000);
        await entra.create('/Users', user(name, { active: at % 2 === 0, title: `T${9 - at}` }));
      }
    });

    it('say how many there are, in whole numbers', async () => {
      const { body } = await entra.get(`/Users?${listed}`);
      const { Resources, ...rest } = body;
      assert.deepEqual(rest, {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
        totalResults: 5,
        startIndex: 1,
        itemsPerPage: 5,
      });
      assert.deepEqual(userNames(Resources as []), names);
    });

    it('are an empty list with a total of 0 where none matches', async () => {
      const { status, body } = await entra.get(`/Users?${filterBy('userName eq "nobody"')}`);
      assert.deepEqual([status, body.totalResults, body.itemsPerPage, body.Resources], [200, 0, 0, []]);
    });

    it('come in pages by index', async () => {
      const page = async (query: string) => {
        const { status, body } = await entra.get(`/Users?${listed}&${query}`);
        assert.equal(status, 200);
        return [
          body.totalResults,
          body.startIndex,
          body.itemsPerPage,
          userNames(body.Resources as []).join(),
        ];
      };
      assert.deepEqual(await page('startIndex=1&count=2'), [5, 1, 2, 'list-a,list-b']);
      assert.deepEqual(await page('startIndex=5&count=2'), [5, 5, 1, 'list-e']);
      assert.deepEqual(await page('startIndex=6&count=2'), [5, 6, 0, '']);
      assert.deepEqual(await page('startIndex=99999999999999'), [5, 2147483647, 0, '']);
      assert.deepEqual(await page('startIndex=0'), [5, 1, 5, names.join()]);
      assert.deepEqual(await page('startIndex=-3&count=-1'), [5, 1, 0, '']);
      assert.deepEqual(await page('count=0'), [5, 1, 0, '']);
      assert.deepEqual(await page('count=100000'), [5, 1, 5, names.join()]);
    });

    it('come in pages by cursor', async () => {
      const seen: string[] = [];
      let cursor: unknown = '';
      for (let pages = 0; cursor !== undefined; pages++) {
        assert.ok(pages < 3);
        const { body } = await entra.get(`/Users?${listed}&cursor=${cursor}&count=2`);
        assert.equal(body.totalResults, 5);
        assert.equal(body.startIndex, undefined);
        seen.push(...userNames(body.Resources as []).map(String));
        cursor = body.nextCursor;
        if (cursor !== undefined) assert.match(String(cursor), /^[\w.~-]+$/);
      }
      assert.deepEqual(seen, names);
    });

    it('refuse pages that cannot be', async () => {
      for (const [query, scimType] of [
        ['cursor=nonsense', 'invalidCursor'],
        ['count=many', 'invalidCount'],
        ['cursor=&count=1.5', 'invalidCount'],
        ['startIndex=1.5', 'invalidValue'],
        ['attributes=userName&excludedAttributes=emails', 'invalidValue'],
        ['sortBy=shoeSize', 'invalidPath'],
        ['sortBy=name', 'invalidPath'],
        ['sortBy=userName&sortOrder=sideways', 'invalidValue'],
        [filterBy('shoeSize eq "x"'), 'invalidFilter'],
      ]) {
        const { status, body } = await entra.get(`/Users?${query}`);
        assert.deepEqual([status, body.scimType], [400, scimType], query);
      }
    });

    it('tell the total alone for a count of 0, by index and by cursor', async () => {
      const { body: all } = await entra.get(`/Users?${listed}`);
      for (const query of ['count=0', 'cursor=&count=0', 'cursor&count=-1']) {
        const { status, body } = await entra.get(`/Users?${listed}&${query}`);
        assert.deepEqual([status, body.totalResults, body.itemsPerPage], [200, all.totalResults, 0], query);
        assert.deepEqual([body.Resources, body.nextCursor], [[], undefined], query);
      }
    });

    it('take a cursor of another IdP for no more than a place in the IdP’s own list', async () => {
      const { body } = await entra.get('/Users?cursor=&count=1');
      const others = await okta.list('/Users?count=200');
      const continued = await okta.get(`/Users?cursor=${body.nextCursor}&count=200`);
      assert.ok(continued.status === 400 || others.length >= (continued.body.Resources as []).length);
      const ids = new Set(others.map(({ id }) => id));
      for (const { id } of (continued.body.Resources ?? []) as { id: string }[]) assert.ok(ids.has(id));
    });

    it('take no cursor of other resources', async () => {
      const { body } = await entra.get('/Users?cursor=&count=1');
      assert.equal(typeof body.nextCursor, 'string');
      const { status, body: answer } = await entra.get(`/Groups?cursor=${body.nextCursor}&count=1`);
      assert.deepEqual([status, answer.scimType], [400, 'invalidCursor']);
    });

    it('are sorted', async () => {
      const sorted = async (query: string) => userNames(await entra.list(`/Users?${listed}&${query}`));
      assert.deepEqual(await sorted('sortBy=userName&sortOrder=descending'), names.toReversed());
      assert.deepEqual(await sorted('sortBy=TITLE'), names.toReversed());
      assert.deepEqual(await sorted('sortBy=emails'), names);
      assert.deepEqual(await sorted('sortBy=meta.created&sortOrder=Descending'), names.toReversed());
      assert.deepEqual(await sorted('sortBy=meta.resourceType'), names);
      assert.deepEqual(await sorted(`sortBy=${CORE_USER}:userName`), names);
    });

    it('show what is asked for', async () => {
      const [first] = await entra.list(`/Users?${listed}&count=1&attributes=userName,emails.value`);
      assert.deepEqual(Object.keys(first ?? {}), ['schemas', 'id', 'userName', 'emails']);
      assert.deepEqual(first?.emails, [{ value: 'list-a@contoso.example' }]);
      const [other] = await entra.list(`/Users?${listed}&count=1&excludedAttributes=emails,meta,groups`);
      assert.deepEqual(
        ['emails', 'meta', 'groups', 'userName'].map((name) => other && name in other),
        [false, false, false, true],
      );
    });

    it('are found by all that they have', async () => {
      for (const [filter, expected] of [
        ['active eq false', 'list-b,list-d'],
        ['active eq "True" and title ge "T8"', 'list-a'],
        ['emails[type eq "work"].value eq "LIST-C@contoso.example"', 'list-c'],
        ['externalId eq object-list-d', 'list-d'],
        ['externalId eq "OBJECT-list-d"', ''],
        ['not (title sw "T") or title ew "5"', 'list-e'],
        ['meta.resourceType eq "User" and title eq "T9"', 'list-a'],
        ['meta.resourceType eq "Group"', ''],
        [`schemas eq "${ENTERPRISE}"`, ''],
        [`schemas eq "${CORE_USER}" and title eq "T9"`, 'list-a'],
        ['groups pr', ''],
        ['nickName eq null and title eq "T9"', 'list-a'],
      ]) {
        const found = await entra.list(`/Users?${filterBy(`userName sw "list-" and (${filter})`)}`);
        assert.equal(userNames(found).join(), expected, filter);
      }
      const [{ meta = {}, id } = {}] = await entra.list(`/Users?${listed}`);
      const { location, created } = meta as { location: string; created: string };
      assert.equal((await entra.list(`/Users?${filterBy(`meta.location eq "${location}"`)}`))[0]?.id, id);
      assert.ok((await entra.list(`/Users?${filterBy(`meta.created eq "${created}"`)}`)).length > 0);
    });

    it('are found by a custom extension of any type', async () => {
      const { id } = await entra.create(
        '/Users',
        user('factory', {
          [FACTORY]: {
            floor: 3,
            load: 0.5,
            trained: true,
            since: '2026-01-31T12:00:00Z',
            tags: ['a'],
            machines: [{ value: 'press', hours: 7 }],
            notes: 'n',
          },
        }),
      );
      for (const filter of [
        'floor eq 3',
        'floor gt 2',
        'load lt 1',
        'trained eq "True"',
        'since le "2026-01-31T13:00:00+01:00"',
        'tags eq "A"',
        'tags[value eq "a"]',
        'machines[value eq "press" and hours ge 7]',
        'machines.hours eq 7',
        'notes eq "n"',
      ]) {
        const found = await entra.list(
          `/Users?${filterBy(`userName sw "factory" and ${FACTORY}:${filter}`)}`,
        );
        assert.deepEqual(
          found.map((one) => one.id),
          [id],
          filter,
        );
      }
    });

    it('are searched by POST as well', async () => {
      const { status, body } = await entra.send('POST', '/Users/.search', {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
        filter: 'userName sw "list-"',
        attributes: ['userName'],
        sortBy: 'userName',
        sortOrder: 'descending',
        startIndex: 2,
        count: '2',
      });
      assert.equal(status, 200);
      assert.equal(body.totalResults, 5);
      assert.deepEqual(userNames(body.Resources as []), ['list-d', 'list-c']);
      assert.deepEqual(Object.keys((body.Resources as object[])[0] ?? {}), ['schemas', 'id', 'userName']);
      const first = await entra.send('POST', '/Users/.search', {
        cursor: '',
        count: 1,
        filter: 'userName sw "list-"',
      });
      assert.equal((first.body.Resources as []).length, 1);
      assert.ok(first.body.nextCursor);
      for (const [search, scimType] of [
        ['x', 'invalidSyntax'],
        [{ filter: 5 }, 'invalidValue'],
        [{ count: 'many' }, 'invalidCount'],
      ] as const) {
        assert.equal((await entra.send('POST', '/Users/.search', search)).body.scimType, scimType);
      }
    });
  });

  it('cannot take the external id or the name of another, by PATCH or by PUT', async () => {
    await entra.create('/Users', user('owner'));
    const { id } = await entra.create('/Users', user('rival'));
    const before = await entra.get(`/Users/${id}`);
    for (const taken of [{ externalId: 'object-owner' }, { userName: 'OWNER@contoso.example' }]) {
      const patched = await entra.patch(`/Users/${id}`, { op: 'replace', value: taken });
      assert.deepEqual([patched.status, patched.body.scimType], [409, 'uniqueness']);
      const put = await entra.send('PUT', `/Users/${id}`, { ...user('rival'), ...taken });
      assert.deepEqual([put.status, put.body.scimType], [409, 'uniqueness']);
    }
    assert.deepEqual((await entra.get(`/Users/${id}`)).body, before.body);
  });

  it('are refused with 400 and the counts where no seat is free, created or enabled again', async () => {
    const { id } = await okta.create('/Users', user('seatless'));
    await okta.patch(`/Users/${id}`, { op: 'replace', value: { active: false } });
    const used = await seatsUsed(product);
    for (const [pool, taken] of Object.entries(used)) await setSeats(product, pool, taken);
    const answers = [
      await entra.send('POST', '/Users', user('late')),
      await okta.patch(`/Users/${id}`, { op: 'replace', value: { active: true } }),
    ];
    for (const { status, body, problem } of answers) {
      assert.deepEqual([status, body.status, problem], [400, '400', 'seats-exhausted']);
      assert.match(String(body.detail), new RegExp(`Concurrent ${used.Concurrent} of ${used.Concurrent}`));
      assert.match(String(body.detail), new RegExp(`Dedicated ${used.Dedicated} of ${used.Dedicated}`));
    }
    assert.deepEqual(await entra.list(`/Users?${filterBy('userName sw "late"')}`), []);
    assert.equal((await okta.get(`/Users/${id}`)).body.active, false);

    await setSeats(product, 'Concurrent', (used.Concurrent ?? 0) + 2);
    await entra.create('/Users', user('late'));
    assert.equal((await okta.patch(`/Users/${id}`, { op: 'replace', value: { active: true } })).status, 200);
    await setSeats(product, 'Concurrent', 100);
  });

  it('ignore query parameters that nobody knows', async () => {
    const { status } = await entra.get(`/Users?aadOptscim062020&${filterBy('userName eq "nobody"')}&x=1`);
    assert.equal(status, 200);
  });

  it('take no harm from bodies of any kind', async () => {
    const { id } = await entra.create('/Users', user('harm'));
    for (const body of [
      null,
      [],
      'x',
      5,
      true,
      {},
      { userName: {} },
      { userName: 'x'.repeat(1000) },
      { emails: 5, userName: 'x' },
      { emails: 'admin', userName: 'x' },
      { userName: 'a\0b' },
      { Operations: 5 },
    ]) {
      for (const [method, url] of [
        ['POST', '/Users'],
        ['PUT', `/Users/${id}`],
        ['PATCH', `/Users/${id}`],
        ['POST', '/Bulk'],
      ] as const) {
        const { status, body: answer } = await entra.send(method, url, body);
        assert.equal(status, 400, `${method} ${url} ${JSON.stringify(body)}`);
        assert.equal(typeof answer.detail, 'string');
      }
    }
    // Objects that are no text, though they look as if they could be made some.
    const odd = { toString: 'x' };
    for (const operation of [
      { op: 'x', path: 'active', value: odd },
      { op: 'add', path: odd, value: odd },
    ]) {
      assert.equal((await entra.patch(`/Users/${id}`, operation, null, 'x')).status, 400);
    }
    assert.equal((await entra.send('PUT', `/Users/${id}`, { userName: 'x', active: odd })).status, 400);
  });
});
