import { DatabaseFault, problemOfFault } from '../../../database/faults/fault.js';
import { Problem } from '../../../problem.js';
import { Overloaded } from '../fairness/gate.js';
import type { Trace } from '../observing/trace.js';
import { type HttpAnswer, Refused, scimError, unavailable } from './answer.js';

/** No answer within `Limits.handlerMs`. */
export class TooSlow extends Error {
  override readonly name = 'TooSlow';
}

/**
 * What a failure that nobody answered means for the client. A database that does not answer now will do so
 * later: 503, never 401, which would make an IdP give up the whole job.
 */
export function answerTo(error: unknown, trace: Trace): HttpAnswer {
  if (error instanceof Refused) return error.answer;
  if (error instanceof Overloaded)
    return unavailable('Too many requests at once. Retry later.', 'overloaded');
  trace.error = error;
  if (error instanceof TooSlow) return unavailable('The request took too long. Retry it.', 'too-slow');
  const problem = error instanceof DatabaseFault ? problemOfFault(error) : error;
  if (problem instanceof Problem && isPassing(problem)) {
    return unavailable('The database does not answer. Retry later.', problem.code, 10);
  }
  const code = problem instanceof Problem ? problem.code : 'internal-error';
  return scimError(500, 'Internal error of the endpoint. See its log for details.', { problem: code });
}

/** What time, or an administrator, mends without a change to the request. */
const isPassing = ({ code }: Problem) =>
  code.startsWith('database-') && code !== 'database-error' && code !== 'database-permission-denied';
