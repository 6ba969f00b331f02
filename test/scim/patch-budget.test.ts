import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { wantedUser } from '../../src/scim/protocol/handler/wanted-user.js';
import { groupRequestOf } from '../../src/scim/protocol/patch/group-request.js';
import { draftOf } from '../../src/scim/protocol/patch/members.js';
import { type Operation, readWhatIsThere } from '../../src/scim/protocol/patch/operations.js';
import { documentOf } from '../../src/scim/protocol/resources/user-profile.js';
import { GROUP, PATCH_OP, presentGroup, provisionedUser, refused, USER } from '../support/scim/scim.js';

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
