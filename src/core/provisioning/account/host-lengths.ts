import type { HostUserShape } from '../../../database/queries/host/host-user-shape.js';
import { HOST_COLUMNS, type HostUserChange } from '../../../database/queries/host/host-users.js';

/** What an IdP calls that which the columns hold. Which attribute the SSO subject is depends on the IdP. */
export const ATTRIBUTES = {
  loginName: 'userName',
  email: 'emails',
  displayName: 'displayName',
  givenName: 'name.givenName',
  familyName: 'name.familyName',
  isEnabled: 'active',
  externalId: 'externalId',
  ssoSubject: 'SSO subject',
} as const;

/** The fields of text that a person has, and what the IdP calls the person. */
export const TEXTS = [
  ...(['loginName', 'email', 'displayName', 'givenName', 'familyName'] as const),
  ...(['externalId', 'ssoSubject'] as const),
] as const;
export type TextField = (typeof TEXTS)[number];

type Types = Pick<HostUserShape, 'types'>;

/** How many characters a column of `host_user` takes; nothing where it has no limit. */
export function lengthOf({ types }: Types, field: TextField): number | undefined {
  const length = /\((\d+)\)$/.exec(types.get(HOST_COLUMNS[field])?.dataType ?? '')?.[1];
  return length === undefined ? undefined : Number(length);
}

/** What is longer than its column, and by how much it may be. Blanks at the end are cut off by every engine. */
export function tooLong(
  shape: Types,
  written: HostUserChange,
): { field: TextField; length: number; most: number }[] {
  return TEXTS.flatMap((field) => {
    const most = lengthOf(shape, field);
    const text = written[field];
    // A text never has more characters than UTF-16 units, which are faster to count.
    if (most === undefined || typeof text !== 'string' || text.length <= most) return [];
    const length = measured(withoutLastBlanks(text), shape.types.get(HOST_COLUMNS[field])?.dataType ?? '');
    return length > most ? [{ field, length, most }] : [];
  });
}

/** By a scan, which takes no longer for many blanks within the text. */
function withoutLastBlanks(text: string): string {
  let end = text.length;
  while (text[end - 1] === ' ') end--;
  return text.slice(0, end);
}

/** SQL Server counts the characters of its Unicode types as UTF-16 does. */
const measured = (text: string, dataType: string): number =>
  /^n(var)?char/i.test(dataType) ? text.length : [...text].length;
