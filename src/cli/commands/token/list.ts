import { readTokens } from '../../../core/tokens/find.js';
import type { TokenSummary } from '../../../core/tokens/token.js';
import type { Command } from '../../command.js';
import { EXIT_CODES } from '../../exit-codes.js';
import { type ListFlags, listOptions, sorted } from '../../input/list-options.js';
import { CENTURY, duration } from '../../input/quantity.js';
import { TOKEN_FIELDS } from './fields.js';

interface Options extends ListFlags {
  idp?: string;
  expiring?: number;
  failOnFindings?: boolean;
}

export const tokenList: Command<Options> = {
  name: 'list',
  summary: 'List tokens and their expiry, newest first',
  options: [
    { flags: '--idp <name>', description: 'only tokens of this IdP' },
    {
      flags: '--expiring <duration>',
      description: 'only active tokens that expire within this time (30d)',
      parse: duration('1s', CENTURY),
    },
    { flags: '--fail-on-findings', description: 'with --expiring: exit with code 5 if a token is listed' },
    ...listOptions(TOKEN_FIELDS),
  ],
  examples: [
    { does: 'all IdPs', command: 'token list' },
    { does: 'in a scheduled job', command: 'token list --expiring 30d --fail-on-findings' },
  ],
  rights: { service_account: 'SELECT', token: 'SELECT' },
  async run({ idp, expiring, failOnFindings, ...view }, context) {
    const all = await readTokens(await context.core(), idp);
    const found = expiring === undefined ? all : all.filter(expiresWithin(expiring, context.world.clock()));
    const none =
      expiring === undefined
        ? 'No tokens yet. Create one with: scimctl token create --idp NAME'
        : 'No active token expires that soon.';
    await context.output.list(sorted(found, view.sort), TOKEN_FIELDS, none, view);
    const findings = expiring !== undefined && found.length > 0;
    if (findings)
      context.talk.warn(
        'An expired token stops provisioning, and the IdP may quarantine its job. Rotate in time with: scimctl token rotate',
      );
    return failOnFindings && findings ? EXIT_CODES.findings.code : EXIT_CODES.done.code;
  },
};

/** A retiring token is meant to end; only an active one is missed. */
const expiresWithin =
  (ms: number, now: Date) =>
  ({ status, expiresAt }: TokenSummary): boolean =>
    status === 'active' && expiresAt !== null && expiresAt.getTime() <= now.getTime() + ms;
