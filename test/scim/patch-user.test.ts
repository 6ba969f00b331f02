import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Profile, ProvisionedUser, Wanted } from '../../src/core/provisioning/types.js';
import { wantedUser } from '../../src/scim/protocol/handler/wanted-user.js';
import { readWhatIsThere } from '../../src/scim/protocol/patch/operations.js';
import { documentOf } from '../../src/scim/protocol/resources/user-profile.js';
import { readOperations } from '../support/scim/patch.js';
import {
  CORE_USER,
  ENTERPRISE,
  FACTORY,
  PATCH_OP,
  provisionedUser,
  refused,
  USER,
} from '../support/scim/scim.js';

/** What a PATCH makes of a user, whose own data it must leave alone. */
function patched(user: ProvisionedUser, operations: unknown[]): Wanted {
  const before = structuredClone(user);
  const { active: _, ...start } = documentOf(user);
  const read = readWhatIsThere({ schemas: [PATCH_OP], Operations: operations });
  const wanted = wantedUser(USER, user, start, read);
  assert.deepEqual(user, before);
  return wanted;
}

const ann = provisionedUser({
  attributes: {
    name: { formatted: 'Ann Archer', middleName: 'B.' },
    title: 'Engineer',
    phoneNumbers: [
      { value: '+1', type: 'work', primary: true },
      { value: '+2', type: 'mobile' },
    ],
    roles: [{ value: 'tester' }],
    addresses: [{ type: 'work', locality: 'Bonn', country: 'DE' }],
    [ENTERPRISE]: { department: 'Press shop', manager: { value: 'm1', $ref: '../Users/m1' } },
    [FACTORY]: { badge: 'B-1', tags: ['one', 'two'], machines: [{ value: 'press', hours: 3 }] },
  },
});
const bare = provisionedUser({ email: null, displayName: null, givenName: null, familyName: null });

const profileOfUser = ({
  id: _id,
  hostUserId: _hostUserId,
  seesAccount: _seesAccount,
  licenceType: _licenceType,
  createdAt: _createdAt,
  updatedAt: _updatedAt,
  groups: _groups,
  ...profile
}: ProvisionedUser): Profile => profile;

/** The profile changes as said, and in nothing else. */
function changes(
  title: string,
  user: ProvisionedUser,
  operations: unknown[],
  { attributes, ...fields }: Partial<Wanted>,
) {
  it(title, () => {
    // Of a request that says `active`, it is known that it does.
    const says = fields.active === undefined ? {} : { says: fields.active };
    const expected = { ...profileOfUser(user), ...says, ...fields };
    const merged: Record<string, unknown> = { ...user.attributes, ...attributes };
    for (const name of Object.keys(merged)) if (merged[name] === undefined) delete merged[name];
    const { states, ...wanted } = patched(user, operations);
    assert.deepEqual(wanted, { ...expected, attributes: merged });
    assertSaid(user, wanted, states);
  });
}

/** What the request says of names and address is what they become; what it does not say has stayed. */
function assertSaid(user: ProvisionedUser, wanted: Wanted, states: Wanted['states'] = {}) {
  for (const name of ['email', 'displayName', 'givenName', 'familyName'] as const) {
    if (name in states) assert.equal(states[name], wanted[name], name);
    else assert.equal(wanted[name], user[name], name);
  }
}

const leaves = (title: string, user: ProvisionedUser, operations: unknown[]) =>
  changes(title, user, operations, {});

const enterprise = (more: Record<string, unknown>) => ({
  [ENTERPRISE]: { ...(ann.attributes[ENTERPRISE] as object), ...more },
});
const withoutManager = { [ENTERPRISE]: { department: 'Press shop' } };

function refuses(title: string, operations: unknown[], scimType: string, detail: RegExp) {
  it(title, () => {
    const error = refused(() => patched(ann, operations));
    assert.equal(error.status, 400);
    assert.equal(error.scimType, scimType);
    assert.match(error.detail, detail);
  });
}

describe('a PATCH of a user', () => {
  describe('by Entra ID without the flag', () => {
    changes('has capitalised ops', ann, [{ op: 'Replace', path: 'title', value: 'Manager' }], {
      attributes: { title: 'Manager' },
    });
    changes('adds what has one value', ann, [{ op: 'Add', path: 'nickName', value: 'Babs' }], {
      attributes: { nickName: 'Babs' },
    });
    changes('sends active as the text "False"', ann, [{ op: 'Replace', path: 'active', value: 'False' }], {
      active: false,
      says: false,
    });
    changes(
      'sends active as the text "True"',
      provisionedUser({ active: false }),
      [{ op: 'Replace', path: 'active', value: 'True' }],
      { active: true, says: true },
    );
    changes(
      'sends primary as the text "True"',
      ann,
      [{ op: 'Add', path: 'phoneNumbers[type eq "mobile"].primary', value: 'True' }],
      {
        attributes: {
          phoneNumbers: [
            { value: '+1', type: 'work', primary: false },
            { value: '+2', type: 'mobile', primary: true },
          ],
        },
      },
    );
    changes(
      'replaces several attributes, each by its path',
      ann,
      [
        { op: 'Replace', path: 'displayName', value: 'Pvlo' },
        { op: 'Replace', path: 'emails[type eq "work"].value', value: 'pvlo@contoso.example' },
        { op: 'Replace', path: 'name.givenName', value: 'Gtfd' },
        { op: 'Replace', path: 'name.familyName', value: 'Pkqf' },
        { op: 'Replace', path: 'externalId', value: 'Eqpj' },
        { op: 'Replace', path: `${ENTERPRISE}:employeeNumber`, value: 'E-9' },
      ],
      {
        displayName: 'Pvlo',
        email: 'pvlo@contoso.example',
        givenName: 'Gtfd',
        familyName: 'Pkqf',
        externalId: 'Eqpj',
        attributes: enterprise({ employeeNumber: 'E-9' }),
      },
    );
    changes(
      'sets a part of a role that is chosen by "True" as text',
      ann,
      [{ op: 'Add', path: 'roles[primary eq "True"].value', value: 'auditor' }],
      { attributes: { roles: [{ value: 'tester' }, { primary: true, value: 'auditor' }] } },
    );
  });

  describe('by Entra ID with the flag', () => {
    changes(
      'has one operation without a path, whose names are dotted or have URNs',
      ann,
      [
        { op: 'replace', path: 'emails[type eq "work"].value', value: 'bjfe@contoso.example' },
        {
          op: 'replace',
          value: {
            displayName: 'Bjfe',
            'name.givenName': 'Kkom',
            'name.familyName': 'Unua',
            [`${ENTERPRISE}:employeeNumber`]: 'Aklq',
            [`${CORE_USER}:title`]: 'Boss',
          },
        },
      ],
      {
        email: 'bjfe@contoso.example',
        displayName: 'Bjfe',
        givenName: 'Kkom',
        familyName: 'Unua',
        attributes: { ...enterprise({ employeeNumber: 'Aklq' }), title: 'Boss' },
      },
    );
    changes('disables by a real boolean', ann, [{ op: 'replace', path: 'active', value: false }], {
      active: false,
      says: false,
    });
    changes(
      'may have a filter in a name without a path',
      ann,
      [{ op: 'replace', value: { 'emails[type eq "work"].value': 'b@contoso.example' } }],
      { email: 'b@contoso.example' },
    );
  });

  describe('by Okta', () => {
    changes('disables without a path', ann, [{ op: 'replace', value: { active: false } }], {
      active: false,
      says: false,
    });
    leaves('pushes a password, which is dropped', ann, [{ op: 'replace', value: { password: 'x' } }]);
    leaves('pushes a password by path', ann, [{ op: 'replace', path: 'password', value: 'x' }]);
  });

  describe('of the manager', () => {
    const path = `${ENTERPRISE}:manager`;
    const m2 = enterprise({ manager: { value: 'm2' } });
    changes('as text', ann, [{ op: 'Replace', path, value: 'm2' }], { attributes: m2 });
    changes('as an object', ann, [{ op: 'Replace', path, value: { value: 'm2' } }], { attributes: m2 });
    changes(
      'as a list of one with a reference',
      ann,
      [{ op: 'Add', path, value: [{ $ref: '../Users/m2', value: 'm2' }] }],
      { attributes: enterprise({ manager: { $ref: '../Users/m2', value: 'm2' } }) },
    );
    changes(
      'with a reference that is null',
      ann,
      [{ op: 'Add', path, value: [{ $ref: null, value: 'm2' }] }],
      {
        attributes: m2,
      },
    );
    changes(
      'by its value, which outdates the reference',
      ann,
      [{ op: 'add', path: `${path}.value`, value: 'm2' }],
      {
        attributes: m2,
      },
    );
    changes('where there was none', bare, [{ op: 'Add', path, value: 'm2' }], {
      attributes: { [ENTERPRISE]: { manager: { value: 'm2' } } },
    });
    changes('without a path', ann, [{ op: 'replace', value: { [path]: 'm2' } }], { attributes: m2 });
    for (const [how, value] of Object.entries({
      'empty text': '',
      null: null,
      'an empty list': [],
      'an object with an empty value': { value: '' },
      'a list with an empty value': [{ value: null, $ref: null }],
    })) {
      changes(`is removed by ${how}`, ann, [{ op: 'Replace', path, value }], { attributes: withoutManager });
    }
    changes('is removed by a remove', ann, [{ op: 'Remove', path }], { attributes: withoutManager });
    changes('is removed with a value beside it', ann, [{ op: 'Remove', path, value: null }], {
      attributes: withoutManager,
    });
    leaves('whose name is sent, which is read-only, beside the same value', ann, [
      { op: 'replace', path, value: { value: 'm1', $ref: '../Users/m1', displayName: 'Mo' } },
    ]);
  });

  describe('of schemas', () => {
    const department = { attributes: { [ENTERPRISE]: { department: 'Paint shop' } } };
    changes(
      'makes the extension where there was none',
      bare,
      [{ op: 'Add', path: `${ENTERPRISE}:department`, value: 'Paint shop' }],
      department,
    );
    changes(
      'with a URN in another case',
      bare,
      [{ op: 'Add', path: `${ENTERPRISE.toUpperCase()}:DEPARTMENT`, value: 'Paint shop' }],
      department,
    );
    changes(
      'with a URN that misses a colon',
      bare,
      [
        {
          op: 'Add',
          path: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0User:department',
          value: 'Paint shop',
        },
      ],
      department,
    );
    changes(
      'with a dot after the URN, as older jobs of Entra ID have it',
      bare,
      [{ op: 'Add', path: `${ENTERPRISE}.department`, value: 'Paint shop' }],
      department,
    );
    const inactive = { active: false, displayName: 'A. A.', givenName: 'A.' };
    const body = { active: 'False', DisplayName: 'A. A.', 'name.givenName': 'A.' };
    changes(
      'with an object of the core schema',
      ann,
      [{ op: 'replace', value: { [CORE_USER]: body } }],
      inactive,
    );
    changes(
      'with an object of the core schema in another case',
      ann,
      [{ op: 'Add', value: { [CORE_USER.toUpperCase()]: body } }],
      inactive,
    );
    changes(
      'with an object of the core schema whose URN misses a colon',
      ann,
      [{ op: 'replace', value: { 'urn:ietf:params:scim:schemas:core:2.0User': body } }],
      inactive,
    );
    changes(
      'with the core schema as its path',
      ann,
      [{ op: 'replace', path: CORE_USER.toLowerCase(), value: body }],
      inactive,
    );
    changes(
      'with an extension within the core schema',
      ann,
      [{ op: 'replace', value: { [CORE_USER]: { [ENTERPRISE]: { division: 'South' }, title: 'Boss' } } }],
      { attributes: { ...enterprise({ division: 'South' }), title: 'Boss' } },
    );
    changes(
      'with a dot after the URN of the core schema',
      ann,
      [{ op: 'replace', path: `${CORE_USER}.active`, value: false }],
      { active: false },
    );
    leaves('with an object of the core schema that has nothing', ann, [
      { op: 'replace', value: { [CORE_USER]: {} } },
      { op: 'replace', value: { [CORE_USER]: null } },
      { op: 'replace', path: CORE_USER, value: { schemas: [CORE_USER], id: 'x', nothing: 1 } },
      { op: 'replace', value: { [CORE_USER]: { [CORE_USER]: { active: false } } } },
    ]);
    leaves('with an object of another core schema', ann, [
      { op: 'replace', value: { 'urn:ietf:params:scim:schemas:core:2.0:Group': { displayName: 'x' } } },
    ]);
    refuses(
      'does not remove the core schema',
      [{ op: 'remove', path: CORE_USER }],
      'noTarget',
      /must name an attribute/,
    );
    for (const value of ['x', [{ active: false }], true]) {
      refuses(
        `takes no ${typeof value} for an object of the core schema`,
        [{ op: 'replace', value: { [CORE_USER]: value } }],
        'invalidValue',
        /core:2.0:User must be an object/,
      );
      refuses(
        `takes no ${typeof value} for the core schema as its path`,
        [{ op: 'replace', path: CORE_USER, value }],
        'invalidValue',
        /must be an object/,
      );
    }
    refuses(
      'with a URN that is not here',
      [{ op: 'Add', path: 'urn:ietf:params:scim:schemas:extension:contoso:2.0:User:shoeSize', value: '44' }],
      'invalidPath',
      /User has no attribute/,
    );
    leaves('with a URN that is not here, without a path', ann, [
      { op: 'replace', value: { 'urn:example:other:2.0:User': { shoeSize: '44' } } },
    ]);
    changes(
      'with the whole extension, which is merged',
      ann,
      [{ op: 'replace', value: { [ENTERPRISE]: { division: 'South' } } }],
      { attributes: enterprise({ division: 'South' }) },
    );
    changes(
      'with the whole extension as its path',
      ann,
      [{ op: 'add', path: ENTERPRISE, value: { division: 'South', manager: null } }],
      { attributes: { [ENTERPRISE]: { department: 'Press shop', division: 'South' } } },
    );
    changes('that removes the whole extension', ann, [{ op: 'remove', path: ENTERPRISE }], {
      attributes: { [ENTERPRISE]: undefined },
    });
    leaves('that says again which schemas there are', ann, [
      { op: 'add', path: 'schemas', value: [CORE_USER, ENTERPRISE] },
    ]);
  });

  describe('takes away', () => {
    for (const value of [null, '', []]) {
      changes(`one value by ${JSON.stringify(value)}`, ann, [{ op: 'Replace', path: 'title', value }], {
        attributes: { title: undefined },
      });
      changes(
        `many values by ${JSON.stringify(value)}`,
        ann,
        [{ op: 'replace', value: { phoneNumbers: value } }],
        {
          attributes: { phoneNumbers: undefined },
        },
      );
    }
    changes(
      'a part of a name by null, and leaves the others',
      ann,
      [{ op: 'replace', path: 'name', value: { givenName: null, middleName: 'C.' } }],
      { givenName: null, attributes: { name: { formatted: 'Ann Archer', middleName: 'C.' } } },
    );
    changes('a part of a name by a remove', ann, [{ op: 'remove', path: 'name.familyName' }], {
      familyName: null,
    });
    changes('the display name', ann, [{ op: 'Remove', path: 'displayName' }], { displayName: null });
    changes('values by a filter', ann, [{ op: 'Remove', path: 'phoneNumbers[type eq "work"]' }], {
      attributes: { phoneNumbers: [{ value: '+2', type: 'mobile' }] },
    });
    changes('the last value by a filter', ann, [{ op: 'remove', path: 'roles[value eq "tester"]' }], {
      attributes: { roles: undefined },
    });
    changes(
      'a value by removing its value',
      ann,
      [{ op: 'Remove', path: 'phoneNumbers[type eq "work"].value' }],
      {
        attributes: { phoneNumbers: [{ value: '+2', type: 'mobile' }] },
      },
    );
    changes(
      'values that are named in the value',
      ann,
      [{ op: 'Remove', path: 'phoneNumbers', value: [{ value: '+1' }] }],
      { attributes: { phoneNumbers: [{ value: '+2', type: 'mobile' }] } },
    );
    changes('all values', ann, [{ op: 'remove', path: 'phoneNumbers' }], {
      attributes: { phoneNumbers: undefined },
    });
    changes('the address', ann, [{ op: 'remove', path: 'emails' }], { email: null });
    changes('the external id', ann, [{ op: 'remove', path: 'externalId' }], { externalId: null });
    leaves('nothing where there is nothing', bare, [
      { op: 'Remove', path: 'title' },
      { op: 'Remove', path: 'name.givenName' },
      { op: 'Remove', path: 'phoneNumbers' },
      { op: 'Remove', path: 'phoneNumbers[type eq "work"]' },
      { op: 'Remove', path: 'phoneNumbers[type eq "work"].value' },
      { op: 'Remove', path: `${ENTERPRISE}:manager` },
      { op: 'Remove', path: 'roles', value: [{ value: 'nobody' }] },
    ]);
    leaves('nothing where active is sent without a value', ann, [
      { op: 'Replace', path: 'active', value: null },
      { op: 'remove', path: 'active' },
    ]);
  });

  describe('of the address', () => {
    const at = (email: string) => ({ email });
    const others = (...emails: unknown[]) => ({ attributes: { emails } });
    for (const op of ['Add', 'Replace']) {
      changes(
        `${op} of emails[type eq "work"].value makes the address where there is none`,
        bare,
        [{ op, path: 'emails[type eq "work"].value', value: 'new@contoso.example' }],
        at('new@contoso.example'),
      );
      changes(
        `${op} of emails[type eq "work"] with an object`,
        ann,
        [{ op, path: 'emails[type eq "work"]', value: { value: 'new@contoso.example' } }],
        at('new@contoso.example'),
      );
    }
    changes(
      'by which is primary',
      ann,
      [{ op: 'replace', path: 'emails[primary eq true].value', value: 'new@contoso.example' }],
      at('new@contoso.example'),
    );
    changes(
      'replaces the list',
      ann,
      [
        {
          op: 'replace',
          path: 'emails',
          value: [
            { value: 'h@home.example', type: 'home' },
            { value: 'w@contoso.example', type: 'work' },
          ],
        },
      ],
      { ...at('w@contoso.example'), ...others({ value: 'h@home.example', type: 'home' }) },
    );
    changes(
      'replaces the list with one that has no types',
      ann,
      [{ op: 'replace', path: 'emails', value: ['first@contoso.example', 'second@contoso.example'] }],
      { ...at('first@contoso.example'), ...others({ value: 'second@contoso.example' }) },
    );
    changes(
      'adds another that is primary',
      ann,
      [{ op: 'add', path: 'emails', value: [{ value: 'new@contoso.example', primary: true }] }],
      {
        ...at('new@contoso.example'),
        attributes: {
          'urn:scimctl:address-parts': { primary: true },
          emails: [{ value: 'ann@contoso.example', type: 'work', primary: false }],
        },
      },
    );
    const home = { value: 'h@home.example', type: 'home', display: 'At home' };
    changes('adds another that is not', ann, [{ op: 'add', path: 'emails', value: [home] }], others(home));
    for (const op of ['Add', 'Replace']) {
      changes(
        `${op} of emails[type eq "home"].value makes another`,
        ann,
        [{ op, path: 'emails[type eq "home"].value', value: 'h@home.example' }],
        others({ type: 'home', value: 'h@home.example' }),
      );
    }
    const both = provisionedUser({ attributes: { ...ann.attributes, emails: [home] } });
    changes(
      'changes another by its type, and leaves the rest of it',
      both,
      [{ op: 'Replace', path: 'emails[type eq "home"].value', value: 'new@home.example' }],
      others({ ...home, value: 'new@home.example' }),
    );
    changes(
      'changes the one of the application by its type, and no other',
      both,
      [{ op: 'Replace', path: 'emails[type eq "work"].value', value: 'new@contoso.example' }],
      at('new@contoso.example'),
    );
    changes('removes another by its type', both, [{ op: 'Remove', path: 'emails[type eq "home"]' }], {
      attributes: { emails: undefined },
    });
    changes('removes all', both, [{ op: 'Remove', path: 'emails' }], {
      email: null,
      attributes: { emails: undefined },
    });
    changes(
      'removes the one of the application, which gets the next',
      both,
      [{ op: 'Remove', path: 'emails[type eq "work"]' }],
      {
        ...at('h@home.example'),
        attributes: { 'urn:scimctl:address-parts': { type: 'home', display: 'At home' }, emails: undefined },
      },
    );
    changes(
      'makes another the primary one',
      both,
      [{ op: 'Replace', path: 'emails[type eq "home"].primary', value: 'True' }],
      {
        ...at('h@home.example'),
        attributes: {
          'urn:scimctl:address-parts': { type: 'home', display: 'At home', primary: true },
          emails: [{ value: 'ann@contoso.example', type: 'work', primary: false }],
        },
      },
    );
    leaves(
      'where the application has none, without a word on it',
      provisionedUser({ ...both, email: null }),
      [{ op: 'replace', path: 'title', value: 'Engineer' }],
    );
  });

  describe('of lists', () => {
    changes('adds values', ann, [{ op: 'add', path: 'roles', value: [{ value: 'auditor' }] }], {
      attributes: { roles: [{ value: 'tester' }, { value: 'auditor' }] },
    });
    changes(
      'adds one value that is no list',
      ann,
      [{ op: 'add', path: 'roles', value: { value: 'auditor' } }],
      {
        attributes: { roles: [{ value: 'tester' }, { value: 'auditor' }] },
      },
    );
    changes(
      'takes a value with its type once, with all that is said of it',
      ann,
      [
        {
          op: 'replace',
          path: 'roles',
          value: [{ value: 'a' }, { value: 'a', type: 'x' }, { value: 'b' }, { value: 'a', primary: true }],
        },
      ],
      { attributes: { roles: [{ value: 'a', primary: true }, { value: 'a', type: 'x' }, { value: 'b' }] } },
    );
    leaves('adds a value that is there', ann, [
      { op: 'add', path: 'phoneNumbers', value: [{ value: '+1', type: 'work' }] },
    ]);
    changes(
      'adds a primary value, so that the other is primary no more',
      ann,
      [{ op: 'add', path: 'phoneNumbers', value: [{ value: '+3', primary: true }] }],
      {
        attributes: {
          phoneNumbers: [
            { value: '+1', type: 'work', primary: false },
            { value: '+2', type: 'mobile' },
            { value: '+3', primary: true },
          ],
        },
      },
    );
    changes('replaces values', ann, [{ op: 'replace', path: 'roles', value: [{ value: 'auditor' }] }], {
      attributes: { roles: [{ value: 'auditor' }] },
    });
    changes(
      'replaces one that is chosen, whole',
      ann,
      [{ op: 'replace', path: 'addresses[type eq "work"]', value: { locality: 'Ulm' } }],
      { attributes: { addresses: [{ type: 'work', locality: 'Ulm' }] } },
    );
    changes(
      'adds to one that is chosen',
      ann,
      [{ op: 'add', path: 'addresses[type eq "work"]', value: { locality: 'Ulm' } }],
      { attributes: { addresses: [{ type: 'work', locality: 'Ulm', country: 'DE' }] } },
    );
    changes(
      'sets a part of one that is chosen',
      ann,
      [{ op: 'replace', path: 'addresses[type eq "work" and country eq "DE"].postalCode', value: '53111' }],
      { attributes: { addresses: [{ type: 'work', locality: 'Bonn', country: 'DE', postalCode: '53111' }] } },
    );
    changes(
      'makes one where none is chosen',
      ann,
      [{ op: 'Add', path: 'addresses[type eq "home"].locality', value: 'Ulm' }],
      {
        attributes: {
          addresses: [...(ann.attributes.addresses as object[]), { type: 'home', locality: 'Ulm' }],
        },
      },
    );
    changes('sets a part of all', ann, [{ op: 'replace', path: 'addresses.country', value: 'AT' }], {
      attributes: { addresses: [{ type: 'work', locality: 'Bonn', country: 'AT' }] },
    });
    leaves('sets a type alone, which is no value', bare, [
      { op: 'Add', path: 'phoneNumbers[type eq "mobile"].primary', value: true },
    ]);
    changes(
      'first the type, then the value',
      bare,
      [
        { op: 'Add', path: 'phoneNumbers[type eq "mobile"].primary', value: 'True' },
        { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '+5' },
      ],
      { attributes: { phoneNumbers: [{ type: 'mobile', primary: true, value: '+5' }] } },
    );
    const factory = (more: object) => ({
      attributes: { [FACTORY]: { ...(ann.attributes[FACTORY] as object), ...more } },
    });
    changes(
      'of plain values',
      ann,
      [{ op: 'add', path: `${FACTORY}:tags`, value: ['two', 'three'] }],
      factory({ tags: ['one', 'two', 'three'] }),
    );
    changes(
      'of plain values, by a filter',
      ann,
      [{ op: 'remove', path: `${FACTORY}:tags[value eq "ONE"]` }],
      factory({ tags: ['two'] }),
    );
    changes(
      'of a custom extension, by a number',
      ann,
      [{ op: 'replace', path: `${FACTORY}:machines[hours ge 3].hours`, value: '4' }],
      factory({ machines: [{ value: 'press', hours: 4 }] }),
    );
  });

  describe('is of the types that the schemas say', () => {
    changes(
      'where text is a number',
      bare,
      [{ op: 'add', path: `${ENTERPRISE}:employeeNumber`, value: 4711 }],
      {
        attributes: { [ENTERPRISE]: { employeeNumber: '4711' } },
      },
    );
    changes('where one value comes as a list', ann, [{ op: 'replace', path: 'title', value: ['Boss'] }], {
      attributes: { title: 'Boss' },
    });
    changes(
      'of every type',
      bare,
      [
        {
          op: 'add',
          path: FACTORY,
          value: {
            badge: 'B-2',
            floor: '3',
            load: 0.5,
            trained: 'true',
            since: '2026-01-31T13:00:00+01:00',
            card: 'AAEC',
            pin: '1234',
            notes: 'n',
            tags: 'one',
            machines: [{ value: 'saw', hours: '7', shoeSize: 44 }],
          },
        },
      ],
      {
        attributes: {
          [FACTORY]: {
            badge: 'B-2',
            floor: 3,
            load: 0.5,
            trained: true,
            since: '2026-01-31T12:00:00.000Z',
            card: 'AAEC',
            pin: '1234',
            notes: 'n',
            tags: ['one'],
            machines: [{ value: 'saw', hours: 7 }],
          },
        },
      },
    );
  });

  describe('changes nothing', () => {
    changes(
      'where all is as it was',
      ann,
      [
        { op: 'Replace', path: 'title', value: 'Engineer' },
        { op: 'Replace', path: 'active', value: 'True' },
        { op: 'Replace', path: 'emails[type eq "work"].value', value: 'ann@contoso.example' },
        { op: 'Add', path: 'name', value: { givenName: 'Ann', middleName: 'B.' } },
        { op: 'Replace', path: `${ENTERPRISE}:manager.value`, value: 'm1' },
        { op: 'Add', path: 'roles', value: [{ value: 'tester' }] },
      ],
      { says: true },
    );
    leaves('where names are unknown or read-only and there is no path', ann, [
      {
        op: 'replace',
        value: { id: 'x', meta: {}, groups: [], shoeSize: 44, 'name.shoeSize': 1 },
      },
    ]);
    it('of what every object has', () => {
      const value = JSON.parse(
        '{"__proto__": {"polluted": 1}, "__proto__.polluted": 1, "constructor.prototype.polluted": 1}',
      );
      patched(ann, [{ op: 'add', value }]);
      assert.equal(({} as Record<string, unknown>).polluted, undefined);
    });
    it('of what is stored under a schema that is not configured now', () => {
      const attributes = { 'urn:example:gone:2.0:User': { a: 1 }, title: 'Engineer' };
      const profile = patched(provisionedUser({ attributes }), [
        { op: 'replace', path: 'title', value: 'Boss' },
      ]);
      assert.deepEqual(profile.attributes, { ...attributes, title: 'Boss' });
    });
  });

  describe('is refused', () => {
    const replace = (path: string, value: unknown) => [{ op: 'replace', path, value }];
    refuses(
      'where the path is malformed',
      replace('emails[type eq "work"', 'x'),
      'invalidPath',
      /cannot be read/,
    );
    refuses(
      'where the path is no name',
      replace('no such path', 'x'),
      'invalidPath',
      /“such” where a filter/,
    );
    refuses(
      'where the attribute is unknown',
      replace('shoeSize', '44'),
      'invalidPath',
      /User has no attribute "shoeSize"/,
    );
    refuses(
      'where the part is unknown',
      replace('emails[type eq "work"].shoeSize', 'x'),
      'invalidPath',
      /no part "\.shoeSize"/,
    );
    refuses(
      'where the filter has an unknown part',
      replace('emails[shoeSize eq "1"]', 'x'),
      'invalidPath',
      /no part "shoeSize"/,
    );
    refuses('where the path is no text', [{ op: 'add', path: 5, value: 'x' }], 'invalidPath', /must be text/);
    refuses('where one value is filtered', replace('title[value eq "x"]', 'x'), 'invalidPath', /one value/);
    refuses('where the attribute is read-only', replace('id', 'x'), 'mutability', /id is read-only/);
    refuses(
      'where it is groups',
      [{ op: 'add', path: 'groups', value: [{ value: 'g' }] }],
      'mutability',
      /groups is read-only/,
    );
    refuses('where it is meta', replace('meta.created', 'x'), 'mutability', /read-only/);
    refuses(
      'where the host owns it',
      replace('urn:ietf:params:scim:schemas:extension:scimctl:2.0:User:hostUserId', '1'),
      'mutability',
      /read-only/,
    );
    refuses(
      'where it is the name of the manager',
      replace(`${ENTERPRISE}:manager.displayName`, 'x'),
      'mutability',
      /read-only/,
    );
    refuses(
      'where it may be set once',
      replace(`${FACTORY}:badge`, 'B-2'),
      'mutability',
      /cannot be changed once/,
    );
    refuses(
      'where an extension with an attribute that must not change is removed',
      [{ op: 'remove', path: FACTORY }],
      'mutability',
      /badge cannot be changed/,
    );
    refuses('where a remove has no path', [{ op: 'remove' }], 'noTarget', /must have a path/);
    refuses(
      'where the value to be replaced is not there',
      replace('addresses[type eq "nowhere"]', { region: 'x' }),
      'noTarget',
      /No value of addresses meets the filter/,
    );
    refuses(
      'where the value whose part is to be replaced is not there',
      replace('addresses[postalCode eq "none"].region', 'x'),
      'noTarget',
      /No value of addresses meets the filter/,
    );
    refuses(
      'where nothing is chosen and nothing can be made',
      replace('addresses[postalCode co "9"].region', 'x'),
      'noTarget',
      /No value of addresses meets the filter/,
    );
    refuses(
      'where active is neither',
      replace('active', 'perhaps'),
      'invalidValue',
      /active must be true or false, and was sent as "perhaps"/,
    );
    refuses(
      'where text is an object',
      replace('title', { a: 1 }),
      'invalidValue',
      /title must be text, and was sent as an object/,
    );
    refuses('where text is a boolean', replace('title', true), 'invalidValue', /title must be text/);
    refuses(
      'where one value is two',
      replace('title', ['a', 'b']),
      'invalidValue',
      /title accepts one value, but 2 were sent/,
    );
    refuses('where a name is text', replace('name', 'Ann'), 'invalidValue', /name must be an object/);
    refuses(
      'where a part is of another type',
      replace('phoneNumbers', [{ value: {} }]),
      'invalidValue',
      /phoneNumbers.value must be text/,
    );
    refuses(
      'where an address is none',
      replace('emails[type eq "work"].value', 'admin'),
      'invalidValue',
      /emails.value must be an e-mail address, and was sent as "admin"/,
    );
    for (const [what, number] of [
      ['has been rounded', 12_345_678_901_234_567_891n],
      ['is beyond all that can be said', '1e400'],
    ] as const) {
      refuses(
        `where the number of a text ${what}`,
        replace('externalId', JSON.parse(String(number))),
        'invalidValue',
        /externalId is a number that is too large to be exact\. Send it as text\./,
      );
    }
    refuses(
      'where a number is none',
      replace(`${FACTORY}:floor`, 'third'),
      'invalidValue',
      /must be a whole number/,
    );
    refuses(
      'where a decimal is none',
      replace(`${FACTORY}:load`, 'heavy'),
      'invalidValue',
      /must be a number/,
    );
    refuses(
      'where an instant is none',
      replace(`${FACTORY}:since`, 'yesterday'),
      'invalidValue',
      /must be an instant/,
    );
    refuses('where base64 is none', replace(`${FACTORY}:card`, '…'), 'invalidValue', /must be base64/);
    refuses('where an extension is text', replace(ENTERPRISE, 'x'), 'invalidValue', /must be an object/);
    refuses(
      'where the value without a path is none',
      [{ op: 'add', value: 'x' }],
      'invalidValue',
      /Without a path, the value must be an object/,
    );
    refuses(
      'where the user name is taken away',
      [{ op: 'remove', path: 'userName' }],
      'mutability',
      /userName is required/,
    );
    refuses(
      'where the user name is blank',
      replace('userName', '  '),
      'invalidValue',
      /userName is required/,
    );
    refuses(
      'where the user name is too long',
      replace('userName', 'x'.repeat(321)),
      'invalidValue',
      /longer than 320/,
    );
    refuses(
      'where the external id is too long',
      replace('externalId', 'x'.repeat(256)),
      'invalidValue',
      /longer than 255/,
    );
    refuses(
      'where text is too long',
      replace('title', 'x'.repeat(10_001)),
      'invalidValue',
      /longer than 10000/,
    );
    refuses(
      'where there are too many values',
      replace(
        'roles',
        Array.from({ length: 201 }, (_, n) => `r${n}`),
      ),
      'invalidValue',
      /more than 200 values/,
    );
    refuses(
      'where it all is too much',
      replace(
        'roles',
        Array.from({ length: 100 }, (_, n) => `${n}${'x'.repeat(700)}`),
      ),
      'invalidValue',
      /the maximum is 65536/,
    );
    refuses('where text has U+0000', replace('title', 'a\0b'), 'invalidValue', /cannot be stored/);
    refuses('where text has half a pair', replace('title', 'a\ud800'), 'invalidValue', /cannot be stored/);
  });
});

describe('the resource’s own schema', () => {
  const core = (value: unknown) => ({ [CORE_USER]: value });
  changes(
    'as a name without a path stands for the resource',
    ann,
    [{ op: 'replace', value: core({ active: false, title: 'Boss', [`${CORE_USER}:nickName`]: 'A' }) }],
    { active: false, says: false, attributes: { title: 'Boss', nickName: 'A' } },
  );
  changes(
    'as a path does too',
    ann,
    [{ op: 'Add', path: CORE_USER, value: { active: 'True', title: 'Boss' } }],
    {
      says: true,
      attributes: { title: 'Boss' },
    },
  );
});

describe('a PATCH that ends a user’s access', () => {
  const off = { op: 'Replace', path: 'active', value: 'False' };
  const replace = (path: string, value: unknown) => ({ op: 'replace', path, value });

  /** The departure is had, and what is refused is named and has changed nothing. */
  function departs(
    title: string,
    beside: unknown[],
    skipped: string[],
    { attributes, ...fields }: Partial<Profile> = {},
  ) {
    for (const order of ['before', 'after']) {
      const operations = order === 'before' ? [...beside, off] : [off, ...beside];
      it(`${title}, ${order} it`, () => {
        const { states, ...wanted } = patched(ann, operations);
        assertSaid(ann, wanted, states);
        assert.deepEqual(wanted, {
          ...profileOfUser(ann),
          ...fields,
          attributes: { ...ann.attributes, ...attributes },
          active: false,
          says: false,
          skipped,
        });
      });
    }
  }

  departs('beside an unknown path', [replace('nonsense', 'x')], ['nonsense']);
  departs('beside a path that cannot be read', [replace('emails[value eq', 'x')], ['emails']);
  departs('beside a filter with a value of somebody', [replace('title[value eq "secret"]', 1)], ['title']);
  departs('beside a value that cannot be', [replace('title', {})], ['title']);
  departs('beside a text that is too long', [replace('displayName', 'x'.repeat(10_001))], ['displayName']);
  departs('beside a name that is too long', [replace('userName', 'x'.repeat(321))], ['userName']);
  departs(
    'beside no name at all',
    [replace('userName', ''), { op: 'remove', path: 'externalId' }],
    ['userName'],
    {
      externalId: null,
    },
  );
  departs('beside what cannot be stored', [replace('nickName', 'a\0b')], ['nickName']);
  departs('beside what is read-only', [replace('id', 'x'), replace('groups', [])], ['id', 'groups']);
  departs('beside what must not change', [replace(`${FACTORY}:badge`, 'B-2')], [`${FACTORY}:badge`]);
  departs(
    'beside an operation that there is not',
    [{ op: 'move', path: 'title' }, null, 'x'],
    ['title', '(unreadable)'],
  );
  departs(
    'beside values that are too many',
    [
      replace(
        'roles',
        Array.from({ length: 201 }, (_, n) => `r${n}`),
      ),
    ],
    ['roles'],
  );
  departs('beside more than is kept', [replace('nickName', 'x'), big(100)], ['roles'], {
    attributes: { nickName: 'x' },
  });
  departs(
    'beside good and bad without a path',
    [{ op: 'add', value: { title: 'Boss', emails: 7, [CORE_USER]: { nickName: {}, locale: 'de' } } }],
    ['emails', 'nickName'],
    { attributes: { title: 'Boss', locale: 'de' } },
  );
  departs(
    'beside more operations than there may be',
    Array.from({ length: 1000 }, () => replace('title', 'Boss')),
    ['(unreadable)'],
    { attributes: { title: 'Boss' } },
  );

  it('names no more than twenty of what it skips, and no characters that are none of a path', () => {
    const paths = Array.from({ length: 30 }, (_, n) => `x${n}<b>`);
    const { skipped } = patched(ann, [...paths.map((path) => replace(path, 1)), off]);
    assert.deepEqual(
      skipped,
      paths.slice(0, 20).map((path) => path.replace(/[<>]/g, '')),
    );
  });

  it('is none where it ends with the contrary', () => {
    const on = replace('active', true);
    assert.equal(patched(ann, [off, on]).says, true);
    assert.equal(refused(() => patched(ann, [off, replace('nonsense', 1), on])).scimType, 'invalidPath');
  });
});

/** More than is kept, of so many parts. */
function big(parts: number) {
  const value = Array.from({ length: parts }, (_, n) => `${n}${'x'.repeat(700)}`);
  return { op: 'replace', path: 'roles', value };
}

describe('the body of a PATCH', () => {
  const refusesBody = (title: string, body: unknown, scimType: string, detail: RegExp) =>
    it(title, () => {
      const error = refused(() => readOperations(body));
      assert.equal(error.scimType, scimType);
      assert.match(error.detail, detail);
    });
  it('may spell its names in any case, and leave out the schemas', () => {
    assert.deepEqual(readOperations({ operations: [{ OP: 'ADD', Path: ' title ', VALUE: null }] }), [
      { op: 'add', path: 'title', value: null, hasValue: true },
    ]);
  });
  refusesBody('must be an object', [], 'invalidSyntax', /must be a JSON object, and was sent as a list/);
  refusesBody('must be there', undefined, 'invalidSyntax', /must be a JSON object/);
  refusesBody('must have operations', {}, 'invalidSyntax', /must have Operations/);
  refusesBody('must have one operation', { Operations: [] }, 'invalidSyntax', /must have Operations/);
  refusesBody(
    'must be a PATCH',
    { schemas: [CORE_USER], Operations: [{}] },
    'invalidSyntax',
    /must have urn/,
  );
  refusesBody('must have objects', { Operations: [null] }, 'invalidSyntax', /must be a JSON object/);
  refusesBody(
    'must say what to do',
    { Operations: [{ op: 'move' }] },
    'invalidSyntax',
    /add, replace or remove/,
  );
  refusesBody(
    'must have values',
    { Operations: [{ op: 'add', path: 'title' }] },
    'invalidValue',
    /must have a value/,
  );
  refusesBody(
    'is bounded',
    { Operations: Array.from({ length: 1001 }, () => ({})) },
    'tooMany',
    /at most 1000/,
  );
});
