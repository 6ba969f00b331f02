import type { Explanations } from './explanation.js';

/** Service accounts of IdPs, and the commands that manage their tokens. */
export const TOKENS: Explanations = {
  'idp-unknown': {
    kind: 'operation',
    meaning: 'There is no IdP with this name or id, or no IdP was added yet. Nothing was changed.',
    next: 'List the IdPs with `scimctl idp list`. Add one with `scimctl idp add NAME`.',
  },
  'idp-ambiguous': {
    kind: 'usage',
    meaning: 'The beginning of a name or id matches more than one IdP. Nothing was changed.',
    next: 'Use more of the name or id.',
  },
  'idp-name-taken': {
    kind: 'operation',
    meaning: 'An IdP with this name already exists. Nothing was changed.',
    next: 'Choose another name, or look at the existing IdP with `scimctl idp show NAME`.',
  },
  'idp-name-invalid': {
    kind: 'usage',
    meaning: 'The name for the IdP is not valid. It is used in commands, URLs and file names.',
    next: 'Use 1 to 63 lower-case letters, digits and hyphens, with no hyphen at the start or end, such as okta-eu.',
  },
  'display-name-invalid': {
    kind: 'usage',
    meaning: 'The display name of an IdP is blank, or longer than 200 characters. Nothing was changed.',
    next: 'Use a shorter name with --display-name, or leave out the option.',
  },
  'sso-subject-invalid': {
    kind: 'usage',
    meaning: 'The value of --sso-subject is not one that scimctl knows. Nothing was changed.',
    next: 'Use user-name, email, object-id or none.',
  },
  'sso-provider-unknown': {
    kind: 'operation',
    meaning: 'The application has no enabled SAML provider with this name or id. Nothing was changed.',
    causes: [
      'The name is mistyped.',
      'The provider is disabled in the application.',
      'The provider does not use SAML.',
    ],
    next: 'Use a name or id that the error lists, or enable the provider in the application. `scimctl check saml` shows the current state.',
  },
  'sso-provider-ambiguous': {
    kind: 'usage',
    otherKind: 'operation',
    meaning:
      'More than one enabled SAML provider of the application is possible. Nothing was changed. If --sso-provider names several providers, the exit code is 1.',
    next: 'Choose one with --sso-provider and its id.',
  },
  'saml-not-enabled': {
    kind: 'prerequisite',
    meaning:
      'The SAML provider that the IdP needs is not enabled in the application. Users could not sign in, so nothing was changed.',
    causes: [
      'SAML single sign-on was not set up yet.',
      'The provider was disabled or removed after the IdP was added.',
    ],
    next: 'Enable the provider in the application, or choose another with `scimctl idp update NAME --sso-provider PROVIDER`. `scimctl check saml` shows the current state.',
  },
  'max-departures-invalid': {
    kind: 'usage',
    meaning: 'The limit for departures is not valid. Nothing was changed.',
    next: 'Write it as COUNT/DURATION or COUNT/DURATION,PERCENT% in double quotes, such as "20/1h,10%", or none.',
  },
  'token-limit': {
    kind: 'operation',
    meaning: 'The IdP has two live tokens, which is the maximum. No token was created.',
    causes: [
      'A rotation is in progress, and the former token is valid until its overlap ends.',
      'Two tokens were created for two systems.',
    ],
    next: 'Look at `scimctl token list`. End a token with `scimctl token revoke ID`, or wait until the overlap ends.',
  },
  'token-none': {
    kind: 'operation',
    meaning: 'The IdP has no active token that could be rotated. Nothing was changed.',
    next: 'Create a token with `scimctl token create --idp NAME`.',
  },
  'token-ambiguous': {
    kind: 'usage',
    meaning:
      'More than one token is possible: the id matches several, or the IdP has two active tokens. Nothing was changed.',
    next: 'Use more of the id. For a rotation, choose the token to replace with --token.',
  },
  'token-id-invalid': {
    kind: 'usage',
    meaning:
      'With --script, the id of the token must be complete, because no database is asked. No script was written.',
    next: 'Use all 12 letters and digits. `scimctl token list` shows them; in the token itself they follow scimctl_.',
  },
  'token-unused': {
    kind: 'operation',
    meaning:
      'The new token was never used, so ending the old one could cut the IdP off. Both tokens still work.',
    next: 'Enter the new token in the IdP and test the connection, then run the command again. If the old token is no longer needed, add --force.',
  },
  'token-not-given': {
    kind: 'usage',
    meaning: 'The command needs a token, and the file, variable or standard input is empty.',
    next: 'Name the file with --token-file, or pipe the token in. Never write a token into the command line.',
  },
  'token-file-exists': {
    kind: 'operation',
    meaning: 'The file for the token already exists. It was not changed, and no token was created.',
    next: 'Name a file that does not exist. A token file is never overwritten, because it may contain a token in use.',
  },
  'token-file-unwritable': {
    kind: 'operation',
    meaning: 'The file for the token cannot be written. No token was created.',
    next: 'Name a file in a directory that you can write to, on a disk with free space.',
  },
  'token-file-needed': {
    kind: 'usage',
    meaning:
      'Without a terminal, the token and the SQL would be written to the same output, and the token could reach the DBA with the script. No token was created.',
    next: 'Write one of them to a file with --token-file or --out, or use -o json to get both in one document.',
  },
  'token-key-missing': {
    kind: 'configuration',
    auth: ['key-missing'],
    meaning:
      'A token key is missing: keyed tokens are required and no key is configured, or a token was hashed with a key that this process does not have. No token was created; the endpoint answers 500 for such a token.',
    causes: [
      'The endpoint and the command line use different key files.',
      'A key was removed from the file while tokens still need it.',
      'Keyed tokens are required, and no key was created yet.',
    ],
    next: 'Give both the same key file, and restore a removed key from a backup. Create a first key with `scimctl token new-key ID --key-file FILE`. If a key is lost, create new tokens.',
  },
  'token-key-id-invalid': {
    kind: 'usage',
    meaning: 'The id for the new token key is not valid. No key was created.',
    next: 'Use 1 to 63 letters, digits, dots, hyphens and underscores, starting with a letter or digit, such as 2026-a.',
  },
  'token-key-exists': {
    kind: 'operation',
    meaning:
      'The key file already contains a key with this id. The file was not changed, because existing tokens may depend on the key.',
    next: 'Choose another id.',
  },
  'key-file-busy': {
    kind: 'operation',
    meaning:
      'Another process is changing the key file, or was interrupted while it did. Nothing was changed.',
    next: 'Run the command again. If no other process is running, delete the unfinished file that the error names first.',
  },
  'key-file-unwritable': {
    kind: 'operation',
    meaning: 'The key file cannot be written. No key was created, and an existing file was not changed.',
    next: 'Name a file in a directory that you can write to, on a disk with free space.',
  },
};
