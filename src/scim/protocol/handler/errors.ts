import { NoLongerAdmitted, SettingsChanged } from '../../../core/authentication/asker.js';
import { hostWords } from '../../../core/host/host-words.js';
import { DatabaseFault, type Fault, isPassing, problemOfFault } from '../../../database/faults/fault.js';
import { Problem } from '../../../problem.js';
import { credentialRefusal } from '../credential-refusal.js';
import type { ScimResponse } from '../exchange.js';
import { errorBody, ScimError, type ScimType } from '../scim-error.js';

/** What an administrator can correct, by the code of the core's Problem. */
export const PROBLEMS: Record<string, { status: number; scimType?: ScimType }> = {
  'user-unknown': { status: 404 },
  'group-unknown': { status: 404 },
  'user-exists': { status: 409, scimType: 'uniqueness' },
  'user-claimed': { status: 409, scimType: 'uniqueness' },
  'sso-subject-taken': { status: 409, scimType: 'uniqueness' },
  'user-ambiguous': { status: 409, scimType: 'uniqueness' },
  'user-protected': { status: 409, scimType: 'uniqueness' },
  'user-name-taken': { status: 409, scimType: 'uniqueness' },
  'user-name-hidden': { status: 409, scimType: 'uniqueness' },
  'user-disabled': { status: 409, scimType: 'uniqueness' },
  'user-doubtful': { status: 409, scimType: 'uniqueness' },
  'group-exists': { status: 409, scimType: 'uniqueness' },
  // Not 403, which IdPs read as a fault of the credentials, and then stop altogether.
  'seats-exhausted': { status: 400 },
  'saml-not-enabled': { status: 400 },
  'hosting-cloud': { status: 403 },
  'host-refused': { status: 400, scimType: 'invalidValue' },
  // For the host's DBA to correct; the IdP tries again.
  'host-broken': { status: 500 },
  'host-write-ignored': { status: 400, scimType: 'invalidValue' },
  'idp-disabled': { status: 403 },
  'profile-invalid': { status: 400, scimType: 'invalidValue' },
  'group-invalid': { status: 400, scimType: 'invalidValue' },
  'cursor-invalid': { status: 400, scimType: 'invalidCursor' },
};

/** Faults that end when an administrator repairs the server, in addition to those that end by themselves. */
const MENDABLE: readonly Fault[] = ['read-only', 'disk-full'];
const RETRY_AFTER_SECONDS = 5;

/**
 * A server that cannot be reached, a wrong password, a ticket that has expired, a schema of another version: 503, never 401, which would make an
 * IdP give up the whole job.
 */
const isMendedByTime = ({ code }: Problem): boolean =>
  code.startsWith('kerberos-') ||
  (code.startsWith('database-') && code !== 'database-error' && code !== 'database-permission-denied');

/** The response to an error, and whether the operator must be told about it. */
export function errorResponse(error: unknown): { response: ScimResponse; unexpected: boolean } {
  if (error instanceof ScimError) {
    const { status, scimType, detail, headers } = error;
    return { response: { status, headers, body: errorBody(status, detail, scimType) }, unexpected: false };
  }
  if (error instanceof NoLongerAdmitted) {
    const response = credentialRefusal(error.refusal, error.method);
    return { response: { ...response, endsRequest: true }, unexpected: false };
  }
  // Again and again; nothing was done.
  if (error instanceof SettingsChanged)
    return { response: unavailable('settings-changed'), unexpected: false };
  if (error instanceof Problem) {
    const known = PROBLEMS[error.code];
    if (known) {
      const body = errorBody(known.status, detailFor(error, known.status), known.scimType);
      return {
        response: {
          status: known.status,
          headers: {},
          body,
          problem: error.code,
          ...(error.host && { host: error.host }),
        },
        unexpected: false,
      };
    }
    const response = isMendedByTime(error) ? unavailable(error.code) : internal(error.code);
    return { response, unexpected: true };
  }
  if (error instanceof DatabaseFault) return { response: faultResponse(error), unexpected: true };
  return { response: internal('internal-error'), unexpected: true };
}

function faultResponse(error: DatabaseFault): ScimResponse {
  const { code } = problemOfFault(error);
  const host = error.words && hostWords(error.words);
  const response = isPassing(error) || MENDABLE.includes(error.fault) ? unavailable(code) : internal(code);
  return { ...response, ...(host && { host }) };
}

/**
 * What happened and what to do next, for the administrator who reads it in the IdP's log. A 404 needs no advice: IdPs
 * ask for users that may not exist, and expect this answer.
 */
const detailFor = ({ message, hint }: Problem, status: number): string =>
  status === 404 || hint === undefined ? message : `${message} ${hint}`;

const unavailable = (problem: string): ScimResponse => ({
  status: 503,
  headers: { 'Retry-After': String(RETRY_AFTER_SECONDS) },
  body: errorBody(503, 'The service cannot use its database at the moment. Retry later.'),
  problem,
});

const internal = (problem: string): ScimResponse => ({
  status: 500,
  headers: {},
  body: errorBody(500, 'Internal error of the service. See its log for details.'),
  problem,
});
