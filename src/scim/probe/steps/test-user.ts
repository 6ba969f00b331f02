import { createHash } from 'node:crypto';
import { randomUuid } from '../../../core/uuid.js';
import type { IdpName } from '../names.js';

/** One user of the test, as the IdP knows it. */
export interface TestUser {
  idp: IdpName;
  userName: string;
  externalId: string;
  email: string;
  givenName: string;
  familyName: string;
  displayName: string;
  active: boolean;
  /** As the endpoint calls it, once it is there. */
  id?: string;
  /** The same, also when it is there no more. */
  madeAs?: string;
  /** Why the endpoint makes no user, where the application creates its accounts itself. */
  notMade?: string;
  /** A create was sent, and its answer does not say whether anything was made. */
  uncertain?: boolean;
  /** The create got no answer at all: the endpoint may still be at it. */
  unanswered?: boolean;
}

/** Ends in a domain that cannot be registered (RFC 2606 §2). */
export const freshUserName = (random: (bytes: number) => Uint8Array): string =>
  `scimctl-probe-${Buffer.from(random(5)).toString('hex')}@example.invalid`;

/** The same name with something before its @. */
export function besides(userName: string, suffix: string): string {
  const at = userName.lastIndexOf('@');
  return at < 0 ? `${userName}${suffix}` : `${userName.slice(0, at)}${suffix}${userName.slice(at)}`;
}

/** A user nobody has seen before. */
export function newTestUser(idp: IdpName, userName: string, random: (bytes: number) => Uint8Array): TestUser {
  const externalId =
    idp === 'entra' ? randomUuid(random) : `00u${Buffer.from(random(9)).toString('hex').slice(0, 17)}`;
  return { ...person(idp, userName), externalId };
}

/** The user of this name in every run, since its external id is worked out from it. */
export function sameTestUser(idp: IdpName, userName: string): TestUser {
  const digest = createHash('sha256').update(`${idp} ${userName.toLowerCase()}`).digest();
  return newTestUser(idp, userName, (bytes) => digest.subarray(0, bytes));
}

const person = (idp: IdpName, userName: string) => ({
  idp,
  userName,
  email: userName.includes('@') ? userName : `${userName}@example.invalid`,
  givenName: 'Scimctl',
  familyName: 'Probe',
  displayName: 'Scimctl Probe',
  active: true,
});
