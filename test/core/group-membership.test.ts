import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GroupMembership } from '../../src/core/provisioning/groups/group-membership.js';

const before = new Map([
  ['ann', 'Ann'],
  ['ben', 'Ben'],
]);
type Edited = Pick<Set<string>, 'add' | 'delete' | 'clear'> | GroupMembership;
const EDITS: [name: string, edit: (members: Edited) => void][] = [
  ...['ann', 'ben', 'cyd'].flatMap((id): typeof EDITS => [
    [`add ${id}`, (members) => void members.add(id)],
    [`delete ${id}`, (members) => void members.delete(id)],
  ]),
  ['clear', (members) => members.clear()],
];

/** Every sequence of that many edits. */
const sequences = (length: number): number[][] =>
  length === 0 ? [[]] : sequences(length - 1).flatMap((some) => EDITS.map((_, at) => [...some, at]));

describe('who is in a group while it is changed', () => {
  it('is what a set of ids would hold, after every sequence of five edits', () => {
    for (const sequence of sequences(5)) {
      const [members, model] = [new GroupMembership(before), new Set(before.keys())];
      for (const at of sequence) for (const one of [members, model]) EDITS[at]?.[1](one);
      const said = sequence.map((at) => EDITS[at]?.[0]).join(', ');
      assert.deepEqual([...members].sort(), [...model].sort(), said);
      assert.equal(members.size, model.size, said);
      for (const id of ['ann', 'ben', 'cyd']) assert.equal(members.has(id), model.has(id), said);
      assert.deepEqual(
        members.joining(),
        [...model].filter((id) => !before.has(id)),
        said,
      );
      assert.deepEqual(
        members.leaving().sort(),
        [...before.keys()].filter((id) => !model.has(id)),
        said,
      );
    }
  });

  it('knows an id in any case', () => {
    const members = new GroupMembership(before);
    members.delete('ANN');
    members.add('Cyd');
    assert.deepEqual([[...members], members.has('CYD')], [['ben', 'cyd'], true]);
  });
});
