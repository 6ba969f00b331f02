import type { IdpName } from '../names.js';

/** One way in which an endpoint can differ from what IdPs need or the standard says. */
export interface DeviationKind {
  /** `warn` where provisioning goes on nevertheless. */
  severity: 'fail' | 'warn';
  /** What is to be done, one sentence without a full stop. */
  rule: string;
  /** Where it is written. */
  standard: string;
  /** What each IdP makes of it, beginning with a verb; nothing where it does not mind. */
  minds?: Partial<Record<IdpName, string>>;
  /** A trait of every answer: said at the first only, of the run or of what is done as one IdP. */
  once?: 'run' | 'idp';
}
