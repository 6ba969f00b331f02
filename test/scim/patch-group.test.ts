import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { GroupProfile, GroupRequest } from '../../src/core/provisioning/types.js';
import { groupRequestOf, touchesMembers } from '../../src/scim/protocol/patch/group-request.js';
import {
  applyGroupBody,
  applyToGroup,
  draftOf,
  memberChangeIn,
} from '../../src/scim/protocol/patch/members.js';
import { type ReadOperations, readWhatIsThere } from '../../src/scim/protocol/patch/operations.js';
import { groupProfileOf } from '../../src/scim/protocol/resources/group-profile.js';
import { readOperations } from '../support/scim/patch.js';
import { CORE_GROUP, GROUP, presentGroup, refused } from '../support/scim/scim.js';

const [ann, ben, cleo, dora] = [1, 2, 3, 4].map((n) => `0000000${n}-0000-4000-8000-000000000000`) as [
  string,
  string,
  string,
  string,
];
const group = presentGroup({
  externalId: 'g-1',
  members: [
    { id: ann, display: 'Ann' },
    { id: ben, display: 'Ben' },
  ],
});

function patched(operations: unknown[]): GroupProfile {
  const draft = draftOf(group);
  for (const operation of readOperations({ Operations: operations })) applyToGroup(GROUP, draft, operation);
  return groupProfileOf(draft.document, draft.members);
}

/** What operations make of the group, with the ids of those who are to be in it. */
function requestOf(read: ReadOperations): GroupRequest {
  const { members, ...request } = groupRequestOf(GROUP, group, draftOf(group), read);
  return { ...request, memberIds: [...members] };
}

const unchanged: GroupProfile = { displayName: 'Engineers', externalId: 'g-1', memberIds: [ann, ben] };

const changes = (title: string, operations: unknown[], change: Partial<GroupProfile>) =>
  it(title, () => assert.deepEqual(patched(operations), { ...unchanged, ...change }));

function refuses(title: string, operations: unknown[], scimType: string, detail: RegExp) {
  it(title, () => {
    const error = refused(() => patched(operations));
    assert.equal(error.scimType, scimType);
    assert.match(error.detail, detail);
  });
}

describe('a PATCH of a group', () => {
  describe('by Entra ID', () => {
    changes('renames it', [{ op: 'Replace', path: 'displayName', value: 'Makers' }], {
      displayName: 'Makers',
    });
    changes(
      'adds a member with a reference that is null',
      [{ op: 'Add', path: 'members', value: [{ $ref: null, value: cleo }] }],
      { memberIds: [ann, ben, cleo] },
    );
    changes(
      'removes a member by value, without the flag',
      [{ op: 'Remove', path: 'members', value: [{ $ref: null, value: ann }] }],
      { memberIds: [ben] },
    );
    changes(
      'removes a member by a filter, with the flag',
      [{ op: 'remove', path: `members[value eq "${ann}"]` }],
      { memberIds: [ben] },
    );
    changes(
      'adds a member who is one, which is no change',
      [{ op: 'Add', path: 'members', value: [{ value: ann }] }],
      {},
    );
  });

  describe('by Okta', () => {
    changes(
      'renames it without a path, and says its id',
      [{ op: 'replace', value: { id: group.id, displayName: 'Makers' } }],
      { displayName: 'Makers' },
    );
    changes(
      'removes one and adds one',
      [
        { op: 'remove', path: `members[value eq "${ann}"]` },
        { op: 'add', path: 'members', value: [{ value: cleo, display: 'cleo@contoso.example' }] },
      ],
      { memberIds: [ben, cleo] },
    );
    changes(
      'replaces all',
      [
        {
          op: 'replace',
          path: 'members',
          value: [
            { value: cleo, display: 'c' },
            { value: dora, display: 'd' },
          ],
        },
      ],
      { memberIds: [cleo, dora] },
    );
  });

  describe('of members', () => {
    changes('of one who is an object', [{ op: 'add', path: 'members', value: { value: cleo } }], {
      memberIds: [ann, ben, cleo],
    });
    changes('of plain ids', [{ op: 'add', path: 'members', value: [cleo] }], { memberIds: [ann, ben, cleo] });
    changes('in capitals', [{ op: 'add', path: 'members', value: [{ Value: cleo.toUpperCase() }] }], {
      memberIds: [ann, ben, cleo],
    });
    changes('without a path', [{ op: 'add', value: { members: [{ value: cleo }] } }], {
      memberIds: [ann, ben, cleo],
    });
    changes('with the URN', [{ op: 'add', path: `${CORE_GROUP}:members`, value: [{ value: cleo }] }], {
      memberIds: [ann, ben, cleo],
    });
    changes(
      'removes one who is none, which is no change',
      [
        { op: 'Remove', path: 'members', value: [{ value: dora }, { value: 'u1091' }] },
        { op: 'remove', path: `members[value eq "${dora}"]` },
      ],
      {},
    );
    changes('removes nobody by an empty list', [{ op: 'remove', path: 'members', value: [] }], {});
    changes('removes all where it has no value at all', [{ op: 'remove', path: 'members' }], {
      memberIds: [],
    });
    changes('replaces by nobody', [{ op: 'replace', path: 'members', value: [] }], { memberIds: [] });
    for (const filter of [
      `$ref eq "https://scim.example/scim/v2/Users/${ann}"`,
      `not ($ref eq "x") and value eq "${ann}"`,
      '$ref ne "x"',
    ]) {
      refuses(
        `removes nobody by ${filter}`,
        [{ op: 'remove', path: `members[${filter}]` }],
        'invalidPath',
        /cannot be selected by \$ref; use its value/,
      );
    }
    changes('removes by name', [{ op: 'remove', path: 'members[display sw "b" and type eq "User"]' }], {
      memberIds: [ann],
    });
    changes(
      'removes a part of one, who is that part',
      [{ op: 'remove', path: `members[value eq "${ann}"].value` }],
      { memberIds: [ben] },
    );
    changes(
      'of more than other lists may have',
      [{ op: 'add', path: 'members', value: many(500).map((value) => ({ value })) }],
      { memberIds: [ann, ben, ...many(500)] },
    );
    refuses(
      'does not remove everybody because of a null',
      [{ op: 'remove', path: 'members', value: null }],
      'invalidValue',
      /must name the members/,
    );
    refuses(
      'does not remove everybody because of a member without an id',
      [{ op: 'Remove', path: 'members', value: [{ value: null }] }],
      'invalidValue',
      /must have a value/,
    );
    changes(
      'leaves them as they are where the value is null',
      [
        { op: 'replace', path: 'members', value: null },
        { op: 'add', path: 'members', value: null },
        { op: 'replace', value: { members: null } },
        { op: 'replace', path: 'members', value: '' },
        { op: 'remove', path: 'members', value: '' },
      ],
      {},
    );
    changes(
      'takes those out who can be read',
      [{ op: 'remove', path: 'members', value: [{ value: ann }, {}, 5] }],
      { memberIds: [ben] },
    );
    for (const unreadable of [
      null,
      {},
      5,
      '',
      { value: null },
      { value: '' },
      { value: 5 },
      { display: 'x' },
    ]) {
      const value = [unreadable, { value: ann }, { value: cleo }];
      const named = JSON.stringify(unreadable);
      changes(`adds those beside ${named}`, [{ op: 'add', path: 'members', value }], {
        memberIds: [ann, ben, cleo],
      });
      changes(
        `lets whoever is not named beside ${named} leave`,
        [{ op: 'replace', path: 'members', value }],
        {
          memberIds: [ann, cleo],
        },
      );
    }
    refuses(
      'takes nothing that is no member',
      [{ op: 'add', path: 'members', value: [5] }],
      'invalidValue',
      /must have a value/,
    );
    refuses(
      'changes nobody into somebody else',
      [{ op: 'replace', path: `members[value eq "${ann}"].value`, value: cleo }],
      'mutability',
      /members.value cannot be changed/,
    );
    changes(
      'puts somebody in the place of another',
      [{ op: 'replace', path: `members[value eq "${ann}"]`, value: { value: cleo } }],
      { memberIds: [ben, cleo] },
    );
    changes(
      'puts several in the place of one',
      [{ op: 'replace', path: `members[value eq "${ann}"]`, value: [{ value: cleo }, { value: ann }] }],
      { memberIds: [ann, ben, cleo] },
    );
    refuses(
      'puts nobody in the place of another',
      [{ op: 'replace', path: `members[value eq "${ann}"]`, value: null }],
      'invalidValue',
      /must have a value/,
    );
    refuses(
      'finds nobody to replace',
      [{ op: 'replace', path: `members[value eq "${dora}"]`, value: { value: cleo } }],
      'noTarget',
      /No member/,
    );
  });

  describe('that says nothing of members', () => {
    const says = (operations: unknown[]) => touchesMembers(GROUP, readOperations({ Operations: operations }));
    for (const [title, operations, expected] of [
      ['by a path', [{ op: 'replace', path: 'displayName', value: 'Makers' }], false],
      ['by a body', [{ op: 'replace', value: { displayName: 'Makers', externalId: 'members' } }], false],
      ['by the core schema', [{ op: 'add', path: CORE_GROUP, value: { externalId: 'g-2' } }], false],
      ['but by a path does', [{ op: 'add', path: 'MEMBERS', value: [{ value: cleo }] }], true],
      ['but by a filter does', [{ op: 'remove', path: `members[value eq "${ann}"]` }], true],
      ['but by a URN does', [{ op: 'remove', path: `${CORE_GROUP}:members` }], true],
      ['but by a body does', [{ op: 'add', value: { Members: [{ value: cleo }] } }], true],
      ['but by the core schema does', [{ op: 'add', value: { [CORE_GROUP]: { members: [] } } }], true],
    ] as const) {
      it(title, () => assert.equal(says([...operations]), expected));
    }
  });

  describe('whose members nobody here can be', () => {
    const leftOut = (title: string, operations: unknown[], memberIds: string[], strangers: string[]) =>
      it(title, () => {
        const read = readWhatIsThere({ Operations: operations });
        const request = requestOf(read);
        assert.deepEqual(request, {
          ...unchanged,
          memberIds,
          skipped: { members: strangers, attributes: [] },
        });
        const change = memberChangeIn(GROUP, read.operations);
        if (change) assert.deepEqual(change.strangers, strangers);
      });
    const add = (...value: unknown[]) => ({ op: 'add', path: 'members', value });
    const nested = { value: dora, type: 'gROUP' };

    leftOut('names groups', [add(nested, { value: cleo })], [ann, ben, cleo], [dora]);
    leftOut('names what is no id of ours', [add('U1091', { value: cleo })], [ann, ben, cleo], ['U1091']);
    leftOut('names each once', [add('u1'), add('U1', { value: 'u1' })], [ann, ben], ['u1']);
    leftOut(
      'names those of a list of all',
      [add('u1'), { op: 'replace', path: 'members', value: [nested, { value: ben }] }],
      [ben],
      [dora],
    );
    leftOut(
      'names nobody who is taken out again, by value',
      [add('u1', nested), { op: 'remove', path: 'members', value: [{ value: 'U1' }, { value: dora }] }],
      [ann, ben],
      [],
    );
    leftOut(
      'names nobody who is taken out again, by filter',
      [add('u1', nested), ...['U1', dora].map((id) => ({ op: 'remove', path: `members[value eq "${id}"]` }))],
      [ann, ben],
      [],
    );
    leftOut('names nobody where all are taken out', [add('u1'), { op: 'remove', path: 'members' }], [], []);
    leftOut(
      'takes a member out who is said to be a group',
      [{ op: 'remove', path: 'members', value: [{ value: ann, type: 'Group' }] }],
      [ben],
      [],
    );
  });

  describe('by which members leave', () => {
    const skips = (
      title: string,
      operations: unknown[],
      change: Partial<GroupProfile>,
      attributes: string[],
    ) =>
      it(title, () => {
        const request = requestOf(readWhatIsThere({ Operations: operations }));
        assert.deepEqual(request, { ...unchanged, ...change, skipped: { members: [], attributes } });
      });
    const remove = { op: 'remove', path: `members[value eq "${ann}"]` };
    const gone = { memberIds: [ben] };

    skips(
      'skips an attribute that is not there',
      [{ op: 'add', path: 'userName', value: 'x' }, remove],
      gone,
      ['userName'],
    );
    skips('skips a value of the wrong type', [remove, { op: 'add', value: { externalId: {} } }], gone, [
      'externalId',
    ]);
    skips(
      'does what it can of the rest',
      [remove, { op: 'replace', value: { displayName: 'Makers', externalId: ['a', 'b'] } }],
      { ...gone, displayName: 'Makers' },
      ['externalId'],
    );
    skips(
      'skips a name that is too long',
      [{ op: 'replace', value: { displayName: 'x'.repeat(256), members: [] } }],
      { memberIds: [] },
      ['displayName'],
    );
    skips('skips a name that is taken away', [{ op: 'remove', path: 'displayName' }, remove], gone, [
      'displayName',
    ]);
    skips(
      'skips an external id that is too long',
      [
        {
          op: 'replace',
          path: CORE_GROUP,
          value: { externalId: 'x'.repeat(256), members: [{ value: ben }] },
        },
      ],
      gone,
      ['externalId'],
    );
    skips(
      'names no value of a filter',
      [{ op: 'replace', path: 'emails[value eq "ann@contoso.example"].type', value: 'x' }, remove],
      gone,
      ['emails'],
    );
    skips('names what is no path', [{ op: 'replace', path: '"ann"', value: 'x' }, remove], gone, ['path']);
    skips(
      'does not take out whoever is not in a list that cannot be read',
      [remove, { op: 'replace', path: 'members', value: [{ id: ann }] }],
      gone,
      ['members'],
    );

    for (const [title, operations] of [
      ['nobody who was in', [{ op: 'remove', path: `members[value eq "${dora}"]` }]],
      ['somebody who comes back', [remove, { op: 'add', path: 'members', value: [ann] }]],
      ['nobody who can be read', [{ op: 'remove', path: 'members', value: [{}] }]],
    ] as const) {
      it(`refuses as ever where that is ${title}`, () => {
        const error = refused(() =>
          requestOf(
            readWhatIsThere({ Operations: [...operations, { op: 'add', path: 'userName', value: 'x' }] }),
          ),
        );
        assert.equal(error.status, 400);
      });
    }
  });

  describe('whose attributes are in an object of the core schema', () => {
    const whole = { displayName: 'Makers', externalId: null, members: [{ value: cleo }] };
    const change = { displayName: 'Makers', externalId: null, memberIds: [cleo] };
    changes('without a path', [{ op: 'replace', value: { [CORE_GROUP]: whole } }], change);
    changes('as the path', [{ op: 'replace', path: CORE_GROUP, value: whole }], change);
    changes('in any case', [{ op: 'replace', path: CORE_GROUP.toUpperCase(), value: whole }], change);
    changes(
      'with URNs again',
      [{ op: 'replace', value: { [CORE_GROUP]: { [`${CORE_GROUP}:MEMBERS`]: [{ value: cleo }] } } }],
      { memberIds: [cleo] },
    );
    changes('added', [{ op: 'add', value: { [CORE_GROUP]: { members: [{ value: cleo }] } } }], {
      memberIds: [ann, ben, cleo],
    });
    changes('that is null', [{ op: 'replace', value: { [CORE_GROUP]: null } }], {});
    refuses(
      'that is none',
      [{ op: 'replace', value: { [CORE_GROUP]: 5 } }],
      'invalidValue',
      /must be an object/,
    );
    refuses(
      'that is to be removed',
      [{ op: 'remove', path: CORE_GROUP }],
      'noTarget',
      /must name an attribute/,
    );
  });

  changes(
    'drops what is not here',
    [{ op: 'add', value: { colour: 'red', 'urn:example:other:2.0:Group': { colour: 'red' } } }],
    {},
  );
  refuses(
    'has no schemas that are not here',
    [{ op: 'add', path: 'urn:example:other:2.0:Group:colour', value: 'red' }],
    'invalidPath',
    /Group has no attribute/,
  );
  changes('takes the external id away', [{ op: 'remove', path: 'externalId' }], { externalId: null });
  refuses('keeps a name', [{ op: 'remove', path: 'displayName' }], 'mutability', /displayName is required/);
  refuses(
    'bounds the name',
    [{ op: 'replace', path: 'displayName', value: 'x'.repeat(256) }],
    'invalidValue',
    /longer than 255/,
  );
  refuses(
    'has no attributes of users',
    [{ op: 'replace', path: 'userName', value: 'x' }],
    'invalidPath',
    /Group has no attribute/,
  );
});

describe('the body of a group', () => {
  it('by Entra ID has a schema of Active Directory beside', () => {
    const draft = draftOf();
    const value = {
      schemas: [CORE_GROUP, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
      externalId: 'g-2',
      displayName: 'Makers',
      meta: { resourceType: 'Group' },
    };
    applyGroupBody(GROUP, draft, { op: 'add', path: undefined, value, hasValue: true });
    assert.deepEqual(groupProfileOf(draft.document, draft.members), {
      displayName: 'Makers',
      externalId: 'g-2',
      memberIds: [],
    });
  });

  it('must be an object', () => {
    for (const value of [null, 'x', [], 5]) {
      const error = refused(() =>
        applyGroupBody(GROUP, draftOf(), { op: 'add', path: undefined, value, hasValue: true }),
      );
      assert.equal(error.scimType, 'invalidValue');
    }
  });
});

function many(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `00000000-0000-4000-9000-${String(n).padStart(12, '0')}`);
}
