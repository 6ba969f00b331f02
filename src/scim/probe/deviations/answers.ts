import type { DeviationKind } from './kind.js';

/** What can be wrong with any answer, whatever was asked. */
export const ANSWER_DEVIATIONS = {
  redirect: {
    severity: 'fail',
    rule: 'Enter the address that answers by itself; a token is not carried on to another one',
    standard: 'RFC 9110 §15.4',
  },
  'not-scim': {
    severity: 'fail',
    rule: 'Enter the base URL below which /Users is; a sign-in page, a firewall or a proxy answers at this one',
    standard: 'RFC 7644 §3.2',
    minds: { entra: 'cannot read the answer', okta: 'cannot read the answer' },
  },
  'not-json': {
    severity: 'fail',
    rule: 'Answer with one JSON document in UTF-8',
    standard: 'RFC 7644 §3.8',
    minds: { entra: 'cannot read the answer', okta: 'cannot read the answer' },
  },
  'not-found': {
    severity: 'fail',
    rule: 'Enter the base URL below which /Users is; it mostly ends in /scim/v2',
    standard: 'RFC 7644 §3.2',
    minds: { entra: 'puts the job into quarantine', okta: 'fails the test of the connector' },
  },
  'content-type': {
    severity: 'warn',
    rule: 'Send Content-Type: application/scim+json',
    standard: 'RFC 7644 §3.1 and §8.1',
    minds: { entra: 'asks for it in its guide, and reads application/json nevertheless' },
    once: 'run',
  },
  'plain-http': {
    severity: 'fail',
    rule: 'Offer HTTPS, with a certificate from a public authority',
    standard: 'RFC 7644 §7.2',
    minds: { entra: 'wants HTTPS', okta: 'wants HTTPS' },
    once: 'run',
  },
  slow: {
    severity: 'warn',
    rule: 'Answer within a second; requests come 25 in a second',
    standard: "Entra's guide",
    minds: { okta: 'gives up after 60 seconds' },
    once: 'run',
  },
  'server-error': {
    severity: 'fail',
    rule: 'Keep 5xx for faults of the server, and say with 4xx what the client did wrong',
    standard: 'RFC 7644 §3.12',
    minds: { entra: 'tries again for 28 days', okta: 'fails the task' },
  },
  throttled: {
    severity: 'warn',
    rule: 'Allow each IdP 25 requests a second; these came one after another',
    standard: "RFC 6585 §4, Entra's guide",
  },
  'conflict-unexpected': {
    severity: 'fail',
    rule: 'Answer 409 only where the same userName, externalId or name is there already',
    standard: 'RFC 7644 §3.12',
    minds: { okta: 'stops the job at a 409' },
  },
  forbidden: {
    severity: 'fail',
    rule: 'Keep 403 for who may do nothing at all; where no seat is free, answer 400 with a detail that says so',
    standard: 'RFC 7644 §3.12',
    minds: { entra: 'reads it as not authorised, and a wrong token is looked for in vain' },
  },
  'error-body': {
    severity: 'fail',
    rule: 'Send every error, 401 as well, as a SCIM Error body with schemas, status and detail',
    standard: 'RFC 7644 §3.12',
    minds: { okta: 'needs detail and status, and shows the administrator nothing else' },
  },
  'error-detail': {
    severity: 'warn',
    rule: 'Say in detail what was wrong, for the administrator who reads it in the log of the IdP',
    standard: 'RFC 7644 §3.12',
    minds: { entra: 'shows it in the provisioning log', okta: 'shows it to the administrator' },
  },
  'error-status': {
    severity: 'warn',
    rule: 'Repeat the HTTP status in the field status of the error, as text',
    standard: 'RFC 7644 §3.12',
    minds: { okta: 'needs it' },
  },
  'token-refused': {
    severity: 'fail',
    rule: 'Give the token of this endpoint; for one of ours `scimctl token verify` says what is wrong with it',
    standard: 'RFC 7644 §2',
    minds: { entra: 'puts the whole job into quarantine at once', okta: 'fails every task' },
  },
  'token-not-checked': {
    severity: 'fail',
    rule: 'Refuse a wrong token and a missing one with 401, or anybody can read and change users',
    standard: 'RFC 7644 §2',
  },
  'token-status': {
    severity: 'fail',
    rule: 'Refuse a wrong token with 401 and nothing else',
    standard: 'RFC 9110 §15.5.2',
    minds: { entra: 'takes only 401 for a wrong token', okta: 'takes only 401 for a wrong token' },
  },
  'token-challenge': {
    severity: 'warn',
    rule: 'Send WWW-Authenticate: Bearer with a 401',
    standard: 'RFC 9110 §11.6.1, RFC 6750 §3',
  },
} as const satisfies Record<string, DeviationKind>;
