import {
  PENDING_REASONS,
  type PendingOrder,
  type PendingUser,
  pendingUserPages,
} from '../../../core/users/pending.js';
import type { PendingReason } from '../../../database/queries/pending.js';
import type { Command } from '../../command.js';
import { EXIT_CODES } from '../../exit-codes.js';
import { type ListFlags, listOptions } from '../../input/list-options.js';
import { CENTURY, duration } from '../../input/quantity.js';
import type { Column } from '../../output/output.js';
import { counted } from '../../output/progress.js';

interface Options extends ListFlags<PendingOrder['key']> {
  olderThan?: number;
  idp?: string;
  reason?: PendingReason;
  failOnFindings?: boolean;
}

export const PENDING_COLUMNS: Column<PendingUser>[] = [
  { key: 'userId', label: 'USER', whole: true, rank: 1 },
  { key: 'loginName', label: 'LOGIN', rank: 0 },
  { key: 'email', label: 'E-MAIL', wide: true },
  { key: 'displayName', label: 'NAME', rank: 5 },
  { key: 'idp', label: 'IDP', rank: 4 },
  { key: 'externalId', label: 'EXTERNAL ID', wide: true },
  {
    key: 'reason',
    label: 'REASON',
    show: ({ reason, heldBack }) => (heldBack ? `${reason}, held back` : reason),
    rank: 3,
  },
  { key: 'heldBack', label: 'HELD BACK', wide: true },
  { key: 'since', label: 'SINCE', whole: true, rank: 6 },
  { key: 'days', label: 'DAYS', align: 'right', rank: 2 },
  { key: 'licenceType', label: 'SEAT' },
  { key: 'lastSignInAt', label: 'LAST SIGN-IN', whole: true },
];

export const pending: Command<Options> = {
  name: 'pending',
  summary: 'Users deprovisioned in an IdP whose account is still enabled',
  description:
    'Lists the accounts that are still enabled although their latest link ended by the word of an IdP: disabled, or deleted. Each account has one row. Held back: the limit of departures of the IdP kept the account enabled, until `idp release`. Those who have waited longest come first, and doubtful ones last. The reason doubtful means that login name and e-mail address of the account have both changed, so the host application may have given its key to another person: `users link` says whose it is. The list is worked out from live data at every call: disable the account in the host application and it is gone from the list.',
  options: [
    {
      flags: '--older-than <duration>',
      description: 'only users who have waited at least this long (30d, 12h); 0s for all',
      parse: duration('0s', CENTURY),
    },
    { flags: '--idp <name>', description: 'only users of this IdP' },
    { flags: '--reason <reason>', description: 'only this reason', choices: PENDING_REASONS },
    { flags: '--fail-on-findings', description: 'exit 5 when anybody is listed' },
    ...listOptions(PENDING_COLUMNS),
  ],
  examples: [
    { does: 'everybody who waits', command: 'users pending' },
    { does: 'whose account is it?', command: 'users pending --reason doubtful' },
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
    await context.output.list(pages, PENDING_COLUMNS, 'Nobody is pending manual disable.', view);
    return failOnFindings && found > 0 ? EXIT_CODES.findings.code : EXIT_CODES.done.code;
  },
};
