import { assertRights } from '../../../core/rights/denied.js';
import { pruneTokens, tokensToPrune } from '../../../core/tokens/prune.js';
import type { Command } from '../../command.js';
import { OUT } from '../../input/list-options.js';
import { parseBefore } from '../../input/parse.js';
import { DRY_RUN, sayDone } from '../../shared/dry-run.js';
import { TOKEN_FIELDS } from './fields.js';

interface Options {
  before?: (now: Date) => Date;
  dryRun?: boolean;
}

const RIGHTS = { service_account: 'SELECT', token: 'SELECT, DELETE', event: 'SELECT, INSERT' };

export const tokenPrune: Command<Options> = {
  name: 'prune',
  summary: 'Delete tokens that ended long ago',
  description:
    'Deletes the rows of tokens that expired, retired or were revoked before a time, including those of removed IdPs. Never deletes an active or retiring token. The audit trail keeps one event for each token, without its digest. Requires the role installer.',
  options: [
    {
      flags: '--before <time>',
      description: 'only tokens that ended before this time or this long ago (default 90d)',
      parse: parseBefore,
    },
    DRY_RUN,
    OUT,
  ],
  examples: [
    { does: 'list what it would delete', command: 'token prune --dry-run' },
    { does: 'in a scheduled job', command: 'token prune --before 365d --yes' },
  ],
  rights: RIGHTS,
  async run({ before = parseBefore('90d'), dryRun }, context) {
    const core = await context.core();
    await assertRights(RIGHTS, core.database);
    const time = before(core.clock());
    const { length } = await tokensToPrune(core, time);
    if (!dryRun && length > 0) {
      const what = length === 1 ? 'one ended token' : `${length} ended tokens`;
      await context.prompts.confirm(`This deletes ${what}. The audit trail keeps what they were.`);
    }
    const pruned = await pruneTokens(core, time, { dryRun });
    await context.output.list(pruned, TOKEN_FIELDS, 'No token ended that long ago.');
    if (pruned.length > 0)
      sayDone(
        context,
        { dryRun },
        pruned.length === 1 ? 'One token is deleted.' : `${pruned.length} tokens are deleted.`,
      );
    else if (dryRun) sayDone(context, { dryRun }, 'No token is deleted.');
  },
};
