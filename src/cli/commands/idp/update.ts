import { updateAccount } from '../../../core/service-accounts/change.js';
import { DEPROVISION_POLICIES } from '../../../core/service-accounts/service-account.js';
import { usageProblem } from '../../../problem.js';
import type { DeprovisionPolicy } from '../../../words/idp.js';
import type { Command } from '../../command.js';
import { DRY_RUN, sayDone } from '../../shared/dry-run.js';
import { AUTHENTICATION_OPTIONS, type AuthenticationFlags } from './authentication.js';
import { ACCOUNT_OPTIONS, type AccountFlags } from './departures.js';
import { ACCOUNT_FIELDS } from './fields.js';

interface Options extends AuthenticationFlags, AccountFlags {
  idp: string;
  displayName?: string;
  ssoProvider?: string;
  deprovisionPolicy?: DeprovisionPolicy;
  dryRun?: boolean;
}

export const idpUpdate: Command<Options> = {
  name: 'update',
  summary: 'Change the settings of an IdP',
  arguments: [{ syntax: '<idp>', description: 'name or id, or the unique beginning of one' }],
  options: [
    { flags: '--display-name <text>', description: 'name shown to people' },
    { flags: '--sso-provider <id>', description: 'an enabled SAML provider, by id or name' },
    {
      flags: '--deprovision-policy <policy>',
      description: 'what happens to the accounts of deprovisioned users: manual or disable',
      choices: DEPROVISION_POLICIES,
    },
    ...ACCOUNT_OPTIONS,
    ...AUTHENTICATION_OPTIONS,
    DRY_RUN,
  ],
  examples: [
    {
      does: 'disable the accounts of leavers automatically',
      command: 'idp update entra --deprovision-policy disable',
    },
    {
      does: 'limit how many leavers are disabled at once',
      command: 'idp update entra --max-departures "20/1h,10%"',
    },
    { does: 'for a client that supports only OAuth', command: 'idp update entra --allow-oauth' },
    { does: 'after SAML was set up again', command: 'idp update entra --sso-provider "Contoso SAML"' },
  ],
  rights: {
    service_account: 'SELECT, UPDATE',
    token: 'SELECT',
    event: 'SELECT, INSERT',
    host_sso_provider: 'SELECT',
  },
  async run(options, context) {
    const { idp, dryRun: _, ...wanted } = options;
    if (Object.values(wanted).every((value) => value === undefined)) {
      throw usageProblem('nothing-to-update', 'No change was given.', {
        hint: 'Add at least one option; `scimctl idp update --help` lists them.',
      });
    }
    const account = await updateAccount(await context.core(), idp, wanted, options);
    await context.output.one(account, ACCOUNT_FIELDS);
    sayDone(context, options, `IdP ${account.name} is updated.`);
  },
};
