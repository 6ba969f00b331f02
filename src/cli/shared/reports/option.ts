import type { Core } from '../../../core/core.js';
import type { Context } from '../../context.js';
import type { OptionSpec } from '../../option.js';
import type { OpenReport } from '../../output/report/write.js';
import type { ReportNeeds } from './needs.js';

/** What the commands with a report share: where it is written to. */
export const REPORT: OptionSpec = {
  flags: '--report <file>',
  writes: true,
  description:
    'also write a report: one HTML page with figures, charts and the whole list; replaces an existing file',
};

/**
 * Runs the work of a command that can write a report. Before the work, makes sure that the report can be made: its file
 * is open, and the login may read what it needs. Without a file there is no report.
 * @throws Problem `out-unwritable`, `database-permission-denied`, `host-views-missing`.
 */
export async function withReport<T>(
  context: Context,
  core: Core,
  { file, ...needs }: ReportNeeds & { file: string | undefined },
  work: (report: OpenReport | undefined) => Promise<T>,
): Promise<T> {
  if (file === undefined) return work(undefined);
  const { beginReport } = await import('./begin.js');
  const report = await beginReport(context, core, file, needs);
  try {
    return await work(report);
  } finally {
    await report.discard();
  }
}
