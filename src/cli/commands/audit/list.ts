import { auditEvents } from '../../../core/audit/list.js';
import type { Command } from '../../command.js';
import { count } from '../../input/quantity.js';
import { EVENT_COLUMNS, FILTER_OPTIONS, type FilterFlags } from './fields.js';

interface Options extends FilterFlags {
  limit: number;
  before?: number;
}

export const list: Command<Options> = {
  name: 'list',
  summary: 'Who changed what, newest first',
  options: [
    ...FILTER_OPTIONS,
    { flags: '--limit <n>', description: 'at most so many', parse: count(1, 1_000_000_000), default: 100 },
    {
      flags: '--before <seq>',
      description: 'only events numbered below this one: the next page',
      parse: count(1, Number.MAX_SAFE_INTEGER),
    },
  ],
  examples: [
    { does: 'the last hundred', command: 'audit list' },
    { does: 'tokens made this year', command: 'audit list --action token.create --since 2026-01-01 -o json' },
    { does: 'what was refused', command: 'audit list --outcome refused' },
  ],
  rights: { event: 'SELECT' },
  async run(filter, context) {
    await context.output.list(
      await auditEvents(await context.core(), filter),
      EVENT_COLUMNS,
      'No event fits.',
    );
  },
};
