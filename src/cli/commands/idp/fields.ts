import type { ServiceAccount } from '../../../core/service-accounts/service-account.js';
import type { Column } from '../../output/column.js';
import { shortInstant } from '../../output/table.js';

/** What a service account looks like to a person; the JSON has the whole object. */
export const ACCOUNT_FIELDS: Column<ServiceAccount>[] = [
  { key: 'name', label: 'NAME', rank: 0 },
  { key: 'id', label: 'ID', wide: true },
  { key: 'kind', label: 'KIND', rank: 5 },
  { key: 'displayName', label: 'DISPLAY NAME', rank: 4 },
  { key: 'enabled', label: 'ENABLED', rank: 1 },
  { key: 'deprovisionPolicy', label: 'DEPROVISION', rank: 3 },
  { key: 'adoptDisabled', label: 'ADOPT DISABLED', wide: true },
  { key: 'maxDepartures', label: 'MAX DEPARTURES', whole: true, rank: 6 },
  {
    key: 'authentication',
    label: 'AUTHENTICATION',
    wide: true,
    show: ({ authentication }) => authentication.join(', '),
  },
  { key: 'ssoProviderId', label: 'SSO PROVIDER', wide: true },
  { key: 'ssoSubject', label: 'SSO SUBJECT', wide: true, show: ({ ssoSubject }) => ssoSubject ?? 'none' },
  { key: 'tokens', label: 'TOKENS', whole: true, rank: 2, show: ({ tokens }) => describeTokens(tokens) },
  { key: 'createdAt', label: 'CREATED', wide: true },
  { key: 'createdBy', label: 'CREATED BY', wide: true },
];

function describeTokens({ active, expiresAt }: ServiceAccount['tokens']): string {
  if (active === 0) return 'none';
  return `${active}, ${expiresAt ? `until ${shortInstant(expiresAt)}` : 'no expiry'}`;
}
