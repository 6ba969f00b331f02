import { isDeepStrictEqual } from 'node:util';
import { ADDRESS_PARTS } from '../../database/queries/filters/stored-emails.js';
import type { HostUserShape } from '../../database/queries/host/host-user-shape.js';
import type { HostUserRow } from '../../database/queries/host/host-users.js';
import type { UserRow } from '../../database/queries/users/users.js';
import { unmarkedNames } from './account/deletion-mark.js';
import { fromStored } from './stored-attributes.js';
import type { Profile, ProvisionedUser, Wanted } from './types.js';

/**
 * What the IdP says of a user, as it said it last: the profile that is kept with the link. Its `active` is the state
 * of the link.
 */
export function saidProfile({
  attributes: stored,
  userName,
  externalId,
  deprovisionedAt,
}: Pick<UserRow, 'attributes' | 'userName' | 'externalId' | 'deprovisionedAt'>): Profile {
  const { attributes, names, unmarked } = fromStored(stored);
  const { displayName, givenName, familyName, email } = names;
  const active = deprovisionedAt === null;
  const said = { userName, externalId, active, email, displayName, givenName, familyName, attributes };
  return unmarked ? { ...said, unmarked } : said;
}

/**
 * The account that an IdP sees through its link: none while the link has ended, since another IdP may manage the
 * account by then, and none where the host application may have given its key to another person.
 */
export const shownHost = ({ host, agrees, deprovisionedAt }: UserRow): HostUserRow | null =>
  deprovisionedAt === null && agrees ? host : null;

/**
 * A user as the IdP reads it back: the account where it sees one, and otherwise what it said itself. Field by field,
 * because lists make many of them: with the profile spread out into it, each takes several times as long.
 */
export function toUser(row: UserRow, { columns }: HostUserShape): ProvisionedUser {
  const { attributes, names: said } = fromStored(row.attributes);
  const host = shownHost(row);
  return {
    id: row.identityId,
    hostUserId: row.hostUserId,
    seesAccount: host !== null,
    userName: row.userName,
    externalId: row.externalId,
    // A link that was made by hand is inactive until the IdP lets its user in.
    active: row.deprovisionedAt === null && row.host !== null && !row.awaitsIdp,
    email: host && columns.has('email') ? host.email : said.email,
    displayName: host ? host.displayName : said.displayName,
    givenName: host && columns.has('given_name') ? host.givenName : said.givenName,
    familyName: host && columns.has('family_name') ? host.familyName : said.familyName,
    attributes,
    licenceType: host?.licenceType ?? null,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    groups: row.groups,
    ...(row.hasMoreGroups && { groupsGoOnBehind: row.groups.at(-1)?.id ?? '' }),
  };
}

const NAMES: Readonly<Record<string, string>> = {
  email: 'emails',
  [ADDRESS_PARTS]: 'emails',
  givenName: 'name.givenName',
  familyName: 'name.familyName',
};

/** The fields that go through the host views, and those of the link itself. */
export const PROFILE_FIELDS = [
  'userName',
  'externalId',
  'email',
  'displayName',
  'givenName',
  'familyName',
] as const;

/** Names of the attributes that differ, as RFC 7643 has them; for the trail, which holds no values of them. */
export function changedAttributes(current: Profile, wanted: Profile): string[] {
  const simple = ([...PROFILE_FIELDS, 'active'] as const)
    .filter((field) => current[field] !== wanted[field])
    .map((field) => NAMES[field] ?? field);
  const others = Object.keys({ ...current.attributes, ...wanted.attributes })
    .filter((name) => !isDeepStrictEqual(current.attributes[name], wanted.attributes[name]))
    .map((name) => NAMES[name] ?? name);
  return [...new Set([...simple, ...others])];
}

/** What the IdP has said by now: what the request changes or says once more, and else what it said before. */
export function nextSaid(said: Profile, current: Profile, wanted: Wanted): Profile {
  const { states = {} } = wanted;
  const next: Profile = { ...said, attributes: wanted.attributes };
  for (const field of PROFILE_FIELDS) {
    const isSaid = field in states && states[field as keyof typeof states] === wanted[field];
    if (isSaid || wanted[field] !== current[field]) Object.assign(next, { [field]: wanted[field] });
  }
  const unmarked = unmarkedNames(said, next);
  if (unmarked || next.unmarked) next.unmarked = unmarked;
  return next;
}
