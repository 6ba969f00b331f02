import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { SyntaxFault } from '../../src/scim/protocol/filter/tokens.js';
import { searchRequestOf } from '../../src/scim/protocol/handler/query.js';
import { createService } from '../../src/scim/protocol/handler/service.js';
import { wantedUser } from '../../src/scim/protocol/handler/wanted-user.js';
import { applyBody, assertFewNames } from '../../src/scim/protocol/patch/apply.js';
import { groupRequestOf } from '../../src/scim/protocol/patch/group-request.js';
import { draftOf } from '../../src/scim/protocol/patch/members.js';
import { type Operation, readWhatIsThere } from '../../src/scim/protocol/patch/operations.js';
import { documentOf } from '../../src/scim/protocol/resources/user-profile.js';
import { ScimError } from '../../src/scim/protocol/scim-error.js';
import {
  CORE_USER,
  ENTERPRISE,
  GROUP,
  PATCH_OP,
  presentGroup,
  provisionedUser,
  refused,
  USER,
} from '../support/scim/scim.js';

const read = (Operations: Partial<Operation>[]) => readWhatIsThere({ schemas: [PATCH_OP], Operations });

const either = (comparisons: number, part: string) =>
  [...Array.from({ length: comparisons - 1 }, (_, at) => `${part} eq "${at}"`), `${part} eq "work"`].join(
    ' or ',
  );

describe('what the paths of one request may compare', () => {
  const members = Array.from({ length: 20_000 }, (_, at) => ({ id: randomUUID(), display: `Member ${at}` }));
  const group = presentGroup({ members });
  const ofGroup = (operations: Partial<Operation>[]) =>
    groupRequestOf(GROUP, group, draftOf(group), read(operations));
  const address = { type: 'work', locality: 'Graz' };
  const user = provisionedUser({ attributes: { addresses: Array(200).fill(address) } });
  const ofUser = (operations: Partial<Operation>[]) => {
    const { active: _, ...start } = documentOf(user);
    return wantedUser(USER, user, start, read(operations));
  };

  it('refuses a thousand paths with 75 comparisons each', () => {
    const path = `addresses[${either(75, 'type')}].locality`;
    const operations = Array.from({ length: 1_000 }, () => ({ op: 'replace' as const, path, value: 'Linz' }));
    const { status, scimType } = refused(() => ofUser(operations));
    assert.deepEqual([status, scimType], [400, 'tooMany']);
  });

  it('refuses them as the names of one value', () => {
    const names = Array.from(
      { length: 1_000 },
      (_, at) => `addresses[${either(75, 'type')} or type eq "n${at}"].locality`,
    );
    const value = Object.fromEntries(names.map((name) => [name, 'Linz']));
    assert.equal(refused(() => ofUser([{ op: 'replace', value }])).scimType, 'tooMany');
  });

  it('refuses many filters over the names of many members', () => {
    const operations = Array.from({ length: 1_000 }, () => ({
      op: 'replace' as const,
      path: 'members[display eq "Nobody"]',
      value: {},
    }));
    // That no member meets the filter is said of those that were compared.
    const { scimType } = refused(() => ofGroup(operations));
    assert.equal(scimType, 'noTarget');
    const removes = operations.map(({ path }) => ({ op: 'remove' as const, path }));
    assert.equal(refused(() => ofGroup(removes)).scimType, 'tooMany');
  });

  it('refuses many values that are added to, or removed from, many', () => {
    let count = 0;
    const value = () => Array.from({ length: 200 }, () => ({ value: `role ${count++}` }));
    for (const op of ['add', 'remove'] as const) {
      const grown = Array.from({ length: 10 }, () => ({ op: 'add' as const, path: 'roles', value: value() }));
      const operations = Array.from({ length: 20 }, () => ({ op, path: 'roles', value: value() }));
      assert.equal(refused(() => ofUser([...grown, ...operations])).scimType, 'tooMany');
    }
    const { attributes } = ofUser([{ op: 'add', path: 'addresses', value: Array(200).fill(address) }]);
    assert.deepEqual(attributes.addresses, user.attributes.addresses);
  });

  it('counts the members that a group had, also when all have left', () => {
    const path = 'members[display eq "Nobody"]';
    const removes = Array.from({ length: 100 }, () => ({ op: 'remove' as const, path }));
    const { members: left, skipped } = ofGroup([{ op: 'remove', path: 'members' }, ...removes]);
    // 25 of them are looked through 20,000 members each.
    assert.deepEqual([left.size, skipped?.attributes?.length], [0, 75]);
  });

  it('lets a departure go through, and members leave, whatever stands beside it', () => {
    const path = `addresses[${either(75, 'type')}].locality`;
    const expensive = Array.from({ length: 999 }, () => ({ op: 'replace' as const, path, value: 'Linz' }));
    const wanted = ofUser([...expensive, { op: 'replace', path: 'active', value: false }]);
    assert.deepEqual([wanted.active, wanted.skipped], [false, ['addresses']]);

    const [first] = members;
    const costly = Array.from({ length: 500 }, () => ({
      op: 'remove' as const,
      path: 'members[display eq "Nobody"]',
    }));
    const left = ofGroup([...costly, { op: 'remove', path: `members[value eq "${first?.id}"]` }]);
    assert.equal(left.members.size, members.length - 1);
  });

  it('takes a thousand removals by id from a large group, and a thousand changes of one address', () => {
    const leaving = members.slice(0, 1_000);
    const removes = leaving.map(({ id }) => ({ op: 'remove' as const, path: `members[value eq "${id}"]` }));
    assert.equal(ofGroup(removes).members.size, members.length - leaving.length);
    const path = 'addresses[type eq "work" and primary eq true].streetAddress';
    const changes = Array.from({ length: 1_000 }, (_, at) => ({
      op: 'replace' as const,
      path,
      value: `No ${at}`,
    }));
    const one = { ...user, attributes: { addresses: [{ type: 'work', primary: true }] } };
    const { addresses } = wantedUser(USER, one, documentOf(one), read(changes)).attributes;
    assert.deepEqual(addresses, [{ type: 'work', primary: true, streetAddress: 'No 999' }]);
  });
});

describe('the names in one request', () => {
  const user = provisionedUser({});
  const change = (...operations: object[]) => {
    const { active: _, ...start } = documentOf(user);
    return wantedUser(USER, user, start, read(operations));
  };
  const group = presentGroup({ members: [{ id: randomUUID(), display: 'Ann' }] });
  const changeGroup = (...operations: object[]) =>
    groupRequestOf(GROUP, group, draftOf(group), read(operations));
  const names = (count: number, start = 'x'): Record<string, unknown> =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`${start}${at}`, at]));
  const create = (value: Record<string, unknown>) => {
    assertFewNames(USER, value);
    applyBody(USER, {}, { op: 'add', path: undefined, value, hasValue: true });
  };

  /** How many errors of ours some work makes; each takes as long as to look up a hundred names. */
  function errorsIn(work: () => unknown): number {
    let made = 0;
    class Counted extends Error {
      constructor(message?: string) {
        super(message);
        made++;
      }
    }
    for (const kind of [ScimError, SyntaxFault]) Object.setPrototypeOf(kind, Counted);
    try {
      work();
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
    } finally {
      for (const kind of [ScimError, SyntaxFault]) Object.setPrototypeOf(kind, Error);
    }
    return made;
  }

  it('are found to be unknown without an exception', () => {
    for (const start of ['x', 'urn:x:', `${ENTERPRISE}:x`, 'x (', ' "']) {
      const value = { ...names(900, start), [ENTERPRISE]: names(900, start) };
      assert.equal(
        errorsIn(() => change({ op: 'replace', value })),
        0,
        start,
      );
      assert.equal(
        errorsIn(() => create({ userName: 'ann', ...value })),
        0,
        start,
      );
      assert.equal(
        errorsIn(() => changeGroup({ op: 'replace', value: names(900, start) })),
        0,
        start,
      );
    }
  });

  it('are bounded, whether they are known or not, and wherever they are', () => {
    const many = { ...names(1_500), ...names(600, 'addresses[') };
    const half = names(1_001);
    for (const work of [
      () => change({ op: 'replace', value: many }),
      () => change({ op: 'replace', value: half }, { op: 'add', value: { [CORE_USER]: half } }),
      () => change({ op: 'replace', value: { [ENTERPRISE]: many } }),
      () =>
        change(
          { op: 'replace', path: ENTERPRISE, value: half },
          { op: 'add', value: { [ENTERPRISE]: { ...half } } },
        ),
      () => create({ userName: 'ann', ...many }),
      () => changeGroup({ op: 'replace', value: many }),
    ]) {
      const { status, scimType } = refused(work);
      assert.deepEqual([status, scimType], [413, 'tooMany']);
      assert.ok(errorsIn(work) <= 2, `${errorsIn(work)} errors`);
    }
    assert.equal(
      change({ op: 'replace', value: { ...names(1_900), title: 'Boss' } }).attributes.title,
      'Boss',
    );
  });

  it('keep no departure from being taken, nor a member from leaving', () => {
    const gone = { op: 'replace', path: 'active', value: false };
    for (const [what, operations] of [
      ['unknown names', [{ op: 'replace', value: { ...names(110_000), active: 'False' } }]],
      ['names with brackets', [{ op: 'replace', value: { ...names(50_000, 'x['), aCTive: false } }]],
      ['names of an extension', [{ op: 'replace', value: { [ENTERPRISE]: names(50_000) } }, gone]],
      ['unknown paths', [...Array(30_000).fill({ op: 'add', path: 'x', value: 1 }), gone]],
      ['what is no operation', [...Array(50_000).fill({}), gone]],
    ] as const) {
      let wanted: ReturnType<typeof change> | undefined;
      const errors = errorsIn(() => {
        wanted = change(...operations);
      });
      assert.equal(wanted?.active, false, what);
      assert.ok((wanted?.skipped?.length ?? 0) > 0, what);
      assert.ok(errors < 150, `${what}: ${errors} errors`);
    }
    const title = change({ op: 'replace', value: { title: 'Boss', ...names(110_000), active: false } });
    assert.deepEqual([title.active, title.attributes.title, title.skipped?.length], [false, 'Boss', 20]);
    const left = changeGroup(
      { op: 'replace', value: names(110_000) },
      { op: 'remove', path: `members[value eq "${[...group.members.keys()][0]}"]` },
    );
    assert.deepEqual([left.members.size, left.skipped?.attributes], [0, ['(too many)']]);
  });

  it('are bounded in what a request asks for', () => {
    const service = createService({});
    const asked = (attributes: unknown) => searchRequestOf({ attributes }, service).attributes.length;
    const list = Object.keys(names(1_000));
    assert.deepEqual([asked(list), asked(list.join())], [1_000, 1_000]);
    for (const attributes of [
      [...list, 'x'],
      [...list, 'x'].join(),
      [list.join(), 'x'],
      'a,'.repeat(500_000),
    ]) {
      const { status, scimType } = refused(() => asked(attributes));
      assert.deepEqual([status, scimType], [400, 'tooMany']);
    }
  });
});
