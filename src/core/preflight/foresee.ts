import { NO_FACTS } from '../../database/queries/facts.js';
import { Problem } from '../../problem.js';
import { addressOf } from '../provisioning/match.js';
import type { Profile } from '../provisioning/types.js';
import { type Announced, NOTHING_ANNOUNCED } from './announced.js';
import { courseOf, type Effect, NO_EFFECT, type Scenery } from './course.js';
import { DeparturesAhead } from './departures-ahead.js';
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
  'doubtful',
  'invalid',
  'refused',
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
  /** What became of the create or the change when it was rehearsed; absent where none was, or none is needed. */
  rehearsal?: 'passed' | 'refused' | 'not-tried';
  /** Attributes of SCIM that the host application refuses, where they are known. */
  attributes?: readonly string[];
  /** Why the person is refused, or the account of one who departs stays enabled, and what to do. */
  detail?: string;
  advice?: string;
}

const OUTCOME_OF: Readonly<Record<string, Outcome>> = {
  'user-ambiguous': 'ambiguous',
  'user-protected': 'protected',
  'user-claimed': 'claimed',
  'user-name-taken': 'taken',
  'user-exists': 'taken',
  'user-disabled': 'disabled',
  'user-doubtful': 'doubtful',
  'profile-invalid': 'invalid',
  'user-name-hidden': 'refused',
  'host-refused': 'refused',
  'host-broken': 'refused',
  'host-write-ignored': 'refused',
  'seats-exhausted': 'refused',
};

/** The outcome that a problem of the endpoint is for its user; nothing where it is not about the user. */
export const outcomeOf = (error: unknown): Outcome | undefined =>
  error instanceof Problem ? OUTCOME_OF[error.code] : undefined;

/** Who came before these, where an export is taken some at a time; added to. */
export interface Before {
  names: NamesBefore;
  departures: DeparturesAhead;
}

const startOfList = (): Before => ({
  names: new NamesBefore(),
  departures: new DeparturesAhead(undefined, NO_FACTS.departures, new Date(0)),
});

/**
 * Decides about everybody of an export, one after another, by the very rules of the endpoint (`courseOf`), as if
 * those before had been provisioned, and without counting seats.
 */
export function foresee(
  people: readonly Person[],
  scenery: Scenery,
  before: Before = startOfList(),
): Foreseen[] {
  return people.map((person) => {
    const place = person.file === undefined ? person.at : `${person.file}:${person.at}`;
    const { foreseen, effect } = decide(person, scenery);
    if (isRefusal(foreseen.outcome)) return foreseen;
    const names = namesOf(person.profile, foreseen, effect);
    const other = before.names.find(names);
    if (other) return duplicate(foreseen, other.place, other.what);
    before.names.add(names, place);
    return before.departures.isHeld(effect) ? held(foreseen, before.departures.limit) : foreseen;
  });
}

/** What no two may share, or the second is refused, or taken for the first. */
function namesOf(profile: Profile, { userId }: Foreseen, { links }: Effect): [what: string, name: string][] {
  const { userName, externalId } = profile;
  const [name, address] = [userName.toLowerCase(), addressOf(profile) ?? userName];
  const others: [string, string][] = [
    ...(externalId === null ? [] : [['id', externalId] satisfies [string, string]]),
    ...(userId === null ? [] : [['account', userId] satisfies [string, string]]),
  ];
  // The names of another user do not prevent a departure.
  if (links < 0) return others;
  return [
    ['user name', name],
    // One text for both has to be hashed only once.
    ['address', address === userName ? name : address.toLowerCase()],
    ...others,
  ];
}

function decide(
  { at, file, profile, invalid }: Person,
  scenery: Scenery,
): { foreseen: Foreseen; effect: Effect } {
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
  const refused = (outcome: Outcome, detail: string, advice?: string) => ({
    foreseen: { ...known, outcome, detail, ...(advice !== undefined && { advice }) },
    effect: NO_EFFECT,
  });
  if (invalid !== undefined) return refused('invalid', invalid);
  try {
    const { effect, ...course } = courseOf(profile, scenery);
    // Many times as fast as to spread both, and there may be 100,000.
    return { foreseen: Object.assign(known, course), effect };
  } catch (error) {
    const outcome = outcomeOf(error);
    if (!(error instanceof Problem) || outcome === undefined) throw error;
    return refused(outcome, error.message, error.hint);
  }
}

/** The limit of departures leaves the account alone, for an operator to look at. */
const held = (foreseen: Foreseen, limit: string): Foreseen => ({
  ...foreseen,
  changes: {},
  becomesPending: foreseen.changes.enabled !== undefined,
  detail: `The departure limit (${limit}) keeps the account enabled.`,
  advice: 'Review the departures, then run `scimctl idp release NAME`.',
});

const duplicate = (foreseen: Foreseen, before: number | string, what: string): Foreseen => ({
  ...foreseen,
  outcome: 'ambiguous',
  needsSeat: false,
  ...NOTHING_ANNOUNCED,
  detail: `Another user of the export, at ${before}, has the same ${what}.`,
  advice: `Remove one of the two users from the scope of provisioning, or give each a different ${what === 'account' ? 'address' : what}.`,
});
