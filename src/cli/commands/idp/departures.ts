import { assertLimit } from '../../../core/service-accounts/assert-limit.js';
import { ADOPT_DISABLED, type AdoptDisabled } from '../../../core/service-accounts/service-account.js';
import type { StoredLimit } from '../../../database/queries/service-accounts.js';
import { usageProblem } from '../../../problem.js';
import type { SsoSubject } from '../../../words/idp.js';
import { CENTURY, duration } from '../../input/quantity.js';
import { parseSsoSubject } from '../../input/sso-subject.js';
import type { OptionSpec } from '../../option.js';

export interface AccountFlags {
  adoptDisabled?: AdoptDisabled;
  maxDepartures?: StoredLimit | null;
  ssoSubject?: SsoSubject | null;
}

/** What a service account does with disabled accounts, and with many departures at once. */
export const ACCOUNT_OPTIONS: readonly OptionSpec[] = [
  {
    flags: '--adopt-disabled <how>',
    description: 'for disabled accounts that this IdP has never managed: enable (default) or refuse',
    choices: ADOPT_DISABLED,
  },
  {
    flags: '--max-departures <limit>',
    description:
      'COUNT/DURATION[,PERCENT%] or none: above this limit, departures leave the accounts enabled (new IdPs: "20/1h,10%")',
    parse: parseMaxDepartures,
  },
  {
    flags: '--sso-subject <what>',
    description:
      'what the IdP sends as NameID, written to sso_subject of host_user together with external_id: user-name, email, object-id or none (default)',
    parse: parseSsoSubject,
  },
];

/** Any that can be read: how long it may be is for the core to say. */
const WINDOW = duration('0s', CENTURY);

/** `20/1h,10%`, `20/1h`, or `none`, which is null. @throws Problem `max-departures-invalid`. */
export function parseMaxDepartures(text: string): StoredLimit | null {
  const limit = text.trim();
  if (limit.toLowerCase() === 'none') return null;
  const [, max, window, percent] = /^(\d{1,7})\/(\d{1,6}[dhms])(?:, ?(\d{1,3})%)?$/.exec(limit) ?? [];
  if (max === undefined || window === undefined) {
    throw usageProblem(
      'max-departures-invalid',
      `${JSON.stringify(text)} is not a valid limit for departures.`,
      {
        hint: 'Write COUNT/DURATION,PERCENT% in quotes, such as "20/1h,10%", or none.',
      },
    );
  }
  const stored = {
    max: Number(max),
    windowMs: WINDOW(window),
    percent: percent === undefined ? null : Number(percent),
  };
  assertLimit(stored, limit);
  return stored;
}
