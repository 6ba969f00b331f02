import {
  type EventFilter,
  type EventKey,
  eventListing,
  newestEvents,
  oldestEvents,
  type StoredEvent,
  toEvent,
} from '../../database/queries/audit/events.js';
import type { EventOutcome } from '../../words/event.js';
import type { Core } from '../core.js';
import { isInstant, parseDetails } from './event-details.js';
import { type ExactNumber, exactNumber } from './exact-number.js';

/** An event as people and scripts see it. */
export interface AuditEvent {
  seq: ExactNumber;
  id: string;
  /** Text where a row that was planted holds no instant: `Infinity`. */
  at: Date | string;
  actor: string;
  action: string;
  targetType: string;
  targetId: string | null;
  targetName: string | null;
  outcome: EventOutcome;
  /** An object; text where a row that was tampered with holds no JSON. */
  details: unknown;
}

export interface ListOptions extends EventFilter {
  limit: number;
  /** Only events with a number below this one: the next page. */
  before?: bigint;
}

/** Newest first. */
export async function auditEvents(core: Core, { before, ...filter }: ListOptions): Promise<AuditEvent[]> {
  const range = before === undefined ? {} : { upTo: before - 1n };
  const rows = await core.database.read((session) => newestEvents(session, { ...filter, ...range }));
  return rows.map(toAuditEvent);
}

/** The same in any order, page by page; without a limit, however many there are. */
export async function* auditEventPages(
  core: Core,
  { before, ...filter }: Omit<ListOptions, 'limit'> & { limit?: number },
  order?: { key: EventKey; descending: boolean },
): AsyncGenerator<AuditEvent[]> {
  const range = before === undefined ? {} : { upTo: before - 1n };
  const pages = core.database.pages(async (session) => eventListing(session, { ...filter, ...range }, order));
  for await (const page of pages) yield page.map((row) => toAuditEvent(toEvent(row)));
}

const EXPORTED_AT_ONCE = 250;

/** All that fit, oldest first, in pages: however many there are, only one page is in memory. */
export async function* allAuditEvents(core: Core, filter: EventFilter): AsyncGenerator<AuditEvent[]> {
  for (let after: bigint | undefined; ; ) {
    const range = { after, limit: EXPORTED_AT_ONCE };
    const rows = await core.database.read((session) => oldestEvents(session, { ...filter, ...range }));
    if (rows.length > 0) yield rows.map(toAuditEvent);
    if (rows.length < EXPORTED_AT_ONCE) return;
    after = rows.at(-1)?.seq;
  }
}

/** An event as people and scripts see it. */
export const toAuditEvent = ({ seq, eventId, occurredAt, details, ...row }: StoredEvent): AuditEvent => ({
  seq: exactNumber(seq),
  id: eventId,
  at: isInstant(occurredAt) ? occurredAt : String(occurredAt),
  actor: row.actor,
  action: row.action,
  targetType: row.targetType,
  targetId: row.targetId,
  targetName: row.targetName,
  outcome: row.outcome,
  details: parseDetails(details),
});
