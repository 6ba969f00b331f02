import { countDoubtfulAndSuspended } from '../../database/queries/links/account-findings.js';
import { DOUBTFUL_HINT } from '../provisioning/problems.js';
import { accountsOf } from './accounts.js';
import { type CheckInput, type Prerequisite, pass, warn } from './prerequisite.js';

/** Both are asked for at once. */
async function countsOf(input: CheckInput) {
  const [only] = input.idp === undefined ? [] : await accountsOf(input);
  return input.once('links', () =>
    input.database.read((session) => countDoubtfulAndSuspended(session, only?.id)),
  );
}

export const doubtful: Prerequisite = {
  name: 'doubtful',
  about: 'every link still points to the account that it was created for',
  needs: ['schema', 'host'],
  async run(input) {
    const { doubtful } = await countsOf(input);
    if (doubtful === 0) return pass('every link still points to the account that it was created for');
    return warn(
      `${doubtful} ${doubtful === 1 ? 'link is' : 'links are'} doubtful: login name and e-mail address of the account have both changed`,
      `The host application may have given the account to another person. ${DOUBTFUL_HINT}`,
      { doubtful },
    );
  },
};

export const suspended: Prerequisite = {
  name: 'suspended',
  about: 'no user who is active in an IdP is disabled in the host application',
  needs: ['schema', 'host'],
  async run(input) {
    const { suspended } = await countsOf(input);
    if (suspended === 0) return pass('no user who is active in an IdP is disabled in the host application');
    return warn(
      `${suspended} ${suspended === 1 ? 'user is' : 'users are'} suspended in the application: active in the IdP, but the account is disabled`,
      'Review them with `scimctl users list --state suspended`, then enable the accounts in the host application or unassign the users in the IdP. After an upgrade, some of them may be departures that were lost earlier: restart provisioning in the IdP, so that it sends `active` again.',
      { suspended },
    );
  },
};
