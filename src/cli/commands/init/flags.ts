import { DEPROVISION_POLICIES, IDP_KINDS } from '../../../core/service-accounts/service-account.js';
import type { Hosting } from '../../../database/queries/installation.js';
import type { DeprovisionPolicy, IdpKind } from '../../../database/queries/service-accounts.js';
import type { OptionSpec } from '../../command.js';
import { parseBaseUrl } from '../idp/sheet.js';
import { DRY_RUN } from '../shared.js';
import { LIFETIME } from '../token/issue.js';

/** Where the host views are not bound: install the sample, go on without, or stop there. */
export type HostChoice = 'reference' | 'skip' | 'stop';

export interface InitFlags {
  migrate?: boolean;
  host?: HostChoice;
  hosting?: Hosting;
  idp?: string;
  kind?: IdpKind;
  ssoProvider?: string;
  deprovisionPolicy?: DeprovisionPolicy;
  token?: boolean;
  tokenFile?: string;
  anotherToken?: boolean;
  expires?: number | null;
  baseUrl?: string;
  force?: boolean;
  dryRun?: boolean;
}

/** A flag for every question. The connection setting is --database, the config file --config. */
export const INIT_OPTIONS: readonly OptionSpec[] = [
  { flags: '--migrate', description: 'install the schema, or bring it up to date' },
  { flags: '--no-migrate', description: 'leave the schema to a DBA' },
  {
    flags: '--host <choice>',
    description: 'where the host views are missing: install the sample (reference), go on (skip), or stop',
    choices: ['reference', 'skip', 'stop'],
  },
  {
    flags: '--hosting <where>',
    description: 'what this installation is; SCIM is refused for cloud',
    choices: ['on-premises', 'cloud'],
  },
  { flags: '--idp <name>', description: 'the IdP to add, or to go on with: entra, okta-eu' },
  {
    flags: '--kind <kind>',
    description: 'entra, okta or generic; else taken from the name',
    choices: IDP_KINDS,
  },
  {
    flags: '--sso-provider <id>',
    description: 'SAML provider, by id or name; needed where more than one is enabled',
  },
  {
    flags: '--deprovision-policy <policy>',
    description: 'manual (default): an administrator disables leavers; disable: at once',
    choices: DEPROVISION_POLICIES,
  },
  { flags: '--token', description: 'create a token, unless the IdP has a live one; it is shown once' },
  { flags: '--no-token', description: 'create no token' },
  { flags: '--token-file <file>', description: 'as --token, but into a new file that only you can read' },
  { flags: '--another-token', description: 'create a token even where the IdP has a live one' },
  {
    flags: '--expires <duration>',
    description: "the token's lifetime, or never (default 365d)",
    parse: LIFETIME,
  },
  {
    flags: '--base-url <url>',
    description: 'where the IdP will reach the endpoint, for the set-up sheet (SCIMCTL_BASE_URL)',
    parse: parseBaseUrl,
  },
  { flags: '-f, --force', description: 'overwrite a config file that holds something else' },
  DRY_RUN,
];
