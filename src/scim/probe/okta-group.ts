import { oktaGroup, patch } from './bodies.js';
import {
  change,
  createGroupStep,
  deleteGroupStep,
  expectMembers,
  expectRemoved,
  findGroupStep,
  needsBoth,
  renameGroup,
  type TestGroup,
} from './group-steps.js';
import type { Step } from './step.js';
import type { TestUser } from './test-user.js';

/** A group's life as Okta's group push leads it. */
export function oktaGroupSteps(group: TestGroup, users: readonly [TestUser, TestUser]): Step[] {
  const [one, other] = users;
  const member = ({ id, userName }: TestUser) => ({ value: id, display: userName });
  return [
    createGroupStep(group, () => oktaGroup(group.displayName)),
    findGroupStep(group),
    {
      name: 'group-add',
      idp: 'okta',
      obstacle: needsBoth(group, users),
      run: async (scene) => {
        await change(
          scene,
          group,
          patch({ op: 'add', path: 'members', value: [member(one), member(other)] }),
        );
        await expectMembers(scene, group, users);
        return 'two members are added at once';
      },
    },
    {
      name: 'group-remove',
      idp: 'okta',
      obstacle: needsBoth(group, users),
      run: async (scene) => {
        await change(scene, group, patch({ op: 'remove', path: `members[value eq "${one.id}"]` }));
        return expectRemoved(scene, group, one, other, 'remove with the path members[value eq "…"]');
      },
    },
    {
      name: 'group-replace',
      idp: 'okta',
      obstacle: needsBoth(group, users),
      run: async (scene) => {
        await change(
          scene,
          group,
          patch({ op: 'replace', path: 'members', value: [member(one), member(other)] }),
        );
        await expectMembers(scene, group, users);
        return 'all members are replaced at once';
      },
    },
    renameGroup(group, (displayName) => patch({ op: 'replace', value: { id: group.id, displayName } })),
    deleteGroupStep(group),
  ];
}
