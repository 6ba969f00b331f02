import { operationProblem, usageProblem } from '../../problem.js';
export const groupUnknown = () => operationProblem('group-unknown', 'There is no group of this id.', {
    hint: 'The IdP sees only the groups that it pushed and has not deleted.',
});
export const groupExists = (constraint) => operationProblem('group-exists', `There is already a group of this ${constraint === 'idp_group_external_id' ? 'externalId' : 'displayName'}.`, { hint: 'Update that group, or give this one another.' });
export const groupMemberUnknown = (id) => operationProblem('group-member-unknown', `There is no user of the id ${JSON.stringify(id.slice(0, 80))}.`, {
    hint: 'Members are users of the same IdP that it has not deleted; provision the user first.',
});
export const groupInvalid = (what) => usageProblem('group-invalid', `The group cannot be stored: ${what}.`);
