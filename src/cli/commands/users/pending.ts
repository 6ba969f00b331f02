import { PENDING_REASONS, type PendingOrder, pendingUserPages } from '../../../core/users/pending.js';
import type { PendingReason } from '../../../words/link.js';
import type { Command } from '../../command.js';
import { EXIT_CODES } from '../../exit-codes.js';
import { type ListFlags, listOptions } from '../../input/list-options.js';
import { CENTURY, duration } from '../../input/quantity.js';
import { counted } from '../../output/progress.js';
import { PENDING_COLUMNS } from '../../shared/pending-columns.js';

interface Options extends ListFlags<PendingOrder['key']> {
  olderThan?: number;
  idp?: string;
  reason?: PendingReason;
  failOnFindings?: boolean;
}

export const usersPending: Command<Options> = {
  name: 'pending',
  summary: 'List users who were deprovisioned in an IdP but whose account is still enabled',
  description:
    'Lists the accounts that are still enabled although an IdP disabled or deleted their user. Each account has one row. Held back means that the departure limit of the IdP kept the account enabled; `idp release` disables it. The reason doubtful means that the login name and the e-mail address of the account have both changed, so the account may belong to another person now; `users link` assigns it. Those who have waited longest come first, and doubtful ones last. The list is always computed from live data: an account that you disable in the host application disappears from it.',
  options: [
    {
      flags: '--older-than <duration>',
      description: 'only users pending for at least this long (30d, 12h); 0s for all',
      parse: duration('0s', CENTURY),
    },
    { flags: '--idp <name>', description: 'only users of this IdP' },
    { flags: '--reason <reason>', description: 'only users with this reason', choices: PENDING_REASONS },
    { flags: '--fail-on-findings', description: 'exit with code 5 if a user is listed' },
    ...listOptions(PENDING_COLUMNS),
  ],
  examples: [
    { does: 'all pending users', command: 'users pending' },
    { does: 'accounts that may belong to another person', command: 'users pending --reason doubtful' },
    { does: 'for an audit', command: 'users pending -o csv --out pending.csv' },
    { does: 'in a scheduled job', command: 'users pending --older-than 7d --fail-on-findings' },
  ],
  rights: { service_account: 'SELECT', token: 'SELECT', identity: 'SELECT', host_user: 'SELECT' },
  async run({ olderThan, idp, reason, failOnFindings, ...view }, context) {
    const core = await context.core();
    let found = 0;
    const pages = counted(
      pendingUserPages(core, { olderThanMs: olderThan, idp, reason }, view.sort),
      (count) => {
        found = count;
      },
    );
    await context.output.list(pages, PENDING_COLUMNS, 'No user is pending manual disable.', view);
    return failOnFindings && found > 0 ? EXIT_CODES.findings.code : EXIT_CODES.done.code;
  },
};
