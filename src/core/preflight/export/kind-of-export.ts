/** The program that wrote a list of users, as far as the columns show. */
export type Kind =
  | 'Entra ID bulk template'
  | 'Entra ID or Microsoft Graph'
  | 'Microsoft 365'
  | 'Okta'
  | 'Google Workspace'
  | 'JumpCloud'
  | 'OneLogin'
  | 'Active Directory'
  | 'SCIM'
  | 'other';

type Names = ReadonlyMap<string, Named>;

/** The order matters: some have the columns of others, for example Microsoft 365 those of Entra ID. */
const SIGNS: readonly [kind: Kind, isIt: (names: Names) => boolean][] = [
  ['Microsoft 365', (names) => names.has('blockcredential')],
  [
    'Active Directory',
    (names) => names.has('samaccountname') || (names.has('dn') && names.has('objectclass')),
  ],
  ['Active Directory', (names) => names.has('distinguishedname') && names.has('objectguid')],
  ['SCIM', (names) => names.has('schemas') || names.has('metaresourcetype')],
  ['Entra ID or Microsoft Graph', (names) => names.has('userprincipalname') || names.has('odatatype')],
  ['Okta', (names) => names.has('profilelogin') || [...names.keys()].some((name) => name.startsWith('okta'))],
  ['Google Workspace', (names) => names.has('primaryemail') && !names.has('login')],
  ['Google Workspace', (names) => names.has('emailaddress') && names.has('orgunitpath')],
  ['OneLogin', (names) => names.has('invalidloginattempts') || names.has('invitationsentat')],
  ['JumpCloud', (names) => names.has('accountlocked') || (names.has('activated') && names.has('suspended'))],
  ['Okta', (names) => names.has('login') && names.has('status')],
];

export function kindOf(names: Names, headers: readonly string[], format: 'csv' | 'json'): Kind {
  if (format === 'csv' && headers.some((header) => TEMPLATE.test(header))) return 'Entra ID bulk template';
  return SIGNS.find(([, isIt]) => isIt(names))?.[0] ?? 'other';
}

/** `User name [userPrincipalName] Required`, older ones `… [userPrincipalName] *`. */
const TEMPLATE = /\[[a-z]\w*\]/;

/** A column with the name in the export, and the name without case, blanks and punctuation. */
export interface Named {
  at: number;
  name: string;
  plain: string;
}
