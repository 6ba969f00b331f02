import type { IncomingMessage } from 'node:http';
import { issueAccessToken } from '../../../core/authentication/access-token.js';
import type { Presented } from '../../../core/authentication/admission.js';
import type { Core } from '../../../core/core.js';
import { detailOf } from '../../protocol/credential-refusal.js';
import type { Limits } from '../fairness/limits.js';
import type { Turns } from '../fairness/turns.js';
import { type HttpAnswer, json, Refused } from '../http/answer.js';
import { assertContentType, hasBody, readText } from '../http/body.js';
import { isRepeated } from '../http/repeated.js';
import type { Trace } from '../observing/trace.js';
import type { DoorKeeper } from './authentication.js';
import { userAndPassword } from './authorization.js';

const FORM = 'application/x-www-form-urlencoded';
/** Two names, a token and a scope: more is not needed. */
const MAX_FORM = 16 * 1024;

/** The form and the credentials of a token request, read before any work is done on it. */
export interface TokenRequest {
  presented: Presented;
  byHeader: boolean;
}

/**
 * Reads a request for an access token by client credentials (RFC 6749 §4.4.2): the client id is the name of the
 * service account, the client secret one of its tokens, by Basic header or in the form (§2.3.1).
 * @throws Refused with an error of RFC 6749 §5.2.
 */
export async function readTokenRequest(request: IncomingMessage, limits: Limits): Promise<TokenRequest> {
  if (request.method !== 'POST') {
    throw new Refused({ ...failure(405, 'invalid_request', 'Use POST.'), headers: { Allow: 'POST' } });
  }
  const form = await readForm(request, limits);
  for (const name of new Set(form.keys())) {
    if (form.getAll(name).length > 1)
      throw refuse(400, 'invalid_request', `${name} is there more than once.`);
  }
  if (!form.get('grant_type')) throw refuse(400, 'invalid_request', 'grant_type is missing.');
  if (form.get('grant_type') !== 'client_credentials') {
    throw refuse(400, 'unsupported_grant_type', 'Only client_credentials is supported.');
  }
  return credentialsOf(request, form);
}

async function readForm(request: IncomingMessage, limits: Limits): Promise<URLSearchParams> {
  try {
    if (!hasBody(request)) return new URLSearchParams();
    assertContentType(request, [FORM]);
    return new URLSearchParams(await readText(request, Math.min(limits.maxBody, MAX_FORM)));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { detail } = error.answer.body as { detail: string };
    throw refuse(error.answer.status, 'invalid_request', detail);
  }
}

function credentialsOf(request: IncomingMessage, form: URLSearchParams): TokenRequest {
  if (isRepeated(request, 'authorization'))
    throw refuse(400, 'invalid_request', 'Send one Authorization header.');
  const [user, secret] = [form.get('client_id'), form.get('client_secret')];
  const header = request.headers.authorization;
  if (header === undefined) {
    if (!user || !secret) throw refuse(401, 'invalid_client', 'client_id and client_secret are missing.');
    return { presented: { method: 'oauth', user, secret }, byHeader: false };
  }
  const basic = userAndPassword(/^\s*basic\s+(\S+)\s*$/i.exec(header)?.[1] ?? '');
  if (!basic) throw refuse(401, 'invalid_client', 'The Authorization header is not valid.', CHALLENGE);
  const name = decoded(basic.user ?? '');
  if (secret !== null || (user !== null && user !== name)) {
    throw refuse(
      400,
      'invalid_request',
      'Send the client credentials in the header or in the form, not in both.',
    );
  }
  return { presented: { method: 'oauth', user: name, secret: decoded(basic.secret) }, byHeader: true };
}

/** In the header, both are form-encoded first (RFC 6749 §2.3.1). */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** Issues an access token to a client that may have one (RFC 6749 §5.1). */
export async function answerTokenRequest(
  { presented, byHeader }: TokenRequest,
  { core, keeper, turns }: { core: Core; keeper: DoorKeeper; turns: Turns },
  trace: Trace,
): Promise<HttpAnswer> {
  const found = await keeper.judge(presented, trace, true);
  if ('credential' in found) {
    const { text, expiresIn } = await turns.take({
      idp: found.idp.name,
      kind: trace.route,
      run: (database) => issueAccessToken({ ...core, database }, found),
    });
    return secretJson(200, { access_token: text, token_type: 'Bearer', expires_in: expiresIn });
  }
  const { refused, retryAfter } = found;
  const detail = detailOf(found);
  if (refused === 'key-missing') return failure(500, 'server_error', detail, `token-${refused}`);
  if (['method', 'account-disabled', 'hosting-cloud'].includes(refused)) {
    return failure(400, 'unauthorized_client', detail, refused);
  }
  if (retryAfter !== undefined) {
    const answer = failure(429, 'invalid_client', detail, `token-${refused}`);
    return { ...answer, headers: { ...answer.headers, 'Retry-After': String(retryAfter) } };
  }
  const answer = failure(401, 'invalid_client', detail, `token-${refused}`);
  return byHeader ? { ...answer, headers: { ...answer.headers, ...CHALLENGE } } : answer;
}

const CHALLENGE = { 'WWW-Authenticate': 'Basic realm="scimctl", charset="UTF-8"' };

/** `Cache-Control: no-store` is on every answer; this is for caches older than that (RFC 6749 §5.1). */
const secretJson = (status: number, document: unknown) => json(status, document, { Pragma: 'no-cache' });

function failure(status: number, error: string, description: string, problem = `oauth-${error}`): HttpAnswer {
  // Characters that a description may not hold (RFC 6749 §5.2).
  const text = description.replace(/["\\]/g, "'").replace(/[^\x20-\x7e]/g, ' ');
  return { ...secretJson(status, { error, error_description: text }), problem };
}

const refuse = (status: number, error: string, description: string, headers: Record<string, string> = {}) => {
  const answer = failure(status, error, description);
  return new Refused({ ...answer, headers: { ...answer.headers, ...headers } });
};
