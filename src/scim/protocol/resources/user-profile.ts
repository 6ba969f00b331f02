import type { Profile, ProvisionedUser } from '../../../core/provisioning/types.js';
import { ADDRESS_PARTS } from '../../../database/queries/filters/stored-emails.js';
import { withoutOuterSpace } from '../../../database/sql/outer-space.js';
import type { Document } from '../patch/apply.js';
import type { Attribute, Extension, ResourceType } from '../schemas/resource-type.js';
import { invalidValue } from '../scim-error.js';
import { addressIn, emailsIn, emailsOf } from './emails.js';

/** What the profile has fields for; everything else is among its attributes. */
const OWN = new Set(['userName', 'externalId', 'displayName', 'active', 'emails', 'groups', 'name']);
const MAX_USER_NAME = 320;
const MAX_EXTERNAL_ID = 255;
/** Kept with each link, so bounded; in UTF-16 units of JSON. */
const MAX_ATTRIBUTES = 65_536;

type Named = { [part: string]: unknown; givenName?: unknown; familyName?: unknown };

/** A user's attributes as a document that may be changed on its first level. */
export function documentOf(user: ProvisionedUser): Document {
  const { userName, externalId, active, displayName, givenName, familyName } = user;
  const { [ADDRESS_PARTS]: _, emails: __, ...attributes } = user.attributes;
  const document: Document = { ...attributes, userName, active };
  if (externalId !== null) document.externalId = externalId;
  if (displayName !== null) document.displayName = displayName;
  const emails = emailsOf(user);
  if (emails) document.emails = emails;
  if (givenName !== null || familyName !== null) {
    const name: Named = { ...(attributes.name as Named | undefined) };
    if (givenName !== null) name.givenName = givenName;
    if (familyName !== null) name.familyName = familyName;
    document.name = name;
  }
  return document;
}

/** Of a document, what cannot be changed once it has a value (RFC 7643 §7); only extensions have such attributes. */
export function immutableOf(type: ResourceType, document: Document): Document {
  const kept: Document = {};
  for (const { urn, attributes } of type.extensions) {
    const own = (document[urn] ?? {}) as Document;
    const fixed = attributes.filter(
      ({ name, definition }) => definition.mutability === 'immutable' && own[name] !== undefined,
    );
    if (fixed.length > 0) kept[urn] = Object.fromEntries(fixed.map(({ name }) => [name, own[name]]));
  }
  return kept;
}

/**
 * What a document says of a user. `active`, where it does not say, is as given: an IdP that leaves it out
 * neither enables nor disables anybody. `invalidValue` names the attribute that cannot be.
 */
export function profileOf(type: ResourceType, document: Document, active: boolean): Profile {
  const { givenName: _, familyName: __, ...restOfName } = (document.name ?? {}) as Named;
  const { email, kept } = emailsIn(document.emails);
  const profile: Profile = {
    userName: requiredName(document.userName),
    externalId: bounded('externalId', document.externalId, MAX_EXTERNAL_ID),
    active: (document.active as boolean | undefined) ?? active,
    ...namesOf(document),
    email,
    attributes: { ...attributesOf(type, document, restOfName), ...kept },
  };
  const size = JSON.stringify(profile.attributes).length;
  if (size > MAX_ATTRIBUTES) {
    throw invalidValue(
      `The user’s attributes have ${size} characters as JSON; the maximum is ${MAX_ATTRIBUTES}.`,
    );
  }
  return profile;
}

/** Names and address, as a document has them. */
export function namesOf(
  document: Document,
): Pick<Profile, 'email' | 'displayName' | 'givenName' | 'familyName'> {
  const { givenName = null, familyName = null } = (document.name ?? {}) as Named;
  return {
    email: addressIn(document.emails),
    displayName: (document.displayName as string | undefined) ?? null,
    givenName: givenName as string | null,
    familyName: familyName as string | null,
  };
}

function requiredName(userName: unknown): string {
  const name = typeof userName === 'string' ? withoutOuterSpace(userName) : '';
  if (name === '') throw invalidValue('userName is required. Map it to an attribute that every user has.');
  return bounded('userName', name, MAX_USER_NAME) as string;
}

/** A user name from before names were trimmed stays as it is, as long as the IdP sends no other. */
export const keepingName = <T extends Profile>(current: Pick<Profile, 'userName'>, wanted: T): T =>
  wanted.userName === withoutOuterSpace(current.userName)
    ? { ...wanted, userName: current.userName }
    : wanted;

function bounded(name: string, value: unknown, length: number): string | null {
  if (typeof value !== 'string') return null;
  if (value.length > length) throw invalidValue(`${name} is longer than ${length} characters.`);
  return value;
}

function attributesOf(type: ResourceType, document: Document, name: Named): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  if (Object.keys(name).length > 0) kept.name = name;
  for (const key of Object.keys(document)) {
    if (OWN.has(key)) continue;
    const value = document[key];
    const attribute = type.byName.get(key);
    const extension = attribute ? undefined : type.byUrn.get(key);
    if (attribute) keep(kept, attribute, value);
    else if (extension) keepExtension(kept, extension, value as Document);
    // What is stored under a schema that is not configured at the moment stays as it is.
    else kept[key] = value;
  }
  return kept;
}

function keepExtension(kept: Record<string, unknown>, extension: Extension, given: Document): void {
  const inner: Record<string, unknown> = {};
  for (const attribute of extension.attributes) keep(inner, attribute, given[attribute.name]);
  if (Object.keys(inner).length === 0) return;
  for (const { name, label, definition } of extension.attributes) {
    if (definition.required && inner[name] === undefined) throw invalidValue(`${label} is required.`);
  }
  kept[extension.urn] = inner;
}

function keep(kept: Record<string, unknown>, attribute: Attribute, value: unknown): void {
  if (value === undefined) return;
  if (!attribute.definition.multiValued || !attribute.child.has('value')) {
    kept[attribute.name] = value;
    return;
  }
  // A type without a value is what Entra ID sends for an attribute that the person does not have.
  const list = value as { value?: unknown }[];
  const valued = list.filter((one) => one.value !== undefined);
  if (valued.length > 0) kept[attribute.name] = valued.length === list.length ? list : valued;
}
