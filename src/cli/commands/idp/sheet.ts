import { findAccount } from '../../../core/service-accounts/service-account.js';
import { setUpSheet } from '../../../core/service-accounts/sheet.js';
import { isLoopback } from '../../../loopback.js';
import type { Command } from '../../command.js';
import type { Context } from '../../context.js';
import { OUT } from '../../input/list-options.js';
import { renderSheet } from '../../output/sheet.js';
import { parseBaseUrl } from '../../shared/base-url.js';

export const idpSheet: Command<{ idp: string; baseUrl?: string }> = {
  name: 'sheet',
  summary: 'Print the settings to enter in Entra or Okta',
  description:
    'Prints the set-up sheet of an IdP: the tenant URL, where the token goes, the attribute mappings.',
  arguments: [{ syntax: '<idp>', description: 'name or id, or the unique beginning of one' }],
  options: [
    {
      flags: '--base-url <url>',
      description: 'where the IdP reaches the endpoint (SCIMCTL_BASE_URL)',
      parse: parseBaseUrl,
    },
    OUT,
  ],
  examples: [
    { does: 'for Entra', command: 'idp sheet entra --base-url https://iqm.example.com' },
    { does: 'to hand over', command: 'idp sheet okta --base-url https://iqm.example.com --out okta.txt' },
  ],
  rights: { service_account: 'SELECT', token: 'SELECT' },
  async run({ idp, baseUrl }, context) {
    const core = await context.core();
    const account = await core.database.read((session) => findAccount(session, idp, core.clock()));
    const address = await configuredBaseUrl(baseUrl, context);
    if (address === undefined) {
      context.talk.note(
        'Say where the IdP reaches the endpoint with --base-url: it stands in the sheet then.',
      );
    } else if (isPlainHttp(address)) {
      context.talk.warn(
        `Neither Entra nor Okta connects to ${address}: the address must start with https://.`,
      );
    }
    const sheet = setUpSheet(account, { baseUrl: address });
    if (context.output.format === 'json') context.output.json(sheet);
    else context.output.text(renderSheet(sheet, context.output.columns));
  },
};

/** Where the IdP reaches the endpoint, as far as anybody has said. */
async function configuredBaseUrl(flag: string | undefined, context: Context): Promise<string | undefined> {
  const { serve } = await context.settings();
  const configured = context.world.env.SCIMCTL_BASE_URL || serve?.baseUrl;
  return flag ?? (configured ? parseBaseUrl(String(configured)) : undefined);
}

const isPlainHttp = (url: string): boolean => {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !isLoopback(hostname);
};
