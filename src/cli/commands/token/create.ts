import { createToken } from '../../../core/tokens/create.js';
import type { Command } from '../../command.js';
import { DEFAULT_LIFETIME_MS } from '../../shared/token-lifetime.js';
import { ISSUE_OPTIONS, type IssueFlags, issueToken } from './issue.js';
import { assertScriptOut, printTokenScript } from './script.js';

export const tokenCreate: Command<IssueFlags> = {
  name: 'create',
  summary: 'Create a bearer token for an IdP',
  description:
    'Creates a bearer token and shows it once; only its hash is stored. An IdP can have two live tokens at most. To replace a token without an outage, use `token rotate`.',
  options: ISSUE_OPTIONS,
  examples: [
    { does: 'show the token once', command: 'token create --idp entra' },
    { does: 'in a script', command: 'token create --idp entra -q' },
    {
      does: 'for a DBA to run',
      command: 'token create --idp entra --script --engine mssql --out create.sql',
    },
    { does: 'into a file', command: 'token create --idp entra --expires 180d --token-file entra.token' },
  ],
  rights: {
    installation: 'SELECT',
    service_account: 'SELECT, UPDATE(token_changes)',
    token: 'SELECT, INSERT, UPDATE',
    event: 'SELECT, INSERT',
  },
  async run(flags, context) {
    const { idp, expires = DEFAULT_LIFETIME_MS, dryRun } = flags;
    assertScriptOut(flags);
    if (flags.script) return printTokenScript(context, flags, { idp, expiresInMs: expires });
    const core = await context.core();
    await issueToken(context, flags, (deliver) =>
      createToken(core, idp, { expiresInMs: expires, dryRun, deliver }),
    );
  },
};
