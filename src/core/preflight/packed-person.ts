import type { Person } from './people.js';

/** A person as a text: so many objects would take several times as much memory. */
export function pack({ at, file, profile, invalid, undecided }: Person): string {
  const { userName, email, externalId, active, displayName, givenName, familyName, attributes } = profile;
  const names = [userName, email === userName ? 0 : email, externalId, displayName, givenName, familyName];
  const others = [active, file, invalid, undecided, Object.keys(attributes).length > 0 ? attributes : 0];
  return JSON.stringify([at, ...names, ...others]);
}

export function unpack(text: string): Person {
  const [at, userName, email, externalId, displayName, givenName, familyName, ...others] = JSON.parse(text);
  const [active, file, invalid, undecided, attributes] = others;
  const names = { userName, email: email === 0 ? userName : email, displayName, givenName, familyName };
  return {
    at,
    ...(file !== null && { file }),
    profile: { ...names, externalId, active, attributes: attributes === 0 ? {} : attributes },
    ...(invalid !== null && { invalid }),
    ...(undecided !== null && { undecided }),
  };
}
