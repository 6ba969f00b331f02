import type { Core } from '../../core/core.js';
import { type PendingUser, pendingUserPages } from '../../core/users/pending.js';
import { usageProblem } from '../../problem.js';
import type { Context } from '../context.js';
import type { PromptChoice } from '../input/prompts.js';

/** Up to this many users are shown without a search. */
const WITHOUT_SEARCH = 15;
/** A search shows at most this many. */
const MOST_SHOWN = 200;

/**
 * Lets a person pick from the users who are pending manual disable. Doubtful ones are left out: they have to be
 * resolved first.
 * @returns ids of the host users.
 * @throws Problem `users-none-pending`, `declined` where nobody is picked.
 */
export async function pickPending(core: Core, { prompts, talk }: Context): Promise<string[]> {
  const picked = new Set<string>();
  const first = await pendingLike(core, '', WITHOUT_SEARCH);
  if (first.users.length === 0) {
    throw usageProblem('users-none-pending', 'No user is pending manual disable.', {
      hint: '`scimctl users pending` shows all who are pending, also doubtful accounts, which `scimctl users link` resolves.',
    });
  }
  let more = first.isCut;
  if (!more) {
    for (const id of await prompts.pick(QUESTION, first.users.map(choiceOf))) picked.add(id);
  }
  while (more) {
    const words = await prompts.text('Search by part of a login, name, e-mail address or IdP (empty: all):');
    const { users, isCut } = await pendingLike(core, words, MOST_SHOWN);
    if (users.length === 0) talk.note(`No user who is pending has “${words}” in login, name, e-mail or IdP.`);
    else {
      if (isCut) talk.note(`These are the first ${MOST_SHOWN}; a longer search text shows others.`);
      for (const id of await prompts.pick(QUESTION, users.map(choiceOf))) picked.add(id);
    }
    more = await prompts.yesNo(`${pickedSoFar(picked.size)} Search again?`, picked.size === 0);
  }
  if (picked.size > 0) return [...picked];
  throw usageProblem('declined', 'No user was picked.', { hint: 'Nothing was changed.' });
}

const QUESTION = 'Which accounts do you want to disable?';

const pickedSoFar = (count: number) =>
  count === 1 ? 'One account is picked.' : `${count} accounts are picked.`;

async function pendingLike(core: Core, words: string, most: number) {
  const wanted = words.trim().toLowerCase();
  const users: PendingUser[] = [];
  for await (const page of pendingUserPages(core)) {
    for (const user of page) {
      const { loginName, displayName, email, idp, reason } = user;
      const isLike = [loginName, displayName, email, idp].some((text) =>
        text?.toLowerCase().includes(wanted),
      );
      if (reason === 'doubtful' || !isLike) continue;
      if (users.length === most) return { users, isCut: true };
      users.push(user);
    }
  }
  return { users, isCut: false };
}

function choiceOf(user: PendingUser): PromptChoice<string> {
  const { userId, loginName, displayName, email, idp, reason, since, days, licenceType } = user;
  const why = `${reason} in ${idp}, ${days === 1 ? 'one day' : `${days} days`} ago`;
  const more = [
    displayName,
    email !== loginName && email,
    `since ${since.toISOString()}`,
    licenceType !== null && `holds a seat of ${licenceType}`,
  ];
  return { name: `${loginName}: ${why}`, value: userId, description: more.filter(Boolean).join(', ') };
}
