import { operationProblem, usageProblem } from '../../problem.js';

export const groupUnknown = () =>
  operationProblem('group-unknown', 'There is no group of this id.', {
    hint: 'The IdP sees only the groups that it pushed and has not deleted.',
  });

export const groupExists = (attribute: 'displayName' | 'externalId') =>
  operationProblem('group-exists', `There is already a group of this ${attribute}.`, {
    hint: 'Update that group, or give this one another.',
  });

export const groupInvalid = (what: string) =>
  usageProblem('group-invalid', `The group cannot be stored: ${what}.`);
