import type { DeviationKind } from './kind.js';

/** What can be wrong with any answer, whatever was asked. */
export const ANSWER_DEVIATIONS = {
  redirect: {
    severity: 'fail',
    rule: 'Enter the final address: an IdP does not send the token to the target of a redirect',
    standard: 'RFC 9110 §15.4',
  },
  'not-scim': {
    severity: 'fail',
    rule: 'Enter the base URL of /Users; a sign-in page, a firewall or a proxy answers at this address',
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
    rule: 'Enter the base URL of /Users; it usually ends in /scim/v2',
    standard: 'RFC 7644 §3.2',
    minds: { entra: 'puts the job into quarantine', okta: 'fails the test of the connector' },
  },
  'content-type': {
    severity: 'warn',
    rule: 'Send Content-Type: application/scim+json',
    standard: 'RFC 7644 §3.1 and §8.1',
    minds: { entra: 'requires it in its guide, but also accepts application/json' },
    once: 'run',
  },
  'plain-http': {
    severity: 'fail',
    rule: 'Offer HTTPS, with a certificate from a public authority',
    standard: 'RFC 7644 §7.2',
    minds: { entra: 'requires HTTPS', okta: 'requires HTTPS' },
    once: 'run',
  },
  slow: {
    severity: 'warn',
    rule: 'Answer within a second: an IdP sends up to 25 requests a second',
    standard: "Entra's guide",
    minds: { okta: 'gives up after 60 seconds' },
    once: 'run',
  },
  'server-error': {
    severity: 'fail',
    rule: 'Use 5xx only for server errors, and 4xx for errors of the client',
    standard: 'RFC 7644 §3.12',
    minds: { entra: 'retries for 28 days', okta: 'fails the task' },
  },
  throttled: {
    severity: 'warn',
    rule: 'Allow each IdP 25 requests a second; the probe sent these one after another',
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
    minds: { entra: 'treats it as not authorised, so administrators look for a wrong token' },
  },
  'error-body': {
    severity: 'fail',
    rule: 'Send every error, including 401, as a SCIM Error body with schemas, status and detail',
    standard: 'RFC 7644 §3.12',
    minds: { okta: 'needs detail and status; it shows nothing else to the administrator' },
  },
  'error-detail': {
    severity: 'warn',
    rule: 'Explain the error in detail, for the administrator who reads the log of the IdP',
    standard: 'RFC 7644 §3.12',
    minds: { entra: 'shows it in the provisioning log', okta: 'shows it to the administrator' },
  },
  'error-status': {
    severity: 'warn',
    rule: 'Repeat the HTTP status in the field status of the error, as text',
    standard: 'RFC 7644 §3.12',
    minds: { okta: 'requires it' },
  },
  'token-refused': {
    severity: 'fail',
    rule: 'Use the token of this endpoint; for a scimctl token, `scimctl token verify` shows what is wrong',
    standard: 'RFC 7644 §2',
    minds: { entra: 'puts the whole job into quarantine immediately', okta: 'fails every task' },
  },
  'token-not-checked': {
    severity: 'fail',
    rule: 'Refuse a wrong or missing token with 401; otherwise anyone can read and change users',
    standard: 'RFC 7644 §2',
  },
  'token-status': {
    severity: 'fail',
    rule: 'Refuse a wrong token with 401 and no other status',
    standard: 'RFC 9110 §15.5.2',
    minds: { entra: 'recognises a wrong token only by 401', okta: 'recognises a wrong token only by 401' },
  },
  'token-challenge': {
    severity: 'warn',
    rule: 'Send WWW-Authenticate: Bearer with a 401',
    standard: 'RFC 9110 §11.6.1, RFC 6750 §3',
  },
} as const satisfies Record<string, DeviationKind>;
