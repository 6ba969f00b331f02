import { usageProblem } from '../../problem.js';
import type { Profile } from '../provisioning/types.js';
import type { ExportFile, ExportRecord } from './export-file.js';

/** Somebody whom the IdP is about to provision. */
export interface Person {
  at: number;
  profile: Profile;
  /** Why the IdP's word cannot be taken, where it cannot. */
  invalid?: string;
}

type Field = 'userName' | 'email' | 'externalId' | 'displayName' | 'givenName' | 'familyName' | 'active';

/**
 * What the columns are called, letters and digits alone, the better ones first: by Entra's downloads and Microsoft
 * Graph, by Okta's reports and API, and by SCIM. What they become is what the set-up sheets map.
 */
const NAMES: Readonly<Record<Field, readonly string[]>> = {
  userName: ['userprincipalname', 'upn', 'username', 'login', 'profilelogin', 'oktausername'],
  email: ['mail', 'email', 'emailaddress', 'primaryemail', 'profileemail', 'workemail', 'primarysmtpaddress'],
  externalId: ['externalid', 'objectid', 'oktaid', 'oktauserid', 'userid', 'id'],
  displayName: ['displayname', 'profiledisplayname', 'fullname', 'userfullname'],
  givenName: ['givenname', 'firstname', 'profilefirstname', 'namegivenname'],
  familyName: ['surname', 'familyname', 'lastname', 'profilelastname', 'namefamilyname'],
  active: ['accountenabled', 'active', 'enabled', 'status', 'oktauserstatus'],
};

/** Entra's and SCIM's word for it, and the states of an Okta user in which Okta provisions. */
const ACTIVE = new Set([
  ...['true', 'yes', '1', 'enabled'],
  ...['active', 'provisioned', 'recovery', 'locked_out', 'password_expired'],
]);
const INACTIVE = new Set([
  'false',
  'no',
  '0',
  'inactive',
  'disabled',
  'suspended',
  'deprovisioned',
  'staged',
]);

/**
 * Who is in an export. Without a user name, the e-mail address is one.
 * @throws Problem `export-columns-missing` where it does not say who anybody is.
 */
export function peopleOf({ format, records }: ExportFile): Person[] {
  const names = [...new Set(records.flatMap(({ fields }) => Object.keys(fields)))];
  const columns = columnsOf(names);
  if (records.length > 0 && !columns.userName && !columns.email) throw columnsMissing(names, format);
  return records.map((record) => personOf(record, columns));
}

type Columns = Partial<Record<Field, string>>;

function columnsOf(names: readonly string[]): Columns {
  const plain = new Map(names.map((name) => [plainName(name), name]));
  return Object.fromEntries(
    Object.entries(NAMES).flatMap(([field, known]) => {
      const found = known.find((one) => plain.has(one));
      return found === undefined ? [] : [[field, plain.get(found)]];
    }),
  );
}

/** `User principal name` and, in Entra's templates, `Name [userPrincipalName] Required` are the same. */
const plainName = (name: string): string =>
  (/\[(.+)\]/.exec(name)?.[1] ?? name).toLowerCase().replace(/[^a-z0-9]/g, '');

function personOf({ at, fields }: ExportRecord, columns: Columns): Person {
  const of = (field: Field): string | null => {
    const name = columns[field];
    return (name !== undefined && fields[name]?.trim()) || null;
  };
  const [userName, email, said] = [of('userName') ?? of('email'), of('email'), of('active')?.toLowerCase()];
  const isActive = said === undefined || ACTIVE.has(said);
  const profile: Profile = {
    userName: userName ?? '',
    email,
    externalId: of('externalId'),
    active: isActive,
    displayName: of('displayName'),
    givenName: of('givenName'),
    familyName: of('familyName'),
    attributes: {},
  };
  if (!isActive && !INACTIVE.has(said)) {
    return {
      at,
      profile,
      invalid: `${columns.active} is ${JSON.stringify(said)}, which is neither yes nor no`,
    };
  }
  return { at, profile };
}

const columnsMissing = (names: readonly string[], format: ExportFile['format']) =>
  usageProblem(
    'export-columns-missing',
    `The export has no column for the user name or the e-mail address; it has ${names.slice(0, 12).join(', ')}.`,
    {
      hint:
        format === 'csv'
          ? 'The first line names the columns: userPrincipalName and mail, or login and email.'
          : 'Each user has userPrincipalName and mail, or profile.login and profile.email, or userName and emails.',
    },
  );
