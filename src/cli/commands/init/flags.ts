import { DEPROVISION_POLICIES, IDP_KINDS } from '../../../core/service-accounts/service-account.js';
import type { DeprovisionPolicy, IdpKind, SsoSubject } from '../../../words/idp.js';
import type { Hosting } from '../../../words/installation.js';
import { parseSsoSubject } from '../../input/sso-subject.js';
import type { OptionSpec } from '../../option.js';
import { parseBaseUrl } from '../../shared/base-url.js';
import { DRY_RUN } from '../../shared/dry-run.js';
import { LIFETIME } from '../../shared/token-lifetime.js';

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
  ssoSubject?: SsoSubject | null;
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
  { flags: '--migrate', description: 'install or upgrade the schema' },
  { flags: '--no-migrate', description: 'leave the schema to a DBA' },
  {
    flags: '--host <choice>',
    description:
      'if the host views are missing: install the sample (reference), continue without (skip), or stop',
    choices: ['reference', 'skip', 'stop'],
  },
  {
    flags: '--hosting <where>',
    description: 'where this installation runs; SCIM is refused for cloud',
    choices: ['on-premises', 'cloud'],
  },
  { flags: '--idp <name>', description: 'the IdP to add or to use: entra, okta-eu' },
  {
    flags: '--kind <kind>',
    description: 'entra, okta or generic; default: from the name',
    choices: IDP_KINDS,
  },
  {
    flags: '--sso-provider <id>',
    description: 'SAML provider, by id or name; required if more than one is enabled',
  },
  {
    flags: '--deprovision-policy <policy>',
    description: 'manual (default): an administrator disables leavers; disable: immediately',
    choices: DEPROVISION_POLICIES,
  },
  {
    flags: '--sso-subject <what>',
    description:
      'what the IdP sends as NameID, if host_user has a column for it: user-name, email, object-id or none (default)',
    parse: parseSsoSubject,
  },
  { flags: '--token', description: 'create a token unless the IdP has a live one; shown once' },
  { flags: '--no-token', description: 'do not create a token' },
  {
    flags: '--token-file <file>',
    writes: true,
    description: 'like --token, but write it to a new file that only you can read',
  },
  { flags: '--another-token', description: 'create a token even if the IdP has a live one' },
  {
    flags: '--expires <duration>',
    description: "the token's lifetime, or never (default 365d)",
    parse: LIFETIME,
  },
  {
    flags: '--base-url <url>',
    description: 'URL at which the IdP reaches the endpoint, for the set-up sheet (SCIMCTL_BASE_URL)',
    parse: parseBaseUrl,
  },
  { flags: '-f, --force', description: 'overwrite a config file with other content' },
  DRY_RUN,
];
