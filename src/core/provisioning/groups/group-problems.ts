import { operationProblem, usageProblem } from '../../../problem.js';

export const groupUnknown = () =>
  operationProblem('group-unknown', 'There is no group with this id.', {
    hint: 'The IdP sees only the groups that it pushed and has not deleted.',
  });

export const groupExists = (attribute: 'displayName' | 'externalId') =>
  operationProblem('group-exists', `A group with this ${attribute} already exists.`, {
    hint: 'Update that group, or send another value for this one.',
  });

export const groupInvalid = (what: string) =>
  usageProblem('group-invalid', `The group cannot be stored: ${what}.`, {
    hint: 'Correct the value in the IdP.',
  });
