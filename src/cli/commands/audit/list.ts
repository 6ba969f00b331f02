import { auditEventPages } from '../../../core/audit/list.js';
import type { EventKey } from '../../../database/queries/audit/events.js';
import type { Command } from '../../command.js';
import { type ListFlags, listOptions } from '../../input/list-options.js';
import { parseSeq } from '../../input/parse.js';
import { EVENT_COLUMNS, FILTER_OPTIONS, type FilterFlags } from './fields.js';

interface Options extends FilterFlags, ListFlags<EventKey> {
  before?: bigint;
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
    ...listOptions(EVENT_COLUMNS, { limit: DEFAULT_LIMIT, unsortable: ['details'] }),
  ],
  examples: [
    { does: 'the latest 100 events', command: 'audit list' },
    {
      does: 'tokens created this year',
      command: 'audit list --action token.create --since 2026-01-01 -o json',
    },
    { does: 'refused changes', command: 'audit list --outcome refused' },
  ],
  rights: { event: 'SELECT' },
  async run({ limit = DEFAULT_LIMIT, columns, wide, sort, ...filter }, context) {
    // One more tells whether there are more.
    const query = { ...filter, ...(limit > 0 && { limit: limit + 1 }) };
    const pages = auditEventPages(await context.core(), query, sort);
    await context.output.list(pages, EVENT_COLUMNS, 'No event matches.', { columns, wide, limit });
  },
};
