import { findTokenSummary } from '../../../core/tokens/find.js';
import { revokeToken } from '../../../core/tokens/revoke.js';
import type { Command } from '../../command.js';
import { DRY_RUN, sayDone } from '../../shared/dry-run.js';
import { TOKEN_FIELDS } from './fields.js';

export const tokenRevoke: Command<{ token: string; dryRun?: boolean }> = {
  name: 'revoke',
  summary: 'Revoke a token immediately',
  arguments: [{ syntax: '<token>', description: 'id of the token, or the unique beginning of it' }],
  options: [DRY_RUN],
  examples: [
    { does: 'ask for confirmation', command: 'token revoke 7Gk2mQx91ZbT' },
    { does: 'in a script', command: 'token revoke 7Gk2mQx91ZbT --yes' },
  ],
  rights: {
    service_account: 'SELECT, UPDATE(token_changes)',
    token: 'SELECT, UPDATE',
    event: 'SELECT, INSERT',
  },
  async run(options, context) {
    const core = await context.core();
    const { id, idp, status } = await findTokenSummary(core, options.token);
    if (!options.dryRun && (status === 'active' || status === 'retiring')) {
      await context.prompts.confirm(
        `Revoke the token ${id} of IdP ${idp}? Provisioning with this token stops immediately.`,
      );
    }
    await context.output.one(await revokeToken(core, id, options), TOKEN_FIELDS);
    sayDone(context, options, `Token ${id} is revoked.`);
  },
};
