import {
  ENABLED_NOW,
  EXTERNAL_ID_NOW,
  LICENCE_NOW,
  LOGIN_NOW,
  PROVIDER_NOW,
  SUBJECT_NOW,
} from '../../../database/dialect/provision-writes.js';
import type { HostUserRow } from '../../../database/queries/host/host-users.js';
import type { Place } from '../matching/place.js';

/** What the trail keeps of an account before and after a change. */
export interface AccountTrace {
  loginName: string;
  enabled: boolean;
  licenceType: string | null;
  ssoProviderId: string | null;
  /** Only where the change is about them. */
  ssoSubject?: string | null;
  externalId?: string | null;
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

/** What few changes are about, and only of an IdP that is set to write it. */
const SUBJECTS = { ssoSubject: SUBJECT_NOW, externalId: EXTERNAL_ID_NOW } as const;

/** The account before and after, for the event of whatever links or changes it. */
export function accountTrace({ before, host, write }: Place): {
  before?: AccountTrace;
  after?: AccountTrace | typeof AS_READ_BACK;
} {
  const written = write && ('make' in write ? write.make : write.change);
  const fields = (['ssoSubject', 'externalId'] as const).filter((field) => written && field in written);
  const of = (values: Partial<Record<keyof typeof SUBJECTS, string | null>>) =>
    Object.fromEntries(fields.map((field) => [field, values[field] ?? null]));
  if (write && 'make' in write) return { after: { ...AS_READ_BACK, ...of(SUBJECTS) } };
  if (!before || !host) return {};
  return {
    before: { ...traceOf(before), ...of(before) },
    after: write ? { ...AS_READ_BACK, ...of(SUBJECTS) } : traceOf(host),
  };
}
