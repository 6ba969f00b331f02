import type { Core } from '../../../core/core.js';
import type { Marked } from '../../../core/users/reconcile/mark.js';
import type { Finding, Reconciliation } from '../../../core/users/reconcile/reconcile.js';
import type { Context } from '../../context.js';
import type { ListColumn } from '../../output/report/model.js';
import type { OpenReport } from '../../output/report/write.js';
import { cellOf, finishReport, rowsOf } from './frame.js';
import { waitingParts } from './waiting.js';

const COLUMNS: ListColumn[] = [
  { key: 'userId', label: 'User', type: 'text' },
  { key: 'loginName', label: 'Login', type: 'text' },
  { key: 'finding', label: 'Finding', type: 'text' },
  { key: 'email', label: 'E-mail', type: 'text' },
  { key: 'displayName', label: 'Name', type: 'text' },
  { key: 'userName', label: 'Linked to', type: 'text' },
  { key: 'externalId', label: 'External id', type: 'text' },
  { key: 'licenceType', label: 'Seat', type: 'text' },
  { key: 'lastSignInAt', label: 'Last sign-in', type: 'instant' },
  { key: 'markedSince', label: 'Marked since', type: 'instant' },
  { key: 'others', label: 'Other accounts', type: 'text' },
];

const MEANINGS = {
  unknown: 'no link, and no such user in the list',
  missing: 'linked, but no longer in the list',
  disabled: 'disabled in the list',
  several: 'one of several accounts of a user',
  found: 'marked, but in the list again',
} as const;

/** The report of `users reconcile`. */
export async function writeFindingReport(
  context: Context,
  core: Core,
  summary: Reconciliation,
  {
    page,
    findings,
    files,
    marked,
  }: {
    page: OpenReport;
    /** As they are after they were marked. */
    findings: readonly Finding[];
    files: readonly string[];
    /** With --mark, unless it was a dry run. */
    marked: Marked | undefined;
  },
): Promise<void> {
  const rows = findings.map((finding) => ({
    ...finding,
    others: finding.others.length > 0 ? finding.others.join(', ') : null,
  }));
  const columns = COLUMNS.filter(({ key }) =>
    rows.some((row) => cellOf(row[key as keyof (typeof rows)[number]]) !== null),
  );
  const kinds = Object.keys(MEANINGS) as (keyof typeof MEANINGS)[];
  const waiting = await waitingParts(core);
  const seated = findings.filter(({ finding, licenceType }) => finding !== 'found' && licenceType !== null);
  await finishReport(context, core, page, {
    title: `Accounts compared with the list of IdP ${summary.idp}`,
    about: `Enabled accounts that do not belong to an active user of the IdP. The list: ${files.join(', ')}.`,
    figures: [
      { key: 'users', label: 'Users of the list', value: summary.users },
      { key: 'active', label: 'Active users', value: summary.active },
      { key: 'compared', label: 'Accounts compared', value: summary.compared },
      ...kinds.map((kind) => ({
        key: kind,
        label: kind[0]?.toUpperCase() + kind.slice(1),
        value: summary[kind],
        isBad: kind !== 'found' && summary[kind] > 0,
      })),
      { key: 'pendingAlready', label: 'Pending already', value: summary.pendingAlready },
      ...(marked === undefined
        ? []
        : [
            { key: 'marked', label: 'Marked by this run', value: marked.marked },
            { key: 'ended', label: 'Marks ended by this run', value: marked.ended },
          ]),
      { key: 'seatsOfFindings', label: 'Seats held by these', value: seated.length },
      {
        key: 'plausible',
        label: 'List looks plausible',
        value: summary.plausible ? 'yes' : 'no',
        isBad: !summary.plausible,
      },
      ...waiting.figures,
    ],
    charts: [
      {
        key: 'findings',
        title: 'What was found',
        bars: kinds.map((kind) => ({ label: kind, value: summary[kind], isBad: kind !== 'found' })),
      },
      ...waiting.charts,
    ],
    tables: [
      {
        key: 'meanings',
        title: 'Findings',
        columns: ['Finding', 'Meaning', 'Accounts'],
        rows: kinds.map((kind) => [kind, MEANINGS[kind], summary[kind]]),
      },
      ...waiting.tables,
    ],
    list: { title: 'Accounts', empty: 'Nothing was found.', columns, rows: rowsOf(rows, columns) },
  });
}
