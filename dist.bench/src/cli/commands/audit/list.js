import { auditEvents } from '../../../core/audit/list.js';
import { parseCount } from '../../input/parse.js';
import { EVENT_COLUMNS, FILTER_OPTIONS } from './fields.js';
export const list = {
    name: 'list',
    summary: 'Who changed what, newest first',
    options: [
        ...FILTER_OPTIONS,
        { flags: '--limit <n>', description: 'at most so many', parse: parseCount(1), default: 100 },
        {
            flags: '--before <seq>',
            description: 'only events numbered below this one: the next page',
            parse: parseCount(1),
        },
    ],
    examples: [
        { does: 'the last hundred', command: 'audit list' },
        { does: 'tokens made this year', command: 'audit list --action token.create --since 2026-01-01 -o json' },
        { does: 'what was refused', command: 'audit list --outcome refused' },
    ],
    rights: { event: 'SELECT' },
    async run(filter, context) {
        await context.output.list(await auditEvents(await context.core(), filter), EVENT_COLUMNS, 'No event fits.');
    },
};
