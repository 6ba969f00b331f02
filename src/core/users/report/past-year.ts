import { instantIn, isEndInApplication, isInstant } from '../../audit/event-details.js';
import { type AuditEvent, auditEventPages } from '../../audit/list.js';
import type { Core } from '../../core.js';
import { daysBetween, medianOf } from './ageing.js';

/** Leavers of a month, as the trail has them. */
export interface LeaverMonth {
  /** `2026-01`, in UTC. */
  month: string;
  /** Users who were deprovisioned, deleted or found missing, each once until the user returns. */
  left: number;
  /** Those of them whose account the policy disabled at once. */
  disabledAtOnce: number;
  /** Accounts that were disabled with scimctl after they had waited. */
  disabledLater: number;
  /** Accounts whose wait ended in the application itself, by the month in which that was found. */
  endedInApplication: number;
  /** How long the account in the middle had waited, in whole days; null for none. */
  medianDays: number | null;
}

const MONTHS = 12;

/** What is counted of one month. */
interface Tally {
  left: number;
  disabledAtOnce: number;
  endedInApplication: number;
  waited: number[];
}

/**
 * The last twelve months, the present one among them. What an administrator did in the application itself is counted
 * when it was found; before the upgrade to this version it was not recorded, and events that were pruned are not there
 * either. A user leaves when a link in force ends or is marked as missing, and again after a return. A mark that a later
 * list of the IdP or a change of the user ended was no departure.
 */
export async function pastYear(core: Core): Promise<LeaverMonth[]> {
  const now = core.clock();
  const first = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - MONTHS + 1, 1));
  const months = new Map<string, Tally>();
  for (let at = 0; at < MONTHS; at++) {
    const begin = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + at, 1));
    months.set(monthOf(begin), { left: 0, disabledAtOnce: 0, endedInApplication: 0, waited: [] });
  }
  const tallyOf = (at: unknown): Tally | undefined => (isInstant(at) ? months.get(monthOf(at)) : undefined);
  /** Users whose link has ended, and who have not come back. */
  const gone = new Set<string | null>();
  for (const { at, action, targetId, details } of await eventsInOrder(core, first)) {
    const tally = tallyOf(at);
    const said = (details ?? {}) as Record<string, unknown>;
    const [since, missingSince] = [instantIn(said.since), instantIn(said.missingSince)];
    if (action === 'user.disable') {
      if (since && isInstant(at)) tally?.waited.push(daysBetween(since, at));
    } else if (action === 'user.settle') {
      if (tally && isEndInApplication(action, said)) tally.endedInApplication++;
    } else if (action === 'user.found' || action === 'user.update') {
      const marked = tallyOf(missingSince);
      if (marked && marked.left > 0) marked.left--;
    } else if (RETURNS.includes(action)) {
      if (said.active !== false) gone.delete(targetId);
    } else if (missingSince) {
      // Counted when the user was found missing. An account that the policy disables now has waited since then.
      if (isDisabledBy(said) && isInstant(at)) tally?.waited.push(daysBetween(missingSince, at));
      gone.add(targetId);
    } else if (!(action === 'user.delete' && (since || gone.has(targetId)))) {
      // Only a link in force is disabled or found missing. A deleted user may have been disabled before, which older
      // events of a deletion do not say.
      if (action !== 'user.missing') gone.add(targetId);
      if (tally) tally.left++;
      if (tally && isDisabledBy(said)) tally.disabledAtOnce++;
    }
  }
  return [...months].map(([month, { left, disabledAtOnce, endedInApplication, waited }]) => ({
    ...{ month, left, disabledAtOnce, endedInApplication },
    disabledLater: waited.length,
    medianDays: medianOf(waited) ?? null,
  }));
}

/** Events by which a user who has left is in force again. */
const RETURNS = ['user.enable', 'user.revive', 'user.link'];
const ACTIONS = [
  'user.deprovision',
  'user.delete',
  'user.missing',
  'user.found',
  'user.disable',
  'user.settle',
  ...RETURNS,
];

/** Oldest first. */
async function eventsInOrder(core: Core, since: Date): Promise<AuditEvent[]> {
  const all: AuditEvent[] = [];
  for (const action of ACTIONS) {
    for await (const page of auditEventPages(core, { action, since, outcome: 'done' }))
      all.push(...page.map(withoutRest));
  }
  // A change of a user in force ends a mark. There are many changes, and seldom marks.
  const marks = all.filter(({ action }) => action === 'user.missing').map(({ at }) => at);
  const first = marks.filter(isInstant).reduce<Date | undefined>((a, b) => (a && a < b ? a : b), undefined);
  if (first) {
    for await (const page of auditEventPages(core, { action: 'user.update', since: first, outcome: 'done' }))
      all.push(...page.map(withoutRest).filter(({ details }) => 'missingSince' in Object(details)));
  }
  return all.sort((a, b) => Number(a.seq) - Number(b.seq));
}

/** Of an event no more than is needed: a year may have many. */
function withoutRest(event: AuditEvent): AuditEvent {
  const { since, missingSince, active, how, before, after } = Object(event.details) as Record<
    string,
    unknown
  >;
  const kept = { since, missingSince, active, how, before: enabledOf(before), after: enabledOf(after) };
  return {
    ...event,
    details: Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)),
  };
}

const enabledOf = (account: unknown) =>
  account === undefined ? undefined : { enabled: (Object(account) as { enabled?: unknown }).enabled };

const monthOf = (at: Date): string => at.toISOString().slice(0, 7);

function isDisabledBy(details: Record<string, unknown>): boolean {
  const { before, after } = details as Record<'before' | 'after', { enabled?: unknown } | undefined>;
  return before?.enabled === true && after?.enabled === false;
}
