import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyGroupBody, applyToGroup, draftOf } from '../../src/scim/protocol/patch/members.js';
import { readOperations } from '../../src/scim/protocol/patch/operations.js';
import { groupProfileOf } from '../../src/scim/protocol/resources/group-profile.js';
import { CORE_GROUP, GROUP, provisionedGroup, refused } from '../support/scim.js';
const [ann, ben, cleo, dora] = [1, 2, 3, 4].map((n) => `0000000${n}-0000-4000-8000-000000000000`);
const group = provisionedGroup({
    externalId: 'g-1',
    members: [
        { id: ann, display: 'Ann' },
        { id: ben, display: 'Ben' },
    ],
});
function patched(operations) {
    const draft = draftOf(group);
    for (const operation of readOperations({ Operations: operations }))
        applyToGroup(GROUP, draft, operation);
    return groupProfileOf(draft.document, draft.members);
}
const unchanged = { displayName: 'Engineers', externalId: 'g-1', memberIds: [ann, ben] };
const changes = (title, operations, change) => it(title, () => assert.deepEqual(patched(operations), { ...unchanged, ...change }));
function refuses(title, operations, scimType, detail) {
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
        changes('adds a member with a reference that is null', [{ op: 'Add', path: 'members', value: [{ $ref: null, value: cleo }] }], { memberIds: [ann, ben, cleo] });
        changes('removes a member by value, without the flag', [{ op: 'Remove', path: 'members', value: [{ $ref: null, value: ann }] }], { memberIds: [ben] });
        changes('removes a member by a filter, with the flag', [{ op: 'remove', path: `members[value eq "${ann}"]` }], { memberIds: [ben] });
        changes('adds a member who is one, which is no change', [{ op: 'Add', path: 'members', value: [{ value: ann }] }], {});
    });
    describe('by Okta', () => {
        changes('renames it without a path, and says its id', [{ op: 'replace', value: { id: group.id, displayName: 'Makers' } }], { displayName: 'Makers' });
        changes('removes one and adds one', [
            { op: 'remove', path: `members[value eq "${ann}"]` },
            { op: 'add', path: 'members', value: [{ value: cleo, display: 'cleo@contoso.example' }] },
        ], { memberIds: [ben, cleo] });
        changes('replaces all', [
            {
                op: 'replace',
                path: 'members',
                value: [
                    { value: cleo, display: 'c' },
                    { value: dora, display: 'd' },
                ],
            },
        ], { memberIds: [cleo, dora] });
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
        changes('removes one who is none, which is no change', [
            { op: 'Remove', path: 'members', value: [{ value: dora }, { value: 'u1091' }] },
            { op: 'remove', path: `members[value eq "${dora}"]` },
        ], {});
        changes('removes nobody by an empty list', [{ op: 'remove', path: 'members', value: [] }], {});
        changes('removes all where it has no value at all', [{ op: 'remove', path: 'members' }], {
            memberIds: [],
        });
        changes('replaces by nobody', [{ op: 'replace', path: 'members', value: [] }], { memberIds: [] });
        changes('removes by name', [{ op: 'remove', path: 'members[display sw "b" and type eq "User"]' }], {
            memberIds: [ann],
        });
        changes('removes a part of one, who is that part', [{ op: 'remove', path: `members[value eq "${ann}"].value` }], { memberIds: [ben] });
        changes('of more than other lists may have', [{ op: 'add', path: 'members', value: many(500).map((value) => ({ value })) }], { memberIds: [ann, ben, ...many(500)] });
        refuses('does not remove everybody because of a null', [{ op: 'remove', path: 'members', value: null }], 'invalidValue', /must say who/);
        refuses('does not remove everybody because of a member without an id', [{ op: 'Remove', path: 'members', value: [{ value: null }] }], 'invalidValue', /must have a value/);
        refuses('takes no groups', [{ op: 'add', path: 'members', value: [{ value: cleo, type: 'Group' }] }], 'invalidValue', /groups within groups/);
        refuses('takes nobody who has no id of ours', [{ op: 'add', path: 'members', value: [{ value: 'u1091' }] }], 'invalidValue', /"u1091", which is the id of no user/);
        refuses('takes nothing that is no member', [{ op: 'add', path: 'members', value: [5] }], 'invalidValue', /must have a value/);
        refuses('changes nobody into somebody else', [{ op: 'replace', path: `members[value eq "${ann}"].value`, value: cleo }], 'mutability', /members.value cannot be changed/);
        refuses('finds nobody to replace', [{ op: 'replace', path: `members[value eq "${dora}"]`, value: { value: cleo } }], 'noTarget', /No member/);
    });
    changes('drops schemas that are not here', [
        { op: 'add', path: 'urn:example:other:2.0:Group:colour', value: 'red' },
        { op: 'add', value: { colour: 'red' } },
    ], {});
    changes('takes the external id away', [{ op: 'remove', path: 'externalId' }], { externalId: null });
    refuses('keeps a name', [{ op: 'remove', path: 'displayName' }], 'invalidValue', /displayName is required/);
    refuses('bounds the name', [{ op: 'replace', path: 'displayName', value: 'x'.repeat(256) }], 'invalidValue', /longer than 255/);
    refuses('has no attributes of users', [{ op: 'replace', path: 'userName', value: 'x' }], 'invalidPath', /Group has no attribute/);
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
            const error = refused(() => applyGroupBody(GROUP, draftOf(), { op: 'add', path: undefined, value, hasValue: true }));
            assert.equal(error.scimType, 'invalidValue');
        }
    });
});
function many(count) {
    return Array.from({ length: count }, (_, n) => `00000000-0000-4000-9000-${String(n).padStart(12, '0')}`);
}
