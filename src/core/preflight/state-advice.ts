import type { Kind } from './kind-of-export.js';

/** How to have an export say who is active. */
const HOW: Readonly<Partial<Record<Kind, string>>> = {
  'Entra ID or Microsoft Graph':
    'Ask for it: $select=id,userPrincipalName,mail,displayName,givenName,surname,accountEnabled,userType in Microsoft Graph or az rest, and -Property with the same names for Get-MgUser.',
  'Active Directory':
    'Get-ADUser returns Enabled; with csvde, name userAccountControl among the attributes (-l).',
  'Google Workspace': 'Export all columns; with GAM, name the field suspended.',
  Okta: 'Take a report with the status of each user, or the answer of /api/v1/users.',
};

export const noActiveColumn = (file: string, kind: Kind): string =>
  [`${file}: no column says who is active: everyone is treated as active.`, HOW[kind]]
    .filter(Boolean)
    .join(' ');

export const stateNeverSaid = (file: string, kind: Kind, column: string): string =>
  [`${file}: ${column} says of no user whether they are active.`, HOW[kind]].filter(Boolean).join(' ');

export const stateSaidLate = (file: string, count: number): string =>
  `${file}: the first ${count} entries do not say who is active and are treated as active, although others do.`;
