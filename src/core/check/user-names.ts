import { spacedLinks } from '../../database/queries/spaced-names.js';
import { accountsOf } from './accounts.js';
import { visible } from './groups.js';
import { type Prerequisite, pass, warn } from './prerequisite.js';

const MOST_SHOWN = 5;

export const userNames: Prerequisite = {
  name: 'user-names',
  about: 'no user name is stored with whitespace around it',
  needs: ['schema'],
  async run(input) {
    let count = 0;
    const spaced: { idp: string; id: string; userName: string }[] = [];
    for (const { id, name } of await accountsOf(input)) {
      const found = await input.database.read((session) => spacedLinks(session, id, MOST_SHOWN));
      count += found.count;
      spaced.push(...found.links.map((link) => ({ idp: name, ...link })));
    }
    if (count === 0) return pass('no user name is stored with whitespace around it');
    const shown = spaced.slice(0, MOST_SHOWN).map(({ idp, userName }) => `${visible(userName)} of ${idp}`);
    const rest = count - shown.length;
    return warn(
      `${count} ${count === 1 ? 'user name is' : 'user names are'} stored with whitespace around ${count === 1 ? 'it' : 'them'}: ${shown.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`,
      'An earlier version stored them. Correct them in the IdP if they have the whitespace there too, then restart provisioning, so that the IdP sends them again: scimctl stores them without it. If another user of the IdP has the name without the whitespace, rename or delete one of the two first.',
      { count, users: spaced },
    );
  },
};
