import type { Session } from '../../database/database.js';
import { groupNames } from '../../database/queries/groups/group-names.js';
import { plainName, spacedGroupNames } from '../../database/queries/spaced-names.js';
import { accountsOf } from './accounts.js';
import { type Prerequisite, pass, warn } from './prerequisite.js';

/** Groups of one IdP whose names are the same but for case and the whitespace around them. */
interface Alike {
  idp: string;
  groups: { id: string; displayName: string }[];
}

const MOST_SHOWN = 5;

export const groups: Prerequisite = {
  name: 'groups',
  about: 'no two groups of an IdP differ only in the whitespace around their names',
  needs: ['schema'],
  async run(input) {
    const alike: Alike[] = [];
    for (const { id, name } of await accountsOf(input)) {
      const found = await input.database.read((session) => groupsAlike(session, id));
      alike.push(...found.map((one) => ({ idp: name, groups: one })));
    }
    if (alike.length === 0) return pass('no two groups differ only in the whitespace around their names');
    const shown = alike
      .slice(0, MOST_SHOWN)
      .map(
        ({ idp, groups }) =>
          `${groups.map(({ displayName }) => visible(displayName)).join(' and ')} of ${idp}`,
      );
    const rest = alike.length - shown.length;
    return warn(
      `groups differ only in the whitespace around their names: ${shown.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`,
      'Rename or delete one of these groups in the IdP. Until then, each keeps its name and members.',
      { alike },
    );
  },
};

/** Only a name with whitespace around it can be like another, so that there is nothing to compare without one. */
async function groupsAlike(session: Session, serviceAccountId: string): Promise<Alike['groups'][]> {
  if ((await spacedGroupNames(session, serviceAccountId)).length === 0) return [];
  const byName = new Map<string, Alike['groups']>();
  for (const group of await groupNames(session, serviceAccountId)) {
    const name = plainName(group.displayName);
    byName.set(name, [...(byName.get(name) ?? []), group]);
  }
  return [...byName.values()]
    .filter(({ length }) => length > 1)
    .map((alike) => alike.sort((a, b) => (a.displayName < b.displayName ? -1 : 1)));
}

/** In quotes, and with what cannot be seen, or told from a blank, spelled out. */
export const visible = (name: string): string =>
  JSON.stringify(name).replace(
    /[^\S ]|\p{Cf}/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
