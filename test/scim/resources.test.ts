import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ProvisionedUser } from '../../src/core/provisioning/types.js';
import { applyBody } from '../../src/scim/protocol/patch/apply.js';
import { groupResource } from '../../src/scim/protocol/resources/group-resource.js';
import { createProjection } from '../../src/scim/protocol/resources/projection.js';
import { documentOf, profileOf } from '../../src/scim/protocol/resources/user-profile.js';
import { userResource } from '../../src/scim/protocol/resources/user-resource.js';
import {
  CORE_GROUP,
  CORE_USER,
  ENTERPRISE,
  FACTORY,
  GROUP,
  profile,
  provisionedGroup,
  provisionedUser,
  refused,
  USER,
} from '../support/scim/scim.js';

const BASE = 'https://iqm.example/scim/v2';
const HOST = 'urn:ietf:params:scim:schemas:extension:scimctl:2.0:User';

/** What the body of a POST says of a user. */
function profileIn(body: unknown, active = true) {
  const document = {};
  applyBody(USER, document, { op: 'add', path: undefined, value: body, hasValue: true });
  return profileOf(USER, document, active);
}

const ann = provisionedUser({
  id: '11111111-1111-4111-8111-111111111111',
  groups: [{ id: '22222222-2222-4222-8222-222222222222', displayName: 'Engineers' }],
  attributes: {
    // As a database might keep them: in another order, with what no schema has.
    title: 'Engineer',
    name: { middleName: 'B.', formatted: 'Ann B. Archer' },
    nickName: 'Annie',
    phoneNumbers: [{ type: 'work', value: '+1', colour: 'red' }],
    [ENTERPRISE]: { manager: { value: 'm1' }, department: 'Press shop' },
    [FACTORY]: { pin: '1234', notes: 'n', floor: 3 },
    'urn:example:gone': { a: 1 },
  },
});

describe('the body of a user', () => {
  it('is taken apart into what the host application has and the rest', () => {
    assert.deepEqual(
      profileIn({
        schemas: [CORE_USER, ENTERPRISE],
        userName: 'ann@contoso.example',
        externalId: 'object-1',
        active: true,
        displayName: 'Ann Archer',
        name: { givenName: 'Ann', familyName: 'Archer', formatted: 'Ann Archer' },
        emails: [{ primary: true, type: 'work', value: 'ann@contoso.example' }],
        title: 'Engineer',
        locale: 'de-DE',
        [ENTERPRISE]: { department: 'Press shop', manager: 'm1' },
      }),
      profile({
        attributes: {
          name: { formatted: 'Ann Archer' },
          title: 'Engineer',
          locale: 'de-DE',
          [ENTERPRISE]: { department: 'Press shop', manager: { value: 'm1' } },
        },
      }),
    );
  });

  it('by Entra ID has nulls, empty lists and meta', () => {
    assert.deepEqual(
      profileIn({
        schemas: [CORE_USER, ENTERPRISE],
        externalId: 'object-1',
        userName: 'ann@contoso.example',
        active: 'True',
        displayName: null,
        emails: [{ primary: 'True', type: 'work', value: 'ann@contoso.example' }],
        phoneNumbers: [{ type: 'work', value: null }],
        addresses: [],
        roles: [],
        meta: { resourceType: 'User' },
        name: { formatted: null, familyName: 'Archer', givenName: 'Ann' },
        [ENTERPRISE]: { department: null, manager: null },
      }),
      profile({ displayName: null }),
    );
  });

  it('by Entra ID has a mistyped enterprise URN', () => {
    const body = {
      userName: 'ann@contoso.example',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0User': { department: 'Press shop' },
      'urn:ietf:params:scim:schemas:extension:Enterprise:2.0:User:division': 'South',
    };
    assert.deepEqual(profileIn(body).attributes, {
      [ENTERPRISE]: { division: 'South', department: 'Press shop' },
    });
  });

  it('by Okta has a password, which is dropped, and groups, which are read-only', () => {
    const body = {
      schemas: [CORE_USER],
      userName: 'ann@contoso.example',
      password: '1mz050nq',
      groups: [],
      id: 'not mine to say',
    };
    assert.deepEqual(profileIn(body).attributes, {});
    assert.ok(!JSON.stringify(profileIn(body)).includes('1mz050nq'));
  });

  it('may spell names in any case', () => {
    const { userName, givenName } = profileIn({ USERNAME: 'ann', Name: { GIVENNAME: 'Ann' } });
    assert.deepEqual({ userName, givenName }, { userName: 'ann', givenName: 'Ann' });
  });

  it('neither enables nor disables where it does not say', () => {
    for (const active of [true, false]) {
      assert.equal(profileIn({ userName: 'ann' }, active).active, active);
      assert.equal(profileIn({ userName: 'ann', active: null }, active).active, active);
    }
  });

  describe('gives the host application one address', () => {
    const address = (title: string, emails: unknown, expected: string | null) =>
      it(title, () => assert.equal(profileIn({ userName: 'ann', emails }).email, expected));
    const home = { value: 'h@home.example', type: 'home' };
    const work = { value: 'w@contoso.example', type: 'WORK' };
    address('the primary one', [work, { ...home, primary: true }], 'h@home.example');
    address('else that of type work', [home, work], 'w@contoso.example');
    address('else the first', [home, { value: 'o@other.example', type: 'other' }], 'h@home.example');
    address('or none', [{ type: 'work', value: '' }], null);
    address('or none at all', undefined, null);
  });

  it('must name the user', () => {
    const error = refused(() => profileIn({ displayName: 'Ann' }));
    assert.equal(error.scimType, 'invalidValue');
    assert.match(error.detail, /userName is required/);
  });
});

describe('a user as a resource', () => {
  const resource = userResource(USER, ann, BASE);
  const { version } = resource.meta as { version: string };

  it('says all there is, in the order of the schemas', () => {
    assert.equal(
      JSON.stringify(resource, undefined, 1),
      JSON.stringify(
        {
          schemas: [CORE_USER, ENTERPRISE, HOST, FACTORY],
          id: ann.id,
          externalId: 'object-1',
          userName: 'ann@contoso.example',
          name: { formatted: 'Ann B. Archer', familyName: 'Archer', givenName: 'Ann', middleName: 'B.' },
          displayName: 'Ann Archer',
          nickName: 'Annie',
          title: 'Engineer',
          active: true,
          emails: [{ value: 'ann@contoso.example', type: 'work', primary: true }],
          phoneNumbers: [{ value: '+1', type: 'work' }],
          groups: [
            {
              value: '22222222-2222-4222-8222-222222222222',
              display: 'Engineers',
              type: 'direct',
              $ref: `${BASE}/Groups/22222222-2222-4222-8222-222222222222`,
            },
          ],
          [ENTERPRISE]: { department: 'Press shop', manager: { value: 'm1' } },
          [HOST]: { hostUserId: '42', licenceType: 'Concurrent' },
          [FACTORY]: { floor: 3, pin: '1234', notes: 'n' },
          meta: {
            resourceType: 'User',
            created: '2026-01-01T08:00:00.000Z',
            lastModified: '2026-01-02T09:30:00.000Z',
            location: `${BASE}/Users/${ann.id}`,
            version,
          },
        },
        undefined,
        1,
      ),
    );
  });

  it('has nothing where nothing is known, and always its groups', () => {
    const user = provisionedUser({
      externalId: null,
      email: null,
      displayName: null,
      givenName: null,
      familyName: null,
      licenceType: null,
    });
    const { meta: _meta, ...rest } = userResource(USER, user, BASE);
    assert.deepEqual(rest, {
      schemas: [CORE_USER, HOST],
      id: user.id,
      userName: 'ann@contoso.example',
      active: true,
      groups: [],
      [HOST]: { hostUserId: '42' },
    });
  });

  it('goes back into the profile it came from', () => {
    assert.deepEqual(profileOf(USER, documentOf(ann), true), {
      userName: ann.userName,
      externalId: ann.externalId,
      active: ann.active,
      email: ann.email,
      displayName: ann.displayName,
      givenName: ann.givenName,
      familyName: ann.familyName,
      attributes: { ...ann.attributes, phoneNumbers: ann.attributes.phoneNumbers },
    });
  });

  it('is the same when it is read and sent back, but for what nobody else may know', () => {
    const { attributes } = profileIn(JSON.parse(JSON.stringify(resource)));
    assert.deepEqual(attributes, {
      name: { formatted: 'Ann B. Archer', middleName: 'B.' },
      title: 'Engineer',
      nickName: 'Annie',
      phoneNumbers: [{ value: '+1', type: 'work' }],
      [ENTERPRISE]: { manager: { value: 'm1' }, department: 'Press shop' },
      [FACTORY]: { pin: '1234', notes: 'n', floor: 3 },
    });
  });

  describe('has a version', () => {
    const versionOf = (change: Partial<ProvisionedUser>, baseUrl = BASE) =>
      (userResource(USER, { ...ann, ...change }, baseUrl).meta as { version: string }).version;
    it('that is weak', () => assert.match(version, /^W\/"[\w-]{16}"$/));
    it('that is the same by whatever name the service goes', () =>
      assert.equal(versionOf({}, 'http://127.0.0.1:8080/scim/v2'), version));
    it('that does not depend on the order in which attributes are kept', () => {
      const attributes = Object.fromEntries(Object.entries(ann.attributes).reverse());
      assert.equal(versionOf({ attributes }), version);
    });
    for (const change of [
      { displayName: 'Ann B. Archer' },
      { active: false },
      { externalId: null },
      { licenceType: null },
      { groups: [] },
      { updatedAt: new Date('2026-01-02T09:30:00.001Z') },
      { attributes: { ...ann.attributes, title: 'Manager' } },
    ] satisfies Partial<ProvisionedUser>[]) {
      it(`that differs with ${Object.keys(change)}`, () => assert.notEqual(versionOf(change), version));
    }
  });
});

describe('a group as a resource', () => {
  const group = provisionedGroup({ externalId: 'g-1', members: [{ id: ann.id, display: 'Ann Archer' }] });

  it('says all there is', () => {
    const resource = groupResource(GROUP, group, BASE, true);
    assert.deepEqual(resource, {
      schemas: [CORE_GROUP],
      id: group.id,
      externalId: 'g-1',
      displayName: 'Engineers',
      members: [{ value: ann.id, display: 'Ann Archer', type: 'User', $ref: `${BASE}/Users/${ann.id}` }],
      meta: {
        resourceType: 'Group',
        created: '2026-01-01T08:00:00.000Z',
        lastModified: '2026-01-02T09:30:00.000Z',
        location: `${BASE}/Groups/${group.id}`,
        version: (resource.meta as { version: string }).version,
      },
    });
  });

  it('has the same version where its members were not read', () => {
    const { members, meta } = groupResource(GROUP, group, BASE, false);
    assert.equal(members, undefined);
    assert.deepEqual(meta, groupResource(GROUP, group, BASE, true).meta);
    const later = { ...group, updatedAt: new Date(group.updatedAt.getTime() + 1) };
    assert.notDeepEqual(groupResource(GROUP, later, BASE, false).meta, meta);
  });
});

describe('the attributes that a response has', () => {
  const resource = userResource(USER, ann, BASE);
  const seen = (attributes: string[], excludedAttributes: string[] = []) =>
    createProjection(USER, { attributes, excludedAttributes }).apply(resource);

  it('are those returned by default, where nothing is said', () => {
    const { [FACTORY]: factory, ...rest } = seen([]);
    const { [FACTORY]: _, ...expected } = resource;
    assert.deepEqual(rest, expected);
    assert.deepEqual(factory, { floor: 3 });
  });

  it('are those asked for, and the id', () => {
    assert.deepEqual(seen(['userName', 'NAME.givenName', 'emails.value', 'shoeSize']), {
      schemas: resource.schemas,
      id: ann.id,
      userName: 'ann@contoso.example',
      name: { givenName: 'Ann' },
      emails: [{ value: 'ann@contoso.example' }],
    });
  });

  it('are those of an extension, whole or in part', () => {
    assert.deepEqual(seen([ENTERPRISE])[ENTERPRISE], resource[ENTERPRISE]);
    assert.deepEqual(seen([`${ENTERPRISE}:manager`])[ENTERPRISE], { manager: { value: 'm1' } });
    assert.deepEqual(seen([`${CORE_USER}:title`]).title, 'Engineer');
  });

  it('have what is returned on request, and never what is never returned', () => {
    assert.deepEqual(seen([`${FACTORY}:notes`])[FACTORY], { notes: 'n' });
    assert.equal(seen([`${FACTORY}:pin`])[FACTORY], undefined);
    assert.deepEqual(seen([FACTORY])[FACTORY], { floor: 3, notes: 'n' });
  });

  it('are all but those excluded, and the id nevertheless', () => {
    const { groups: _, name: _name, emails: _emails, [FACTORY]: _factory, ...expected } = resource;
    const { [FACTORY]: _own, ...rest } = seen(
      [],
      ['groups', 'id', 'schemas', 'name.formatted', 'emails.primary'],
    );
    assert.deepEqual(rest, {
      ...expected,
      name: { familyName: 'Archer', givenName: 'Ann', middleName: 'B.' },
      emails: [{ value: 'ann@contoso.example', type: 'work' }],
    });
  });

  it('tell whether members have to be read', () => {
    const wants = (attributes: string[], excludedAttributes: string[] = []) =>
      createProjection(GROUP, { attributes, excludedAttributes }).wants('members');
    assert.equal(wants([]), true);
    assert.equal(wants([], ['members']), false);
    assert.equal(wants([], ['MEMBERS']), false);
    assert.equal(wants([], ['members.display']), true);
    assert.equal(wants(['displayName']), false);
    assert.equal(wants(['members.value']), true);
  });
});
