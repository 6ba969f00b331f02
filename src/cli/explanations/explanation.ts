import type { ProblemKind } from '../../problem.js';

/** What a code means in general; the error itself says what happened in the case at hand. */
export interface Explanation {
  /** What the problem is, from which the exit code follows. Absent for codes of the log of the endpoint alone. */
  kind?: ProblemKind;
  /** Another kind that the same code has in some cases, which `meaning` names. */
  otherKind?: ProblemKind;
  /** The words that the log of the endpoint has in `auth` for it: `expired` of `token-expired`. */
  auth?: readonly string[];
  /** What has happened, and what state things are in. The first sentence stands alone in lists. */
  meaning: string;
  /** The usual causes, if there are several. */
  causes?: readonly string[];
  /** What to do next. */
  next: string;
}

/** Explanations by code. */
export type Explanations = Readonly<Record<string, Explanation>>;
