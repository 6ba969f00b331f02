import { NoLongerAdmitted } from '../../../core/authentication/asker.js';
import { errorResponse } from '../../protocol/handler/errors.js';
import { Overloaded } from '../fairness/gate.js';
import type { Trace } from '../observing/trace.js';
import { type HttpAnswer, Refused, unavailable } from './answer.js';

/** No answer within `Limits.handlerMs`. */
export class TooSlow extends Error {
  override readonly name = 'TooSlow';
}

/** What a failure outside the handler means for the client: what the server refuses itself, else as the handler says it. */
export function answerTo(error: unknown, trace: Trace): HttpAnswer {
  if (error instanceof Refused) return error.answer;
  if (error instanceof Overloaded)
    return unavailable('Too many requests at once. Retry later.', 'overloaded');
  trace.error = error;
  if (error instanceof TooSlow) return unavailable('The request took too long. Retry it.', 'too-slow');
  return errorResponse(error).response;
}

/** Why an answer that had begun was cut off, for the log. */
export function noteCutOff(error: unknown, trace: Trace): void {
  const { problem } = answerTo(error, trace);
  if (problem) trace.problem = problem;
  if (!(error instanceof NoLongerAdmitted)) return;
  const { refused, token } = error.refusal;
  trace.auth = refused;
  if (token !== undefined) trace.token = token;
}
