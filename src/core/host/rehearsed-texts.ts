import type { Field, Users } from '../../binding/binding.js';
import { rangesOf } from '../../database/scaffold/forms.js';
import type { RehearsedTexts } from '../../database/scaffold/rehearse.js';

/** What an account of a rehearsal is called, before and after it is renamed: texts that the binding allows. */
export function rehearsedTexts(
  users: Pick<Users, 'login' | 'loginRule' | 'email' | 'externalId' | 'ssoSubject'>,
): { created: RehearsedTexts; renamed: RehearsedTexts } {
  const created = textsOf(users, 'try', 7);
  const renamed = textsOf(users, 'new', 8);
  // A login that is never written stays as it is.
  return { created, renamed: users.login.write === false ? { ...renamed, login: created.login } : renamed };
}

function textsOf(
  { login, loginRule = 'email', email, externalId, ssoSubject }: Parameters<typeof rehearsedTexts>[0],
  word: string,
  number: number,
): RehearsedTexts {
  const addresses = [
    `scimctl-${word}@example.invalid`,
    `scimctl${word}@example.invalid`,
    `scimctl-${word}@x.invalid`,
    `${word}@x.invalid`,
  ];
  const names = [`scimctl-${word}`, `scimctl${word}`, word];
  const logins = loginRule === 'local-part' ? names : [...addresses, ...names];
  const id = `5c11c71b-0be0-4a5e-8c0d-0ddba11f00d${number}`;
  const own = fitting(login, logins, number);
  return {
    login: own,
    email: fitting(email, own.includes('@') ? [own, ...addresses] : addresses, number),
    externalId: fitting(externalId, [id, id.replaceAll('-', '')], number),
    ssoSubject: fitting(ssoSubject, [own, ...logins], number),
  };
}

/** The first text that a field takes, or one of its characters. Two numbers make two texts. */
function fitting(
  { maxLength = Number.POSITIVE_INFINITY, allowed = '' }: Pick<Field, 'maxLength' | 'allowed'> = {},
  texts: readonly string[],
  number: number,
): string {
  const ranges = rangesOf(allowed);
  const takes = (character: string) =>
    allowed === '' || ranges.some(([from, to]) => from <= character && character <= to);
  const found = texts
    .flatMap((one) => [one, one.toUpperCase()])
    .find((one) => [...one].length <= maxLength && [...one].every(takes));
  if (found !== undefined) return found;
  const characters = allowed === '' ? [...'abcdefghijklmnopqrstuvwxyz'] : ranges.flatMap(charactersIn);
  const plain = characters.filter((one) => /[\p{L}\p{N}]/u.test(one));
  const some = plain.length > 0 ? plain : characters;
  return Array.from(
    { length: Math.min(maxLength, 12) },
    (_, at) => some[(number * (at + 3)) % some.length],
  ).join('');
}

/** The first characters of a range: a range may be all of a script. */
function charactersIn([from, to]: readonly [string, string]): string[] {
  const [first, last] = [from.codePointAt(0) ?? 0, to.codePointAt(0) ?? 0];
  return Array.from({ length: Math.max(Math.min(last - first + 1, 64), 0) }, (_, at) =>
    String.fromCodePoint(first + at),
  );
}
