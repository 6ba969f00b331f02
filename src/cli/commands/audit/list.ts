import { type AuditEvent, auditEventPages } from '../../../core/audit/list.js';
import type { EventKey } from '../../../database/queries/audit/events.js';
import type { Command } from '../../command.js';
import { type ListFlags, listOptions } from '../../input/list-options.js';
import { parseSeq } from '../../input/parse.js';
import { WAITING_NEEDS } from '../../shared/reports/needs.js';
import { REPORT, withReport } from '../../shared/reports/option.js';
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
      command: 'audit list --since 2026-01-01 --report trail.html',
    },
    { does: 'refused changes', command: 'audit list --outcome refused' },
  ],
  rights: { event: 'SELECT' },
  async run({ limit, columns, wide, sort, report, ...filter }, context) {
    const core = await context.core();
    // A report has all events, unless --limit says otherwise.
    const most = limit ?? (report === undefined ? DEFAULT_LIMIT : 0);
    // One more tells whether there are more.
    const query = { ...filter, ...(most > 0 && { limit: most + 1 }) };
    const pages = auditEventPages(core, query, sort);
    const print = (events: AuditEvent[] | typeof pages) =>
      context.output.list(events, EVENT_COLUMNS, 'No event matches.', {
        ...{ columns, wide, limit: limit ?? DEFAULT_LIMIT },
      });
    await withReport(context, core, { file: report, ...WAITING_NEEDS }, async (page) => {
      if (page === undefined) return print(pages);
      const events: AuditEvent[] = [];
      for await (const some of pages) events.push(...some);
      await print(events);
      const { writeEventReport } = await import('../../shared/reports/event-report.js');
      const isCut = most > 0 && events.length > most;
      const scope = { only: inWords(filter), sort };
      await writeEventReport(context, core, isCut ? events.slice(0, most) : events, { page, scope, isCut });
    });
  },
};

/** What the options choose events by. */
function inWords(filter: FilterFlags & { before?: bigint }): string[] {
  const instant = (at: Date) => at.toISOString().replace('.000Z', 'Z');
  const { since, until, before } = filter;
  const named = ['actor', 'action', 'target', 'outcome'] as const;
  return [
    ...named.flatMap((name) => (filter[name] === undefined ? [] : [`${name} ${filter[name]}`])),
    ...(since ? [`since ${instant(since)}`] : []),
    ...(until ? [`until ${instant(until)}`] : []),
    ...(before === undefined ? [] : [`before event ${before}`]),
  ];
}
