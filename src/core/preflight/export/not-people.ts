import type { ExportColumns } from './columns.js';
import type { Entry } from './export-file.js';

/** Kinds of entries that are not people, in the plural. */
export type NotPeople =
  | 'groups'
  | 'contacts'
  | 'devices'
  | 'applications'
  | 'shared mailboxes and rooms'
  | 'deleted users'
  | 'examples of a template'
  | 'other objects';

/** By column, the kind that a value stands for: null for a person, undefined if the value does not say so. */
const SIGNS: Readonly<Record<string, (value: string) => NotPeople | null | undefined>> = {
  odatatype: (value) => byName(value.replace(/^#?microsoft\.graph\./i, '')),
  objecttype: byName,
  objectclass: byObjectClass,
  metaresourcetype: byName,
  schemas: (value) => (/:group\b/i.test(value) ? 'groups' : undefined),
  // Google: `admin#directory#group`.
  kind: (value) => (value.includes('#') ? byName(value.split('#').at(-1) ?? '') : undefined),
  samaccounttype: (value) => (value === '805306368' ? undefined : byAccountType(value)),
  useraccountcontrol: (value) =>
    /^\d+$/.test(value) && (Number(value) & TRUST) !== 0 ? 'devices' : undefined,
  samaccountname: (value) => (value.endsWith('$') ? 'devices' : undefined),
  recipienttypedetails: byRecipientType,
  deleteddatetime: isDeletedAt,
  softdeletiontimestamp: isDeletedAt,
  deletiontimestamp: isDeletedAt,
  deletiontime: isDeletedAt,
  deletedat: isDeletedAt,
  isdeleted: saysDeleted,
  deleted: saysDeleted,
  // Microsoft Graph's delta queries have deleted users as well.
  removedreason: () => 'deleted users',
  // HR systems use this name for many things: only values that cannot be a person count.
  type: (value) =>
    /^(group|okta_group|app_group|built_in|contact|device|computer|application)$/i.test(value)
      ? byName(value)
      : undefined,
};

/** The signs for a set of columns, which up to 100,000 entries share. */
const SIGNS_AMONG = new WeakMap<ExportColumns, [at: number, read: (typeof SIGNS)[string]][]>();

function signsAmong(columns: ExportColumns) {
  const known = SIGNS_AMONG.get(columns);
  if (known) return known;
  const signs = Object.entries(SIGNS).flatMap(([plain, read]): [number, typeof read][] => {
    const at = columns.byPlainName.get(plain)?.at;
    return at === undefined ? [] : [[at, read]];
  });
  SIGNS_AMONG.set(columns, signs);
  return signs;
}

/** The kind of an entry that is not a person. */
export function notPeople({ values }: Entry, columns: ExportColumns): NotPeople | undefined {
  for (const [at, read] of signsAmong(columns)) {
    const value = values[at] ?? '';
    const found = value === '' ? undefined : read(value);
    if (found != null) return found;
  }
  const { byPlainName, kind, texts } = columns;
  if (kind === 'Entra ID bulk template' && values.some((value) => EXAMPLE.test(value)))
    return 'examples of a template';
  // Some scripts print the members of a group without their types.
  const hasUserName = (values[texts.userName?.at ?? -1] ?? '') !== '';
  if (hasUserName) return undefined;
  const valueIn = (plain: string) => values[byPlainName.get(plain)?.at ?? -1] ?? '';
  if (valueIn('securityenabled') !== '' || valueIn('mailenabled') !== '') return 'groups';
  return valueIn('deviceid') !== '' ? 'devices' : undefined;
}

/** The second row of Entra's templates, in the portal's language: `Example: chris@contoso.com`. */
const EXAMPLE = /^(example|beispiel|exemple|ejemplo|esempio|exemplo|voorbeeld|例)\s*[:：]/i;

function byName(value: string): NotPeople | null | undefined {
  const word = value.toLowerCase().replace(/[^a-z]/g, '');
  if (/^(user|person|member|customer)$/.test(word)) return null;
  if (/group|builtin/.test(word)) return 'groups';
  if (/contact/.test(word)) return 'contacts';
  if (/device|computer/.test(word)) return 'devices';
  if (/serviceprincipal|application|agent/.test(word)) return 'applications';
  return 'other objects';
}

/** One class, or all of them separated by `;` (LDAP). A computer has the class user as well. */
function byObjectClass(value: string): NotPeople | null {
  const classes = value.toLowerCase().split(/[;,|\s]+/);
  const has = (...names: string[]) => names.some((name) => classes.includes(name));
  if (has('computer', 'msds-groupmanagedserviceaccount', 'msds-managedserviceaccount')) return 'devices';
  if (has('contact')) return 'contacts';
  if (classes.some((name) => name.includes('group'))) return 'groups';
  return has('user', 'person', 'inetorgperson', 'organizationalperson') ? null : 'other objects';
}

/** SAM_GROUP_OBJECT, SAM_ALIAS_OBJECT and the like; SAM_MACHINE_ACCOUNT, SAM_TRUST_ACCOUNT. */
function byAccountType(value: string): NotPeople | undefined {
  if (/^(268435456|268435457|536870912|536870913)$/.test(value)) return 'groups';
  return /^(805306369|805306370)$/.test(value) ? 'devices' : undefined;
}

/** INTERDOMAIN_, WORKSTATION_ and SERVER_TRUST_ACCOUNT ([MS-ADTS] 2.2.16). */
const TRUST = 0x0800 | 0x1000 | 0x2000;

function byRecipientType(value: string): NotPeople | undefined {
  if (/group|distributionlist/i.test(value)) return 'groups';
  if (/contact/i.test(value)) return 'contacts';
  if (/room|equipment|shared|scheduling|discovery|arbitration|publicfolder|system/i.test(value))
    return 'shared mailboxes and rooms';
  return undefined;
}

function saysDeleted(value: string): NotPeople | undefined {
  return /^(true|yes|1)$/i.test(value) ? 'deleted users' : undefined;
}

function isDeletedAt(value: string): NotPeople | undefined {
  // GAM and Google write this date for "never".
  return value === '' || /^1970-01-01|^never/i.test(value) ? undefined : 'deleted users';
}
