import { flatEntry } from './flat-entry.js';
import { type Kind, kindOf, type Named } from './kind-of-export.js';
import { otherStateColumns, type StateColumn, stateColumns } from './state.js';

/** What an export says about a user, as the set-up sheets map it. */
export const EXPORT_FIELDS = [
  'userName',
  'email',
  'externalId',
  'displayName',
  'givenName',
  'familyName',
  'active',
] as const;
export type ExportField = (typeof EXPORT_FIELDS)[number];
export type ExportTextField = Exclude<ExportField, 'active'>;

/** The columns of an entry by their meaning. */
export interface ExportColumns {
  kind: Kind;
  texts: Readonly<Partial<Record<ExportTextField, Named>>>;
  /** The columns of state. The first one decides; the others can only say no. */
  states: readonly StateColumn[];
  /** Columns that may say the opposite, and decide nothing. */
  otherStates: readonly StateColumn[];
  /** Columns with the same name as one of `texts`, which decide nothing. */
  twins: readonly { column: Named; of: Named }[];
  /** All columns, by their plain names. */
  byPlainName: ReadonlyMap<string, Named>;
}

/** The names of the columns, the preferred ones first. */
const NAMES: Readonly<Record<ExportTextField, readonly string[]>> = {
  userName: [
    ...['userprincipalname', 'upn', 'username', 'login', 'profilelogin', 'oktausername', 'userlogin'],
    'memberobjectidorupn',
  ],
  email: [
    ...['mail', 'email', 'emailaddress', 'primaryemail', 'profileemail', 'workemail', 'primarysmtpaddress'],
    // GAM, the administration console of SAP, and Entra's template for guests.
    ...['emails', 'emails0value', 'emails0address', 'inviteeemail'],
    // Several addresses, of which `SMTP:` marks the primary one.
    'proxyaddresses',
  ],
  externalId: ['externalid', 'objectid', 'oktaid', 'oktauserid', 'userid', 'id'],
  displayName: [
    ...['displayname', 'profiledisplayname', 'fullname', 'userfullname', 'namefullname', 'nameformatted'],
    ...['name', 'cn'],
  ],
  givenName: ['givenname', 'firstname', 'profilefirstname', 'namegivenname'],
  familyName: ['surname', 'sn', 'familyname', 'lastname', 'profilelastname', 'namefamilyname'],
};

/** Whether a JSON object is the entry of a user, a group or another object with a name, and not a page of a list. */
export function isNamed(object: unknown): boolean {
  const { texts } = exportColumnsOf(flatEntry(object).names, 'json');
  return [texts.userName, texts.email, texts.displayName, texts.externalId].some((one) => one !== undefined);
}

/** OneLogin stores the id of another directory in `external_id`, but sends its own id to an application. */
const OWN_ID: readonly string[] = ['id'];

export function exportColumnsOf(names: readonly string[], format: 'csv' | 'json'): ExportColumns {
  const byPlainName = new Map<string, Named>();
  const others: Named[] = [];
  for (const [at, name] of names.entries()) {
    const plain = plainName(name);
    if (plain === '') continue;
    // The first of two columns with the same name counts, as in a spreadsheet.
    const first = byPlainName.get(plain);
    if (!first) byPlainName.set(plain, { at, name, plain });
    else others.push({ at, name: first.name === name ? `${name} (column ${at + 1})` : name, plain });
  }
  const kind = kindOf(byPlainName, names, format);
  const texts: Partial<Record<ExportTextField, Named>> = {};
  for (const [field, known] of Object.entries(NAMES) as [ExportTextField, readonly string[]][]) {
    const wanted = field === 'externalId' && kind === 'OneLogin' ? OWN_ID : known;
    const found = wanted.find((one) => byPlainName.has(one));
    const column = found === undefined ? undefined : byPlainName.get(found);
    if (column) texts[field] = column;
  }
  const states = stateColumns(byPlainName, others, kind);
  const twins = Object.values(texts).flatMap((of) =>
    others.filter(({ plain }) => plain === of.plain).map((column) => ({ column, of })),
  );
  return {
    kind,
    texts,
    twins,
    states,
    otherStates: otherStateColumns(byPlainName, others, kind),
    byPlainName,
  };
}

/**
 * The same for `User principal name` and, in Entra's templates, `User name [userPrincipalName] Required`. The brackets
 * of Google's `Email Address [Required]` and `Status [READ ONLY]` contain no name.
 */
function plainName(name: string): string {
  const property = /\[([a-z]\w*)\]/.exec(name)?.[1];
  const words = property ?? name.replace(/\[.*?\]/g, (bracket) => (/^\[\d+\]$/.test(bracket) ? bracket : ''));
  return words
    .replace(/^AdditionalProperties\./, '')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}
