import { findAccount } from '../../../core/service-accounts/service-account.js';
import { setUpSheet } from '../../../core/service-accounts/sheet.js';
import { usageProblem } from '../../../problem.js';
import type { Command } from '../../command.js';
import { renderSheet } from '../../output/sheet.js';

export const sheet: Command<{ idp: string; baseUrl?: string }> = {
  name: 'sheet',
  summary: 'What to type into Entra or Okta',
  description:
    'Prints the set-up sheet of an IdP: the tenant URL, where the token goes, the attribute mappings.',
  arguments: [{ syntax: '<idp>', description: 'name, id, or a unique beginning of either' }],
  options: [
    {
      flags: '--base-url <url>',
      description: 'where the IdP reaches the endpoint (SCIMCTL_BASE_URL)',
      parse: parseBaseUrl,
    },
  ],
  examples: [
    { does: 'for Entra', command: 'idp sheet entra --base-url https://iqm.example.com' },
    { does: 'to hand over', command: 'idp sheet okta --base-url https://iqm.example.com > okta.txt' },
  ],
  rights: { service_account: 'SELECT', token: 'SELECT' },
  async run({ idp, baseUrl }, context) {
    const core = await context.core();
    const account = await core.database.read((session) => findAccount(session, idp, core.clock()));
    const { serve } = await context.settings();
    const configured = context.world.env.SCIMCTL_BASE_URL || serve?.baseUrl;
    const sheet = setUpSheet(account, baseUrl ?? (configured ? parseBaseUrl(String(configured)) : undefined));
    if (context.output.format === 'json') context.output.json(sheet);
    else context.output.text(renderSheet(sheet));
  },
};

export function parseBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password) return text;
  throw usageProblem('url-invalid', `${JSON.stringify(text.slice(0, 200))} is not a base URL.`, {
    hint: 'Write it as https://host, without user name and password.',
  });
}
