import { operationProblem, prerequisiteProblem, usageProblem } from '../../problem.js';
// What an administrator of the IdP reads in its log. No names of other people: they may be of another IdP.
export const userUnknown = () => operationProblem('user-unknown', 'There is no user of this id.', {
    hint: 'The IdP sees only the users that it provisioned and has not deleted.',
});
export const userExists = (what) => operationProblem('user-exists', `There is already a user of this ${what}.`, {
    hint: 'Update that user, or give this one another.',
});
export const userAmbiguous = (count) => operationProblem('user-ambiguous', `${count} accounts of the host application have this e-mail address, and none of them as login name.`, { hint: 'In the host application, make the address unique, or the login name of the right account.' });
export const userProtected = () => operationProblem('user-protected', 'The account in the host application is protected from provisioning.', {
    hint: 'Leave this person out of provisioning, or take off the protection in the host application.',
});
export const userClaimed = () => operationProblem('user-claimed', 'The account in the host application is managed by another user of an IdP already.', { hint: 'Unassign the other one first; `scimctl audit list` says who linked the account.' });
export const userNameTaken = () => operationProblem('user-name-taken', 'Another account of the host application has this login name or e-mail address.', {
    hint: 'Change the address of one of the two, in the IdP or in the host application.',
});
export const seatsExhausted = (pools) => {
    const counts = pools
        .map(({ licenceType, seatsTotal, seatsUsed }) => `${licenceType} ${seatsUsed} of ${seatsTotal}`)
        .join(', ');
    return operationProblem('seats-exhausted', `No licence seat is free: ${counts || 'the host application has no licence pools'}.`, { hint: 'Free a seat in the host application or buy more; the IdP tries again by itself.' });
};
export const idpDisabled = () => operationProblem('idp-disabled', 'The service account of this IdP is disabled, or was removed.', {
    hint: '`scimctl idp enable` enables it.',
});
export const samlNotEnabled = () => prerequisiteProblem('saml-not-enabled', 'The SAML provider that users of this IdP sign in with is not enabled in the host application.', {
    hint: '`scimctl check saml` shows what is missing; `scimctl idp update --sso-provider` binds another.',
});
export const hostRefused = (reason, cause) => operationProblem('host-refused', `The host application does not take this user: ${reason}`, {
    hint: 'Shorten or correct the value in the IdP, or leave its attribute out of the mapping.',
    cause,
});
export const profileInvalid = (what) => usageProblem('profile-invalid', `The user cannot be stored: ${what}.`);
