import { DatabaseFault, problemOfFault } from '../../database/fault.js';
import { Problem } from '../../problem.js';
import { Refused, scimError, unavailable } from './answer.js';
import { Overloaded } from './gate.js';
/** No answer within `Limits.handlerMs`. */
export class TooSlow extends Error {
    name = 'TooSlow';
}
/**
 * What a failure that nobody answered means for the client. A database that does not answer now will do so
 * later: 503, never 401, which would make an IdP give up the whole job.
 */
export function answerTo(error, trace) {
    if (error instanceof Refused)
        return error.answer;
    if (error instanceof Overloaded)
        return unavailable('There are too many requests at once.', 'overloaded');
    trace.error = error;
    if (error instanceof TooSlow)
        return unavailable('The answer took too long; try again.', 'too-slow');
    const problem = error instanceof DatabaseFault ? problemOfFault(error) : error;
    if (problem instanceof Problem && isPassing(problem)) {
        return unavailable('The database does not answer; try again later.', problem.code, 10);
    }
    const code = problem instanceof Problem ? problem.code : 'internal-error';
    return scimError(500, 'Something went wrong in the endpoint; its log has more.', { problem: code });
}
/** What time, or an administrator, mends without a change to the request. */
const isPassing = ({ code }) => code.startsWith('database-') && code !== 'database-error' && code !== 'database-permission-denied';
