import type { OptionSpec } from '../../option.js';

export interface AuthenticationFlags {
  allowBasic?: boolean;
  allowOauth?: boolean;
}

/** What a service account takes beside bearer tokens. */
export const AUTHENTICATION_OPTIONS: readonly OptionSpec[] = [
  {
    flags: '--allow-basic',
    description: 'allow HTTP basic: the name of the IdP as user name, a token as password',
  },
  { flags: '--no-allow-basic', description: 'do not allow it (default)' },
  {
    flags: '--allow-oauth',
    description: 'allow OAuth 2.0 client credentials: the name of the IdP as client id, a token as secret',
  },
  { flags: '--no-allow-oauth', description: 'do not allow it (default)' },
];
