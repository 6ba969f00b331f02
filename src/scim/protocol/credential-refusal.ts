import type { NotAdmitted } from '../../core/authentication/admission.js';
import type { AuthenticationMethod } from '../../core/authentication/methods.js';
import { cloudHosted } from '../../core/host/installation.js';
import type { ScimResponse } from './exchange.js';
import { errorBody } from './scim-error.js';

export const CHALLENGE = 'Bearer realm="scimctl"';

/**
 * The answer to a credential that is not, or no longer, good (RFC 6750 §3).
 * @param retryAfter seconds to stay away, after too many failed attempts.
 */
export function credentialRefusal(
  found: NotAdmitted,
  method: AuthenticationMethod,
  retryAfter?: number,
): ScimResponse {
  const { refused } = found;
  const detail = detailOf(found);
  const problem = `token-${refused}`;
  const answer = (status: number, text: string, more: Partial<ScimResponse> = {}): ScimResponse => ({
    ...{ status, headers: {}, body: errorBody(status, text), problem },
    ...more,
  });
  if (refused === 'key-missing') return answer(500, detail);
  if (refused === 'account-disabled' || refused === 'hosting-cloud') {
    return answer(403, detail, { problem: refused });
  }
  if (retryAfter !== undefined) {
    return answer(429, `${detail} There were too many failed attempts. Retry in ${retryAfter} s.`, {
      headers: { 'Retry-After': String(retryAfter) },
    });
  }
  const bearer = `${CHALLENGE}, error="invalid_token"`;
  const challenge = method === 'basic' ? `${bearer}, Basic realm="scimctl", charset="UTF-8"` : bearer;
  return answer(401, detail, { headers: { 'WWW-Authenticate': challenge } });
}

const CLOUD_HOSTED = cloudHosted();

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
      return 'The IdP of this token was removed. Add it again with `scimctl idp add NAME`, and create a token for it.';
    case 'account-disabled':
      return `The IdP ${idp ?? ''} is disabled. Enable it with \`scimctl idp enable ${idp ?? 'NAME'}\`.`;
    case 'hosting-cloud':
      return [CLOUD_HOSTED.message, CLOUD_HOSTED.hint].join(' ');
    case 'key-missing':
      return 'The endpoint does not have the key of this token. Add the key to its key file, or rotate the token.';
    case 'method':
      return `This authentication method is not allowed for the IdP ${idp ?? ''}. Allow it with \`scimctl idp update ${idp ?? 'NAME'} --allow-basic\` or \`scimctl idp update ${idp ?? 'NAME'} --allow-oauth\`.`;
    default:
      return 'The token is not valid. Use a token of this installation: `scimctl token create --idp NAME` creates one.';
  }
}
