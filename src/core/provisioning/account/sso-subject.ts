import {
  type HostUserChange,
  type HostUserRow,
  sameAddress,
} from '../../../database/queries/host/host-users.js';
import { ssoSubjectTaken } from '../problems.js';
import type { Idp, Profile } from '../types.js';
import { isMarked, namesKnown } from './deletion-mark.js';

/** What is known of an account to be of the user of a link, and so may be replaced. */
export interface KnownSubject {
  knownSubject: string | null;
  knownExternalId: string | null;
}

/** The fields by which a user who signs in with SAML is known to the host application. */
const FIELDS = [
  { field: 'ssoSubject', known: 'knownSubject' },
  { field: 'externalId', known: 'knownExternalId' },
] as const;
type SubjectField = (typeof FIELDS)[number]['field'];

/** What the IdP calls the user; nothing for an IdP that is not set to write it, whatever columns the host has. */
function subjectsOf({ ssoSubject }: Idp, profile: Profile): Record<SubjectField, string | null> {
  const { userName, email, externalId } = profile;
  if (!ssoSubject) return { ssoSubject: null, externalId: null };
  const subject = { 'user-name': userName, email, 'object-id': externalId }[ssoSubject];
  return { ssoSubject: subject, externalId };
}

/** Of a new account. What the IdP does not say is not written. */
export function newSubjects(idp: Idp, profile: Profile): HostUserChange {
  const said = Object.entries(subjectsOf(idp, profile)).filter(([, value]) => value !== null);
  return Object.fromEntries(said);
}

/**
 * What is written to an account that its user gets, or gets back. A present value is replaced only if it is known to be
 * this user's. Otherwise the person who signs in with it would be locked out, and another person would get in.
 * @param known of the link that led the same user to this account before.
 * @throws Problem `sso-subject-taken`.
 */
export function adoptedSubjects(
  { idp, columns }: SubjectScene,
  profile: Profile,
  host: HostUserRow,
  known?: KnownSubject,
): HostUserChange {
  const wanted = subjectsOf(idp, profile);
  const change: HostUserChange = {};
  for (const { field, known: note } of FIELDS) {
    const [value, present] = [wanted[field], host[field]];
    if (
      value === null ||
      !columns.has(COLUMNS[field]) ||
      isMarked(value, [host.ssoSubject, host.loginName, host.email])
    )
      continue;
    if (!isFree(present) && !sameAddress(present, value) && !sameAddress(present, known?.[note] ?? null))
      throw ssoSubjectTaken(host, profile, field);
    if (isWritten(field, present, value)) change[field] = value;
  }
  return change;
}

/** Whose names they are, and which of the columns are there. */
export interface SubjectScene {
  idp: Idp;
  columns: ReadonlySet<string>;
}

/**
 * The same of a user who has the account already: what the IdP says anew follows. A value of another origin stays as long
 * as the IdP says nothing new.
 * @throws Problem `sso-subject-taken`.
 */
export function revisedSubjects(
  { idp, columns }: SubjectScene,
  { before, said }: { before: Profile; said: Profile },
  host: HostUserRow,
  known: KnownSubject,
): HostUserChange {
  const [wanted, former] = [subjectsOf(idp, said), subjectsOf(idp, before)];
  const marks = [host.ssoSubject, host.loginName, host.email, ...namesKnown(before)];
  const change: HostUserChange = {};
  for (const { field, known: note } of FIELDS) {
    const [value, present] = [wanted[field], host[field]];
    if (value === null || !columns.has(COLUMNS[field]) || isMarked(value, marks)) continue;
    const isNew = value !== former[field];
    const isOwn = sameAddress(present, known[note]) || sameAddress(present, former[field]);
    if (isFree(present) || (isOwn && !sameAddress(present, value))) change[field] = value;
    else if (!isNew) continue;
    else if (!sameAddress(present, value)) throw ssoSubjectTaken(host, said, field);
    else if (isWritten(field, present, value)) change[field] = value;
  }
  return change;
}

/** For the link: what the account has as its user is called by the IdP. Empty where it has something else. */
export function knownSubjects(
  { idp, columns }: SubjectScene,
  said: Profile,
  host: Partial<Pick<HostUserRow, SubjectField>>,
): Partial<KnownSubject> {
  const wanted = subjectsOf(idp, said);
  const known = FIELDS.filter(
    ({ field }) => columns.has(COLUMNS[field]) && sameAddress(wanted[field], host[field] ?? null),
  );
  return Object.fromEntries(known.map(({ field, known: note }) => [note, wanted[field]]));
}

/** The same of a user who comes into the account: nothing else is known of it any more. */
export const subjectsNoted = (
  scene: SubjectScene,
  said: Profile,
  host: Partial<Pick<HostUserRow, SubjectField>>,
): KnownSubject => ({ knownSubject: null, knownExternalId: null, ...knownSubjects(scene, said, host) });

const COLUMNS: Readonly<Record<SubjectField, string>> = {
  ssoSubject: 'sso_subject',
  externalId: 'external_id',
};

const isFree = (present: string | null): boolean => present === null || present.trim() === '';

/** An id comes in either case; a name is written as it is. */
const isWritten = (field: SubjectField, present: string | null, value: string): boolean =>
  field === 'externalId' ? !sameAddress(present, value) : present !== value;
