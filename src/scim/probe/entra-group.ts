import { entraGroup, patch } from './bodies.js';
import {
  change,
  createGroupStep,
  deleteGroupStep,
  expectMembers,
  expectRemoved,
  findGroupStep,
  membersOf,
  needsBoth,
  needsGroup,
  readGroup,
  renameGroup,
  type TestGroup,
} from './group-steps.js';
import type { Step } from './step.js';
import type { TestUser } from './test-user.js';

/** A group's life as Entra leads it; the members come one by one. */
export function entraGroupSteps(group: TestGroup, users: readonly [TestUser, TestUser]): Step[] {
  const [one, other] = users;
  const add = (op: string, { id }: TestUser) =>
    patch({ op, path: 'members', value: [{ $ref: null, value: id }] });
  return [
    createGroupStep(group, () => entraGroup(group.displayName, group.externalId)),
    findGroupStep(group),
    {
      name: 'group-add',
      idp: 'entra',
      obstacle: needsBoth(group, users),
      run: async (scene) => {
        await change(scene, group, add('Add', one), add('Add', other));
        await expectMembers(scene, group, users);
        return 'two members are added one after another';
      },
    },
    {
      name: 'group-excluded',
      idp: 'entra',
      obstacle: needsGroup(group),
      run: async (scene) => {
        const resource = await readGroup(scene, group, 'excludedAttributes=members');
        if (membersOf(resource).length > 0) {
          scene.deviates('excluded-ignored', 'members are returned in spite of excludedAttributes=members');
        }
        return 'excludedAttributes=members leaves them out';
      },
    },
    {
      name: 'group-remove',
      idp: 'entra',
      obstacle: needsBoth(group, users),
      run: async (scene) => {
        const value = [{ value: one.id }];
        await change(scene, group, patch({ op: 'Remove', path: 'members', value }));
        return expectRemoved(scene, group, one, other, 'Remove with the path members and a value');
      },
    },
    {
      name: 'group-remove-flag',
      idp: 'entra',
      obstacle: needsBoth(group, users),
      run: async (scene) => {
        await change(
          scene,
          group,
          add('add', one),
          add('add', other),
          patch({ op: 'remove', path: `members[value eq "${other.id}"]` }),
        );
        return expectRemoved(scene, group, other, one, 'remove with the path members[value eq "…"]');
      },
    },
    renameGroup(group, (value) => patch({ op: 'Replace', path: 'displayName', value })),
    deleteGroupStep(group),
  ];
}
