import {
  type HostUserCandidate,
  type HostUserRow,
  sameAddress,
} from '../../../database/queries/host/host-users.js';
import { addressOf } from '../matching/match.js';
import { userNameTaken } from '../problems.js';
import type { Idp, Profile } from '../types.js';

/** How many names are tried for a local part that another account has. */
const MOST_NUMBERED = 20;

type Rules = Pick<Idp, 'loginRule' | 'renamesOnMatch'>;

/**
 * What a new account may be called, the first that is free: the e-mail address, as long as the application has no other
 * rule for its logins; the userName; or the local part of the address, `anna`, `anna2`, `anna3` and so on.
 */
export function loginChoices({ loginRule = 'email' }: Rules, profile: Profile): string[] {
  const address = addressOf(profile) ?? profile.userName;
  if (loginRule === 'email') return [address];
  if (loginRule === 'user-name') return [profile.userName];
  const local = address.replace(/(?<=.)@.*$/s, '');
  return [local, ...Array.from({ length: MOST_NUMBERED - 1 }, (_, n) => `${local}${n + 2}`)];
}

/**
 * The first of these names that no account has. A number is put behind a name that is somebody else's; where nothing tells
 * whose the account is, without an address and without a link, it may be this user's, who would get a second one.
 * @throws Problem `user-name-taken`.
 */
export function freeLogin(rules: Rules, profile: Profile, candidates: readonly HostUserCandidate[]): string {
  const taken: HostUserCandidate[] = [];
  for (const name of loginChoices(rules, profile)) {
    const [owner] = candidates.filter(({ loginName }) => sameAddress(loginName, name));
    if (!owner) return name;
    taken.push(owner);
    if (owner.email === null && owner.claimedBy === null) break;
  }
  throw userNameTaken(taken.slice(-1), profile, { isLinked: false });
}

/** Names that an account to be found by its address may have, and a new one may get. */
export function namesToLookUp(rules: Rules, profile: Profile): string[] {
  return [...new Set([addressOf(profile) ?? profile.userName, ...loginChoices(rules, profile)])];
}

/**
 * The login of an account that is matched, or comes back; nothing where it keeps its own: the application signs its users
 * in elsewhere, or other data hang on the login. A local part was made unique once.
 */
export function loginOnMatch(rules: Rules, profile: Profile): string | null {
  if (rules.renamesOnMatch === false || rules.loginRule === 'local-part') return null;
  return rules.loginRule === 'user-name' ? profile.userName : addressOf(profile);
}

/** The login after a change of what the IdP says; nothing where the account has another than the rule gave it. */
export function loginOnChange(
  rules: Rules,
  { said, wanted, changesEmail }: { said: Profile; wanted: Profile; changesEmail: boolean },
  host: HostUserRow,
): string | null {
  const { loginRule = 'email', renamesOnMatch = true } = rules;
  if (loginRule === 'local-part') return null;
  if (!renamesOnMatch && !sameAddress(host.loginName, loginChoices(rules, said)[0] ?? null)) return null;
  const changesName = wanted.userName !== said.userName;
  if (loginRule === 'user-name') return changesName ? wanted.userName : null;
  return changesEmail || (wanted.email === null && changesName)
    ? (addressOf(wanted) ?? wanted.userName)
    : null;
}
