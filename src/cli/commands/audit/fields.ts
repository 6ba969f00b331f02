import type { AuditEvent } from '../../../core/audit/list.js';
import { printableJson } from '../../../printable.js';
import { EVENT_OUTCOMES, type EventOutcome } from '../../../words/event.js';
import { parseInstant } from '../../input/parse.js';
import type { OptionSpec } from '../../option.js';
import type { Column } from '../../output/column.js';

export const EVENT_COLUMNS: Column<AuditEvent>[] = [
  { key: 'seq', label: 'SEQ', align: 'right', rank: 1 },
  { key: 'id', label: 'ID', wide: true },
  { key: 'at', label: 'AT', whole: true, rank: 3 },
  { key: 'actor', label: 'ACTOR', rank: 5 },
  { key: 'action', label: 'ACTION', rank: 0 },
  { key: 'targetType', label: 'TYPE', wide: true },
  { key: 'targetId', label: 'TARGET ID', wide: true },
  {
    key: 'targetName',
    label: 'TARGET',
    rank: 2,
    show: ({ targetName, targetId }) => targetName ?? targetId ?? '',
  },
  { key: 'outcome', label: 'OUTCOME', rank: 4 },
  { key: 'details', label: 'DETAILS', wide: true },
];

export interface FilterFlags {
  since?: Date;
  until?: Date;
  actor?: string;
  action?: string;
  target?: string;
  outcome?: EventOutcome;
}

/** What `audit list` and `audit export` choose events by. */
export const FILTER_OPTIONS: readonly OptionSpec[] = [
  { flags: '--since <instant>', description: 'only events at or after this time', parse: parseInstant },
  { flags: '--until <instant>', description: 'only events before this time', parse: parseInstant },
  { flags: '--actor <name>', description: 'only events by this actor' },
  {
    flags: '--action <name>',
    description: 'only this action: token.create, or token.* for all token actions',
  },
  { flags: '--target <id>', description: 'only events about this target, by id or name' },
  { flags: '--outcome <outcome>', description: 'only events with this outcome', choices: EVENT_OUTCOMES },
];

/** One JSON object per line (https://jsonlines.org). */
export const jsonLines = (events: readonly AuditEvent[]): string =>
  events.map((event) => `${printableJson(JSON.stringify(event))}\n`).join('');
