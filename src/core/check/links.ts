import { countDoubtfulAndSuspended } from '../../database/queries/account-findings.js';
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
  about: 'every link leads to the account that it was made for',
  needs: ['schema', 'host'],
  async run(input) {
    const { doubtful } = await countsOf(input);
    if (doubtful === 0) return pass('every link leads to the account that it was made for');
    return warn(
      `${doubtful} ${doubtful === 1 ? 'link is' : 'links are'} doubtful: login name and e-mail address of the account have both changed`,
      'The host application may have given the account to another person. Run `scimctl users pending --reason doubtful`, then say whose it is with `scimctl users link`.',
      { doubtful },
    );
  },
};

export const suspended: Prerequisite = {
  name: 'suspended',
  about: 'no user whom an IdP lets in is disabled in the host application',
  needs: ['schema', 'host'],
  async run(input) {
    const { suspended } = await countsOf(input);
    if (suspended === 0) return pass('no user whom an IdP lets in is disabled in the host application');
    return warn(
      `${suspended} ${suspended === 1 ? 'user is' : 'users are'} suspended in the application: the link is in force, and the account is disabled`,
      'Run `scimctl users list --state suspended`. After an upgrade, departures that were lost before may be among them: restart provisioning in the IdP, so that it sends `active` again.',
      { suspended },
    );
  },
};
