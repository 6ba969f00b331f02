import type { HostUserShape } from '../../database/queries/host-user-shape.js';
import type { HostUserCandidate } from '../../database/queries/host-users.js';
import type { UserRow } from '../../database/queries/users.js';
import { Problem } from '../../problem.js';
import { isSeated } from '../provisioning/access.js';
import { addressOf } from '../provisioning/match.js';
import { findMatch } from '../provisioning/place.js';
import { userDisabled } from '../provisioning/problems.js';
import { assertStorable } from '../provisioning/stored-attributes.js';
import type { Idp, Profile } from '../provisioning/types.js';
import { type Announced, announceLinked, announceMatch, NOTHING_ANNOUNCED } from './announced.js';
import { NamesBefore } from './names-before.js';
import type { Person } from './people.js';

/**
 * What a first sync makes of somebody: `create` a host user, `match` one that is there, or go on with one that is
 * `linked`; all others are refused.
 */
export const OUTCOMES = [
  'create',
  'match',
  'linked',
  'ambiguous',
  'protected',
  'claimed',
  'taken',
  'disabled',
  'invalid',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const isRefusal = (outcome: Outcome): boolean => !['create', 'match', 'linked'].includes(outcome);

export interface Foreseen {
  /** Line of a CSV file, or the how-manieth of a JSON one. */
  at: number;
  /** The file, where there are several. */
  file?: string | undefined;
  userName: string;
  email: string | null;
  active: boolean;
  outcome: Outcome;
  /** The host user, where one is matched or linked. */
  userId: string | null;
  loginName: string | null;
  needsSeat: boolean;
  /** What the sync changes of an account that is there. */
  changes: Announced['changes'];
  /** An enabled account that ends up on the pending list. */
  becomesPending: boolean;
  /** Why the person is refused, and what to do. */
  detail?: string;
  advice?: string;
}

/** What a decision is made over. */
export interface Scenery {
  shape: HostUserShape;
  idp: Idp;
  /** Host users who have this address, as login name or e-mail address. */
  candidates(address: string): readonly HostUserCandidate[];
  /** The user of this IdP that it would go on with. */
  linked(profile: Profile): UserRow | undefined;
}

const OUTCOME_OF: Readonly<Record<string, Outcome>> = {
  'user-ambiguous': 'ambiguous',
  'user-protected': 'protected',
  'user-claimed': 'claimed',
  'user-name-taken': 'taken',
  'user-disabled': 'disabled',
  'profile-invalid': 'invalid',
};

/**
 * Decides about everybody of an export, one after another, by the very rules of the endpoint (`findMatch`), as if
 * those before had been provisioned, and without counting seats.
 */
export function foresee(
  people: readonly Person[],
  scenery: Scenery,
  /** Who came before these, where an export is taken some at a time; added to. */
  before = new NamesBefore(),
): Foreseen[] {
  return people.map((person) => {
    const place = person.file === undefined ? person.at : `${person.file}:${person.at}`;
    const foreseen = decide(person, scenery);
    if (isRefusal(foreseen.outcome)) return foreseen;
    const names = namesOf(person.profile, foreseen);
    const other = before.find(names);
    if (other) return duplicate(foreseen, other.place, other.what);
    before.add(names, place);
    return foreseen;
  });
}

/** What no two may share, or the second is refused, or taken for the first. */
function namesOf(profile: Profile, { userId }: Foreseen): [what: string, name: string][] {
  const { userName, externalId } = profile;
  const [name, address] = [userName.toLowerCase(), addressOf(profile) ?? userName];
  return [
    ['user name', name],
    // One text for both has to be hashed only once.
    ['address', address === userName ? name : address.toLowerCase()],
    ...(externalId === null ? [] : [['id', externalId] satisfies [string, string]]),
    ...(userId === null ? [] : [['account', userId] satisfies [string, string]]),
  ];
}

function decide({ at, file, profile, invalid }: Person, scenery: Scenery): Foreseen {
  const { userName, email, active } = profile;
  const known = {
    at,
    userName,
    email,
    active,
    userId: null,
    loginName: null,
    needsSeat: false,
    changes: NOTHING_ANNOUNCED.changes,
    becomesPending: false,
    file,
  };
  if (invalid !== undefined) return { ...known, outcome: 'invalid', detail: invalid };
  try {
    assertStorable(profile);
    // Many times as fast as to spread both, and there may be 100,000.
    return Object.assign(known, placeOf(profile, scenery));
  } catch (error) {
    const outcome = error instanceof Problem ? OUTCOME_OF[error.code] : undefined;
    if (!(error instanceof Problem) || outcome === undefined) throw error;
    const { message: detail, hint: advice } = error;
    return { ...known, outcome, detail, ...(advice !== undefined && { advice }) };
  }
}

function placeOf(
  profile: Profile,
  { idp, shape, candidates, linked }: Scenery,
): Pick<Foreseen, 'outcome' | 'userId' | 'loginName' | 'needsSeat' | keyof Announced> {
  const link = linked(profile);
  if (link) {
    // Only a user who comes back takes a seat; one whose link is in force is left as the application has it.
    const returns = link.deprovisionedAt !== null || link.host === null;
    const needsSeat = profile.active && returns && !(link.host && isSeated(shape, link.host));
    const loginName = link.host?.loginName ?? null;
    const announced = announceLinked(idp, profile, link);
    return { outcome: 'linked', userId: link.hostUserId, loginName, needsSeat, ...announced };
  }
  const found = candidates(addressOf(profile) ?? profile.userName);
  const match = findMatch(found, profile);
  if (!match) {
    const { active: needsSeat } = profile;
    return { outcome: 'create', userId: null, loginName: null, needsSeat, ...NOTHING_ANNOUNCED };
  }
  if (profile.active && !match.isEnabled && idp.adoptsDisabled === false) throw userDisabled(match);
  const needsSeat = profile.active && !isSeated(shape, match);
  const { userId, loginName } = match;
  return { outcome: 'match', userId, loginName, needsSeat, ...announceMatch(idp, profile, match) };
}

const duplicate = (foreseen: Foreseen, before: number | string, what: string): Foreseen => ({
  ...foreseen,
  outcome: 'ambiguous',
  needsSeat: false,
  ...NOTHING_ANNOUNCED,
  detail: `Another of the export, at ${before}, has the same ${what}.`,
  advice: `Leave one of the two out of provisioning, or give each its own ${what === 'account' ? 'address' : what}.`,
});
