import {
  ENABLED_NOW,
  LICENCE_NOW,
  LOGIN_NOW,
  PROVIDER_NOW,
} from '../../../database/dialect/provision-writes.js';
import type { HostUserRow } from '../../../database/queries/host/host-users.js';
import type { Place } from '../matching/place.js';

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

/** As the row that is read back after the write has it, whatever the host application made of the write. */
const AS_READ_BACK = {
  loginName: LOGIN_NOW,
  enabled: ENABLED_NOW,
  licenceType: LICENCE_NOW,
  ssoProviderId: PROVIDER_NOW,
};

/** The account before and after, for the event of whatever links or changes it. */
export function accountTrace({ before, host, write }: Place): {
  before?: AccountTrace;
  after?: AccountTrace | typeof AS_READ_BACK;
} {
  if (write && 'make' in write) return { after: AS_READ_BACK };
  if (!before || !host) return {};
  return { before: traceOf(before), after: write ? AS_READ_BACK : traceOf(host) };
}
