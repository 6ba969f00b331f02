import { oktaGroup, patch } from '../bodies.js';
import {
  createGroupStep,
  deleteGroupStep,
  findGroupStep,
  membersStep,
  removalStep,
  renameGroup,
  type TestGroup,
} from '../steps/group-steps.js';
import type { Step } from '../steps/step.js';
import type { TestUser } from '../steps/test-user.js';

/** A group's life as Okta's group push leads it. */
export function oktaGroupSteps(group: TestGroup, users: readonly [TestUser, TestUser]): Step[] {
  const [one] = users;
  const members = (op: string) =>
    patch({
      op,
      path: 'members',
      value: users.map(({ id, userName }) => ({ value: id, display: userName })),
    });
  return [
    createGroupStep(group, () => oktaGroup(group.displayName)),
    findGroupStep(group),
    membersStep('group-add', group, users, () => [members('add')], 'two members are added at once'),
    removalStep(
      'group-remove',
      group,
      users,
      () => [patch({ op: 'remove', path: `members[value eq "${one.id}"]` })],
      'remove with the path members[value eq "…"]',
    ),
    membersStep(
      'group-replace',
      group,
      users,
      () => [members('replace')],
      'all members are replaced at once',
    ),
    renameGroup(group, (displayName) => patch({ op: 'replace', value: { id: group.id, displayName } })),
    deleteGroupStep(group),
  ];
}
