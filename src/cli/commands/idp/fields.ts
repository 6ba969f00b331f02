import type { ServiceAccount } from '../../../core/service-accounts/service-account.js';
import type { Column } from '../../output/output.js';
import { shortInstant } from '../../output/table.js';

/** What a service account looks like to a person; the JSON has the whole object. */
export const ACCOUNT_FIELDS: Column<ServiceAccount>[] = [
  { key: 'name', label: 'NAME' },
  { key: 'id', label: 'ID', wide: true },
  { key: 'kind', label: 'KIND' },
  { key: 'displayName', label: 'DISPLAY NAME' },
  { key: 'enabled', label: 'ENABLED' },
  { key: 'deprovisionPolicy', label: 'DEPROVISION' },
  { key: 'adoptDisabled', label: 'ADOPT DISABLED', wide: true },
  { key: 'maxDepartures', label: 'MAX DEPARTURES' },
  {
    key: 'authentication',
    label: 'AUTHENTICATION',
    wide: true,
    show: ({ authentication }) => authentication.join(', '),
  },
  { key: 'ssoProviderId', label: 'SSO PROVIDER', wide: true },
  { key: 'tokens', label: 'TOKENS', show: ({ tokens }) => describeTokens(tokens) },
  { key: 'createdAt', label: 'CREATED', wide: true },
  { key: 'createdBy', label: 'CREATED BY', wide: true },
];

function describeTokens({ active, expiresAt }: ServiceAccount['tokens']): string {
  if (active === 0) return 'none';
  return `${active}, ${expiresAt ? `until ${shortInstant(expiresAt)}` : 'no expiry'}`;
}
