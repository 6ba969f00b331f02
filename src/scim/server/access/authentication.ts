import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Admitted, NotAdmitted, Presented, Refusal } from '../../../core/authentication/admission.js';
import type { FailedAttempts } from '../../../core/authentication/attempts.js';
import { createAuthenticate, recognise } from '../../../core/authentication/authenticate.js';
import type { LastUsed } from '../../../core/authentication/last-used.js';
import type { Core } from '../../../core/core.js';
import { CHALLENGE, credentialRefusal } from '../../protocol/credential-refusal.js';
import { type HttpAnswer, scimError } from '../http/answer.js';
import { isRepeated } from '../http/repeated.js';
import type { Trace } from '../observing/trace.js';
import { presentedIn } from './authorization.js';
import type { AccessDoor } from './door.js';

export interface DoorKeeper {
  /** Lets a request in by its header, or answers it. */
  admit(
    request: IncomingMessage,
    trace: Trace,
    isFresh?: boolean,
  ): Promise<Admitted | { answer: HttpAnswer }>;
  /**
   * Looks at what was presented in another way. Refusals are counted and may come with a `retryAfter`, in seconds.
   * @param isFresh whether what was read a moment ago does not suffice.
   */
  judge(
    presented: Presented,
    trace: Trace,
    isFresh?: boolean,
  ): Promise<Admitted | (NotAdmitted & { retryAfter?: number })>;
}

export interface DoorKeeperParts {
  core: Core;
  lastUsed: LastUsed;
  attempts: FailedAttempts;
  door: AccessDoor;
  /** The use of a token should be written down now. */
  onUseDue: () => void;
  onFailure: (reason: string) => void;
}

/** A source that was refused too often waits so long for each refusal, in milliseconds: it tries again when it has it. */
const REFUSED_MS = 500;

/** Refusals of one who has shown a right secret: these are no guesses, and are not counted. */
const NO_GUESS: readonly Refusal[] = ['account-disabled', 'hosting-cloud', 'key-missing'];

export function createDoorKeeper(parts: DoorKeeperParts): DoorKeeper {
  const { core, lastUsed, attempts, door } = parts;
  const authenticate = createAuthenticate(core);

  const judge: DoorKeeper['judge'] = async (presented, trace, isFresh) => {
    const recognised = recognise(presented);
    const recent = isFresh || 'refused' in recognised ? undefined : authenticate.recently(recognised);
    const found =
      recent ??
      ('refused' in recognised
        ? recognised
        : await door.through(trace.source, recognised.publicId, () => authenticate(recognised)));
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
    if (away === 0) return found;
    await delay(REFUSED_MS);
    return { ...found, retryAfter: Math.ceil(away / 1000) };
  };

  return {
    judge,
    admit: async (request, trace, isFresh) => {
      if (isRepeated(request, 'authorization')) {
        trace.auth = 'twofold';
        parts.onFailure(trace.auth);
        return { answer: twofold() };
      }
      const presented = presentedIn(request.headers.authorization);
      if (presented === undefined || presented === 'unreadable') {
        trace.auth = presented ?? 'none';
        parts.onFailure(trace.auth);
        return { answer: withoutCredentials(presented) };
      }
      const found = await judge(presented, trace, isFresh);
      if ('credential' in found) return found;
      return { answer: credentialRefusal(found, presented.method, found.retryAfter) };
    },
  };
}

/** RFC 6750 §3.1: no error code where nothing was presented. */
const withoutCredentials = (presented: 'unreadable' | undefined): HttpAnswer =>
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

/** RFC 6750 §3.1: the error is in the request, whatever the credentials are worth. */
const twofold = (): HttpAnswer =>
  scimError(400, 'The request has more than one Authorization header. Send one.', {
    problem: 'token-twofold',
    headers: { 'WWW-Authenticate': `${CHALLENGE}, error="invalid_request"` },
  });
