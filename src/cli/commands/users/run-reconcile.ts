import type { Core } from '../../../core/core.js';
import { ExportedUsers, type ExportReport } from '../../../core/preflight/export/user-list.js';
import { assertRights } from '../../../core/rights/denied.js';
import { theIdp } from '../../../core/users/reconcile/idp.js';
import {
  assertExpected,
  countedAccounts,
  type Marked,
  markFindings,
} from '../../../core/users/reconcile/mark.js';
import { type Finding, type Reconciliation, reconcile } from '../../../core/users/reconcile/reconcile.js';
import { usageProblem } from '../../../problem.js';
import type { Context } from '../../context.js';
import { EXIT_CODES } from '../../exit-codes.js';
import type { ListFlags } from '../../input/list-options.js';
import type { Column } from '../../output/column.js';
import { limitedTo, onlyKeys, writeJsonWithArray } from '../../output/pages.js';
import { progress } from '../../output/progress.js';
import type { OpenReport } from '../../output/report/write.js';
import { sayDone } from '../../shared/dry-run.js';
import { keepHeapSmall } from '../../shared/heap.js';
import { withReport } from '../../shared/reports/option.js';
import { sourcesOf } from './export-sources.js';
import { LEAVER_COLUMNS } from './finding-columns.js';
import { ListedPeople } from './listed-people.js';
import { columnsRead, countsByName, unlessZero } from './print-foreseen.js';

export interface ReconcileFlags extends ListFlags {
  file: string[];
  idp?: string;
  mark?: boolean;
  expect?: number;
  failOnFindings?: boolean;
  dryRun?: boolean;
  report?: string;
}

/** What --mark needs beside what every run needs. */
const MARK_NEEDS = {
  identity: 'SELECT, INSERT, UPDATE',
  event: 'SELECT, INSERT',
};

/** What `users reconcile` does. */
export async function runReconcile(options: ReconcileFlags, context: Context): Promise<number> {
  const { mark = false, expect, dryRun = false } = options;
  if (!mark && (expect !== undefined || dryRun)) {
    throw usageProblem('options-conflict', `${dryRun ? '--dry-run' : '--expect'} requires --mark.`, {
      hint: 'Without --mark, the command changes nothing.',
    });
  }
  const core = await context.core();
  const idp = await theIdp(core, options.idp);
  if (mark) await assertRights(MARK_NEEDS, core.database);
  return withReport(context, core, { file: options.report }, (page) =>
    compareAndMark(core, idp, page, options, context),
  );
}

async function compareAndMark(
  core: Core,
  idp: { id: string; name: string },
  page: OpenReport | undefined,
  options: ReconcileFlags,
  context: Context,
): Promise<number> {
  const { file: files, mark = false, expect, failOnFindings = false, dryRun = false } = options;
  keepHeapSmall();
  const reading = progress(context, 'entries read');
  const comparing = progress(context, 'accounts compared', 10_000);
  const list = new ExportedUsers(sourcesOf(files, context), { progress: reading.show });
  let findings = new ListedPeople<Finding>();
  const summary = await reconcile(core, idp, list.people(), {
    progress: comparing.show,
    keep: (finding) => findings.add(finding),
  }).finally(() => {
    reading.end();
    comparing.end();
  });
  let marked: Marked | undefined;
  if (mark) {
    assertExpected(summary, expect);
    const marking = progress(context, 'accounts marked', 1000);
    context.sayWhenInterrupted(
      'Accounts that are marked stay marked. Run the command again to mark the rest.',
    );
    const after = new ListedPeople<Finding>();
    marked = await markFindings(core, idp, findings.pages(), {
      dryRun,
      progress: marking.show,
      keep: (finding) => after.add(finding),
    }).finally(marking.end);
    findings = after;
  }
  await print(context, { summary, report: list.report, marked, findings }, options);
  if (marked) sayDone(context, { dryRun }, inWords(marked));
  if (page !== undefined) {
    const { writeFindingReport } = await import('../../shared/reports/finding-report.js');
    const all: Finding[] = [];
    for await (const some of findings.pages()) all.push(...some);
    const done = dryRun ? undefined : marked;
    await writeFindingReport(context, core, summary, { page, findings: all, files, marked: done });
  }
  if (!mark && !summary.plausible) return EXIT_CODES.prerequisite.code;
  return failOnFindings && countOf(summary) > 0 ? EXIT_CODES.findings.code : EXIT_CODES.done.code;
}

/** Marks that end are no findings. */
const countOf = ({ unknown, missing, disabled, several }: Reconciliation): number =>
  unknown + missing + disabled + several;

type Summary = Reconciliation & ExportReport & Partial<Marked> & { findings: number };

const FIELDS: Column<Summary>[] = [
  { key: 'findings', label: 'FINDINGS' },
  { key: 'idp', label: 'IDP' },
  { key: 'users', label: 'USERS' },
  { key: 'active', label: 'ACTIVE' },
  { key: 'undecided', label: 'UNDECIDED', show: ({ undecided }) => unlessZero(undecided) },
  { key: 'compared', label: 'COMPARED' },
  { key: 'pendingAlready', label: 'PENDING ALREADY' },
  { key: 'unknown', label: 'UNKNOWN' },
  { key: 'missing', label: 'MISSING' },
  { key: 'disabled', label: 'DISABLED' },
  { key: 'several', label: 'SEVERAL' },
  { key: 'found', label: 'FOUND' },
  { key: 'linksInForce', label: 'LINKS IN FORCE' },
  { key: 'toMark', label: 'TO MARK' },
  {
    key: 'markedAlready',
    label: 'MARKED ALREADY',
    show: ({ markedAlready }) => unlessZero(markedAlready),
  },
  { key: 'marked', label: 'MARKED', show: ({ marked }) => (marked === undefined ? '' : String(marked)) },
  { key: 'plausible', label: 'PLAUSIBLE', show: plausibility },
  { key: 'completeness', label: 'COMPLETENESS' },
  { key: 'leftOut', label: 'LEFT OUT', show: ({ leftOut }) => countsByName(leftOut) },
  { key: 'guests', label: 'GUESTS', show: ({ guests }) => unlessZero(guests) },
  { key: 'merged', label: 'MERGED', show: ({ merged }) => unlessZero(merged) },
];

function plausibility({ plausible, linksInForce }: Summary): string {
  if (plausible) return 'yes';
  return `no: more than a tenth of ${linksInForce} ${linksInForce === 1 ? 'link' : 'links'}. Check the list`;
}

interface Result {
  summary: Reconciliation;
  report: ExportReport;
  marked: Marked | undefined;
  findings: ListedPeople<Finding>;
}

async function print(
  { output, globals, talk }: Context,
  { summary, report, marked, findings }: Result,
  view: ReconcileFlags,
): Promise<void> {
  const { columns, wide, limit = 0 } = view;
  const all: Summary = { findings: countOf(summary), ...summary, ...report, ...marked };
  if (output.format === 'json') {
    const pages = withoutMeans(limitedTo(limit, findings.pages(), () => undefined));
    const rows = columns ? onlyKeys(pages, columns) : pages;
    return writeJsonWithArray(all, ['accounts', rows], output.write);
  }
  for (const warning of report.warnings) talk.warn(warning);
  if (output.format === 'table') {
    if (globals.quiet) return output.one(all, FIELDS.slice(0, 1));
    await output.one(all, FIELDS);
    output.text(`\n${columnsRead(report.sources, output.columns)}`);
    if (findings.isEmpty) return;
    output.text('\n');
  }
  const shown = columns
    ? LEAVER_COLUMNS
    : LEAVER_COLUMNS.filter(({ key }) => output.format === 'csv' || findings.says(key as keyof Finding));
  await output.list(findings.pages(), shown, '', { columns, wide, limit });
}

/** What a mark is made of is no business of a script. */
async function* withoutMeans(pages: AsyncIterable<readonly Finding[]>) {
  for await (const page of pages) yield page.map(({ link: _, mark: __, ...rest }) => rest);
}

function inWords({ marked, ended, passedOver }: Marked): string {
  const said = [`${countedAccounts(marked)} marked as missing.`];
  if (ended > 0) said.push(`The mark of ${countedAccounts(ended)} ended, because the list has the user.`);
  if (passedOver > 0)
    said.push(
      `${countedAccounts(passedOver)} changed during the run and ${passedOver === 1 ? 'was' : 'were'} not marked.`,
    );
  return said.join(' ');
}
