import {
  PENDING_REASONS,
  type PendingOrder,
  type PendingUser,
  pendingUserPages,
} from '../../../core/users/pending.js';
import { durationText } from '../../../core/users/report/ageing.js';
import { usageProblem } from '../../../problem.js';
import type { PendingReason } from '../../../words/link.js';
import type { Command } from '../../command.js';
import { EXIT_CODES } from '../../exit-codes.js';
import { type ListFlags, listOptions } from '../../input/list-options.js';
import { CENTURY, duration } from '../../input/quantity.js';
import { counted } from '../../output/progress.js';
import { PENDING_COLUMNS } from '../../shared/pending-columns.js';
import { REPORT, withReport } from '../../shared/reports/option.js';

interface Options extends ListFlags<PendingOrder['key']> {
  olderThan?: number;
  idp?: string;
  reason?: PendingReason;
  failOnFindings?: boolean;
  report?: string;
  maxAge?: number;
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
    REPORT,
    {
      flags: '--max-age <duration>',
      description:
        'highlight accounts in the report that have been pending longer than your policy allows (7d)',
      parse: duration('1m', CENTURY),
    },
    ...listOptions(PENDING_COLUMNS),
  ],
  examples: [
    { does: 'all pending users', command: 'users pending' },
    { does: 'accounts that may belong to another person', command: 'users pending --reason doubtful' },
    { does: 'for an audit', command: 'users pending -o csv --out pending.csv' },
    {
      does: 'a page for an auditor, with the policy that accounts are disabled within 7 days',
      command: 'users pending --report pending.html --max-age 7d',
    },
    { does: 'in a scheduled job', command: 'users pending --older-than 7d --fail-on-findings' },
  ],
  rights: { service_account: 'SELECT', token: 'SELECT', identity: 'SELECT', host_user: 'SELECT' },
  async run({ olderThan, idp, reason, failOnFindings, report, maxAge, ...view }, context) {
    if (maxAge !== undefined && report === undefined) {
      throw usageProblem('option-missing', '--max-age requires --report.', {
        hint: 'Add --report with the name of the file. To list only users who have waited longer, use --older-than.',
      });
    }
    const core = await context.core();
    let found = 0;
    const pages = counted(
      pendingUserPages(core, { olderThanMs: olderThan, idp, reason }, view.sort),
      (count) => {
        found = count;
      },
    );
    const print = (users: PendingUser[] | typeof pages) =>
      context.output.list(users, PENDING_COLUMNS, 'No user is pending manual disable.', view);
    await withReport(context, core, { file: report }, async (page) => {
      if (page === undefined) return print(pages);
      const { readablePools, writePendingReport } = await import('../../shared/reports/pending-report.js');
      const pools = await readablePools(context, core);
      // A report and the list have the same rows.
      const users: PendingUser[] = [];
      for await (const some of pages) users.push(...some);
      await print(users);
      const scope = inWords({ olderThan, idp, reason });
      await writePendingReport(context, core, users, { page, maxAgeMs: maxAge, scope, pools });
    });
    return failOnFindings && found > 0 ? EXIT_CODES.findings.code : EXIT_CODES.done.code;
  },
};

/** What a report leaves out because the options say so. */
function inWords({ olderThan, idp, reason }: Pick<Options, 'olderThan' | 'idp' | 'reason'>): string {
  const only = [
    ...(idp === undefined ? [] : [`IdP ${idp}`]),
    ...(reason === undefined ? [] : [`reason ${reason}`]),
    ...(olderThan === undefined ? [] : [`pending for at least ${durationText(olderThan)}`]),
  ];
  return only.length === 0 ? '' : `; only ${only.join(', ')}`;
}
