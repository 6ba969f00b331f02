import { usageProblem } from '../../../problem.js';
import type { Endpoint } from '../../../scim/probe/client.js';
import type { Context } from '../../context.js';
import { readSecret } from '../../input/secret.js';
import { authoritiesWith } from '../../shared/authorities.js';

/** As long as Okta waits. */
const DEFAULT_REQUEST_TIMEOUT_MS = 60_000;

export interface EndpointOptions {
  url: URL;
  tokenFile?: string;
  ca?: string;
  requestTimeout?: number;
}

/** The base URL of an endpoint, as it is entered in the IdP. @throws Problem `url-invalid`. */
export function parseEndpointUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.hash) return url;
  throw usageProblem('url-invalid', `${JSON.stringify(withoutPassword(text))} is not a valid endpoint URL.`, {
    hint: 'Write it as you enter it in the IdP: https://host/scim/v2, without a user name or password.',
  });
}

const withoutPassword = (text: string) => text.slice(0, 200).replace(/\/\/[^/@]*@/, '//…@');

/** Where to probe, and with which token: from a file, the environment, stdin, or asked for. */
export async function resolveEndpoint(options: EndpointOptions, context: Context): Promise<Endpoint> {
  const { url, tokenFile, requestTimeout: timeoutMs = DEFAULT_REQUEST_TIMEOUT_MS } = options;
  const fromEnvironment = context.world.env.SCIMCTL_PROBE_TOKEN;
  const text =
    tokenFile === undefined && fromEnvironment
      ? fromEnvironment
      : await readSecret(context, tokenFile, 'Token of the endpoint:');
  return {
    url,
    token: checkToken(text.trim()),
    timeoutMs,
    ...(options.ca !== undefined && { ca: await authoritiesWith(options.ca, context.world.cwd) }),
  };
}

function checkToken(token: string): string {
  if (token === '') {
    throw usageProblem('token-not-given', 'No token was given.', {
      hint: 'Name a file with --token-file, set SCIMCTL_PROBE_TOKEN, or pipe the token in.',
    });
  }
  // RFC 6750 §2.1: what a token may be made of, and a header may hold.
  if (/^[A-Za-z0-9\-._~+/]+=*$/.test(token)) return token;
  throw usageProblem('token-form', 'The text is not a valid bearer token.', {
    hint: 'Give only the token, without "Bearer" before it. A token contains only letters, digits and -._~+/ characters.',
  });
}
