import type { Core } from '../../../core/core.js';
import { readSeats, type SeatPool } from '../../../core/seats.js';
import type { PendingUser } from '../../../core/users/pending.js';
import { durationText, isLate } from '../../../core/users/report/ageing.js';
import { pastYear } from '../../../core/users/report/past-year.js';
import { pendingFigures } from '../../../core/users/report/pending-figures.js';
import { Problem } from '../../../problem.js';
import type { Context } from '../../context.js';
import type { ListColumn } from '../../output/report/model.js';
import type { OpenReport } from '../../output/report/write.js';
import { limited } from '../limited.js';
import { cellOf, finishReport, leaverTable, rowsOf } from './frame.js';
import { ageingChart, byIdpTable, waitingFigures } from './waiting.js';

const COLUMNS: ListColumn[] = [
  { key: 'userId', label: 'User', type: 'text' },
  { key: 'loginName', label: 'Login', type: 'text' },
  { key: 'email', label: 'E-mail', type: 'text' },
  { key: 'displayName', label: 'Name', type: 'text' },
  { key: 'idp', label: 'IdP', type: 'text' },
  { key: 'externalId', label: 'External id', type: 'text' },
  { key: 'reason', label: 'Reason', type: 'text' },
  { key: 'since', label: 'Pending since', type: 'instant' },
  { key: 'days', label: 'Days', type: 'number' },
  { key: 'licenceType', label: 'Seat', type: 'text' },
  { key: 'lastSignInAt', label: 'Last sign-in', type: 'instant' },
];

/** Whether a column says anything: an address that is the login name does not. */
const tells = (user: PendingUser, key: keyof PendingUser): boolean =>
  cellOf(user[key]) !== null && !(key === 'email' && user.email === user.loginName);

/** The licence pools; undefined, with a warning, where this login cannot read them, or the application has none. */
export async function readablePools(context: Context, core: Core): Promise<SeatPool[] | undefined> {
  try {
    return await readSeats(core);
  } catch (error) {
    if (!(error instanceof Problem) || !['host-views-missing', 'host-broken'].includes(error.code))
      throw error;
    const also = error.code === 'host-views-missing' ? ' The login may also lack SELECT on it.' : '';
    context.talk.warn(`The report does not show the licence pools: ${error.message}${also}`);
    return undefined;
  }
}

/**
 * The report of `users pending`.
 * @param maxAgeMs how long an account may wait, by the policy of the company.
 */
export async function writePendingReport(
  context: Context,
  core: Core,
  users: readonly PendingUser[],
  {
    page,
    maxAgeMs,
    scope,
    pools,
  }: { page: OpenReport; maxAgeMs: number | undefined; scope: string; pools: SeatPool[] | undefined },
): Promise<void> {
  const now = core.clock();
  const figures = pendingFigures(users, now, maxAgeMs);
  const policy = maxAgeMs === undefined ? undefined : durationText(maxAgeMs);
  const columns: ListColumn[] = [
    ...COLUMNS.filter(({ key }) => users.some((user) => tells(user, key as keyof PendingUser))),
    ...(policy === undefined
      ? []
      : [{ key: 'overdue', label: `Over ${policy}`, type: 'flag' } satisfies ListColumn]),
  ];
  const rows = users.map((user) => ({
    ...user,
    reason: user.heldBack ? `${user.reason}, held back` : user.reason,
    overdue: isLate(user.since, now, maxAgeMs) ? 1 : 0,
  }));
  const held = new Map(figures.byPool.map(({ licenceType, seatsHeld }) => [licenceType, seatsHeld]));
  await finishReport(context, core, page, {
    title: 'Users pending manual disable',
    about: `Accounts that are still enabled although an IdP disabled or deleted their user, or no longer lists the user${scope}.`,
    figures: [
      { key: 'pending', label: 'Pending accounts', value: figures.pending },
      ...(policy === undefined
        ? []
        : [
            {
              key: 'overdue',
              label: `Longer than ${policy} (policy)`,
              value: figures.late ?? 0,
              isBad: (figures.late ?? 0) > 0,
            },
          ]),
      ...waitingFigures(figures),
      { key: 'heldBack', label: 'Held back by the limit', value: figures.heldBack },
      { key: 'doubtful', label: 'Doubtful', value: figures.doubtful },
    ],
    charts: [
      ageingChart(figures, 'How long they have waited'),
      {
        key: 'reasons',
        title: 'Why they are pending',
        bars: figures.byReason.map(({ reason, pending }) => ({ label: reason, value: pending })),
      },
    ],
    tables: [
      byIdpTable(figures, 'By IdP', maxAgeMs),
      ...(pools === undefined
        ? []
        : [
            {
              key: 'seats',
              title: 'Seats held while waiting',
              columns: ['Pool', 'Total', 'Used', 'Free', 'Held by pending accounts'],
              rows: pools.map(({ licenceType, total, used, free }) => [
                licenceType,
                limited(total),
                used,
                limited(free),
                held.get(licenceType) ?? 0,
              ]),
            },
          ]),
      leaverTable(await pastYear(core)),
    ],
    list: {
      title: 'Accounts',
      empty: 'No account is pending manual disable.',
      columns,
      rows: rowsOf(rows, columns),
    },
  });
}
