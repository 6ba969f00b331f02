import { type AuditEvent, auditEventPages } from '../../audit/list.js';
import type { Core } from '../../core.js';
import { daysBetween, medianOf } from './ageing.js';

/** Leavers of a month, as the trail has them. */
export interface LeaverMonth {
  /** `2026-01`, in UTC. */
  month: string;
  /** Users who were deprovisioned, deleted or found missing. */
  left: number;
  /** Those of them whose account the policy disabled at once. */
  disabledAtOnce: number;
  /** Accounts that were disabled with scimctl after they had waited. */
  disabledLater: number;
  /** How long the account in the middle had waited, in whole days; null for none. */
  medianDays: number | null;
}

const MONTHS = 12;

/**
 * The last twelve months, the present one among them. What an administrator did in the application itself is not in the
 * trail, and events that were pruned are not either.
 */
export async function pastYear(core: Core): Promise<LeaverMonth[]> {
  const now = core.clock();
  const first = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - MONTHS + 1, 1));
  const months = Array.from({ length: MONTHS }, (_, at) => {
    const begin = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + at, 1));
    return { month: monthOf(begin), left: 0, disabledAtOnce: 0, waited: [] as number[] };
  });
  const byName = new Map(months.map((month) => [month.month, month]));
  const gone = new Set<string | null>();
  for (const action of ['user.deprovision', 'user.missing', 'user.delete']) {
    for await (const page of eventsOf(core, action, first)) {
      for (const { at, targetId, details } of page) {
        const month = at instanceof Date ? byName.get(monthOf(at)) : undefined;
        // A user who is deleted after a departure leaves once.
        if (!month || (action === 'user.delete' && gone.has(targetId))) continue;
        gone.add(targetId);
        month.left++;
        if (isDisabledBy(details)) month.disabledAtOnce++;
      }
    }
  }
  for await (const page of eventsOf(core, 'user.disable', first)) {
    for (const { at, details } of page) {
      const since = new Date(String((details as { since?: unknown } | null)?.since));
      if (!(at instanceof Date) || Number.isNaN(since.getTime())) continue;
      byName.get(monthOf(at))?.waited.push(daysBetween(since, at));
    }
  }
  return months.map(({ waited, ...month }) => ({
    ...month,
    disabledLater: waited.length,
    medianDays: medianOf(waited) ?? null,
  }));
}

const eventsOf = (core: Core, action: string, since: Date): AsyncGenerator<AuditEvent[]> =>
  auditEventPages(core, { action, since, outcome: 'done' });

const monthOf = (at: Date): string => at.toISOString().slice(0, 7);

/** Whatever a row that was tampered with holds. */
function isDisabledBy(details: unknown): boolean {
  const { before, after } = (details ?? {}) as Record<'before' | 'after', { enabled?: unknown } | undefined>;
  return before?.enabled === true && after?.enabled === false;
}
