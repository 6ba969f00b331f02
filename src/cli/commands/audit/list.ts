import { type AuditEvent, auditEventPages } from '../../../core/audit/list.js';
import type { EventKey } from '../../../database/queries/audit/events.js';
import type { Command } from '../../command.js';
import { type ListFlags, listOptions } from '../../input/list-options.js';
import { parseSeq } from '../../input/parse.js';
import { REPORT } from '../../shared/reports/option.js';
import { EVENT_COLUMNS, FILTER_OPTIONS, type FilterFlags } from './fields.js';

interface Options extends FilterFlags, ListFlags<EventKey> {
  before?: bigint;
  report?: string;
}

const DEFAULT_LIMIT = 100;

export const auditList: Command<Options> = {
  name: 'list',
  summary: 'List who changed what, newest first',
  options: [
    ...FILTER_OPTIONS,
    {
      flags: '--before <seq>',
      description: 'only events with a lower number than this: the next page',
      parse: parseSeq,
    },
    REPORT,
    ...listOptions(EVENT_COLUMNS, { limit: DEFAULT_LIMIT, unsortable: ['details'] }),
  ],
  examples: [
    { does: 'the latest 100 events', command: 'audit list' },
    {
      does: 'tokens created this year',
      command: 'audit list --action token.create --since 2026-01-01 -o json',
    },
    {
      does: 'a page of this year for an auditor',
      command: 'audit list --since 2026-01-01 --limit 0 --report trail.html',
    },
    { does: 'refused changes', command: 'audit list --outcome refused' },
  ],
  rights: { event: 'SELECT' },
  async run({ limit = DEFAULT_LIMIT, columns, wide, sort, report, ...filter }, context) {
    const core = await context.core();
    if (report !== undefined) await (await import('../../shared/reports/frame.js')).assertReportable(core);
    // One more tells whether there are more.
    const query = { ...filter, ...(limit > 0 && { limit: limit + 1 }) };
    const pages = auditEventPages(core, query, sort);
    const events: AuditEvent[] = [];
    if (report !== undefined) for await (const page of pages) events.push(...page);
    const view = { columns, wide, limit };
    await context.output.list(
      report === undefined ? pages : events,
      EVENT_COLUMNS,
      'No event matches.',
      view,
    );
    if (report === undefined) return;
    const { writeEventReport } = await import('../../shared/reports/event-report.js');
    const isCut = limit > 0 && events.length > limit;
    await writeEventReport(context, core, isCut ? events.slice(0, limit) : events, { file: report, isCut });
  },
};
