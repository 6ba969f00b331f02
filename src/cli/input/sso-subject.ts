import { SSO_SUBJECTS } from '../../core/service-accounts/service-account.js';
import { usageProblem } from '../../problem.js';
import type { SsoSubject } from '../../words/idp.js';

/** `none` is null. @throws Problem `sso-subject-invalid`. */
export function parseSsoSubject(text: string): SsoSubject | null {
  const wanted = text.trim().toLowerCase();
  const found = SSO_SUBJECTS.find((one) => one === wanted);
  if (found === undefined && wanted !== 'none') {
    throw usageProblem('sso-subject-invalid', `${JSON.stringify(text)} is not a valid SSO subject.`, {
      hint: `Use ${SSO_SUBJECTS.join(', ')} or none.`,
    });
  }
  return found ?? null;
}
