import type { IncomingMessage } from 'node:http';
import type { FailedAttempts } from '../../core/authentication/attempts.js';
import {
  type Authentication,
  createAuthenticate,
  type Presented,
  type Refusal,
  recognise,
} from '../../core/authentication/authenticate.js';
import type { LastUsed } from '../../core/authentication/last-used.js';
import type { Core } from '../../core/core.js';
import { type Answer, scimError } from './answer.js';
import { presentedIn } from './authorization.js';
import type { Trace } from './trace.js';

export type Admitted = Extract<Authentication, { credential: unknown }>;
type NotAdmitted = Extract<Authentication, { refused: unknown }>;

export interface DoorKeeper {
  /** Lets a request in by its header, or answers it. */
  admit(request: IncomingMessage, trace: Trace): Promise<Admitted | { answer: Answer }>;
  /** Looks at what was presented in another way. Refusals are counted and may come with a `retryAfter`, in seconds. */
  judge(presented: Presented, trace: Trace): Promise<Admitted | (NotAdmitted & { retryAfter?: number })>;
}

export interface DoorKeeperParts {
  core: Core;
  lastUsed: LastUsed;
  attempts: FailedAttempts;
  /** The use of a token should be written down now. */
  onUseDue: () => void;
  onFailure: (reason: string) => void;
}

/** Refusals of one who has shown a right secret: these are no guesses, and are not counted. */
const NO_GUESS: readonly Refusal[] = ['account-disabled', 'hosting-cloud', 'key-missing'];

export function createDoorKeeper(parts: DoorKeeperParts): DoorKeeper {
  const { core, lastUsed, attempts } = parts;
  const authenticate = createAuthenticate(core);

  const judge: DoorKeeper['judge'] = async (presented, trace) => {
    const recognised = recognise(presented);
    const found = 'refused' in recognised ? recognised : await authenticate(recognised);
    if ('credential' in found) {
      const { publicId, lastUsedAt } = found.credential;
      Object.assign(trace, { idp: found.idp.name, token: publicId });
      if (lastUsed.note(publicId, lastUsedAt)) parts.onUseDue();
      return found;
    }
    Object.assign(trace, { auth: found.refused, ...('token' in found && { token: found.token }) });
    if ('idp' in found && found.idp !== undefined) trace.idp = found.idp;
    parts.onFailure(found.refused);
    if (NO_GUESS.includes(found.refused)) return found;
    const away = attempts.fail(trace.source, performance.now());
    return away > 0 ? { ...found, retryAfter: Math.ceil(away / 1000) } : found;
  };

  return {
    judge,
    admit: async (request, trace) => {
      const presented = presentedIn(request.headers.authorization);
      if (presented === undefined || presented === 'unreadable') {
        trace.auth = presented ?? 'none';
        parts.onFailure(trace.auth);
        return { answer: withoutCredentials(presented) };
      }
      const found = await judge(presented, trace);
      return 'credential' in found ? found : { answer: refusalOf(found, presented) };
    },
  };
}

const CHALLENGE = 'Bearer realm="scimctl"';

/** RFC 6750 §3.1: no error code where nothing was presented. */
const withoutCredentials = (presented: 'unreadable' | undefined): Answer =>
  scimError(
    401,
    presented === undefined
      ? 'A token is required: send it in the header Authorization: Bearer TOKEN.'
      : 'The Authorization header is not valid. Send Authorization: Bearer TOKEN.',
    {
      problem: 'token-missing',
      headers: {
        'WWW-Authenticate': presented === undefined ? CHALLENGE : `${CHALLENGE}, error="invalid_request"`,
      },
    },
  );

function refusalOf(found: NotAdmitted & { retryAfter?: number }, { method }: Presented): Answer {
  const { refused, retryAfter } = found;
  const detail = detailOf(found);
  const problem = `token-${refused}`;
  if (refused === 'key-missing') return scimError(500, detail, { problem });
  if (refused === 'account-disabled' || refused === 'hosting-cloud') {
    return scimError(403, detail, { problem: refused });
  }
  if (retryAfter !== undefined) {
    return scimError(429, `${detail} There were too many failed attempts. Retry in ${retryAfter} s.`, {
      problem,
      headers: { 'Retry-After': String(retryAfter) },
    });
  }
  const bearer = `${CHALLENGE}, error="invalid_token"`;
  const challenge = method === 'basic' ? `${bearer}, Basic realm="scimctl", charset="UTF-8"` : bearer;
  return scimError(401, detail, { problem, headers: { 'WWW-Authenticate': challenge } });
}

/** For the administrator who reads it in the IdP. Only one who has the secret is told more than that it is wrong. */
export function detailOf({ refused, token, idp, validUntil }: NotAdmitted): string {
  const next = idp === undefined ? '' : ` Create a new one with \`scimctl token create --idp ${idp}\`.`;
  switch (refused) {
    case 'form':
      return 'The text is not a scimctl token. Copy the whole token and nothing else.';
    case 'checksum':
      return 'The token is mistyped or incomplete: its checksum does not match. Copy the whole token.';
    case 'expired':
      return `The token ${token ?? ''} expired${validUntil ? ` at ${validUntil.toISOString()}` : ''}.${next}`;
    case 'revoked':
      return `The token ${token ?? ''} was revoked.${next}`;
    case 'account-removed':
      return 'The IdP of this token was removed.';
    case 'account-disabled':
      return `The IdP ${idp ?? ''} is disabled. Enable it with \`scimctl idp enable ${idp ?? 'NAME'}\`.`;
    case 'hosting-cloud':
      return 'This installation is marked as cloud-hosted. SCIM provisioning is available only for on-premises installations.';
    case 'key-missing':
      return 'The endpoint does not have the key of this token. Add the key to its key file, or rotate the token.';
    case 'method':
      return `This authentication method is not allowed for the IdP ${idp ?? ''}. Allow it with \`scimctl idp update ${idp ?? 'NAME'} --allow-basic\` or \`scimctl idp update ${idp ?? 'NAME'} --allow-oauth\`.`;
    default:
      return 'The token is not valid.';
  }
}
