import { addServiceAccount } from '../../../core/service-accounts/add.js';
import { kindOfName } from '../../../core/service-accounts/kind-of-name.js';
import { DEPROVISION_POLICIES, IDP_KINDS } from '../../../core/service-accounts/service-account.js';
import type { DeprovisionPolicy, IdpKind } from '../../../words/idp.js';
import type { Command } from '../../command.js';
import { DRY_RUN, sayDone } from '../../shared/dry-run.js';
import { AUTHENTICATION_OPTIONS, type AuthenticationFlags } from './authentication.js';
import { ACCOUNT_OPTIONS, type AccountFlags } from './departures.js';
import { ACCOUNT_FIELDS } from './fields.js';

interface Options extends AuthenticationFlags, AccountFlags {
  name: string;
  kind?: IdpKind;
  displayName?: string;
  ssoProvider?: string;
  deprovisionPolicy?: DeprovisionPolicy;
  dryRun?: boolean;
}

export const idpAdd: Command<Options> = {
  name: 'add',
  summary: 'Add a service account for an IdP',
  description:
    'Adds the service account of one IdP, enabled and bound to an enabled SAML provider of the host application. Without --kind, the name decides the kind: entra, okta-eu.',
  arguments: [{ syntax: '<name>', description: 'lower-case letters, digits and hyphens: entra, okta-eu' }],
  options: [
    { flags: '--kind <kind>', description: 'entra, okta or generic', choices: IDP_KINDS },
    { flags: '--display-name <text>', description: 'name shown to people' },
    {
      flags: '--sso-provider <id>',
      description: 'SAML provider, by id or name; required if more than one is enabled',
    },
    {
      flags: '--deprovision-policy <policy>',
      description:
        'when the IdP deprovisions a user: manual (default) leaves the account to an administrator, disable disables it immediately',
      choices: DEPROVISION_POLICIES,
    },
    ...ACCOUNT_OPTIONS,
    ...AUTHENTICATION_OPTIONS,
    DRY_RUN,
  ],
  examples: [
    { does: 'Microsoft Entra ID', command: 'idp add entra' },
    { does: 'a second Okta tenant', command: 'idp add okta-eu --kind okta --deprovision-policy disable' },
  ],
  rights: {
    installation: 'SELECT',
    service_account: 'INSERT',
    event: 'SELECT, INSERT',
    host_sso_provider: 'SELECT',
  },
  async run(options, context) {
    const kind = options.kind ?? kindOfName(options.name);
    const account = await addServiceAccount(await context.core(), { ...options, kind }, options);
    await context.output.one(account, ACCOUNT_FIELDS);
    sayDone(
      context,
      options,
      `IdP ${account.name} added.${options.dryRun ? '' : ` Next: scimctl token create --idp ${account.name}`}`,
    );
  },
};
