import type { ProvisionedUser, Wanted } from '../../../core/provisioning/types.js';
import { applyOperation, type Document } from '../patch/apply.js';
import { Budget, MAX_NAMES, tooManyNames } from '../patch/budget.js';
import { namesNotTaken } from '../patch/not-taken.js';
import type { Operation, ReadOperations } from '../patch/operations.js';
import { pathOfName } from '../patch/path.js';
import { emailsOf } from '../resources/emails.js';
import { documentOf, namesOf, profileOf } from '../resources/user-profile.js';
import { find, findAttribute, isCoreSchema } from '../schemas/find.js';
import type { ResourceType } from '../schemas/resource-type.js';
import { ScimError } from '../scim-error.js';
import { coerceOne } from '../values/coerce.js';

/** More paths than this are not named in one event. */
const MAX_SKIPPED = 20;

/**
 * What a PATCH or PUT makes of a user. A departure comes first: where the request says `active: false`, whatever else
 * of it is refused is skipped and named by its path (a deliberate deviation from the atomicity of RFC 7644 §3.5.2).
 * @param start what the operations are applied to; without `active`, so that it is there only if the request says it.
 * @throws ScimError the first fault, where it is no departure.
 */
export function wantedUser(
  type: ResourceType,
  current: ProvisionedUser,
  start: Document,
  { operations, faults }: ReadOperations,
): Wanted {
  const document: Document = { ...start };
  // A PUT starts from nothing, and what it leaves out it says to be nothing.
  const stated: Document = start.userName === undefined ? {} : unsaid(current);
  const skipped = faults.map(({ path }) => path);
  const refused = faults.map(({ error }) => error);
  const budget = new Budget();
  const parts = partsOf(type, operations);
  if (parts.length > MAX_NAMES) refused.push(tooManyNames());
  for (const part of appliedOf(type, parts, skipped)) {
    const operation = { ...operationOf(part), budget };
    const before = { ...document };
    try {
      applyOperation(type, document, operation);
      attempt(type, stated, operation);
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      restore(document, before);
      refused.push(error);
      skipped.push(part.name);
    }
  }
  const says = saidActive(type, document);
  if (says !== false) {
    if (refused[0]) throw refused[0];
    const profile = profileOf(type, document, current.active);
    return { ...profile, ...(says !== undefined && { says }), states: statesOf(stated) };
  }
  return { ...departing(type, current, document, skipped, notTaken(type, parts)), states: statesOf(stated) };
}

/** No request says this. */
const NOT_SAID = '\u0000';

/**
 * A user of whom neither names are known nor the address that the application has: what is different afterwards, the
 * request has said.
 */
const unsaid = ({ attributes }: ProvisionedUser): Document => ({
  displayName: NOT_SAID,
  name: { givenName: NOT_SAID, familyName: NOT_SAID },
  emails: emailsOf({ email: NOT_SAID, attributes }),
});

/** What a user of whom nothing is known cannot have done to it is not said of it. */
function attempt(type: ResourceType, document: Document, operation: Operation): void {
  try {
    applyOperation(type, document, operation);
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
  }
}

const statesOf = (stated: Document): Wanted['states'] =>
  Object.fromEntries(Object.entries(namesOf(stated)).filter(([, value]) => value !== NOT_SAID));

/** An operation, or what an operation on the whole user says of one name. */
interface Part {
  /** As the request has it. */
  name: string;
  operation: Operation;
  isOfWhole: boolean;
  /** Of the name. */
  value: unknown;
}

/**
 * Operations on the whole user by their names, one by one, so that one that is refused does not take others with it. By
 * loops, since there may be a hundred thousand.
 */
function partsOf(type: ResourceType, operations: readonly Operation[]): Part[] {
  const parts: Part[] = [];
  for (const operation of operations) {
    const { op, path, value } = operation;
    const isWhole = path === undefined || (op !== 'remove' && isCoreSchema(type, path));
    if (!isWhole || !isObject(value)) {
      parts.push({ name: path ?? '', operation, isOfWhole: false, value });
      continue;
    }
    for (const name of Object.keys(value)) {
      const one = value[name];
      if (!isObject(one) || !isCoreSchema(type, name)) {
        parts.push({ name, operation, isOfWhole: true, value: one });
        continue;
      }
      for (const inner of Object.keys(one)) {
        if (isCoreSchema(type, inner)) continue;
        parts.push({ name: inner, operation, isOfWhole: true, value: one[inner] });
      }
    }
  }
  return parts;
}

const operationOf = ({ name, operation, isOfWhole, value }: Part): Operation =>
  isOfWhole ? { ...operation, path: undefined, value: { [name]: value } } : operation;

/**
 * The parts that may change the user. Of more than are taken, those that plainly name an attribute, up to the limit, and
 * those that may be the departure; the others are skipped.
 */
function appliedOf(type: ResourceType, parts: readonly Part[], skipped: string[]): Part[] {
  if (parts.length <= MAX_NAMES) return parts.filter((part) => !isUnknown(type, part));
  const applied: Part[] = [];
  for (const part of parts) {
    const label = findAttribute(type, part.name)?.label;
    if (label !== undefined && (applied.length < MAX_NAMES || label === 'active')) applied.push(part);
    else if (skipped.length < MAX_NAMES && !isUnknown(type, part)) skipped.push(part.name);
  }
  return applied;
}

/** Whether a name in a body is one that no user has. As the path of an operation, it is refused. */
const isUnknown = (type: ResourceType, { name, isOfWhole }: Part): boolean =>
  isOfWhole && !name.includes('[') && ['ignored', 'foreign'].includes(pathOfName(type, name).kind);

/** The names that no user has, as far as they are named in an event. */
function notTaken(type: ResourceType, parts: readonly Part[]): string[] {
  const names = new Set<string>();
  let found = 0;
  const isTooMuch = parts.length > MAX_NAMES;
  for (const { name, operation, isOfWhole, value } of parts) {
    // To read them takes longer, and they are skipped by their names already.
    if (isTooMuch && name.includes('[')) continue;
    const said = isOfWhole ? { path: name, value } : operation;
    for (const one of namesNotTaken(type, name, said)) {
      names.add(nameable(one));
      // Many may be the same in letters that can be named.
      if (names.size === MAX_SKIPPED || ++found === MAX_NAMES) return [...names];
    }
  }
  return [...names];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function restore(document: Document, before: Document): void {
  for (const name of Object.keys(document)) delete document[name];
  Object.assign(document, before);
}

function saidActive(type: ResourceType, document: Document): boolean | undefined {
  const attribute = type.byName.get('active');
  return attribute && (coerceOne(attribute, document.active) as boolean | undefined);
}

/** What can be had of the rest, attribute by attribute. */
function departing(
  type: ResourceType,
  current: ProvisionedUser,
  wanted: Document,
  refused: readonly string[],
  notTaken: readonly string[],
): Wanted {
  const kept: Document = { ...documentOf(current), active: false };
  const skipped = [...refused, ...notTaken];
  // What a PUT says and cannot be had is not what it leaves out, and stays as it was.
  const unread = new Set(refused.map((path) => rootOf(type, path)));
  for (const name of new Set([...Object.keys(kept), ...Object.keys(wanted)])) {
    if (name === 'active' || kept[name] === wanted[name]) continue;
    if (wanted[name] === undefined && unread.has(name)) continue;
    const next = { ...kept, [name]: wanted[name] };
    if (wanted[name] === undefined) delete next[name];
    try {
      profileOf(type, next, false);
      restore(kept, next);
    } catch (error) {
      if (!(error instanceof ScimError)) throw error;
      skipped.push(name);
    }
  }
  const paths = [...new Set(skipped.map(nameable))].slice(0, MAX_SKIPPED);
  return { ...profileOf(type, kept, false), says: false, ...(paths.length > 0 && { skipped: paths }) };
}

/** Under which name a document has what a path is about. */
function rootOf(type: ResourceType, path: string): string {
  const found = find(type, path.replace(/\[.*$/s, ''));
  if (found.kind === 'extension') return found.extension.urn;
  if (found.kind !== 'attribute') return '';
  const { extension, parent, name } = found.attribute;
  return extension ?? parent?.name ?? name;
}

/** The attribute alone: a filter in brackets may hold a value. */
const nameable = (path: string): string =>
  path
    .replace(/\[.*$/s, '')
    .replace(/[^A-Za-z0-9_$.:-]/g, '')
    .slice(0, 100) || '(unreadable)';
