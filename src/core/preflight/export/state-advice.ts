import type { Kind } from './kind-of-export.js';

/** How to export who is active. */
const HOW: Readonly<Partial<Record<Kind, string>>> = {
  'Entra ID or Microsoft Graph':
    'Add $select=id,userPrincipalName,mail,displayName,givenName,surname,accountEnabled,userType to the request of Microsoft Graph or az rest, or -Property with the same names to Get-MgUser.',
  'Active Directory':
    'Get-ADUser returns Enabled. With csvde, add userAccountControl to the attributes (-l).',
  'Google Workspace': 'Export all columns. With GAM, include the field suspended.',
  Okta: 'Use a report that has the status of each user, or the response of /api/v1/users.',
};

export const noActiveColumn = (file: string, kind: Kind): string =>
  [`${file}: no column says who is active: everyone is treated as active.`, HOW[kind]]
    .filter(Boolean)
    .join(' ');

export const stateNeverSaid = (file: string, kind: Kind, column: string): string =>
  [`${file}: no value of ${column} says who is active.`, HOW[kind]].filter(Boolean).join(' ');

export const stateSaidLate = (file: string, count: number): string =>
  `${file}: the first ${count} entries do not say who is active, but later ones do. The users of these ${count} entries are treated as active.`;

export const stateContradicted = (file: string, column: string, other: string, count: number): string =>
  `${file}: ${other} contradicts ${column} in ${count} ${count === 1 ? 'entry' : 'entries'}. ${column} decides. If that is wrong, remove this column from the file.`;

export const twinIgnored = (file: string, column: string, other: string, count: number): string =>
  `${file}: ${other} has the same name as ${column}, but another value in ${count} ${count === 1 ? 'entry' : 'entries'}. ${column} counts. If that is wrong, remove this column from the file.`;
