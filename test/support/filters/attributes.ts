import type { AttributePath } from '../../../src/words/filter.js';

const HOST = 'urn:ietf:params:scim:schemas:extension:scimctl:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
/** An operator's own schema; its name holds what a URN may and quoting may trip over. */
export const OWN = "urn:example:o'neil?x%y:User";

function attribute(path: string[], more: Partial<AttributePath> = {}): AttributePath {
  return { path, type: 'string', caseExact: false, multiValued: false, ...more };
}
const exact = (...path: string[]) => attribute(path, { caseExact: true });
const text = (...path: string[]) => attribute(path);
const many = (path: string[], more: Partial<AttributePath> = {}) =>
  attribute(path, { multiValued: true, ...more });

/** Every kind of attribute that users have, from every place that it is kept in. */
export const USER_ATTRIBUTES: readonly AttributePath[] = [
  exact('id'),
  exact('externalId'),
  text('userName'),
  text('displayName'),
  text('name', 'givenName'),
  text('name', 'familyName'),
  text('name', 'formatted'),
  attribute(['active'], { type: 'boolean' }),
  many(['emails', 'value']),
  many(['emails', 'type']),
  many(['emails', 'primary'], { type: 'boolean' }),
  many(['emails', 'display']),
  many(['groups', 'value'], { caseExact: true }),
  many(['groups', 'display']),
  many(['groups', 'type']),
  attribute(['meta', 'created'], { type: 'dateTime' }),
  attribute(['meta', 'lastModified'], { type: 'dateTime' }),
  text('title'),
  exact('profileUrl'),
  many(['phoneNumbers', 'value']),
  many(['phoneNumbers', 'type']),
  many(['phoneNumbers', 'display']),
  many(['phoneNumbers', 'primary'], { type: 'boolean' }),
  exact(HOST, 'hostUserId'),
  text(HOST, 'licenceType'),
  text(ENTERPRISE, 'department'),
  exact(ENTERPRISE, 'manager', 'value'),
  text(OWN, 'nick'),
  attribute([OWN, 'level'], { type: 'integer' }),
  attribute([OWN, 'score'], { type: 'decimal' }),
  attribute([OWN, 'vip'], { type: 'boolean' }),
  attribute([OWN, 'since'], { type: 'dateTime' }),
  many([OWN, 'tags']),
  many([OWN, 'badges', 'value'], { caseExact: true }),
  many([OWN, 'badges', 'rank'], { type: 'integer' }),
];
