import { STORED_ADDRESS } from '../../database/queries/filters/stored-emails.js';
import { profileInvalid } from './problems.js';
import type { Profile } from './types.js';

type Json = Record<string, unknown>;
type Names = Pick<Profile, 'displayName' | 'givenName' | 'familyName' | 'email'>;

/** Where the names are kept that a user had before they were marked. */
const UNMARKED = 'urn:scimctl:unmarked';

/**
 * What is kept with the link: the attributes, and the names and the address as the IdP last said them, where
 * RFC 7643 has them. The host's own are what counts; these stand in where the host has no column, or no
 * user any more.
 */
export function toStored({
  attributes,
  displayName,
  givenName,
  familyName,
  email,
  unmarked,
}: Names & Pick<Profile, 'attributes' | 'unmarked'>): Json {
  const name = { ...asObject(attributes.name), ...given({ givenName, familyName }) };
  return {
    ...attributes,
    ...given({ displayName, [STORED_ADDRESS]: email, [UNMARKED]: unmarked ?? null }),
    ...(Object.keys(name).length > 0 && { name }),
  };
}

/** The two apart again. */
export function fromStored(stored: Json): {
  attributes: Json;
  names: Names;
  unmarked?: Profile['unmarked'];
} {
  const { displayName, name, [STORED_ADDRESS]: email, [UNMARKED]: unmarked, ...rest } = stored;
  const { givenName, familyName, ...others } = asObject(name);
  return {
    attributes: Object.keys(others).length > 0 ? { ...rest, name: others } : rest,
    names: {
      displayName: text(displayName),
      givenName: text(givenName),
      familyName: text(familyName),
      email: text(email),
    },
    ...(unmarked !== undefined && { unmarked: unmarked as Profile['unmarked'] }),
  };
}

const asObject = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const given = (fields: Json): Json =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));

/**
 * What no database takes is refused before it gets there.
 * @throws Problem `profile-invalid`.
 */
export function assertStorable(profile: Profile): void {
  const fault = faultOf(profile);
  if (fault !== undefined) throw profileInvalid(fault);
}

export const isStorable = (profile: Profile): boolean => faultOf(profile) === undefined;

function faultOf(profile: Profile): string | undefined {
  const { userName, externalId } = profile;
  if (userName === '' || userName.length > 320) return 'a userName has 1 to 320 characters';
  if (externalId !== null && externalId.length > 255) return 'an externalId has at most 255 characters';
  return holdsBadText(profile) ? 'its text has U+0000 or half a surrogate pair' : undefined;
}

/** U+0000, which PostgreSQL refuses, or half a surrogate pair, which has no UTF-8; anywhere in it. */
export function holdsBadText(value: unknown): boolean {
  if (typeof value === 'string') return BAD.test(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, one]) => BAD.test(key) || holdsBadText(one));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
const BAD = /\u0000|\p{Surrogate}/u;
