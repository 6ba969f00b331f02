import type { Needs } from '../../../core/rights/needs.js';
import type { HostViewName } from '../../../words/host-views.js';

/** What a report reads that its command does not read without it. */
export interface ReportNeeds {
  rights?: Needs;
  views?: readonly HostViewName[];
}

/** What a report reads of accounts that are pending. */
export const WAITING_NEEDS = {
  rights: { service_account: 'SELECT', identity: 'SELECT', host_user: 'SELECT' },
} as const;
