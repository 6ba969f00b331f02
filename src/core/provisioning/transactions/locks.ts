import type { Lock } from '../../../database/dialect/lock.js';
import { loginChoices } from '../account/login-rule.js';
import { addressOf } from '../matching/match.js';
import type { Idp, Profile } from '../types.js';
import type { Held } from './held.js';

/**
 * How many can take seats at a time. Each of them has seen all seats but those of the others under way, so a
 * pool with at least so many free ones has one for each of them. With fewer, a seat is taken alone.
 */
export const SLOTS = 64;

export const linkLock = (identityId: string): string => `link ${identityId.toLowerCase()}`;
export const addressLock = (address: string): string => `address ${address.toLowerCase()}`;

type Names = Pick<Profile, 'userName' | 'externalId'>;

/** The names by which an IdP's user is known. */
export const nameLocks = (idp: Idp, { userName, externalId }: Names): string[] => [
  `user name ${idp.id} ${userName.toLowerCase()}`,
  ...(externalId === null ? [] : [`external id ${idp.id} ${externalId}`]),
];

/** Those of a user that it gets by a change; under its own ones nobody else is known. */
export function newNameLocks(idp: Idp, before: Names, after: Names): string[] {
  const own = nameLocks(idp, before);
  return nameLocks(idp, after).filter((name) => !own.includes(name));
}

/** Departures of an IdP one after another, where it has a limit of them: each has to see those before it. */
export const departuresLock = ({ id }: Idp): string => `departures ${id}`;

/** What a host user for this profile is found by, and would be called: of a numbered name what all of them begin with. */
export const placeLocks = (idp: Idp, profile: Profile): string[] => {
  const [login = profile.userName] = loginChoices(idp, profile);
  const names = [addressOf(profile) ?? profile.userName, login].map(addressLock);
  return [...new Set(names)];
};

/** Thrown when it turns out that more must be kept than was: everything is looked at again under that. */
export class MoreLocks extends Error {
  constructor(readonly wanted: Held) {
    super('more locks are needed');
  }
}

/** Makes sure that this is held. What was read before may be out of date, so it does not return if not. */
export function need(held: Held, wanted: Partial<Held>): void {
  const more = moreThan(held, wanted);
  if (more) throw new MoreLocks(more);
}

/** What is held together with what is wanted; undefined where all of that is held. */
export function moreThan(held: Held, { names = [], claims = 'none' }: Partial<Held>): Held | undefined {
  const missing = names.filter((name) => !held.names.includes(name));
  if (missing.length === 0 && RANK[claims] <= RANK[held.claims]) return undefined;
  const more = RANK[claims] > RANK[held.claims] ? claims : held.claims;
  return { names: [...held.names, ...missing], claims: more };
}

const RANK = { none: 0, beside: 1, alone: 2 };

/**
 * The locks of some who share a transaction, or of one: in the same order for everybody, so that no two wait for
 * each other. Each of those who may take a seat has a slot of their own, from this one on.
 */
export function locksOf(helds: readonly Held[], firstSlot: number): Lock[] {
  const names = [...new Set(helds.flatMap((held) => held.names))].sort();
  const own = names.map((name): Lock => ({ name }));
  if (helds.some(({ claims }) => claims === 'alone')) return [...own, CLAIMS];
  const beside = helds.filter(({ claims }) => claims === 'beside');
  if (beside.length === 0) return own;
  const slots = beside.map((_, n) => (firstSlot + n) % SLOTS).sort((a, b) => a - b);
  return [...own, { ...CLAIMS, shared: true }, ...slots.map((slot): Lock => ({ name: `claims ${slot}` }))];
}

const CLAIMS: Lock = { name: 'claims' };

/** For whoever must not meet anybody who makes a link active. */
export const aloneWithClaims: readonly Lock[] = [CLAIMS];
