import { instantIn, isEndInApplication } from '../../../core/audit/event-details.js';
import type { AuditEvent } from '../../../core/audit/list.js';
import type { Core } from '../../../core/core.js';
import type { Context } from '../../context.js';
import type { ListColumn } from '../../output/report/model.js';
import type { OpenReport } from '../../output/report/write.js';
import { cellOf, finishReport, rowsOf } from './frame.js';
import { readableWaitingParts } from './waiting.js';

const COLUMNS: ListColumn[] = [
  { key: 'seq', label: 'Number', type: 'number' },
  { key: 'at', label: 'At', type: 'instant' },
  { key: 'actor', label: 'Actor', type: 'text' },
  { key: 'action', label: 'Action', type: 'text' },
  { key: 'target', label: 'Target', type: 'text' },
  { key: 'outcome', label: 'Outcome', type: 'text' },
  { key: 'details', label: 'Details', type: 'text' },
];

/** The most frequent actions are shown one by one, the others together. */
const MOST_ACTIONS = 12;

/** Which events a report has, and in which order. */
export interface EventScope {
  /** What the events are chosen by, in words: `outcome refused`. */
  only: readonly string[];
  /** Newest first, if there is none. */
  sort?: { key: string; descending: boolean };
}

/** @param cutTo the number of events that --limit has left. */
function aboutEvents({ only, sort }: EventScope, cutTo: number | undefined): string {
  const isAll = only.length === 0 && cutTo === undefined;
  const order = sort ? `by ${sort.key}, ${sort.descending ? 'descending' : 'ascending'}` : 'newest first';
  const chosen = only.length === 0 ? '' : `; only ${only.join(', ')}`;
  const cut =
    cutTo === undefined
      ? ''
      : ` Only the first ${cutTo === 1 ? 'event is' : `${cutTo} events are`} listed, because of --limit. Leave it out for all of them.`;
  return `${isAll ? 'Every change' : 'Changes'} that scimctl and its endpoint made, ${order}${chosen}.${cut}`;
}

/** The report of `audit list`. */
export async function writeEventReport(
  context: Context,
  core: Core,
  events: readonly AuditEvent[],
  { page, scope, isCut }: { page: OpenReport; scope: EventScope; isCut: boolean },
): Promise<void> {
  const actions = new Map<string, number>();
  for (const { action } of events) actions.set(action, (actions.get(action) ?? 0) + 1);
  const frequent = [...actions].sort(([, a], [, b]) => b - a);
  const others = frequent.slice(MOST_ACTIONS).reduce((sum, [, count]) => sum + count, 0);
  const rows = events.map((event) => ({
    ...event,
    target: event.targetName ?? event.targetId,
    ...inApplication(event),
  }));
  const waiting = await readableWaitingParts(context, core);
  await finishReport(context, core, page, {
    title: 'Audit trail',
    about: aboutEvents(scope, isCut ? events.length : undefined),
    figures: [
      { key: 'events', label: 'Events', value: events.length },
      {
        key: 'refused',
        label: 'Refused',
        value: events.filter(({ outcome }) => outcome !== 'done').length,
      },
      { key: 'actors', label: 'Actors', value: new Set(events.map(({ actor }) => actor)).size },
      ...waiting.figures,
    ],
    charts: [
      {
        key: 'actions',
        title: 'What was done',
        bars: [...frequent.slice(0, MOST_ACTIONS), ...(others > 0 ? [['others', others] as const] : [])].map(
          ([label, value]) => ({ label, value }),
        ),
      },
      ...waiting.charts,
    ],
    tables: waiting.tables,
    list: { title: 'Events', empty: 'No event matches.', columns: COLUMNS, rows: rowsOf(rows, COLUMNS) },
  });
}

/** What was done in the application itself: at some time since it was last seen otherwise, by whom is not known. */
function inApplication({ action, actor, at, details }: AuditEvent): { actor: string; details: string } {
  const text = typeof details === 'string' ? details : JSON.stringify(details);
  if (!isEndInApplication(action, details)) return { actor, details: text };
  const { lastSeen } = details as { lastSeen?: unknown };
  return {
    actor: 'not known: in the application',
    details: `between ${instantIn(lastSeen)?.toISOString() ?? 'an unknown time'} and ${cellOf(at)}; found by ${actor}; ${text}`,
  };
}
