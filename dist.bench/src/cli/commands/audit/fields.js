import { EVENT_OUTCOMES } from '../../../database/queries/events.js';
import { parseInstant } from '../../input/parse.js';
export const EVENT_COLUMNS = [
    { key: 'seq', label: 'SEQ', align: 'right' },
    { key: 'id', label: 'ID', wide: true },
    { key: 'at', label: 'AT' },
    { key: 'actor', label: 'ACTOR' },
    { key: 'action', label: 'ACTION' },
    { key: 'targetType', label: 'TYPE', wide: true },
    { key: 'targetId', label: 'TARGET ID', wide: true },
    { key: 'targetName', label: 'TARGET', show: ({ targetName, targetId }) => targetName ?? targetId ?? '' },
    { key: 'outcome', label: 'OUTCOME' },
    { key: 'details', label: 'DETAILS', wide: true },
];
/** What `audit list` and `audit export` choose events by. */
export const FILTER_OPTIONS = [
    { flags: '--since <instant>', description: 'from this instant on', parse: parseInstant },
    { flags: '--until <instant>', description: 'before this instant', parse: parseInstant },
    { flags: '--actor <name>', description: 'only what this actor did' },
    { flags: '--action <name>', description: 'only this action: token.create, or token.* for all on tokens' },
    { flags: '--target <id>', description: 'only what was done to this target, by id or name' },
    { flags: '--outcome <outcome>', description: 'only this outcome', choices: EVENT_OUTCOMES },
];
