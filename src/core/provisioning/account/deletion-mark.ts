import { sameAddress } from '../../../database/queries/host/host-users.js';
import type { Profile } from '../types.js';

type Names = Pick<Profile, 'userName' | 'email'>;

/**
 * What is behind the mark of a name, if it may have one: Entra ID puts the object id, 32 hexadecimal digits, in front of
 * the names of a user whom it has deleted softly.
 */
const behindMark = (name: string | null): string | undefined =>
  name === null ? undefined : /^[0-9a-f]{32}(.+)$/is.exec(name)?.[1];

/** Whether a name is one of these behind the mark, and so is no other name. */
export function isMarked(name: string | null, known: readonly (string | null)[]): boolean {
  const rest = behindMark(name);
  return rest !== undefined && known.some((one) => sameAddress(rest, one));
}

/** The names that a user had before the mark, and those that the IdP says now. */
export const namesKnown = ({ userName, email, unmarked }: Names & Pick<Profile, 'unmarked'>) => [
  userName,
  email,
  ...(unmarked ? [unmarked.userName, unmarked.email] : []),
];

/** The names to be kept with the link when the IdP says others: nothing where none of those has the mark. */
export function unmarkedNames(before: Profile, now: Names): Profile['unmarked'] {
  const known = namesKnown(before);
  if (!isMarked(now.userName, known) && !isMarked(now.email, known)) return undefined;
  const { unmarked = before } = before;
  return {
    userName: isMarked(now.userName, known) ? unmarked.userName : now.userName,
    email: isMarked(now.email, known) ? unmarked.email : now.email,
  };
}

/** The user without the mark: what an account is found by, and gets. */
export const withoutMark = (said: Profile): Profile => (said.unmarked ? { ...said, ...said.unmarked } : said);
