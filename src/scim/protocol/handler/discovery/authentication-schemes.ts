import type { AuthenticationMethod } from '../../../../core/authentication/methods.js';

/** A way to authenticate, as ServiceProviderConfig lists it (RFC 7643 §5). */
interface AuthenticationScheme {
  type: 'oauth2' | 'oauthbearertoken' | 'httpbasic';
  name: string;
  description: string;
  specUri: string;
  primary?: boolean;
}

export const SCHEMES: Record<AuthenticationMethod, AuthenticationScheme> = {
  bearer: {
    type: 'oauthbearertoken',
    name: 'Bearer token',
    description: 'The token of the service account, in the Authorization header',
    specUri: 'https://www.rfc-editor.org/info/rfc6750',
    primary: true,
  },
  oauth: {
    type: 'oauth2',
    name: 'OAuth 2.0 client credentials',
    description:
      'An access token, asked for with the name of the service account as client id and its token as client secret',
    specUri: 'https://www.rfc-editor.org/info/rfc6749',
  },
  basic: {
    type: 'httpbasic',
    name: 'HTTP basic',
    description: 'The name of the service account as user, its token as password',
    specUri: 'https://www.rfc-editor.org/info/rfc7617',
  },
};
