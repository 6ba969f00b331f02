import { entraGroup, patch } from '../bodies.js';
import {
  createGroupStep,
  deleteGroupStep,
  findGroupStep,
  membersOf,
  membersStep,
  needsGroup,
  readTestGroup,
  removalStep,
  renameGroup,
  type TestGroup,
} from '../steps/group-steps.js';
import type { Step } from '../steps/step.js';
import type { TestUser } from '../steps/test-user.js';

/** A group's life as Entra leads it; the members come one by one. */
export function entraGroupSteps(group: TestGroup, users: readonly [TestUser, TestUser]): Step[] {
  const [one, other] = users;
  const add = (op: string, { id }: TestUser) =>
    patch({ op, path: 'members', value: [{ $ref: null, value: id }] });
  return [
    createGroupStep(group, () => entraGroup(group.displayName, group.externalId)),
    findGroupStep(group),
    membersStep(
      'group-add',
      group,
      users,
      () => [add('Add', one), add('Add', other)],
      'two members are added one after another',
    ),
    withoutMembers(group),
    removalStep(
      'group-remove',
      group,
      [one, other],
      () => [patch({ op: 'Remove', path: 'members', value: [{ value: one.id }] })],
      'Remove with the path members and a value',
    ),
    removalStep(
      'group-remove-flag',
      group,
      [other, one],
      () => [
        add('add', one),
        add('add', other),
        patch({ op: 'remove', path: `members[value eq "${other.id}"]` }),
      ],
      'remove with the path members[value eq "…"]',
    ),
    renameGroup(group, (value) => patch({ op: 'Replace', path: 'displayName', value })),
    deleteGroupStep(group),
  ];
}

const withoutMembers = (group: TestGroup): Step => ({
  name: 'group-excluded',
  idp: 'entra',
  obstacle: needsGroup(group),
  run: async (scene) => {
    const resource = await readTestGroup(scene, group, 'excludedAttributes=members');
    if (membersOf(resource).length > 0) {
      scene.deviates('excluded-ignored', 'members are returned in spite of excludedAttributes=members');
    }
    return 'excludedAttributes=members leaves them out';
  },
});
