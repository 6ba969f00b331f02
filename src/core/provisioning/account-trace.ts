import { LOGIN_NOW } from '../../database/provision-writes.js';
import type { HostUserRow } from '../../database/queries/host-users.js';
import type { Place } from './place.js';

/** What the trail keeps of an account before and after a change. */
export interface AccountTrace {
  loginName: string;
  enabled: boolean;
  licenceType: string | null;
  ssoProviderId: string | null;
}

const traceOf = ({ loginName, isEnabled, licenceType, ssoProviderId }: HostUserRow): AccountTrace => ({
  loginName,
  enabled: isEnabled,
  licenceType,
  ssoProviderId,
});

/**
 * The account before and after, for the event of whatever links or changes it. The login name is filled in from the
 * row that was read back.
 */
export function accountTrace({ before, host, write }: Place): {
  before?: AccountTrace;
  after?: AccountTrace;
} {
  if (write && 'make' in write) {
    const { isEnabled = false, licenceType = null, ssoProviderId = null } = write.make;
    return { after: { loginName: LOGIN_NOW, enabled: isEnabled, licenceType, ssoProviderId } };
  }
  if (!before || !host) return {};
  const after = traceOf(host);
  return { before: traceOf(before), after: write ? { ...after, loginName: LOGIN_NOW } : after };
}
