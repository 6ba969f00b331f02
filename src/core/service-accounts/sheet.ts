import type { ServiceAccount } from './service-account.js';

/** What an administrator types into the IdP, step by step. */
export interface SetUpSheet {
  idp: string;
  kind: ServiceAccount['kind'];
  /** The base URL of the endpoint, ending in `/scim/v2`. */
  tenantUrl: string;
  steps: { title: string; lines: string[] }[];
}

/** Stands where nobody has told us the address yet. */
export const BASE_URL_PLACEHOLDER = 'https://YOUR-HOST';

/** The tenant URL is the base URL followed by `scim/v2`, however the base was written. */
export function tenantUrlOf(baseUrl: string): string {
  return `${baseUrl.replace(/\/+$/, '').replace(/\/scim\/v2$/, '')}/scim/v2`;
}

export function setUpSheet(
  account: Pick<ServiceAccount, 'name' | 'kind'>,
  baseUrl = BASE_URL_PLACEHOLDER,
): SetUpSheet {
  const tenantUrl = tenantUrlOf(baseUrl);
  const steps = { entra: entraSteps, okta: oktaSteps, generic: genericSteps }[account.kind](
    account.name,
    tenantUrl,
  );
  return { idp: account.name, kind: account.kind, tenantUrl, steps: [...steps, tokenCare(account.name)] };
}

const entraSteps = (name: string, tenantUrl: string) => [
  {
    title: 'Connect (Enterprise application > Provisioning > Admin credentials)',
    lines: [
      'Provisioning Mode: Automatic',
      `Tenant URL:        ${tenantUrl}`,
      `Secret Token:      the output of: scimctl token create --idp ${name} -q`,
      'Press Test Connection, then Save.',
    ],
  },
  {
    title: 'Match by object id (Mappings > Provision Microsoft Entra ID Users)',
    lines: [
      'Edit externalId: source attribute objectId (the default, mailNickname, is not stable).',
      'externalId: Match objects using this attribute Yes, matching precedence 1.',
      'userName (userPrincipalName): Match objects using this attribute Yes, matching precedence 2.',
      'emails[type eq "work"].value: source attribute mail.',
      'active: Switch([IsSoftDeleted], , "False", "True", "True", "False"), as it is.',
    ],
  },
  {
    title: 'Keep only the mappings that are used; delete the others',
    lines: [
      'Keep: userName, active, displayName, emails[type eq "work"].value, name.givenName, name.familyName, externalId.',
      'Delete: addresses[...], phoneNumbers[...], title, preferredLanguage, name.formatted, employeeNumber, department, manager.',
    ],
  },
  {
    title: 'Start',
    lines: [
      'Scope: Sync only assigned users and groups. Assign one test user.',
      'Provision on demand for that user, then Start provisioning. A cycle takes about 40 minutes.',
    ],
  },
];

const oktaSteps = (name: string, tenantUrl: string) => [
  {
    title: 'Connect (Applications > your SAML app > Provisioning > Integration)',
    lines: [
      'SCIM version:                         2.0',
      `SCIM connector base URL:              ${tenantUrl}`,
      'Unique identifier field for users:    userName',
      'Supported provisioning actions:       Push New Users, Push Profile Updates, Push Groups',
      'Authentication Mode:                  HTTP Header',
      `Authorization (Bearer):               the output of: scimctl token create --idp ${name} -q`,
      'Press Test Connector Configuration, then Save.',
    ],
  },
  {
    title: 'Switch on (Provisioning > To App)',
    lines: [
      'Enable Create Users, Update User Attributes and Deactivate Users.',
      'Application username format: Email.',
    ],
  },
  {
    title: 'Start (Assignments)',
    lines: ['Assign one test user, see the account appear, then assign your groups.'],
  },
];

const genericSteps = (name: string, tenantUrl: string) => [
  {
    title: 'Connect',
    lines: [
      `Base URL:         ${tenantUrl}`,
      'Authentication:   bearer token, in the header Authorization: Bearer TOKEN',
      `Token:            the output of: scimctl token create --idp ${name} -q`,
      'Unique id:        externalId must be an id that never changes; userName is the e-mail address.',
    ],
  },
];

const tokenCare = (name: string) => ({
  title: 'Remember',
  lines: [
    'An expired token stops provisioning without a word and puts the whole job into quarantine.',
    `Before it ends: scimctl token rotate --idp ${name} (the old token goes on for a day), then enter the new one.`,
    `scimctl check warns 30 days ahead; run it from a scheduled job.`,
  ],
});
