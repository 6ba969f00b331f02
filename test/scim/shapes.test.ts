import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseFilter, resolveFilter } from '../../src/scim/protocol/filter/resolve.js';
import { listRequestOf } from '../../src/scim/protocol/handler/query.js';
import { createService } from '../../src/scim/protocol/handler/service.js';
import { applyBody, applyOperation } from '../../src/scim/protocol/patch/apply.js';
import { touchesMembers } from '../../src/scim/protocol/patch/group-request.js';
import { applyToGroup, draftOf, memberChangeIn } from '../../src/scim/protocol/patch/members.js';
import { groupProfileOf } from '../../src/scim/protocol/resources/group-profile.js';
import { createProjection } from '../../src/scim/protocol/resources/projection.js';
import { documentOf, profileOf } from '../../src/scim/protocol/resources/user-profile.js';
import { userResource } from '../../src/scim/protocol/resources/user-resource.js';
import { ScimError } from '../../src/scim/protocol/scim-error.js';
import type { Filter } from '../../src/words/filter.js';
import { readOperations } from '../support/scim/patch.js';
import { ENTERPRISE, FACTORY, GROUP, presentGroup, provisionedUser, USER } from '../support/scim/scim.js';
import { createShapes, type Shapes } from '../support/scim/scim-shapes.js';

const ROUNDS = 4000;

/** Does it with many shapes: each is answered, or refused for a reason. Returns how many were answered. */
function survive(what: string, attempt: (shapes: Shapes) => void) {
  it(what, () => {
    let answered = 0;
    for (let seed = 0; seed < ROUNDS; seed++) {
      try {
        attempt(createShapes(seed, ['00000001-0000-4000-8000-000000000000']));
        answered++;
      } catch (error) {
        if (!(error instanceof ScimError)) throw new Error(`seed ${seed}`, { cause: error });
        assert.ok(error.status >= 400 && error.status < 500);
        assert.ok(error.detail.length > 0 && error.detail.length < 700, error.detail);
      }
    }
    // Shapes of which all are refused would test nothing but the refusal.
    assert.ok(answered > ROUNDS / 20, `${answered} of ${ROUNDS} were answered`);
    assert.ok(answered < ROUNDS);
    assert.deepEqual(Object.keys(Object.prototype), []);
  });
}

const user = provisionedUser({
  attributes: {
    title: 'Engineer',
    phoneNumbers: [{ value: '+1', type: 'work', primary: true }],
    addresses: [{ type: 'work', locality: 'Bonn' }],
    [ENTERPRISE]: { department: 'd', manager: { value: 'm', $ref: '../m' } },
    [FACTORY]: { floor: 3, tags: ['a'], machines: [{ value: 'press', hours: 3 }] },
  },
});
const BAD_TEXT = /[\0\p{Surrogate}]/u;

/** All that is text in a value, names included. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, one]) => [name, ...textsIn(one)]);
}

describe('whatever is sent', () => {
  survive('filters come to conditions over names of the schemas', (shapes) => {
    const names = new Set([
      'userName',
      ...[...USER.names.values(), ...GROUP.names.values()].flatMap(({ at }) => at?.path ?? []),
    ]);
    const check = (filter: Filter): void => {
      if ('filters' in filter) {
        filter.filters.forEach(check);
        return;
      }
      if ('attribute' in filter) for (const name of filter.attribute.path) assert.ok(names.has(name), name);
      if ('filter' in filter) check(filter.filter);
    };
    const condition = resolveFilter(parseFilter(shapes.filter()), { type: USER, others: [GROUP] });
    if (typeof condition === 'object') check(condition);
    assert.ok(!textsIn(condition).some((text) => BAD_TEXT.test(text)));
  });

  survive('bodies of users become profiles that can be stored', (shapes) => {
    const document = {};
    applyBody(USER, document, { op: 'add', path: undefined, value: shapes.userBody(), hasValue: true });
    const profile = profileOf(USER, document, true);
    assert.deepEqual(profile, JSON.parse(JSON.stringify(profile)));
    assert.ok(!textsIn(profile).some((text) => BAD_TEXT.test(text)));
    // What was stored is shown, and what is shown is the same once more.
    const shown = provisionedUser(profile);
    assert.deepEqual(profileOf(USER, documentOf(shown), profile.active), profile);
    userResource(USER, shown, 'https://iqm.example/scim/v2');
  });

  survive('changes of users leave what they began with alone', (shapes) => {
    const before = JSON.stringify(user);
    const document = documentOf(user);
    try {
      for (const operation of readOperations(shapes.patchBody())) applyOperation(USER, document, operation);
      const profile = profileOf(USER, document, user.active);
      assert.deepEqual(profile, JSON.parse(JSON.stringify(profile)));
      assert.ok(!textsIn(profile).some((text) => BAD_TEXT.test(text)));
    } finally {
      assert.equal(JSON.stringify(user), before);
    }
  });

  survive('changes of groups come to the same with and without their members', (shapes) => {
    const members = ['00000001', '00000002'].map((id) => ({
      id: `${id}-0000-4000-8000-000000000000`,
      display: id,
    }));
    const group = presentGroup({ members });
    const operations = readOperations(shapes.groupPatchBody());
    const draft = draftOf(group);
    for (const operation of operations) applyToGroup(GROUP, draft, operation);
    const { members: after } = draft;
    if (!touchesMembers(GROUP, operations))
      assert.deepEqual([after.joining(), after.leaving(), draft.strangers.size], [[], [], 0]);
    const whole = groupProfileOf(draft.document, draft.members);
    const change = memberChangeIn(GROUP, operations);
    if (!change) return;
    const left = new Set(members.map(({ id }) => id));
    for (const id of change.remove) left.delete(id);
    for (const id of change.add) left.add(id);
    assert.deepEqual([...left].sort(), whole.memberIds.toSorted());
  });

  survive('queries are read, and projections made of them', (shapes) => {
    const asked = listRequestOf(new URLSearchParams(shapes.query()), createService({}));
    const { id } = createProjection(USER, asked).apply(userResource(USER, user, 'https://iqm.example'));
    assert.equal(id, user.id);
    assert.ok(asked.page.count <= 200);
  });
});
