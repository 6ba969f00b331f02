import type { DeviationKind } from './kind.js';

/** What can be wrong with lists, filters, pages and discovery. */
export const LIST_DEVIATIONS = {
  'list-refused': {
    severity: 'fail',
    rule: 'Answer a list of users with 200 and a ListResponse',
    standard: 'RFC 7644 §3.4.2',
    minds: { entra: 'fails the test connection', okta: 'fails the test of the connector' },
  },
  'list-shape': {
    severity: 'fail',
    rule: 'Answer with schemas, totalResults and Resources of a ListResponse',
    standard: 'RFC 7644 §3.4.2',
    minds: { entra: 'cannot read the list', okta: 'cannot read the list' },
  },
  'count-not-integer': {
    severity: 'fail',
    rule: 'Send totalResults, startIndex and itemsPerPage as integers, not as text',
    standard: 'RFC 7644 §3.4.2',
    minds: { okta: 'cannot read the list' },
    once: 'idp',
  },
  'count-wrong': {
    severity: 'fail',
    rule: 'Count all matches in totalResults, and return them in Resources',
    standard: 'RFC 7644 §3.4.2',
    minds: {
      entra: 'uses it to determine whether the user exists',
      okta: 'uses it to read further pages',
    },
  },
  'page-size': {
    severity: 'fail',
    rule: 'Send no more resources than count asks for',
    standard: 'RFC 7644 §3.4.2.4',
    minds: { okta: 'reads pages that overlap' },
  },
  'order-unstable': {
    severity: 'fail',
    rule: 'List in the same order every time, so that pages neither repeat nor skip a user',
    standard: 'RFC 7644 §3.4.2.4',
    minds: { okta: 'misses users when it imports page by page' },
  },
  'empty-not-200': {
    severity: 'fail',
    rule: 'Answer a search that finds nothing with 200 and an empty ListResponse',
    standard: 'RFC 7644 §3.4.2',
    minds: { entra: 'fails the test connection, and later puts the job into quarantine' },
  },
  'filter-refused': {
    severity: 'fail',
    rule: 'Support eq on userName, externalId and emails[type eq "work"].value',
    standard: 'RFC 7644 §3.4.2.2',
    minds: { entra: 'cannot match users', okta: 'cannot look users up before it creates them' },
  },
  'filter-ignored': {
    severity: 'fail',
    rule: 'Return only what the filter matches, or refuse the filter with 400 and invalidFilter',
    standard: 'RFC 7644 §3.4.2.2',
    minds: {
      entra: 'links users to the accounts of other users',
      okta: 'links users to the accounts of other users',
    },
  },
  'filter-unquoted': {
    severity: 'warn',
    rule: 'Also accept a value without quotation marks: one documented look-up of Entra has none',
    standard: "Entra's guide",
    minds: { entra: 'may look up externalId in this form' },
  },
  'parameter-refused': {
    severity: 'fail',
    rule: 'Ignore unknown query parameters: Entra sends its flags in the tenant URL',
    standard: "Entra's guide",
    minds: { entra: 'fails every request once a flag is in the tenant URL' },
  },
  'attributes-ignored': {
    severity: 'warn',
    rule: 'With attributes=, return only the named attributes, id and schemas',
    standard: 'RFC 7644 §3.9',
  },
  'groups-missing': {
    severity: 'warn',
    rule: 'Offer /Groups, or turn off group provisioning in the IdP',
    standard: 'RFC 7644 §3.2',
    minds: {
      entra: 'looks for a group when the connection is tested, and fails groups that are in scope',
      okta: 'fails Push Groups',
    },
  },
  'discovery-missing': {
    severity: 'warn',
    rule: 'Offer /ServiceProviderConfig, /ResourceTypes and /Schemas',
    standard: 'RFC 7644 §4',
    minds: { entra: 'asks gallery applications for /Schemas' },
  },
} as const satisfies Record<string, DeviationKind>;
