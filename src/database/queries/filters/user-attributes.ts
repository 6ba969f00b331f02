import type { AttributePath } from '../../../words/filter.js';
import { allOf, anyOf, type Fragment, raw, sql } from '../../sql/fragment.js';
import { isShown } from '../users/users.js';
import { emailCandidates } from './email-candidates.js';
import { groupsOfUser } from './group-membership.js';
import { arrayPath, jsonElementsOf, jsonOperand, partOf } from './json-attributes.js';
import type { Attributes, Elements, Operand } from './operand.js';
import { ADDRESS_PARTS, STORED_ADDRESS } from './stored-emails.js';
import type { UserScope } from './user-scope.js';

const KEPT = 'i.attributes';
const HOST_URN = 'urn:ietf:params:scim:schemas:extension:scimctl:2.0:User';

/** The attributes of users, in a query over `identity` as `i` and `host_user` as `h`. */
export function userAttributes(scope: UserScope): Attributes {
  const { search } = scope.session.dialect;
  return {
    operand(attribute) {
      const own = ownOperand(scope, attribute);
      return own ?? jsonOperand(search, KEPT, attribute);
    },
    elements(attribute) {
      const [name = ''] = attribute.path;
      if (name === 'emails') return emails(scope);
      if (name === 'groups') return groupsOfUser(scope.session, scope.spaced?.groups);
      return attribute.multiValued ? jsonElementsOf(search, KEPT, attribute) : undefined;
    },
  };
}

/** Attributes that are not in JSON, or not there alone. */
function ownOperand(scope: UserScope, attribute: AttributePath): Operand | undefined {
  const { search } = scope.session.dialect;
  const many = (elements: Elements): Operand => ({
    kind: 'many',
    elements,
    operand: (element) => element(attribute),
  });
  switch (attribute.path.join('/')) {
    case 'id':
      return { kind: 'id', column: 'i.identity_id' };
    case 'externalId':
      return { kind: 'text', text: raw('i.external_id'), caseExact: true, indexed: true };
    case 'userName':
      return {
        kind: 'text',
        text: raw('i.user_name'),
        caseExact: false,
        folded: search.ownFolded('i.user_name'),
        indexed: true,
        spaced: scope.spaced?.users,
      };
    case 'displayName':
      return hostText(scope, 'display_name', attribute.path);
    case 'name/givenName':
      return hostText(scope, 'given_name', attribute.path);
    case 'name/familyName':
      return hostText(scope, 'family_name', attribute.path);
    case 'active':
      return { kind: 'boolean', isTrue: isActive(scope) };
    case 'meta/created':
      return { kind: 'instant', column: 'i.created_at' };
    case 'meta/lastModified':
      return { kind: 'instant', column: 'i.updated_at' };
    case `${HOST_URN}/hostUserId`:
      scope.onHost?.();
      return {
        kind: 'text',
        text: raw(`case when ${isShown(scope.session, scope.shape)} then i.host_user_id end`),
        caseExact: true,
      };
    case `${HOST_URN}/licenceType`:
      scope.onHost?.();
      return scope.shape.columns.has('licence_type')
        ? {
            kind: 'text',
            text: sql`case when ${raw(isShown(scope.session, scope.shape))} then ${search.hostText('h.licence_type')} end`,
            caseExact: false,
          }
        : { kind: 'none' };
  }
  const [name] = attribute.path;
  if (name === 'emails') return many(emails(scope));
  if (name === 'groups') return many(groupsOfUser(scope.session, scope.spaced?.groups));
  return name === 'meta' || name === 'schemas' ? { kind: 'none' } : undefined;
}

/**
 * What the host has in a column, or else what the IdP said last: where the view has no such column, and where
 * the IdP does not see the account.
 */
function hostText(scope: UserScope, column: string, path: readonly string[]): Operand {
  return { kind: 'text', text: hostOrStored(scope, column, path), caseExact: false };
}

export function hostOrStored(
  { session, shape, onHost }: Pick<UserScope, 'session' | 'shape' | 'onHost'>,
  column: string,
  path: readonly string[],
): Fragment {
  const stored = session.dialect.search.jsonText(KEPT, path);
  if (!shape.columns.has(column)) return stored;
  onHost?.();
  const shown = raw(isShown(session, shape));
  return sql`case when ${shown} then ${session.dialect.search.hostText(`h.${column}`)} else ${stored} end`;
}

/** The link is in force and its account is there; whether that is enabled is the host's business. */
function isActive({ onHost }: UserScope): Fragment {
  onHost?.();
  return raw('i.deprovisioned_at is null and h.user_id is not null and cast(i.awaits_idp as int) = 0');
}

/**
 * One address at most: the one that the host application has, with what the IdP said of it. The others are not looked
 * for, since no index has them, and IdPs match users by their addresses.
 */
function emails(scope: UserScope): Elements {
  const { search } = scope.session.dialect;
  const address = hostOrStored(scope, 'email', [STORED_ADDRESS]);
  const value: Operand = {
    kind: 'text',
    text: address,
    caseExact: false,
    candidates: (asked) => emailCandidates(scope, asked),
  };
  const said = (part: string) => search.jsonText(KEPT, [ADDRESS_PARTS, part]);
  const isUsual = sql`not (${search.jsonPresent(KEPT, [ADDRESS_PARTS])})`;
  const type = sql`case when ${isUsual} then ${raw("'work'")} else ${said('type')} end`;
  const operand = (attribute: AttributePath): Operand => {
    switch (partOf(arrayPath(attribute), attribute) ?? 'value') {
      case 'value':
        return value;
      case 'type':
        return { kind: 'text', text: type, caseExact: false, absentIsFalse: true };
      case 'primary':
        return {
          kind: 'boolean',
          isTrue: anyOf([isUsual, sql`coalesce(${said('primary')}, ${raw("'false'")}) = ${raw("'true'")}`]),
          present: anyOf([isUsual, sql`${said('primary')} is not null`]),
          absentIsFalse: true,
        };
      case 'display':
        return { kind: 'text', text: said('display'), caseExact: false, absentIsFalse: true };
      default:
        return { kind: 'none' };
    }
  };
  return {
    some: (condition) => allOf([condition(operand), sql`${address} is not null`]),
    first: (attribute) => {
      const part = partOf(['emails'], attribute) ?? 'value';
      if (part === 'value') return address;
      const usual = raw(part === 'primary' ? "'true'" : part === 'type' ? "'work'" : 'null');
      return sql`case when ${address} is null then null when ${isUsual} then ${usual} else ${said(part)} end`;
    },
  };
}
