import type { Explanations } from './explanation.js';

/** What the endpoint refuses before a request reaches the users, by the codes of its log. */
export const REQUESTS: Explanations = {
  'token-missing': {
    auth: ['none', 'unreadable'],
    meaning: 'The request has no token, or its Authorization header is not valid. The endpoint answers 401.',
    causes: [
      'The field for the token in the IdP is empty.',
      'A reverse proxy removes the Authorization header.',
      'The field contains more than the token. Okta adds "Bearer" itself.',
      'A scanner or a browser opened the address.',
    ],
    next: 'Enter the token in the IdP again, and check that the proxy passes the header on. `scimctl probe --url https://host/scim/v2` tests this from outside.',
  },
  'token-twofold': {
    auth: ['twofold'],
    meaning:
      'The request has more than one Authorization header, so it is unclear which one counts. The endpoint answers 400.',
    next: 'Find the proxy or gateway that adds a second header, and turn that off for this address.',
  },
  'token-form': {
    kind: 'usage',
    auth: ['form'],
    meaning:
      'The text is not a token: it does not have the form of one. The endpoint answers 401; a probe sends nothing.',
    causes: [
      'Another secret was pasted, or the id of the token instead of the token.',
      'The text contains a space, a line break, or "Bearer" before the token.',
    ],
    next: 'Enter only the token. If it is lost, create a new one with `scimctl token create --idp NAME`: a token cannot be shown again.',
  },
  'token-checksum': {
    auth: ['checksum'],
    meaning: 'The token is mistyped or incomplete: its checksum does not match. The endpoint answers 401.',
    next: 'Copy the whole token again. `scimctl token verify` checks a token before you enter it.',
  },
  'token-unknown': {
    kind: 'operation',
    auth: ['unknown'],
    meaning:
      'There is no token with this id in the database. The endpoint answers 401; a command changes nothing.',
    causes: [
      'The token is of another installation, for example of a test system.',
      'The database was restored from a backup that is older than the token.',
      'The token ended long ago, and its row was pruned.',
      'The SQL of `scimctl token create --script` was not run yet.',
    ],
    next: 'List the tokens with `scimctl token list`, or create one with `scimctl token create --idp NAME` and enter it in the IdP.',
  },
  'token-digest': {
    auth: ['digest'],
    meaning: 'The id of the token is known, but the secret after it is wrong. The endpoint answers 401.',
    causes: [
      'The token was changed and given a matching checksum, which typing errors never do. It may be an attack.',
      'The key file of the endpoint has another key under the id with which the token was hashed.',
    ],
    next: 'Look at the source address in the log. If it is your IdP, check the key file, or create a new token and enter it there.',
  },
  'token-key-required': {
    auth: ['key-required'],
    meaning:
      'Only keyed tokens are accepted here, and this token was created without a key. The endpoint answers 401.',
    next: 'Create a keyed token with `scimctl token rotate --idp NAME`, and enter it in the IdP. docs/tokens.md describes keys.',
  },
  'token-expired': {
    auth: ['expired'],
    meaning: 'The token has expired, or its overlap after a rotation has ended. The endpoint answers 401.',
    next: 'Create a token with `scimctl token create --idp NAME`, and enter it in the IdP. After a rotation, enter the new token. An access token of OAuth lasts an hour, and the IdP requests a new one itself.',
  },
  'token-revoked': {
    auth: ['revoked'],
    meaning: 'The token was revoked by an administrator. The endpoint answers 401.',
    next: 'See who revoked it with `scimctl audit list --action token.revoke`. If the IdP should have access, create a new token.',
  },
  'token-account-removed': {
    auth: ['account-removed'],
    meaning: 'The IdP of the token was removed. The endpoint answers 401.',
    next: 'If it should provision users, add it again with `scimctl idp add NAME` and create a token. Otherwise turn provisioning off in the IdP.',
  },
  'account-disabled': {
    auth: ['account-disabled'],
    meaning:
      'The token is valid, but an administrator has disabled its IdP. The endpoint answers 403, or 400 to a request for an access token.',
    next: 'Enable the IdP with `scimctl idp enable NAME`, if it should provision users.',
  },
  'token-user': {
    auth: ['user'],
    meaning:
      'The token is valid, but belongs to another IdP than the user name or client id says. The endpoint answers 401.',
    next: 'Use the name of the IdP, as `scimctl idp list` shows it, as user name or client id.',
  },
  'token-method': {
    auth: ['method'],
    meaning:
      'The token is valid, but the IdP is not allowed to use this authentication method. The endpoint answers 401, or 400 to a request for an access token.',
    next: 'Allow it with `scimctl idp update NAME --allow-basic` or `scimctl idp update NAME --allow-oauth`, or use the token as a bearer token.',
  },
  'settings-changed': {
    meaning:
      'The token or the settings of the IdP were changed while the request was running. The request changed nothing, and the endpoint answers 503.',
    next: 'No action is required: the IdP retries, and the new settings apply.',
  },
  overloaded: {
    meaning:
      'More requests arrived than the endpoint works on and queues, or the request waited too long. It was not begun, and the endpoint answers 503.',
    causes: [
      'An initial sync sends many requests at once. This passes.',
      'The database is slow, so that every request takes long.',
      'An address sends many requests with wrong tokens.',
    ],
    next: 'Usually no action is required: the IdP retries. If it persists, look at the times in the log and at the database before you raise --max-concurrency or --max-queue.',
  },
  'too-slow': {
    meaning:
      'The answer took longer than --request-timeout. The statement was cancelled and its transaction rolled back; the endpoint answers 503. A change that was being committed may be complete nevertheless.',
    causes: [
      'A lock of the host application, a backup or a long report holds the request up.',
      'The search columns of the host application have no index.',
    ],
    next: 'The IdP retries. If it happens often, have the DBA look for blocking sessions, and check the host views with `scimctl check host`.',
  },
  aborted: {
    meaning:
      'The client closed the connection before its request was complete or before its turn came. The request was not begun.',
    causes: [
      'The IdP or a proxy has a shorter time limit than the endpoint.',
      'The network was interrupted.',
    ],
    next: 'Usually no action is required: the IdP retries. Make the time limit of the proxy longer than --request-timeout.',
  },
  'body-too-large': {
    meaning:
      'The body of the request is larger than --max-body, or holds more than one object or list for each 10 bytes of it. Nothing was changed, and the endpoint answers 413.',
    next: 'Raise --max-body, and the limit of the reverse proxy, if the IdP sends such requests on purpose, for example groups with many members.',
  },
  'invalid-syntax': {
    meaning:
      'The body of the request is not valid JSON in UTF-8, or is nested too deeply. Nothing was changed, and the endpoint answers 400.',
    next: 'Find out what sends the request: IdPs send valid JSON. A proxy may cut off or change the body.',
  },
  'not-found': {
    meaning: 'The request is for a path that the endpoint does not have. It answers 404.',
    causes: [
      'The tenant URL in the IdP does not end in /scim/v2.',
      'A reverse proxy changes the path, and --base-url does not have the same path.',
      'A scanner tries addresses.',
      'Metrics were requested from another machine or through a proxy.',
    ],
    next: 'Correct the tenant URL. `scimctl idp sheet NAME` prints it.',
  },
  'oauth-invalid_request': {
    meaning:
      'A request for an access token is not valid: its form, method or headers are wrong. No access token was issued.',
    next: 'Set the IdP to client credentials with the credentials in the header or in the form, not in both. docs/endpoint.md describes the request.',
  },
  'oauth-invalid_client': {
    meaning:
      'A request for an access token has no client credentials, or they cannot be read. The endpoint answers 401.',
    next: 'Enter the name of the IdP as client id, and one of its tokens as client secret.',
  },
  'oauth-unsupported_grant_type': {
    meaning:
      'A request for an access token uses another grant type than client_credentials. No access token was issued.',
    next: 'Set the IdP to the grant type client credentials.',
  },
  'database-unavailable': {
    meaning: 'The endpoint is not ready (/readyz answers 503), because its database does not answer.',
    next: 'Run `scimctl check database` on the server. The endpoint becomes ready by itself when the database is back.',
  },
  'schema-not-current': {
    meaning:
      'The endpoint is not ready (/readyz answers 503), because the schema is missing, or of another version than this one needs.',
    next: 'Look at `scimctl db status`. Run `scimctl db migrate`, or start the version of scimctl that fits the schema.',
  },
};
