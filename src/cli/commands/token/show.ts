import { findTokenSummary } from '../../../core/tokens/find.js';
import type { Command } from '../../command.js';
import { OUT } from '../../input/list-options.js';
import { TOKEN_FIELDS } from './fields.js';

export const tokenShow: Command<{ token: string }> = {
  name: 'show',
  summary: 'Show the details of one token, but never the token itself',
  arguments: [{ syntax: '<token>', description: 'id of the token, or the unique beginning of it' }],
  options: [OUT],
  examples: [
    { does: 'by its id', command: 'token show 7Gk2mQx91ZbT' },
    { does: 'when it was last used', command: 'token show 7Gk2 -o json | jq -r .lastUsedAt' },
  ],
  rights: { service_account: 'SELECT', token: 'SELECT' },
  async run({ token }, context) {
    await context.output.one(await findTokenSummary(await context.core(), token), TOKEN_FIELDS);
  },
};
