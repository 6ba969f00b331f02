import { heldBackByIdp } from '../../database/queries/links/held-back.js';
import { DEFAULT_LIMIT, limitText } from '../provisioning/departures/departure-limit.js';
import { accountsOf } from './accounts.js';
import { fail, type Prerequisite, pass, warn } from './prerequisite.js';

export const departures: Prerequisite = {
  name: 'departures',
  about: 'no departure is held back, and every IdP that disables accounts has a limit',
  needs: ['schema'],
  async run(input) {
    const accounts = await accountsOf(input);
    const all = await input.database.read(heldBackByIdp);
    // An IdP that is disabled meanwhile holds them back all the same.
    const ofInterest = all.filter(
      ({ idp }) => input.idp === undefined || accounts.some(({ name }) => name === idp),
    );
    const held = ofInterest.filter(({ count }) => count > 0);
    const [first] = held;
    if (first) {
      const list = held.map(({ idp, count }) => `${count} of ${idp}`).join(', ');
      return fail(
        `departures are held back until you release them: ${list}`,
        `Review the accounts that are still enabled with \`scimctl users pending --idp ${first.idp}\`, then disable them with \`${first.isRemoved ? 'scimctl users disable USER' : `scimctl idp release ${first.idp}`}\`.`,
        { held: held.map(({ idp, count }) => ({ idp, count })) },
      );
    }
    const unlimited = accounts.filter(
      ({ deprovisionPolicy, maxDepartures }) => deprovisionPolicy === 'disable' && maxDepartures === 'none',
    );
    const names = unlimited.map(({ name }) => name);
    if (names.length === 0) return pass('no departure is held back');
    return warn(
      `${names.join(', ')} can disable any number of accounts at once`,
      `Set a limit with \`scimctl idp update ${names[0]} --max-departures "${limitText(DEFAULT_LIMIT)}"\`.`,
      { unlimited: names },
    );
  },
};
